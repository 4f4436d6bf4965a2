"""The gate for OBJ, STL and PLY: what crashes or exhausts an importer, or reaches outside, never gets to it."""

import struct

import numpy as np
import pytest
import written
from gated import NEVER, lets_through_without, looked, passes, refused  # noqa: F401 - a fixture

from blender_addon.worker import gate

OUTSIDE = [
    "../a.mtl",
    "/etc/a.mtl",
    "C:\\a.mtl",
    "c:a.mtl",
    "a/../../a.mtl",
    "..\\a.mtl",
    "\\\\host\\a.mtl",
    "//host/a",
]


def test_a_file_that_is_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr(gate, "_MAX_BYTES", 100)
    refused(tmp_path, written.obj(), "2 GB")


@pytest.mark.fault("Z05")
def test_an_archive_is_unpacked_before(tmp_path):
    refused(tmp_path, b"PK\x03\x04" + bytes(40), "archive in an archive")


# ---- STL


@pytest.mark.parametrize("content", [written.stl(), written.stl(b"solid x"), written.stl_text()])
def test_good_stl(tmp_path, content):
    passes(tmp_path, content)


@pytest.mark.fault("F32")
def test_stl_that_is_cut(tmp_path):
    for end in range(60, len(written.stl_text()) - 20, 40):
        refused(tmp_path, written.stl_text()[:end], "end")
    for end in range(len(written.stl())):
        refused(tmp_path, written.stl()[:end])


@pytest.mark.fault("F11")
def test_stl_with_invalid_points(tmp_path):
    content = bytearray(written.stl())
    struct.pack_into("<f", content, 84 + 50 + 20, np.nan)
    refused(tmp_path, bytes(content), "invalid points")


# ---- PLY

QUADS = [[0, 1, 4, 3], [0, 1, 2]]


@pytest.mark.fault("F39")
@pytest.mark.parametrize("faces", [written.FACES, QUADS, [[0, 1, 2], [0, 1, 4, 3], [0, 1, 2]]])
@pytest.mark.parametrize("order", ["<", ">", ""])
def test_good_ply(tmp_path, order, faces):
    passes(tmp_path, written.ply(order, faces, colors=True))
    passes(tmp_path, written.ply(order, faces, end="\r\n"))


@pytest.mark.fault("F31")
@pytest.mark.parametrize("faces", [written.FACES, QUADS])
@pytest.mark.parametrize("order", ["<", ">", ""])
def test_ply_that_is_cut(tmp_path, order, faces):
    content = written.ply(order, faces)
    for end in range(5, len(content) - 4):
        refused(tmp_path, content[:end])


@pytest.mark.fault("F10", "F31")
@pytest.mark.parametrize("faces", [[[0, 1, 5]], [[0, 1, -1]], [[0, 1, 4], [0, 1, 2, 5]], [[0, 1, 2, 4], [0, -1, 2]]])
@pytest.mark.parametrize("order", ["<", ">", ""])
def test_ply_vertex_indices(tmp_path, order, faces):
    refused(tmp_path, written.ply(order, faces), "beyond the vertices")


@pytest.mark.fault("F31")
@pytest.mark.parametrize("faces", [[[]], [[0, 1, 2], []]])
@pytest.mark.parametrize("order", ["<", ""])
def test_ply_faces_without_corners(tmp_path, order, faces):
    refused(tmp_path, written.ply(order, faces), "a list of 0")


VERTICES, FACES, LIST = "element vertex 5", "element face 6", "list uchar int"
HEADERS = {
    **{f"vertices-{n}": ({VERTICES: f"element vertex {n}"}, "") for n in ("6", "", "x", "-1", "4294967295", "9" * 20)},
    **{f"faces-{n}": ({FACES: f"element face {n}"}, "") for n in ("7", "", "x", "-1", "2147483647", "100000000")},
    "memory": ({FACES: "element face 2147483647"}, "memory"),
    "no-faces": ({FACES: "element face 0"}, "no faces"),
    "order": ({"binary_little_endian": "binary_big_endian"}, ""),
    "format": ({"binary_little_endian": "binary"}, "damaged"),
    "version": ({" 1.0": " 2.0"}, "damaged"),
    "type": ({"float x": "half x"}, "unknown type"),
    "list-type": ({LIST: "list uchar quad"}, "unknown type"),
    "length-type": ({LIST: "list float int"}, "unknown type"),
    "index-type": ({LIST: "list uchar float"}, "without a list"),
    "index-name": ({"vertex_indices": "corners\nproperty uchar flags"}, "without a list"),
    "vertex-list": ({"float x": "list uchar float x"}, "without points"),
    "no-x": ({"float x": "float u"}, "without points"),
    "twice": ({VERTICES: f"{VERTICES}\nelement vertex 5"}, "twice"),
    "other": ({FACES: f"element tristrips 1\nproperty list int int vertex_indices\n{FACES}"}, "tristrips"),
    "line": ({VERTICES: f"surprise\n{VERTICES}"}, "surprise"),
    "end": ({"end_header": "end_headers"}, "without an end"),
    "length": ({VERTICES: f"comment {'x' * 70_000}\n{VERTICES}"}, "without an end"),
}


@pytest.mark.fault("F30")
@pytest.mark.parametrize(("header", "words"), HEADERS.values(), ids=HEADERS)
def test_ply_headers(tmp_path, header, words):
    refused(tmp_path, written.ply(header=header), words)


def test_ply_faces_first(tmp_path):
    head = "ply\nformat ascii 1.0\nelement face 1\nproperty list uchar int vertex_index\nelement vertex 1\n"
    head += "property float x\nproperty float y\nproperty float z\nend_header\n1 0\n0 0 0\n"
    refused(tmp_path, head.encode(), "before their vertices")


@pytest.mark.fault("F31")
@pytest.mark.parametrize(
    ("old", "new"),
    [(b"\n3 0", b"\n3 \x0b0"), (b"\n3 0", b"\r3 0"), (b"3.0", b"x"), (b"3.0", b""), (b"3 0 3 1", b"3 0 3 1\r3 9 9 9")],
)
def test_ply_text_that_blender_reads_otherwise(tmp_path, old, new):
    content = written.ply("")
    assert old in content
    refused(tmp_path, content.replace(old, new, 1))


@pytest.mark.fault("F11")
@pytest.mark.parametrize("order", ["<", ""])
def test_ply_with_invalid_points(tmp_path, order):
    content = written.ply(order).replace(struct.pack("<f", 3), struct.pack("<f", np.inf)).replace(b"3.0", b"inf")
    refused(tmp_path, content, "invalid points")


# ---- OBJ


@pytest.mark.parametrize("name", ["paint.mtl", "./paint.mtl", "a b.mtl", '"paint.mtl"', "sub/paint.mtl", "päint.mtl"])
def test_good_obj(tmp_path, name):
    passes(tmp_path, written.obj(name))


@pytest.mark.fault("S09")
@pytest.mark.parametrize(
    "line", ["mtllib {}", "  mtllib\t{}", "mtllib \\\n{}", "\x01mtllib {}", 'mtllib "{}"', "mtllib\v{}", "mtllib\\\n{}"]
)
@pytest.mark.parametrize("name", OUTSIDE)
def test_obj_materials_outside(tmp_path, name, line):
    refused(tmp_path, written.obj(more=line.format(name)), "outside")


@pytest.mark.fault("F11")
@pytest.mark.parametrize(
    "vertex",
    ["nan 0 0", "0 -NaN 0", "0 0 inf", "0 0 1.#IND", "\t 0  -nan(ind) 0", "0 1.5x 0", "0 \v0 nan 1 1 1"],
)
def test_obj_points_that_are_no_numbers(tmp_path, vertex):
    """Blender would put them at 0, and say nothing."""
    for content in (written.obj(more=f"v {vertex}"), f"v {vertex}\r\n".encode() + written.obj()):
        refused(tmp_path, content, "invalid points")


@pytest.mark.fault("F11")
@pytest.mark.parametrize("vertex", ["1e999 0 0", "0 -1.5E+39 0", "0 0 .5e040"])
def test_obj_points_that_are_too_far_away(tmp_path, vertex):
    """Blender would put them at 0 too."""
    refused(tmp_path, written.obj(more=f"v {vertex}"), "invalid points")


@pytest.mark.parametrize(
    "line",
    [
        "v 1e-5 -2E+3 .5",
        "v 1e-999 0 0",
        "v 1 2 3 1e999",
        "vn 0 0 1e999",
        "v\t1 2 3 nan",
        "v 1 2 3 # nan",
        "# v nan",
        "vt 0 nan",
        "o v nan",
    ],
)
def test_obj_points_that_are_numbers(tmp_path, line):
    passes(tmp_path, written.obj(more=line))


@pytest.mark.fault("F26", "F28")
def test_obj_without_faces_or_with_an_endless_line(tmp_path):
    refused(tmp_path, b"v 0 0 1\nv 0 0 2\nv 0 1 0\n", "no faces")
    refused(tmp_path, written.obj(more="f" + " 1" * 40_000), "too long")


@pytest.mark.fault("S09", "S10")
@pytest.mark.fault("F28")
def test_obj_with_too_many_parts_or_materials(tmp_path):
    refused(tmp_path, written.obj(more="o a\nv 0 0 0\n" * 5001), "too many parts")
    (tmp_path / "paint.mtl").write_text("newmtl a\n" * 5001)
    refused(tmp_path, written.obj("paint.mtl"), "too many materials")


@pytest.mark.fault("F29")
def test_obj_without_its_materials(tmp_path):
    assert passes(tmp_path, written.obj("my\tpaint.mtl")).repairs == [
        "The list of materials mypaint.mtl is not in the model's folder."
    ]


@pytest.mark.parametrize("list_name", ["paint.mtl", "model.mtl", "päint 2.mtl"])
@pytest.mark.parametrize(
    "line",
    ["map_Kd {}", "bump -bm 0.5 {}", 'map_Bump -s 1 1 1 -clamp on "{}"', " refl {}", "map_d\x01{}", "map_d\x80{}"],
)
@pytest.mark.parametrize("name", NEVER)
def test_obj_pictures_that_must_not_be_opened(tmp_path, name, line, list_name, looked):  # noqa: F811
    """The list of materials called like the model is read too, without being named."""
    (tmp_path / list_name).write_bytes(f"newmtl paint\n{line.format(name)}\n".encode("latin-1"))
    lets_through_without(tmp_path, written.obj("paint.mtl" if list_name == "model.mtl" else list_name), name)
    assert looked == []


@pytest.mark.fault("F29")
def test_obj_pictures_elsewhere_are_left_to_landing(tmp_path):
    (tmp_path / "paint.mtl").write_text("newmtl paint\nmap_Kd /home/somebody/a.png\nmap_d ../b.png\nmap_Ks C:\\c.png\n")
    passes(tmp_path, written.obj("paint.mtl"))
