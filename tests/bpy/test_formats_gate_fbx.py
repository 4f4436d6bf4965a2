"""The gate for FBX, and for the names of other files in it."""

import base64
import os
import struct
import zlib

import bpy
import models
import numpy as np
import pytest
import written
from gated import NEVER, lets_through_without, looked, passes, refused  # noqa: F401 - a fixture
from tiffs import tiff
from written import POINTS, array, geometry, node, text

UP = "../" * 40
"""Up to the root from anywhere."""


def fbx(*more, version=7400, **packing):
    return written.fbx(node("Objects", children=(geometry(**packing), *more)), version=version)


@pytest.mark.parametrize("version", [7100, 7400, 7500, 7700])
@pytest.mark.parametrize("packed", [None, zlib.compress])
def test_good_fbx(tmp_path, version, packed):
    passes(tmp_path, fbx(version=version, packed=packed))


@pytest.mark.fault("F21")
@pytest.mark.parametrize("version", [7400, 7500])
def test_fbx_that_is_cut(tmp_path, version):
    content = fbx(version=version, packed=zlib.compress)
    for end in range(24, len(content) - 200, 3):
        refused(tmp_path, content[:end])
    refused(tmp_path, content[:100], "incomplete")


@pytest.mark.fault("F25")
@pytest.mark.parametrize("version", [6100, 5000, 0, 8000])
def test_fbx_versions(tmp_path, version):
    refused(tmp_path, fbx(version=version), "version")


@pytest.mark.fault("F21")
def test_fbx_records(tmp_path):
    content = bytearray(fbx())
    struct.pack_into("<I", content, 27, 60)  # ends before what is in it
    refused(tmp_path, bytes(content))
    struct.pack_into("<I", content, 27, 45)  # ends in its own name
    refused(tmp_path, bytes(content))
    refused(tmp_path, written.fbx(node("Nothing")), "without objects")
    refused(tmp_path, fbx(node("Odd", b"Q" + bytes(8))), "unknown kind")
    refused(tmp_path, fbx(node("Odd", b"S" + struct.pack("<I", 10**6))), "do not fill")
    deep = node("a")
    for _ in range(80):
        deep = node("a", children=(deep,))
    refused(tmp_path, fbx(deep), "too deep")
    refused(tmp_path, fbx(*[node("Model")] * 5001), "too many parts")


@pytest.mark.fault("F09", "F22")
def test_fbx_arrays(tmp_path):
    for count in (0, 14, 16, 2**30):
        refused(tmp_path, fbx(count=count))
        refused(tmp_path, fbx(count=count, packed=zlib.compress))
    refused(tmp_path, fbx(packed=lambda raw: b"junk"), "unpacked")
    refused(tmp_path, fbx(packed=lambda raw: zlib.compress(raw + bytes(10**7))), "declares")
    refused(tmp_path, fbx(node("Huge", array([0], count=2**30, packed=zlib.compress))), "memory")


@pytest.mark.fault("F10")
@pytest.mark.parametrize("index", [5, 2**31 - 1, -(2**31)])
def test_fbx_vertex_indices(tmp_path, index):
    corners = node("PolygonVertexIndex", array([0, index, ~2]))
    mesh = node("Geometry", children=(node("Vertices", array(POINTS.ravel(), "d")), corners))
    refused(tmp_path, written.fbx(node("Objects", children=(mesh,))), "beyond the vertices")


@pytest.mark.fault("F24")
def test_fbx_faces_without_an_end(tmp_path):
    corners = node("PolygonVertexIndex", array([0, 1, 2]))
    mesh = node("Geometry", children=(node("Vertices", array(POINTS.ravel(), "d")), corners))
    refused(tmp_path, written.fbx(node("Objects", children=(mesh,))), "without an end")


@pytest.mark.fault("F23")
@pytest.mark.parametrize("index", [-1, 5, 2**31 - 1])
def test_fbx_shapes(tmp_path, index):
    """An index beyond the mesh ends Blender 5.0 by a signal."""
    passes(tmp_path, fbx(node("Geometry", children=(node("Indexes", array([0, 4])),))))
    refused(tmp_path, fbx(node("Geometry", children=(node("Indexes", array([0, index])),))), "shape")


@pytest.mark.fault("F11")
def test_fbx_invalid_points(tmp_path):
    points = POINTS.copy()
    points[1, 1] = np.nan
    refused(tmp_path, written.fbx(node("Objects", children=(geometry(points),))), "invalid points")


def naming(name):
    """Return the ways in which an FBX names a file."""
    address = node("P", text("Path"), text("KString"), text("XRefUrl"), text(""), text(name))
    return [
        fbx(node("Texture", children=(node("FileName", text(name)),))),
        fbx(node("Video", children=(node("Filename", text(name)),))),
        fbx(node("Video", children=(node("RelativeFilename", text(name)),))),
        fbx(node("Video", children=(node("Properties70", children=(address,)),))),
    ]


@pytest.mark.fault("S09", "S10")
@pytest.mark.parametrize("name", NEVER)
def test_fbx_names_that_must_not_be_opened(tmp_path, name, looked):  # noqa: F811
    """They are no reason to lose the model; nobody looks there, and the importer never hears of them."""
    for content in naming(name):
        lets_through_without(tmp_path, content, name)
    assert looked == []


@pytest.mark.fault("F17")
def test_fbx_pictures_that_are_too_large(tmp_path):
    """Blender's importer decodes the base color while it reads."""
    plain = models.plain_png((1, 2, 3))
    huge = plain[:16] + struct.pack(">II", 65_536, 65_536) + plain[24:]
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.png").write_bytes(huge)
    for content in naming("C:\\Users\\somebody\\sub\\a.png"):
        refused(tmp_path, content, "65536 × 65536")
    refused(tmp_path, fbx(node("Video", children=(node("Content", text(huge, b"R")),))), "65536 × 65536")
    for other in (tiff(60_000, 60_000), struct.pack("<BBB9xHHBB2x", 0, 0, 10, 60_000, 60_000, 24, 0)):
        (tmp_path / "sub" / "a.png").write_bytes(other)
        refused(tmp_path, naming("C:\\Users\\somebody\\sub\\a.png")[0], "60000 × 60000")
        refused(tmp_path, fbx(node("Video", children=(node("Content", text(other, b"R")),))), "60000 × 60000")
    passes(tmp_path, fbx(node("Video", children=(node("Content", text(plain, b"R")),))))


@pytest.mark.fault("F17")
def test_an_embedded_tiff_tells_its_size_behind_its_pixels(tmp_path):
    """Also further in than other pictures do."""
    large, small = (tiff(side, side, before=3 * 2**20) for side in (60_000, 60))
    refused(tmp_path, fbx(node("Video", children=(node("Content", text(large, b"R")),))), "60000 × 60000")
    passes(tmp_path, fbx(node("Video", children=(node("Content", text(small, b"R")),))))
    if bpy.app.version >= (4, 5):
        good = "; FBX 7.4.0 project file\nFBXVersion: 7400\nObjects: {\n Video: {\n  Content: ,\n   "
        refused(tmp_path, f'{good}"{base64.b64encode(large).decode()}"\n }}\n}}\n'.encode(), "60000 × 60000")


@pytest.mark.fault("F25")
def test_text_fbx(tmp_path):
    if bpy.app.version < (4, 5):
        refused(tmp_path, b"; FBX 7.4.0 project file\nObjects: {\n}\n", "text form")
        return
    good = '; FBX 7.4.0 project file\nFBXVersion: 7400\nObjects: {\n Video: { NAME: "FILE" }\n}\n'
    passes(tmp_path, good.replace("FILE", "a.png").encode())
    for name in ("FileName", "RelativeFilename"):
        lets_through_without(tmp_path, good.replace("NAME", name).replace("FILE", NEVER[0]).encode(), NEVER[0])
    address = good.replace('NAME: "FILE"', f'P: "Path", "KString", "XRefUrl", "", "{NEVER[1]}"')
    lets_through_without(tmp_path, address.encode(), NEVER[1])
    refused(tmp_path, good[:-3].encode(), "cut off")
    refused(tmp_path, good.replace("7400", "6100").encode(), "version 6.1")


@pytest.mark.fault("S09")
@pytest.mark.parametrize("name", [f"{UP}dev/zero", "pipe"])
def test_what_is_no_plain_file(tmp_path, name):
    if not hasattr(os, "mkfifo"):
        name = "\\\\.\\pipe\\x"
    else:
        os.mkfifo(tmp_path / "pipe")
    (tmp_path / "paint.mtl").write_text(f"newmtl paint\nmap_Kd {name}\n")
    refused(tmp_path, written.obj("paint.mtl"), "outside")
    refused(tmp_path, fbx(node("Texture", children=(node("FileName", text(name)),))), "outside")
