"""The gate: files that crash, hang or exhaust Blender's importer, or reach outside, never get to it."""

import base64
import json
import struct

import models
import numpy as np
import pytest

from blender_addon.core.errors import ModelFileError
from blender_addon.worker.gate import check


def passes(tmp_path, content):
    (tmp_path / "model.glb").write_bytes(content)
    check(tmp_path / "model.glb")


def refused(tmp_path, content, words=""):
    with pytest.raises(ModelFileError) as caught:
        passes(tmp_path, content)
    assert words in caught.value.message + caught.value.details
    assert len(caught.value.message) < 200 and "\n" not in caught.value.message


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


@pytest.mark.parametrize(
    "made", [models.cube(), models.textured(), models.arrow(), data_uri(), deep(250), models.Glb()]
)
def test_good_files_pass(tmp_path, made):
    passes(tmp_path, made.build())


def test_a_file_cut_anywhere_is_refused(tmp_path):
    content = models.textured().build()
    for end in range(0, len(content), 7):
        refused(tmp_path, content[:end])


def test_a_cut_file_with_a_repaired_length_is_refused(tmp_path):
    content = models.textured().build()
    (length,) = struct.unpack_from("<I", content, 12)
    for end in range(20 + length, len(content), 16):
        data = content[28 + length : end]
        refused(tmp_path, models.container(content[20 : 20 + length], data))


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


@pytest.mark.parametrize(("key", "value"), ACCESSOR)
@pytest.mark.parametrize("number", [0, 1])
def test_accessors(tmp_path, number, key, value):
    refused(tmp_path, changed("accessors", number, key, value=value))


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


def test_more_numbers_than_fit_into_memory(tmp_path):
    made = models.cube()
    made.add("accessors", {"componentType": 5126, "type": "VEC3", "count": 100_000_000})
    refused(tmp_path, made.build(), "memory")
    many = models.Glb()
    mesh = many.mesh(np.zeros((60_000, 3)), np.zeros(3, np.uint32))
    for _ in range(1_100):
        many.node(mesh=mesh)
    refused(tmp_path, many.build(), "memory")


@pytest.mark.parametrize(("index", "count"), [(8, 36), (60_000, 36), (0, 1), (0, 2), (0, 35)])
def test_vertex_indices(tmp_path, index, count):
    """A primitive with a single index ends Blender 5.0 and 5.2 by a signal."""
    faces = models.CUBE_FACES.ravel()[:count].copy()
    faces[0] = index
    made = models.Glb()
    made.node(mesh=made.mesh(faces=faces))
    refused(tmp_path, made.build(), "damaged")


@pytest.mark.parametrize("mode", [5, 6])
def test_strips_and_fans_need_three_corners(tmp_path, mode):
    made = models.Glb()
    made.node(mesh=made.mesh(faces=models.CUBE_FACES.ravel()[:2], mode=mode))
    refused(tmp_path, made.build(), "damaged")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_invalid_points(tmp_path, value):
    points = models.CUBE.copy()
    points[3, 1] = value
    made = models.Glb()
    made.node(mesh=made.mesh(points))
    for accessor in made.root["accessors"]:
        accessor.pop("min", None), accessor.pop("max", None)
    refused(tmp_path, made.build(), "invalid points")


def test_attributes_of_different_length(tmp_path):
    made = models.cube()
    attributes = made.root["meshes"][0]["primitives"][0]["attributes"]
    attributes["NORMAL"] = made.accessor(models.CUBE[:7])
    refused(tmp_path, made.build(), "damaged")


@pytest.mark.parametrize(
    "nodes",
    [
        [{"children": [0]}],
        [{"children": [1]}, {"children": [0]}],
        [{"children": [2]}, {"children": [2]}, {}],
        [{"children": [9]}],
        [{"children": 1}],
        [{"mesh": 5}],
        [{"skin": 0}],
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


def test_nodes_too_deep(tmp_path):
    refused(tmp_path, deep(300).build(), "deeper")


def test_sparse_accessors(tmp_path):
    made = models.cube()
    indices, values = made.view(struct.pack("<HH", 0, 8)), made.view(bytes(24))
    sparse = {"count": 2, "indices": {"bufferView": indices, "componentType": 5123}, "values": {"bufferView": values}}
    made.root["accessors"][0]["sparse"] = sparse
    refused(tmp_path, made.build(), "damaged")
    sparse["count"] = 1
    passes(tmp_path, made.build())


def test_skins_and_animations(tmp_path):
    def made(joint, matrices, channel_node):
        rig = models.cube(skin=0)
        attributes = rig.root["meshes"][0]["primitives"][0]["attributes"]
        attributes["JOINTS_0"] = rig.accessor(np.full((8, 4), joint, np.uint8))
        attributes["WEIGHTS_0"] = rig.accessor(np.full((8, 4), 0.25, np.float32))
        inverse = rig.accessor(np.tile(np.eye(4, dtype=np.float32).ravel(), (matrices, 1)))
        rig.add("skins", {"joints": [rig.node()], "inverseBindMatrices": inverse})
        times = rig.accessor(np.zeros(1, np.float32))
        channel = {"sampler": 0, "target": {"node": channel_node, "path": "scale"}}
        rig.add("animations", {"samplers": [{"input": times, "output": 0}], "channels": [channel]})
        return rig.build()

    passes(tmp_path, made(0, 1, 1))
    refused(tmp_path, made(1, 1, 1), "joint")
    refused(tmp_path, made(0, 1, 9), "node")


@pytest.mark.parametrize("side", [(16_385, 1), (1, 2**31 - 1), (16_384, 16_384), (0, 5)])
def test_pictures_that_are_too_large(tmp_path, side):
    head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", *side) + bytes(40)
    made = models.textured()
    made.texture(head)
    refused(tmp_path, made.build(), "texture")


def test_pictures_that_are_too_large_together(tmp_path):
    made = models.textured()
    for _ in range(6):
        made.texture(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 9000, 9000) + bytes(40))
    refused(tmp_path, made.build(), "texture")


@pytest.mark.parametrize(
    "content", [b"GIF89a" + bytes(40), b"<svg>" + bytes(40), bytes(40), b"\xabKTX 20\xbb" + bytes(40)]
)
def test_pictures_of_other_kinds(tmp_path, content):
    made = models.textured()
    made.texture(content)
    refused(tmp_path, made.build(), "texture")


@pytest.mark.parametrize("name", ["EXT_meshopt_compression", "KHR_texture_basisu", "ACME_secret"])
def test_extensions_that_blender_cannot_read(tmp_path, name):
    made = models.cube()
    made.root["extensionsRequired"] = [name]
    refused(tmp_path, made.build(), name)


def test_the_worker_survives_them_all(worker, tmp_path):
    """What passes the gate and breaks the importer is an error, and the worker goes on."""
    odd = models.textured()
    odd.root["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"] = {"index": 77}
    for number, content in enumerate([odd.build(), json.dumps({}).encode(), models.cube().build()[:-5]]):
        (tmp_path / f"{number}.glb").write_bytes(content)
        order = {"model": str(tmp_path / f"{number}.glb"), "blend": str(tmp_path / "x.blend"), "name": "x"}
        error = worker.refused("convert", front_axis="-Y", provenance={}, **order)
        assert error["kind"] == "model_file" and error["details"]
        assert not list(tmp_path.glob("x.blend*"))
