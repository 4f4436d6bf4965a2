"""Replace, where a model is a rig or in parts: it goes as a whole, and what the artist has hung on it stays."""

import bpy
import models
import numpy as np
import pytest
from enabled import extension  # noqa: F401 - a fixture
from replaced import an_object, choose, in_parts, shown_box
from test_blender_landing import ready  # noqa: F401 - a fixture
from test_landing_tidy import points_of, rigged

from blender_addon.landing import append, placeholders, provenance


def test_a_rig_goes_as_a_whole_and_the_artists_own_stays(ready):  # noqa: F811
    rig = an_object("Owl rig", "old", kind="ARMATURE")
    body = an_object("Owl", "old", rig)
    body.modifiers.new("Armature", "ARMATURE").object = rig
    body.modifiers.new("Bevel", "BEVEL")
    sword = an_object("sword", "", body)
    rig.location = (4, 5, 6)
    choose(body)
    assert bpy.ops.maquette.replace(task=ready[1]) == {"FINISHED"}
    new = bpy.data.objects["Owl rig"]
    assert (new.type, tuple(new.location)) == ("MESH", (4, 5, 6))
    assert [one.type for one in new.modifiers] == ["BEVEL"], "the rig is gone, and so is what belongs to it"
    assert sword.parent == new and "Owl" not in bpy.data.objects and not bpy.data.armatures


def test_selected_parts_of_one_model_go_together(ready):  # noqa: F811
    parts = [an_object(f"Owl part {number}", "old") for number in (1, 2, 3)]
    parts[0].location.x = 8
    choose(*parts[:2], bpy.data.objects["Cube"])
    assert bpy.ops.maquette.replace(task=ready[1]) == {"FINISHED"}
    names = sorted(item.name for item in bpy.data.objects)
    assert names == ["Camera", "Cube", "Light", "Owl part 1", "Owl part 3"]
    assert bpy.data.objects["Owl part 1"].location.x == 8
    assert len(bpy.data.objects["Owl part 1"].data.polygons) == 1


def test_the_collection_tells_where_its_content_comes_from(ready, converted, tmp_path):  # noqa: F811
    running, task = ready
    blend = converted(models.cube().build(), task=task, image="new.png")
    running.assembly.journal.folder_of(task).joinpath("model.blend").write_bytes(blend.read_bytes())
    home = bpy.data.collections.new("Owl")
    bpy.context.scene.collection.children.link(home)
    item = an_object("Owl", "old")
    bpy.context.scene.collection.objects.unlink(item)
    home.objects.link(item)
    provenance.mark([home], {"task": "old"})
    choose(item)
    assert bpy.ops.maquette.replace(task=task) == {"FINISHED"}
    assert {provenance.task_of(one) for one in (home, *home.objects)} == {task}
    assert home["maquette_image"] == "new.png"
    assert points_of(home.objects[0]).max() == pytest.approx(1)


def test_a_rig_that_is_replaced_by_itself_stands_as_the_artist_has_put_it(ready, converted):  # noqa: F811
    running, task = ready
    blend = converted(rigged().build(), task="old", height=0.5)
    landed = append.land(blend, bpy.context.scene, (1, 2, 3), select=True)
    root = bpy.context.view_layer.objects.active
    assert landed.collection.name == "Figure" and tuple(root.matrix_basis.to_scale()) == (1, 1, 1)
    root.scale, root.rotation_euler.z = (3, 3, 3), 0.5
    before = shown_box(landed.objects)
    running.assembly.journal.folder_of(task).joinpath("model.blend").write_bytes(blend.read_bytes())
    assert bpy.ops.maquette.replace(task=task) == {"FINISHED"}
    after = shown_box([item for item in bpy.data.objects if item.name.startswith("Figure")])
    assert after == pytest.approx(before, abs=1e-4)
    assert len([item for item in bpy.data.objects if item.type == "ARMATURE"]) == 1


def test_a_copy_that_hangs_on_another_one_of_the_same_task_is_replaced_alone(ready, converted):  # noqa: F811
    blend = converted(in_parts("lid", "box"), task="old", parts=True)
    lower, upper, third = (append.land(blend, bpy.context.scene, (0, 0, z), select=False) for z in (0, 2, 4))
    tops = [next(item for item in one.objects if item.parent is None) for one in (lower, upper, third)]
    tops[1].parent, tops[2].parent = tops[0], next(item for item in upper.objects if "box" in item.name)
    bpy.context.view_layer.update()
    kept = {item.name: item.matrix_world.copy() for item in (*lower.objects, *third.objects)}
    gone = [item.name for item in upper.objects if item != tops[1]]
    choose(next(item for item in upper.objects if "lid" in item.name))
    assert bpy.ops.maquette.replace(task=ready[1]) == {"FINISHED"}
    bpy.context.view_layer.update()
    for name, place in kept.items():
        assert np.allclose(bpy.data.objects[name].matrix_world, place, atol=1e-5)
    assert not [name for name in gone if name in bpy.data.objects]


def test_parts_take_one_place_together_and_each_what_pointed_at_its_like(ready, converted, tmp_path):  # noqa: F811
    running, task = ready
    newer = tmp_path / "newer.blend"
    newer.write_bytes(converted(in_parts("box", "lid", "handle"), task=task, parts=True).read_bytes())
    blend = converted(in_parts("lid", "box"), task="old", parts=True)
    landed = append.land(blend, bpy.context.scene, (1, 2, 3), select=False)
    top = next(item for item in landed.objects if item.parent is None)
    top.constraints.new("LIMIT_DISTANCE").distance = 7
    camera, light = bpy.data.objects["Camera"], bpy.data.objects["Light"]
    camera.constraints.new("TRACK_TO").target = next(item for item in landed.objects if "box" in item.name)
    light.constraints.new("TRACK_TO").target = top
    bpy.data.objects["Cube"].modifiers.new("Wrap", "SHRINKWRAP").target = camera.constraints[0].target
    before = shown_box(landed.objects)
    running.assembly.journal.folder_of(task).joinpath("model.blend").write_bytes(newer.read_bytes())
    choose(next(item for item in landed.objects if "lid" in item.name))
    assert bpy.ops.maquette.replace(task=task) == {"FINISHED"}
    new = [item for item in bpy.data.objects if provenance.task_of(item) == task]
    (top,) = [item for item in new if item.parent is None]
    assert (len(new), top.name, tuple(top.location)) == (4, "Figure root", (1, 2, 3))
    assert [len(item.constraints) for item in new].count(1) == 1 and top.constraints[0].distance == 7
    box = next(item for item in new if "box" in item.name)
    assert camera.constraints[0].target == box == bpy.data.objects["Cube"].modifiers[0].target
    assert light.constraints[0].target == top
    assert shown_box(new)[:, 1:] == pytest.approx(before[:, 1:], abs=1e-5), "one more beside the two"


def test_parts_stand_as_their_placeholder_stands(ready, converted):  # noqa: F811
    blend = converted(in_parts("lid", "box"), task="new", parts=True)
    stand = placeholders.put(bpy.context.scene, "new", "owl", None, (1, 2, 3), None)
    stand.scale, stand.constraints.new("LIMIT_DISTANCE").distance = (2, 2, 2), 7
    landed = append.land(blend, bpy.context.scene, (0, 0, 0), select=False, placeholder=stand)
    assert shown_box(landed.objects) == pytest.approx(np.array([[-3, 1, 3], [5, 3, 5]]), abs=1e-5)
    assert sum(len(item.constraints) for item in landed.objects) == 1


def test_a_blend_of_several_roots_gets_one_object_to_move_it_by(ready, converted):  # noqa: F811
    """What was converted before models had one object at the top is still there to be landed again."""
    blend = converted(in_parts("lid", "box"), task="new", parts=True)
    landed = append.land(blend, bpy.context.scene, (0, 0, 0), select=False)
    for item in [item for item in landed.objects if item.parent]:
        item.parent = None
    bpy.data.objects.remove(next(item for item in landed.objects if item.type == "EMPTY"))
    bpy.data.libraries.write(str(blend), {landed.collection})
    again = append.land(blend, bpy.context.scene, (0, 0, 5), select=False)
    (top,) = [item for item in again.objects if item.parent is None]
    assert (top.type, tuple(top.location)) == ("EMPTY", (0, 0, 5))
    assert shown_box(again.objects) == pytest.approx(np.array([[-2, -0.5, 5], [2, 0.5, 6]]), abs=1e-5)


def test_what_hangs_on_a_part_stays_where_it_is(ready):  # noqa: F811
    rig = an_object("Owl rig", "old", kind="ARMATURE")
    body = an_object("Owl", "old", rig)
    sword = an_object("sword", "", body)
    rig.location, body.location, body.scale, sword.location = (4, 5, 6), (1, 2, 3), (2, 2, 2), (0, 0, 1)
    bpy.context.view_layer.update()
    place = sword.matrix_world.copy()
    choose(body)
    assert bpy.ops.maquette.replace(task=ready[1]) == {"FINISHED"}
    bpy.context.view_layer.update()
    assert sword.parent.name == "Owl rig" and np.allclose(sword.matrix_world, place, atol=1e-5)


def test_the_poses_of_an_old_rig_are_not_given_to_a_mesh_and_go_with_it(ready):  # noqa: F811
    rig = an_object("Owl rig", "old", kind="ARMATURE")
    action = rig.animation_data_create().action = bpy.data.actions.new("walk")
    if hasattr(action, "fcurves"):
        action.fcurves.new('pose.bones["hip"].location')
    else:
        strip = action.layers.new("layer").strips.new(type="KEYFRAME")
        strip.channelbag(action.slots.new("OBJECT", "rig"), ensure=True).fcurves.new('pose.bones["hip"].location')
    choose(rig)
    assert bpy.ops.maquette.replace(task=ready[1]) == {"FINISHED"}
    assert bpy.data.objects["Owl rig"].animation_data is None and "walk" not in bpy.data.actions
