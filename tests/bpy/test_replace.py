"""Replace: a new version of a model takes an old object's place, as one step, and the old one is gone."""

import bpy
import numpy as np
import pytest
from enabled import extension  # noqa: F401 - a fixture
from mathutils import Matrix, Vector
from test_blender_landing import ready, row  # noqa: F401 - a fixture
from test_landing_tidy import points_of, rigged

from blender_addon.blender import session
from blender_addon.landing import append, placeholders, provenance, replacing, targets


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


def shown_box(items):
    """Return the lowest and highest corner, (2, 3), of meshes as they are shown, world space."""
    bpy.context.view_layer.update()
    graph = bpy.context.evaluated_depsgraph_get()
    shown = [item.evaluated_get(graph) for item in items if item.type == "MESH"]
    points = np.array([tuple(item.matrix_world @ vertex.co) for item in shown for vertex in item.data.vertices])
    return np.array([points.min(axis=0), points.max(axis=0)])


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


def in_parts(*names):
    import models

    model = models.Glb()
    for number, name in enumerate(names):
        model.node(mesh=model.mesh(), name=name, translation=[3 * number, 0, 0])
    return model.build()


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


def test_what_was_made_for_an_old_material_goes_with_it(old):
    task, item = old
    group = bpy.data.node_groups.new("glTF Material Output", "ShaderNodeTree")
    item.active_material.node_tree.nodes.new("ShaderNodeGroup").node_tree = group
    assert bpy.ops.maquette.replace(task=task) == {"FINISHED"}
    assert not bpy.data.node_groups


def test_what_waits_in_an_objects_place_lands_there_by_itself(old):
    from test_placeholder import arrive

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
    from test_placeholder import arrive

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
    from test_placeholder import arrive

    task, item = old
    running = session.needed()
    running.started.add(task)
    running.assembly.journal.update(task, variant_of="another")
    arrive(running, task)
    assert bpy.data.objects["Hero"] == item and "crate" not in bpy.data.objects
