"""Plain GLBs: what the fast reader makes of them equals what Blender's importer makes of them, value for value."""

import json
import os

import bpy
import models
import numpy as np
import plain_glbs
import pytest
import snapshot

from blender_addon.landing import plain, plain_edges, plain_file, plain_mesh, plain_weld, read

FULL = os.environ.get("MAQUETTE_FULL") == "1"
SEEDS = range(500 if FULL else 30)


def fast(path):
    """Read with numpy, or fail."""
    assert plain.read(path, read._gltf), "not plain"


@pytest.fixture
def both(tmp_path):
    """Return a function that reads a GLB with both readers, each into a new file, and gives what differs."""

    def compared(made, near=None):
        path = tmp_path / "model.glb"
        path.write_bytes(made.build())
        taken = []
        for reader in (read._gltf, fast):
            bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
            reader(path)
            taken.append(snapshot.taken())
        assert len(taken[0]) > 50 and not list((tmp_path).glob("*.part"))
        return snapshot.differences(*taken, near)

    return compared


@pytest.mark.parametrize("make", plain_glbs.CASES.values(), ids=plain_glbs.CASES)
def test_a_trait(both, make):
    assert both(make()) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_traits_drawn_by_lot(both, seed):
    assert both(plain_glbs.drawn(seed)) == []


NOT_PLAIN = {
    "skin": lambda made: made.add("skins", {"joints": [0]}),
    "animation": lambda made: made.add("animations", {}),
    "camera": lambda made: made.add("cameras", {}),
    "extension": lambda made: made.root.update(extensionsUsed=["KHR_animation_pointer"]),
    "of all": lambda made: made.root.update(extensions={"KHR_lights_punctual": {}}),
    "of a node": lambda made: made.root["nodes"][0].update(extensions={"EXT_mesh_gpu_instancing": {}}),
    "of a view": lambda made: made.root["bufferViews"][0].update(extensions={"EXT_meshopt_compression": {}}),
    "shapes": lambda made: surface(made).update(targets=[{}]),
    "draco": lambda made: surface(made).update(extensions={"KHR_draco_mesh_compression": {}}),
    "lines": lambda made: surface(made).update(mode=1),
    "strip": lambda made: surface(made).update(mode=5),
    "joints": lambda made: surface(made)["attributes"].update(JOINTS_0=0),
    "custom": lambda made: surface(made)["attributes"].update(_HEAT=0),
    "ninth": lambda made: surface(made)["attributes"].update(TEXCOORD_8=0),
    "type": lambda made: surface(made)["attributes"].update(TEXCOORD_0=0),
    "nowhere": lambda made: surface(made)["attributes"].pop("POSITION"),
    "sparse": lambda made: made.root["accessors"][0].update(sparse={}),
    "zeros": lambda made: made.root["accessors"][0].pop("bufferView"),
    "wide": lambda made: made.root["accessors"][0].update(componentType=5125),
    "half": lambda made: made.root["accessors"][1].update(count=35),
    "outside": lambda made: made.root.update(buffers=[{"byteLength": len(made.data), "uri": "a.bin"}]),
    "empty": lambda made: made.add("meshes", {"primitives": []}),
}
"""What the fast reader leaves to Blender's importer."""


def surface(made):
    return made.root["meshes"][0]["primitives"][0]


@pytest.mark.parametrize("change", NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_others_are_left_to_blender(tmp_path, change):
    made = models.cube()
    (tmp_path / "plain.glb").write_bytes(made.build())
    change(made)
    (tmp_path / "model.glb").write_bytes(made.build())
    assert plain_file.open_glb(tmp_path / "plain.glb").is_plain()
    assert not plain.read(tmp_path / "model.glb", lambda _: pytest.fail("a stand-in was made"))


def test_json_is_left_to_blender(tmp_path):
    (tmp_path / "model.gltf").write_text(json.dumps(models.cube().root))
    assert not plain.read(tmp_path / "model.gltf", lambda _: pytest.fail("a stand-in was made"))


@pytest.mark.parametrize("animated", [False, True], ids=["plain", "animated"])
def test_the_right_reader_is_taken(tmp_path, monkeypatch, animated):
    made = models.cube()
    if animated:
        times, places = made.accessor(np.float32([0, 1])), made.accessor(np.eye(3, dtype=np.float32)[:2])
        sampler = {"input": times, "output": places}
        channel = {"sampler": 0, "target": {"node": 0, "path": "translation"}}
        made.add("animations", {"samplers": [sampler], "channels": [channel]})
    (tmp_path / "model.glb").write_bytes(made.build())
    filled = []
    monkeypatch.setattr(plain, "fill", lambda *parts: filled.append(plain_mesh.fill(*parts)))
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    read.read(tmp_path / "model.glb", tmp_path, own=True)
    assert len(filled) == (not animated) and len(bpy.data.actions) == animated
    assert [len(mesh.polygons) for mesh in bpy.data.meshes] == [12]


UNLIKE = {"layers", "normals_domain", "sharp_edge EDGE BOOLEAN"}
"""Where normals stored in another way may show besides."""


@pytest.mark.parametrize("kind", ["smooth", "flat"])
def test_normals_of_a_large_mesh(both, monkeypatch, kind):
    """Blender's importer rounds them to 16 bits, or takes its own where these are nearly the same."""
    monkeypatch.setattr(plain_mesh, "_LARGE", 0)
    normals = plain_glbs.OUTWARD if kind == "smooth" else plain_glbs.SIDES
    near = dict.fromkeys(("corner_normals", "polygon_normals", "vertex_normals"), 1e-4)
    found = {path.removeprefix("meshes/Mesh_0/") for path in both(plain_glbs.one(normals=normals), near)}
    if bpy.app.version >= (4, 5):
        assert found == UNLIKE | {"custom_normal CORNER INT16_2D", "custom_normal POINT FLOAT_VECTOR"}
    else:
        assert found == (UNLIKE | {"has_custom_normals"} if kind == "smooth" else set())


def test_missing_normals_of_a_large_mesh(both, monkeypatch):
    """Blender makes them."""
    monkeypatch.setattr(plain_mesh, "_LARGE", 0)
    assert both(plain_glbs.several()) == []


@pytest.mark.parametrize("width", [1, 3, 6])
def test_welding_is_numpys_own(width):
    random = np.random.default_rng(width)
    rows = random.integers(-2, 3, (3000, width)).astype(np.float32) / np.float32(3)
    rows[::7] *= -0.0
    kept, which = plain_weld.weld(rows)
    words, wanted = np.unique((rows + 0).view(np.uint32), axis=0, return_inverse=True)
    assert np.array_equal(kept.view(np.uint32), words) and np.array_equal(which, wanted.ravel())


PLANTED = {
    "a vertex": lambda: bpy.data.meshes[0].vertices[3].co.__setitem__(0, 0.5000001),
    "a UV": lambda: bpy.data.meshes[0].uv_layers[0].uv[5].vector.__setitem__(1, 0.25),
    "a flat face": lambda: setattr(bpy.data.meshes[0].polygons[2], "use_smooth", True),
    "normals": lambda: (
        bpy.data.meshes[0].attributes.remove(bpy.data.meshes[0].attributes["custom_normal"])
        if bpy.app.version >= (4, 5)
        else bpy.data.meshes[0].normals_split_custom_set([(0, 0, 1)] * 36)
    ),
    "a place": lambda: setattr(bpy.data.objects[0], "location", (0, 0, 1e-6)),
    "a name": lambda: setattr(bpy.data.objects[0], "name", "other"),
    "a colour space": lambda: setattr(bpy.data.images[0].colorspace_settings, "name", "Non-Color"),
    "a value": lambda: setattr(_shader().inputs["Metallic"], "default_value", 0.9),
    "a link": lambda: bpy.data.materials[0].node_tree.links.remove(bpy.data.materials[0].node_tree.links[0]),
    "a node": lambda: bpy.data.materials[0].node_tree.nodes.new("ShaderNodeMath"),
    "a picture": lambda: bpy.data.images[0].pack(data=bytes(9), data_len=9),
}


def _shader():
    return next(node for node in bpy.data.materials[0].node_tree.nodes if node.type == "BSDF_PRINCIPLED")


@pytest.mark.parametrize("change", PLANTED.values(), ids=PLANTED)
def test_the_comparison_sees(tmp_path, change):
    made = plain_glbs.painted(lambda made: {"emissiveTexture": plain_glbs.pictured(made)})
    (tmp_path / "model.glb").write_bytes(made.build())
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    fast(tmp_path / "model.glb")
    before = snapshot.taken()
    assert snapshot.differences(before, snapshot.taken()) == []
    change()
    assert snapshot.differences(before, snapshot.taken()) != []


@pytest.mark.parametrize("bits", [64, 0], ids=["packed", "apart"])
def test_edges_of_a_large_mesh(both, monkeypatch, bits):
    """Blender numbers them by chance, so what is compared is where they lead."""
    monkeypatch.setattr(plain_mesh, "_MANY", 0)
    monkeypatch.setattr(plain_edges, "_WORD", bits)
    found = {path.partition("/Mesh_0/")[2] for path in both(plain_glbs.several())}
    assert found == {".edge_verts EDGE INT32_2D", ".corner_edge CORNER INT"}
    (mesh,) = bpy.data.meshes
    corners = [[loop.vertex_index for loop in mesh.loops[face.loop_start :][:3]] for face in mesh.polygons]
    wanted = [tuple(sorted(pair)) for a, b, c in corners for pair in ((a, b), (b, c), (c, a))]
    assert [tuple(mesh.edges[loop.edge_index].vertices) for loop in mesh.loops] == wanted
    assert len(mesh.edges) == len(set(wanted)) and not mesh.validate()


UNSOUND = {
    "a vertex twice": [0, 1, 1],
    "doubled": [0, 1, 2, 0, 2, 3, 1, 2, 0],
    "doubled backwards": [0, 1, 2, 3, 4, 5, 0, 2, 1],
    "doubled in a fan": [0, 1, 2, 0, 1, 3, 0, 1, 4, 0, 1, 5, 1, 0, 3],
    "a fan of too many": [vertex for third in range(2, 40) for vertex in (0, 1, third)],
}


@pytest.mark.parametrize("corners", UNSOUND.values(), ids=UNSOUND)
def test_triangles_that_blender_repairs(corners):
    assert plain_edges.edges(np.array(corners, np.intc), 40) is None


def test_edges_of_a_fan():
    ends, which = plain_edges.edges(np.array([0, 1, 2, 1, 0, 3, 0, 1, 4], np.intc), 5)
    assert ends.tolist() == [[0, 1], [0, 2], [0, 3], [0, 4], [1, 2], [1, 3], [1, 4]]
    assert which.tolist() == [0, 4, 1, 0, 2, 5, 0, 6, 3]
