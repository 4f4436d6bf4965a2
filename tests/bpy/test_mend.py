"""What can be spared of a damaged GLB is left out and said; the rest lands."""

import struct

import bpy
import models
import numpy as np
import pytest
from corpus import sound
from gated import refused


def faces(collection):
    return sum(len(item.data.polygons) for item in collection.objects if item.type == "MESH")


def overwrite(made, accessor, at, value):
    """Put bytes over the numbers of an accessor."""
    view = made.root["bufferViews"][made.root["accessors"][accessor]["bufferView"]]
    start = view["byteOffset"] + at
    made.data = made.data[:start] + value + made.data[start + len(value) :]


NAN = struct.pack("<f", np.nan)


@pytest.mark.fault("F39")
@pytest.mark.parametrize("name", sound.GLB)
def test_sound_files_land_without_a_word(land_glb, name):
    collection, warnings = land_glb(sound.GLB[name]())
    assert (faces(collection), warnings) == ({"compressed": 384}.get(name, 12), [])


@pytest.mark.fault("F12")
@pytest.mark.parametrize(
    ("name", "what"),
    [("NORMAL", "normals"), ("TEXCOORD_0", "UVs"), ("COLOR_0", "vertex colours"), ("_X", "additional")],
)
@pytest.mark.parametrize("damage", ["nan", "length", "missing", "type"])
def test_values_of_the_points(land_glb, name, what, damage):
    made = sound.glb_textured()
    attributes = made.root["meshes"][0]["primitives"][0]["attributes"]
    if name == "_X":
        attributes["_X"] = made.accessor(np.ones(8, np.float32))
    if damage == "nan":
        overwrite(made, attributes[name], 4, NAN)
    elif damage == "missing":
        attributes[name] = 99
    elif damage == "length" or name == "_X":
        attributes[name] = made.accessor(np.zeros((7, 3), np.float32))
    else:
        attributes[name] = made.accessor(np.zeros(8, np.float32))
    collection, warnings = land_glb(made)
    assert len(warnings) == 1 and warnings[0].startswith(f"The {what}") and faces(collection) == 12
    assert bool(collection.objects[0].data.uv_layers) == (name != "TEXCOORD_0")


@pytest.mark.fault("F11")
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("indexed", [True, False])
def test_one_invalid_point_goes_with_its_faces(land_glb, value, indexed):
    points = models.CUBE if indexed else models.CUBE[models.CUBE_FACES]
    made = models.Glb()
    made.node(mesh=made.mesh(points, models.CUBE_FACES if indexed else np.zeros(3, np.uint16)))
    if not indexed:
        del made.root["meshes"][0]["primitives"][0]["indices"]
    overwrite(made, 0, 16, struct.pack("<f", value))
    collection, warnings = land_glb(made)
    around = int((models.CUBE_FACES.reshape(-1, 3) == 1).any(axis=1).sum()) if indexed else 1
    assert faces(collection) == 12 - around
    assert warnings == ["1 invalid point was left out, with the faces around."]
    assert np.allclose(collection.objects[0].dimensions, 1, atol=1e-4)


@pytest.mark.fault("F11")
def test_many_invalid_points_are_refused(tmp_path):
    made = models.cube()
    overwrite(made, 0, 0, NAN * 12)
    refused(tmp_path, made.build(), "invalid points")
    strip = models.Glb()
    strip.node(mesh=strip.mesh(mode=5))
    overwrite(strip, 0, 0, NAN)
    refused(tmp_path, strip.build(), "invalid points")


def bad_joint(made):
    overwrite(made, made.root["meshes"][0]["primitives"][0]["attributes"]["JOINTS_0"], 0, b"\7")


def bad_weight(made):
    overwrite(made, made.root["meshes"][0]["primitives"][0]["attributes"]["WEIGHTS_0"], 0, NAN)


RIGS = {
    "joint": bad_joint,
    "weight": bad_weight,
    "node": lambda made: made.root["skins"][0].update(joints=[0, 99]),
    "text": lambda made: made.root["skins"][0].update(joints="all"),
    "none": lambda made: made.root["skins"][0].update(joints=[]),
    "matrices": lambda made: made.root["skins"][0].update(inverseBindMatrices=0),
    "skeleton": lambda made: made.root["skins"][0].update(skeleton=-1),
    "skin": lambda made: made.root["nodes"][-1].update(skin=3),
    "nan": lambda made: overwrite(made, made.root["skins"][0]["inverseBindMatrices"], 0, NAN),
}


@pytest.mark.fault("F12", "F15")
@pytest.mark.parametrize("damage", RIGS.values(), ids=RIGS)
def test_a_bad_rig_is_left_out(land_glb, damage):
    made = sound.glb_rigged()
    damage(made)
    collection, warnings = land_glb(made)
    assert warnings == ["The rig was damaged and left out."]
    assert [item.type for item in collection.objects] == ["MESH"] and faces(collection) == 12


ANIMATIONS = {
    "sampler": lambda one: one["channels"][0].update(sampler=9),
    "node": lambda one: one["channels"][0]["target"].update(node=99),
    "path": lambda one: one["channels"][0]["target"].update(path=[]),
    "input": lambda one: one["samplers"][0].update(input=99),
    "output": lambda one: one["samplers"][0].update(output=0),
    "spline": lambda one: one["samplers"][0].update(interpolation="CUBICSPLINE"),
    "list": lambda one: one.update(channels=7),
}


@pytest.mark.fault("F15")
@pytest.mark.parametrize("damage", ANIMATIONS.values(), ids=ANIMATIONS)
def test_a_bad_animation_is_left_out(land_glb, damage):
    made = sound.glb_animated()
    damage(made.root["animations"][0])
    collection, warnings = land_glb(made)
    assert warnings == ["1 animation was damaged and left out."]
    assert {item.type for item in collection.objects} == {"EMPTY", "MESH", "ARMATURE"} and not bpy.data.actions


@pytest.mark.fault("F12")
def test_an_animation_with_invalid_values_is_left_out(land_glb):
    made = sound.glb_animated()
    overwrite(made, made.root["animations"][0]["samplers"][1]["output"], 12, NAN)
    assert land_glb(made)[1] == ["1 animation was damaged and left out."]


SHAPES = {
    "length": lambda made, part: part["targets"][0].update(POSITION=made.accessor(np.zeros((7, 3), np.float32))),
    "missing": lambda made, part: part["targets"][0].update(POSITION=77),
    "text": lambda made, part: part.update(targets="many"),
    "nan": lambda made, part: overwrite(made, part["targets"][0]["POSITION"], 0, NAN),
    "weights": lambda made, part: made.root["meshes"][0].update(weights=[0, "x"]),
}


@pytest.mark.fault("F15")
@pytest.mark.parametrize("damage", SHAPES.values(), ids=SHAPES)
def test_bad_shape_keys_are_left_out(land_glb, damage):
    made = sound.glb_morph()
    times, amounts = made.accessor(np.zeros(1, np.float32)), made.accessor(np.zeros(2, np.float32))
    channel = {"sampler": 0, "target": {"node": 0, "path": "weights"}}
    made.add("animations", {"samplers": [{"input": times, "output": amounts}], "channels": [channel]})
    damage(made, made.root["meshes"][0]["primitives"][0])
    collection, warnings = land_glb(made)
    assert warnings == ["The shape keys were damaged and left out."]
    assert faces(collection) == 12 and not collection.objects[0].data.shape_keys


NAMES = ["x" * 100_000, "a\0b", "\x1b[31mred\x1b[0m", "\u202egnp.exe", "\ud800", 7, None, ["a"]]


@pytest.mark.fault("F36", "S12")
@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_names_are_cleaned(land_glb, name):
    made = sound.glb_morph()
    for key in ("nodes", "meshes"):
        made.root[key][0]["name"] = name
    made.root["meshes"][0]["extras"] = {"targetNames": [name, "frown"]}
    collection, warnings = land_glb(made)
    assert warnings == ["Names in the model file were damaged and cleaned."]
    (item,) = collection.objects
    every = [item.name, item.data.name, *(key.name for key in item.data.shape_keys.key_blocks)]
    assert len(every) == 5 and all(one.isprintable() and len(one.encode()) <= 63 for one in every)


DEEP = 1
for _ in range(50):
    DEEP = {"a": DEEP}
EXTRAS = [{f"k{n}": n for n in range(2000)}, DEEP, [1, None], "x", {"": 1}, {"a": 10**30}, {"a": "x" * 10**5}, None]


@pytest.mark.fault("F37")
@pytest.mark.parametrize("extras", EXTRAS, ids=range(len(EXTRAS)))
def test_odd_extras_are_dropped(land_glb, extras):
    made = models.cube(extras=extras)
    made.root["meshes"][0]["extras"] = made.root["meshes"][0]["primitives"][0]["extras"] = extras
    collection, warnings = land_glb(made)
    assert warnings == ["Additional data of an unusual kind was left out."] and faces(collection) == 12
    item = collection.objects[0]
    assert {"a", "k1", "x", ""}.isdisjoint(item.keys()) and not item.data.keys()


@pytest.mark.fault("F35")
@pytest.mark.parametrize(
    ("scale", "words"), [(0.001, "only 1 mm"), (1000, "1,000 m large"), (1, None), (0.02, None), (90, None)]
)
def test_unusual_sizes_are_said(land_glb, scale, words):
    _, warnings = land_glb(models.cube(scale=[scale] * 3))
    assert (len(warnings) == 1 and words in warnings[0]) if words else warnings == []


@pytest.mark.fault("F38")
def test_very_many_triangles_are_said(land_glb, monkeypatch):
    monkeypatch.setattr("blender_addon.worker.convert._MANY", 12)
    assert land_glb(models.cube())[1] == ["The model has 0 million triangles; your scene may become slow."]


@pytest.mark.fault("F16")
def test_damaged_draco_is_an_error(worker, tmp_path):
    """Blender says FINISHED and makes a mesh without a face."""
    made = models.cube()
    part = made.root["meshes"][0]["primitives"][0]
    view = made.view(bytes(range(200)))
    part["extensions"] = {"KHR_draco_mesh_compression": {"bufferView": view, "attributes": {"POSITION": 0}}}
    for accessor in made.root["accessors"]:
        del accessor["bufferView"]
    made.root["extensionsRequired"] = made.root["extensionsUsed"] = ["KHR_draco_mesh_compression"]
    (tmp_path / "a.glb").write_bytes(made.build())
    order = {"model": str(tmp_path / "a.glb"), "blend": str(tmp_path / "x.blend"), "name": "x", "front_axis": "-Y"}
    assert worker.refused("convert", provenance={}, **order)["kind"] == "model_file"


@pytest.mark.fault("F35")
@pytest.mark.parametrize("scale", [0, 1e38])
def test_a_model_without_a_size_is_an_error(worker, tmp_path, scale):
    (tmp_path / "a.glb").write_bytes(models.cube(scale=[scale] * 3).build())
    order = {"model": str(tmp_path / "a.glb"), "blend": str(tmp_path / "x.blend"), "name": "x", "front_axis": "-Y"}
    assert worker.refused("convert", provenance={}, **order)["kind"] == "model_file"


@pytest.mark.fault("F15", "F19")
def test_the_bare_surface_lands_when_the_importer_fails(land_glb):
    """The gate does not know all that the importer stumbles over."""
    made = sound.glb_textured()
    made.root["materials"][0]["pbrMetallicRoughness"]["metallicFactor"] = "much"
    collection, warnings = land_glb(made)
    assert warnings == [
        "Blender could read only the surface of this model: its materials, rig and animations were left out."
    ]
    assert faces(collection) == 12
