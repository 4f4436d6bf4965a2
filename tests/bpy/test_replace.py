"""Replace: a new version of a model takes an old object's place, as one step, and the old one is gone."""

import bpy
import numpy as np
import pytest
from enabled import extension  # noqa: F401 - a fixture
from mathutils import Matrix, Vector
from test_blender_landing import ready, row  # noqa: F401 - a fixture
from test_landing_tidy import points_of

from blender_addon.landing import placeholders, provenance


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


def test_what_is_used_elsewhere_stays(old):
    task, item = old
    twin = item.copy()
    bpy.context.scene.collection.objects.link(twin)
    assert bpy.ops.maquette.replace(task=task) == {"FINISHED"}
    assert twin.data.name == "Cube" and len(twin.data.polygons) == 6 and twin.active_material


def an_object(name, task, parent=None, kind="MESH"):
    data = bpy.data.meshes.new(name) if kind == "MESH" else bpy.data.armatures.new(name)
    item = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(item)
    item.parent = parent
    if task:
        provenance.mark([item], {"task": task})
    return item


def choose(*items):
    for one in bpy.context.view_layer.objects:
        one.select_set(one in items)
    bpy.context.view_layer.objects.active = items[0]


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
    import models

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
