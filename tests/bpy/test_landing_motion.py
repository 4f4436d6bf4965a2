"""What moves in a model: it is not joined to what stands, it is as tall as wished, and its actions are named."""

import bpy
import models
import numpy as np
import pytest
from test_landing_tidy import points_of, rigged
from tidied import meshes_of, opened

from blender_addon.landing import motion
from blender_addon.worker.convert import convert


def test_what_moves_differently_is_not_joined(converted):
    """Two skinned meshes become one, which the armature moves; one with shapes and one that is animated stay."""
    model = rigged()
    skinned = next(node for node in model.root["nodes"] if "skin" in node)
    model.root["nodes"][-1]["children"].append(model.node(False, mesh=skinned["mesh"], skin=0))
    for _ in range(2):
        shaped = model.mesh()
        target = {"POSITION": model.accessor(np.full((8, 3), 0.5, np.float32))}
        model.root["meshes"][shaped] |= {"weights": [0.0]}
        model.root["meshes"][shaped]["primitives"][0]["targets"] = [target]
        model.node(mesh=shaped, translation=[4, 0, 0])
    collection = opened(converted(model.build()))
    meshes = [item for item in collection.objects if item.type == "MESH"]
    followers = [item for item in meshes if any(one.type == "ARMATURE" for one in item.modifiers)]
    assert len(meshes) == 3 and len(followers) == 1
    assert len(followers[0].data.vertices) == 16 and len(followers[0].vertex_groups) == 2
    assert sum(item.data.shape_keys is not None for item in meshes) == 2


def body_and_tyre(converted, model, wheel, places):
    """Let the wheel move between two places in a second, and land it: the mesh that stands and the one that moves."""
    times = model.accessor(np.array([0, 1], np.float32))
    sampler = {"input": times, "output": model.accessor(np.array(places, np.float32))}
    channel = {"sampler": 0, "target": {"node": wheel, "path": "translation"}}
    model.add("animations", {"samplers": [sampler], "channels": [channel]})
    collection = opened(converted(model.build()))
    return sorted(meshes_of(collection), key=lambda item: motion.moves(item) or motion.moves(item.parent))


def test_a_wheel_that_turns_under_an_animated_empty_is_not_joined_to_the_body(converted):
    """Both of its meshes become one, for the same empty moves them."""
    model = models.cube()
    tyres = [model.node(False, mesh=model.mesh()) for _ in range(2)]
    wheel = model.node(children=tyres, translation=[4, 0, 0])
    body, tyre = body_and_tyre(converted, model, wheel, [[4, 0, 0], [4, 0, 5]])
    assert (len(body.data.polygons), len(tyre.data.polygons)) == (12, 24)
    before = [points_of(item).mean(axis=0) for item in (body, tyre)]
    bpy.context.scene.frame_set(bpy.context.scene.render.fps)
    after = [points_of(item).mean(axis=0) for item in (body, tyre)]
    assert after[0] == pytest.approx(before[0]) and (after[1] - before[1])[1] < -4


def test_a_wheel_that_turns_under_a_body_that_does_not_stays_at_it(converted):
    model = models.Glb()
    wheel = model.node(False, mesh=model.mesh(), translation=[1, 0, 0])
    model.node(mesh=model.mesh(), children=[wheel], translation=[5, 0, 0], scale=[2, 2, 2])
    body, tyre = body_and_tyre(converted, model, wheel, [[1, 0, 0], [1, 3, 0]])
    boxes = []
    for frame in (0, bpy.context.scene.render.fps):
        bpy.context.scene.frame_set(frame)
        boxes.append(points_of(tyre).min(axis=0) - points_of(body).min(axis=0))
    assert boxes[0] == pytest.approx([2, 0, 0], abs=1e-4) and boxes[1] == pytest.approx([2, 0, 6], abs=1e-4)
    assert np.ptp(points_of(tyre), axis=0) == pytest.approx([2, 2, 2], abs=1e-4)


@pytest.mark.parametrize("scale", [1, 100])
def test_the_artists_height_wins_over_the_files(scale, converted):
    blend = converted(models.cube(scale=[scale, 2 * scale, scale]).build(), height=0.3)
    points = points_of(opened(blend).objects[0])
    assert points.min(axis=0) == pytest.approx([-0.075, -0.075, 0], abs=1e-6)
    assert points.max(axis=0) == pytest.approx([0.075, 0.075, 0.3], abs=1e-6)


def test_a_rig_gets_the_height_too(converted):
    collection = opened(converted(rigged().build(), height=0.5))
    body = next(item for item in collection.objects if item.type == "MESH")
    shown = body.evaluated_get(bpy.context.evaluated_depsgraph_get())
    points = np.array([tuple(shown.matrix_world @ vertex.co) for vertex in shown.data.vertices])
    assert np.ptp(points[:, 2]) == pytest.approx(0.5, abs=1e-4) and points[:, 2].min() == pytest.approx(0, abs=1e-4)


def test_what_lies_flat_on_the_ground_has_no_height(converted):
    model = models.Glb()
    model.node(mesh=model.mesh([[0, 0, 0], [1, 0, 0], [0, 1e-6, 1]], np.array([0, 2, 1], np.uint16)))
    assert np.ptp(points_of(opened(converted(model.build(), height=2.0)).objects[0]), axis=0).max() == pytest.approx(1)


def sliding(name=None):
    model = models.Glb()
    node = model.node(mesh=model.mesh(), translation=[5, 0, 0])
    times = model.accessor(np.array([0, 1], np.float32))
    places = model.accessor(np.array([[5, 0, 0], [7, 0, 0]], np.float32))
    channel = {"sampler": 0, "target": {"node": node, "path": "translation"}}
    facts = {"samplers": [{"input": times, "output": places}], "channels": [channel]}
    model.add("animations", facts | ({"name": name} if name else {}))
    return model


def test_an_animated_object_stands_at_the_origin_and_moves_from_there(converted):
    collection = opened(converted(sliding("slide").build(), height=2.0))
    places = []
    for frame in (0, bpy.context.scene.render.fps):
        bpy.context.scene.frame_set(frame)
        item = next(item for item in collection.objects if item.type == "MESH")
        places.append(points_of(item).min(axis=0))
    assert places[0][2] == pytest.approx(0, abs=1e-5)
    assert places[0][0] == pytest.approx(-1, abs=0.2), "the box's middle is over the origin at the file's first frame"
    assert places[1] - places[0] == pytest.approx([4, 0, 0], abs=1e-4)
    assert [item.name for item in collection.objects] == ["Figure", "Figure root"]


@pytest.mark.parametrize(("given", "called"), [("slide", "Figure slide"), (None, "Figure action")])
def test_an_action_is_named_after_the_model_and_what_it_does(given, called, converted):
    opened(converted(sliding(given).build()))
    assert [action.name for action in bpy.data.actions] == [called]


def walk_and_run(folder, first, last, fps=24):
    """Convert an FBX of a rig that has two actions from one frame to the other; return the .blend."""
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    bpy.context.scene.render.fps = fps
    bpy.ops.object.armature_add()
    armature = bpy.context.object
    bpy.ops.mesh.primitive_cube_add()
    bpy.context.object.parent = armature
    armature.animation_data_create()
    for name in ("walk", "run"):
        armature.animation_data.action = bpy.data.actions.new(name)
        for frame in (first, last):
            armature.pose.bones[0].location.x = frame
            armature.pose.bones[0].keyframe_insert("location", frame=frame)
    bpy.ops.export_scene.fbx(filepath=str(folder / "two.fbx"), add_leaf_bones=False)
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    order = {"model": str(folder / "two.fbx"), "blend": str(folder / "two.blend"), "name": "Owl"}
    convert(order | {"front_axis": "-Y", "provenance": {}}, lambda _: None)
    return folder / "two.blend"


def test_all_actions_of_an_fbx_come_along(tmp_path):
    collection = opened(walk_and_run(tmp_path, 1, 10))
    assert sorted(action.name for action in bpy.data.actions) == ["Owl run", "Owl walk"]
    rig = next(item for item in collection.objects if item.type == "ARMATURE")
    (track,) = rig.animation_data.nla_tracks
    assert rig.name == "Owl rig" and track.mute
    assert {rig.animation_data.action.name, track.strips[0].action.name} == {"Owl run", "Owl walk"}
    rig.animation_data.action, track.mute = None, False
    places = []
    for frame in (1, 10):
        bpy.context.scene.frame_set(frame)
        places.append(rig.pose.bones[0].matrix.translation.copy())
    assert (places[1] - places[0]).length == pytest.approx(9, rel=0.01)


def test_the_actions_of_shape_keys_that_are_not_played_are_kept():
    item = bpy.data.objects["Cube"]
    smile = item.shape_key_add(name="Basis") and item.shape_key_add(name="smile")
    keys = item.data.shape_keys
    keys.animation_data_create()
    for name in ("talk", "laugh"):
        keys.animation_data.action = bpy.data.actions.new(f"{keys.name}|{name}")
        keys.animation_data.action.use_fake_user = True
        smile.keyframe_insert("value", frame=1)
    motion.keep()
    (track,) = keys.animation_data.nla_tracks
    assert (track.name, track.mute, track.strips[0].action.name) == ("talk", True, f"{keys.name}|talk")
    assert keys.animation_data.action.name == f"{keys.name}|laugh"
