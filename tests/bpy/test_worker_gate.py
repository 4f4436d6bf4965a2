"""The gate: files that crash, hang or exhaust Blender's importer, or reach outside, never get to it."""

import base64
import json
import struct

import models
import numpy as np
import pytest
from gated import passes, refused


def data_uri():
    made = models.textured()
    made.root["images"][0] = {"uri": "data:image/png;base64," + base64.b64encode(models.plain_png((1, 2, 3))).decode()}
    return made


def deep(levels):
    made = models.Glb()
    number = made.node(False, mesh=made.mesh())
    for _ in range(levels - 2):
        number = made.node(False, children=[number])
    made.node(children=[number])
    return made


@pytest.mark.fault("F39")
@pytest.mark.parametrize(
    "made", [models.cube(), models.textured(), models.arrow(), data_uri(), deep(250), models.Glb()]
)
def test_good_files_pass(tmp_path, made):
    assert passes(tmp_path, made.build()).repairs == []


@pytest.mark.fault("F02")
def test_a_file_cut_anywhere_is_refused(tmp_path):
    content = models.textured().build()
    for end in range(0, len(content), 7):
        refused(tmp_path, content[:end])


@pytest.mark.fault("F03")
def test_a_cut_file_with_a_repaired_length_is_refused(tmp_path):
    content = models.textured().build()
    (length,) = struct.unpack_from("<I", content, 12)
    for end in range(20 + length, len(content), 16):
        data = content[28 + length : end]
        refused(tmp_path, models.container(content[20 : 20 + length], data))


@pytest.mark.fault("F01", "F04", "F05")
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html>", "web page"),
        (bytes(200), "no known format"),
        (struct.pack("<4sII", b"glTF", 1, 20) + bytes(8), "glTF 1"),
        (models.container(b"{"), "damaged"),
        (models.container(b"[]"), "damaged"),
        (models.container(b'\xef\xbb\xbf{"asset":{}}'), "damaged"),
        (models.container('{"asset":{}}'.encode("utf-16")), "damaged"),
        (models.container(b'{"asset":{},"x":NaN}'), "damaged"),
        (models.container(b'{"asset":{},"x":' + b"9" * 5000 + b"}"), "damaged"),
        (models.container(b'{"asset":{},"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"), "damaged"),
        (models.container(b'{"asset":{},"x":' + b"[" * 80 + b"]" * 80 + b"}"), "64 levels"),
        (models.container(b'{"asset":{},"meshes":7}'), "damaged"),
        (models.container(b'{"asset":{},"nodes":[null]}'), "damaged"),
    ],
)
def test_what_is_no_glb_is_refused(tmp_path, content, words):
    refused(tmp_path, content, words)


OUTSIDE = ["../secret.png", "/etc/hostname", "%2e%2e/secret.png", "..\\secret.png", "//host/x.png", "C:\\x.png"]
OUTSIDE += ["/dev/zero", "file:///etc/hostname", "http://127.0.0.1/x.png", "data:text/plain;base64,AAAA", "", None, 7]


@pytest.mark.fault("S08", "S10")
@pytest.mark.parametrize("uri", OUTSIDE)
@pytest.mark.parametrize("key", ["images", "buffers"])
def test_nothing_outside_is_referred_to(tmp_path, uri, key):
    made = models.textured()
    made.build()
    made.root[key][0]["uri"] = uri
    refused(tmp_path, made.build(), "refers to files outside")


def changed(*path, value):
    """Make a textured cube with one value of its JSON changed."""
    made = models.textured()
    made.build()
    holder = made.root
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return made.build()


WRONG = [0, 500, -1, 2**31, 10**12, 1.5, "7", None, True, [], 10**400]
ACCESSOR = [("count", value) for value in WRONG] + [("componentType", 5124), ("type", "VEC9"), ("type", [])]
ACCESSOR += [("byteOffset", 10**9), ("byteOffset", -4), ("byteOffset", "x"), ("bufferView", 99), ("bufferView", -1)]


@pytest.mark.fault("F07", "F08")
@pytest.mark.parametrize(("key", "value"), ACCESSOR)
@pytest.mark.parametrize("number", [0, 1])
def test_accessors(tmp_path, number, key, value):
    refused(tmp_path, changed("accessors", number, key, value=value))


@pytest.mark.fault("F08")
@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("buffer", value) for value in (1, None)),
        *(("byteOffset", value) for value in (10**6, -1)),
        *(("byteLength", value) for value in (10**6, 0, "x")),
        *(("byteStride", value) for value in (2, 1000)),
    ],
)
def test_buffer_views(tmp_path, key, value):
    refused(tmp_path, changed("bufferViews", 3, key, value=value))


@pytest.mark.fault("F09")
def test_more_numbers_than_fit_into_memory(tmp_path):
    made = models.cube()
    made.add("accessors", {"componentType": 5126, "type": "VEC3", "count": 100_000_000})
    refused(tmp_path, made.build(), "memory")
    many = models.Glb()
    mesh = many.mesh(np.zeros((60_000, 3)), np.zeros(3, np.uint32))
    for _ in range(1_100):
        many.node(mesh=mesh)
    refused(tmp_path, many.build(), "memory")


@pytest.mark.fault("F10")
@pytest.mark.parametrize(("index", "count"), [(8, 36), (60_000, 36), (0, 1), (0, 2), (0, 35)])
def test_vertex_indices(tmp_path, index, count):
    """A primitive with a single index ends Blender 5.0 and 5.2 by a signal."""
    faces = models.CUBE_FACES.ravel()[:count].copy()
    faces[0] = index
    made = models.Glb()
    made.node(mesh=made.mesh(faces=faces))
    refused(tmp_path, made.build(), "damaged")


@pytest.mark.fault("F07")
@pytest.mark.parametrize("mode", [5, 6])
def test_strips_and_fans_need_three_corners(tmp_path, mode):
    made = models.Glb()
    made.node(mesh=made.mesh(faces=models.CUBE_FACES.ravel()[:2], mode=mode))
    refused(tmp_path, made.build(), "damaged")


@pytest.mark.fault("F13", "F14")
@pytest.mark.parametrize(
    "nodes",
    [
        [{"children": [0]}],
        [{"children": [1]}, {"children": [0]}],
        [{"children": [2]}, {"children": [2]}, {}],
        [{"children": [9]}],
        [{"children": 1}],
        [{"mesh": 5}],
        [{"matrix": [1] * 15}],
        [{"translation": [0, "x", 0]}],
        [{"scale": None}],
        [{}] * 5001,
    ],
)
def test_nodes(tmp_path, nodes):
    made = models.cube()
    made.root["nodes"] = nodes
    refused(tmp_path, made.build())


@pytest.mark.fault("F14")
@pytest.mark.parametrize("key", ["materials", "meshes", "textures", "surfaces"])
def test_too_many_parts(tmp_path, key):
    made = models.textured()
    made.build()
    items = made.root["meshes"][0]["primitives"] if key == "surfaces" else made.root[key]
    items.extend([items[0]] * 5001)
    refused(tmp_path, made.build(), "too many to be put into a scene")


@pytest.mark.fault("F13")
def test_nodes_too_deep(tmp_path):
    refused(tmp_path, deep(300).build(), "deeper")


@pytest.mark.fault("F10")
def test_sparse_accessors(tmp_path):
    made = models.cube()
    indices, values = made.view(struct.pack("<HH", 0, 8)), made.view(bytes(24))
    sparse = {"count": 2, "indices": {"bufferView": indices, "componentType": 5123}, "values": {"bufferView": values}}
    made.root["accessors"][0]["sparse"] = sparse
    refused(tmp_path, made.build(), "damaged")
    sparse["count"] = 1
    passes(tmp_path, made.build())


@pytest.mark.fault("F06")
@pytest.mark.parametrize("name", ["KHR_texture_basisu", "EXT_texture_avif", "ACME_secret"])
def test_extensions_that_blender_cannot_read(tmp_path, name):
    made = models.cube()
    made.root["extensionsRequired"] = [name]
    refused(tmp_path, made.build(), name)


def test_the_worker_survives_them_all(worker, tmp_path):
    """What passes the gate and breaks the importer is an error, and the worker goes on."""
    odd = models.cube()
    odd.root["extensions"] = odd.root["meshes"][0]["primitives"][0]["extensions"] = {"KHR_draco_mesh_compression": []}
    for number, content in enumerate([odd.build(), json.dumps({}).encode(), models.cube().build()[:-5]]):
        (tmp_path / f"{number}.glb").write_bytes(content)
        order = {"model": str(tmp_path / f"{number}.glb"), "blend": str(tmp_path / "x.blend"), "name": "x"}
        error = worker.refused("convert", front_axis="-Y", provenance={}, **order)
        assert error["kind"] == "model_file" and error["details"]
        assert not list(tmp_path.glob("x.blend*"))
