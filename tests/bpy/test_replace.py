"""Replace: a new version of a model takes an old object's place, as one step, and the old one is gone."""

import bpy
import numpy as np
import pytest
from enabled import extension  # noqa: F401 - a fixture
from mathutils import Matrix, Vector
from placed import arrive
from replaced import choose
from test_blender_landing import ready, row  # noqa: F401 - a fixture

from blender_addon.blender import session
from blender_addon.landing import placeholders, provenance, replacing, targets


@pytest.fixture
def old(ready):  # noqa: F811
    """Return the task and an old object with everything that it can have, active and selected: a cube."""
    item, scene = bpy.data.objects["Cube"], bpy.context.scene
    item.name = "Hero"
    home = bpy.data.collections.new("Props")
    scene.collection.children.link(home)
    for one in item.users_collection:
        one.objects.unlink(item)
    home.objects.link(item)
    item.parent, item.matrix_parent_inverse = bpy.data.objects["Light"], Matrix.Translation((0, 0, 1))
    item.rotation_mode = "QUATERNION"
    item.matrix_basis = Matrix.LocRotScale(Vector((3, 1, 2)), Matrix.Rotation(0.5, 3, "Z"), Vector((2, 2, 3)))
    item.constraints.new("LIMIT_DISTANCE").distance = 7
    item.modifiers.new("Bevel", "BEVEL").width = 0.25
    item.modifiers.new("Push", "DISPLACE").strength = 0.5
    child = bpy.data.objects.new("hat", None)
    scene.collection.objects.link(child)
    child.parent = item
    bpy.data.objects["Camera"].constraints.new("TRACK_TO").target = item
    item.select_set(True)
    bpy.context.view_layer.objects.active = item
    bpy.context.view_layer.update()
    return ready[1], item


def test_everything_goes_over_and_the_old_object_is_gone(old):
    task, item = old
    matrix, mesh, material = item.matrix_world.copy(), item.data.name, item.active_material.name
    hat = bpy.data.objects["hat"].matrix_world.copy()
    assert bpy.ops.maquette.replace(task=task) == {"FINISHED"}
    new = bpy.data.objects["Hero"]
    bpy.context.view_layer.update()
    assert provenance.task_of(new) == "" and len(new.data.polygons) == 1, "the crate of the .blend has no provenance"
    assert np.allclose(new.matrix_world, matrix, atol=1e-5)
    assert (new.parent.name, new.rotation_mode) == ("Light", "QUATERNION")
    assert [one.name for one in new.users_collection] == ["Props"]
    assert [one.distance for one in new.constraints] == [7]
    assert [(one.name, one.type) for one in new.modifiers] == [("Bevel", "BEVEL"), ("Push", "DISPLACE")]
    assert (new.modifiers[0].width, new.modifiers[1].strength) == (0.25, 0.5)
    assert bpy.data.objects["hat"].parent == new and np.allclose(bpy.data.objects["hat"].matrix_world, hat, atol=1e-5)
    assert bpy.data.objects["Camera"].constraints[0].target == new
    assert "crate" not in bpy.data.collections and "crate" not in bpy.data.objects
    assert mesh not in bpy.data.meshes and material not in bpy.data.materials
    assert list(bpy.context.view_layer.objects.selected) == [new] and bpy.context.view_layer.objects.active == new
    assert row().state == "succeeded"
    assert new.users == 1, "its collection"


def test_the_animation_goes_over(old):
    task, item = old
    for frame, x in ((1, 0), (10, 9)):
        item.location.x = x
        item.keyframe_insert("location", frame=frame)
    assert bpy.ops.maquette.replace(task=task) == {"FINISHED"}
    bpy.context.scene.frame_set(10)
    assert bpy.data.objects["Hero"].location.x == pytest.approx(9)


@pytest.mark.parametrize("mode", ["QUATERNION", "XYZ"])
def test_an_animated_object_with_deltas_is_replaced_where_it_stands(old, mode):
    task, item = old
    item.rotation_mode, item.delta_location, item.delta_scale = mode, (5, -1, 2), (1, 2, 0.5)
    item.delta_rotation_euler, item.delta_rotation_quaternion = (0.4, 0, 0), (0.8, 0.6, 0, 0)
    for frame, x in ((1, 0), (10, 9)):
        item.location.x = x
        item.keyframe_insert("location", frame=frame)
    scene = bpy.context.scene
    scene.frame_set(10)
    wanted, deltas = item.matrix_world.copy(), tuple(item.delta_location)
    assert bpy.ops.maquette.replace(task=task) == {"FINISHED"}
    new = bpy.data.objects["Hero"]
    for frame in (10, 1, 10):
        scene.frame_set(frame)
    assert np.allclose(new.matrix_world, wanted, atol=1e-4) and tuple(new.delta_location) == deltas


def test_what_is_used_elsewhere_stays(old):
    task, item = old
    twin = item.copy()
    bpy.context.scene.collection.objects.link(twin)
    assert bpy.ops.maquette.replace(task=task) == {"FINISHED"}
    assert twin.data.name == "Cube" and len(twin.data.polygons) == 6 and twin.active_material


def test_without_an_object_it_says_what_to_select(ready):  # noqa: F811
    choose(bpy.data.objects["Cube"])
    bpy.data.objects["Cube"].select_set(False)
    assert not bpy.ops.maquette.replace.poll()
    waiting = placeholders.put(bpy.context.scene, "t", "owl", None, (0, 0, 0), None)
    choose(waiting)
    assert not bpy.ops.maquette.replace.poll()
    choose(bpy.data.objects["Cube"])
    assert bpy.ops.maquette.replace.poll()


def test_a_model_that_is_gone_leaves_the_old_object_alone(ready):  # noqa: F811
    running, task = ready
    (running.assembly.journal.folder_of(task) / "model.blend").unlink()
    choose(bpy.data.objects["Cube"])
    with pytest.raises(RuntimeError, match="was removed from"):
        bpy.ops.maquette.replace(task=task)
    assert len(bpy.data.objects["Cube"].data.polygons) == 6


@pytest.mark.parametrize("kind", ["COLLISION", "HOOK"])
def test_a_modifier_that_blender_does_not_copy_is_named(kind, old):
    task, item = old
    item.modifiers.new("stubborn", kind)
    item.modifiers.new("Last", "BEVEL")
    assert bpy.ops.maquette.replace(task=task) == {"FINISHED"}
    assert [one.name for one in bpy.data.objects["Hero"].modifiers] == ["Bevel", "Push", "Last"]
    assert "stubborn" in session.needed().assembly.journal.get(task).warnings[0]


def test_what_fails_on_the_way_leaves_all_as_it_was(old, monkeypatch):
    task, _ = old
    before = {item.name for item in bpy.data.objects}, {mesh.name for mesh in bpy.data.meshes}

    def fail(*_):
        raise OSError("no")

    monkeypatch.setattr(replacing, "_copy_modifiers", fail)
    with pytest.raises(RuntimeError):
        bpy.ops.maquette.replace(task=task)
    assert ({item.name for item in bpy.data.objects}, {mesh.name for mesh in bpy.data.meshes}) == before
    assert "crate" not in bpy.data.collections


def test_what_was_made_for_an_old_material_goes_with_it(old):
    task, item = old
    group = bpy.data.node_groups.new("glTF Material Output", "ShaderNodeTree")
    item.active_material.node_tree.nodes.new("ShaderNodeGroup").node_tree = group
    assert bpy.ops.maquette.replace(task=task) == {"FINISHED"}
    assert not bpy.data.node_groups


def test_what_waits_in_an_objects_place_lands_there_by_itself(old):
    task, item = old
    running, place = session.needed(), item.matrix_world.copy()
    targets.mark(item, task)
    copy = item.copy()
    bpy.context.scene.collection.objects.link(copy)
    copy.select_set(False)
    running.started.add(task)
    arrive(running, task)
    new = bpy.data.objects["Hero"]
    bpy.context.view_layer.update()
    assert len(new.data.polygons) == 1 and np.allclose(new.matrix_world, place, atol=1e-5)
    assert new.select_get(), "the old one was selected"
    assert list(targets.every()) == [] and len(copy.data.polygons) == 6, "a copy stays as it is"


def test_what_stands_in_no_scene_is_no_place_to_land(old):
    task, item = old
    running = session.needed()
    targets.mark(item, task)
    item.use_fake_user = True
    for home in item.users_collection:
        home.objects.unlink(item)
    running.started.add(task)
    arrive(running, task)
    assert bpy.data.objects["crate"].users_scene and bpy.data.objects["Hero"] == item


def test_a_replace_that_fails_late_takes_the_new_model_away(old, monkeypatch):
    task, item = old

    def fail(*_):
        raise ValueError

    monkeypatch.setattr(replacing, "_successor", fail)
    objects = set(bpy.data.objects)
    with pytest.raises(RuntimeError):
        bpy.ops.maquette.replace(task=task)
    assert set(bpy.data.objects) == objects and bpy.data.objects["Hero"] == item
    assert "crate" not in bpy.data.collections


def test_a_variant_does_not_land_by_itself(old):
    task, item = old
    running = session.needed()
    running.started.add(task)
    running.assembly.journal.update(task, variant_of="another")
    arrive(running, task)
    assert bpy.data.objects["Hero"] == item and "crate" not in bpy.data.objects
