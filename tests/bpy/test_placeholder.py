"""The placeholder: what stands where the model will land. Its coming by a click is seen in a window."""

import math

import bpy
import numpy as np
import pytest
from enabled import disc, extension  # noqa: F401 - fixtures
from mathutils import Euler, Matrix, Vector
from placed import arrive, pictured, stand  # noqa: F401 - fixtures
from test_blender_landing import landed, ready, step  # noqa: F401 - a fixture

from blender_addon.blender import session
from blender_addon.landing import placeholders


def test_it_shows_the_image_upright_at_the_models_size_and_nothing_else_changes(pictured):  # noqa: F811
    running, _, item = pictured
    assert item.data is None and item.empty_display_type == "PLAIN_AXES" and session.busy()
    step()
    assert running.picturing == set()
    bpy.context.view_layer.update()
    assert (item.name, item.empty_display_type) == ("crate (Maquette)", "IMAGE")
    top, front = item.matrix_world @ Vector((0, 2, 0)), item.matrix_world.to_3x3() @ Vector((0, 0, 1))
    assert tuple(top) == pytest.approx((1, 2, 5), abs=1e-6)
    assert tuple(front) == pytest.approx((0, -1, 0), abs=1e-6)
    assert (item.empty_display_size, tuple(item.empty_image_offset)) == (2.0, (-0.5, 0.0))
    assert tuple(item.data.size) == (96, 96) and item.data.packed_file and not item.data.filepath
    assert item.hide_render and not item.select_get()
    assert bpy.context.view_layer.objects.active.name == "Cube"


def test_a_wide_image_is_as_tall_as_the_model():
    image = bpy.data.images.new("wide", 200, 50)
    item = placeholders.put(bpy.context.scene, "t", "wide", image, (0, 0, 0), 0.5)
    assert item.empty_display_size == 2.0  # the longer side


def test_the_model_takes_its_place_and_transform(stand):  # noqa: F811
    running, task, item = stand
    item.location, item.scale = (5, 6, 7), (2, 2, 2)
    item.rotation_euler = Euler((math.radians(90), 0, math.radians(45)))
    bpy.context.scene.cursor.location = (9, 9, 9)
    arrive(running, task)
    (model,) = landed()
    assert tuple(model.location) == (5, 6, 7)
    assert tuple(model.rotation_euler) == pytest.approx((0, 0, math.radians(45)), abs=1e-5)
    assert tuple(model.scale) == pytest.approx((2, 2, 2), abs=1e-5)


def test_one_that_nobody_touched_leaves_no_trace(pictured):  # noqa: F811
    running, task, _ = pictured
    step()
    arrive(running, task)
    (model,) = landed()
    assert tuple(model.location) == (1, 2, 3)
    assert (tuple(model.rotation_euler), tuple(model.scale)) == ((0, 0, 0), (1, 1, 1))
    assert placeholders.every() == []
    assert not [one.name for one in bpy.data.images if "Maquette" in one.name]


def moved(item, name):
    """Move the object to a new collection of the scene."""
    made = bpy.data.collections.new(name)
    bpy.context.scene.collection.children.link(made)
    for one in item.users_collection:
        one.objects.unlink(item)
    made.objects.link(item)
    return made


def test_parent_collection_constraints_and_children_go_over_to_the_model(stand):  # noqa: F811
    running, task, item = stand
    props = moved(item, "Props")
    item.parent, item.matrix_parent_inverse = bpy.data.objects["Cube"], Matrix.Translation((0, 0, 1))
    item.constraints.new("LIMIT_DISTANCE").name = "near"
    child = bpy.data.objects.new("hat", None)
    bpy.context.scene.collection.objects.link(child)
    child.parent = item
    bpy.context.view_layer.update()
    place, upright = child.matrix_world.copy(), item.matrix_world @ placeholders.UPRIGHT.inverted()
    arrive(running, task)
    (model,) = landed()
    bpy.context.view_layer.update()
    assert [one.name for one in props.children] == ["crate"]
    assert model.parent.name == "Cube" and [one.name for one in model.constraints] == ["near"]
    assert np.allclose(model.matrix_world, upright, atol=1e-5)
    assert child.parent == model and np.allclose(child.matrix_world, place, atol=1e-5)


@pytest.mark.parametrize("selected", [True, False])
def test_who_selected_it_has_the_model_selected(selected, stand):  # noqa: F811
    running, task, item = stand
    for one in bpy.context.view_layer.objects:
        one.select_set(one == item or (not selected and one.name == "Light"))
    arrive(running, task)
    names = [one.name for one in bpy.context.view_layer.objects.selected]
    assert names == (["crate"] if selected else ["Light"])


def test_it_is_known_by_its_task_and_not_by_its_name(stand):  # noqa: F811
    running, task, item = stand
    item.name, item.location.x = "somewhere else", 8
    arrive(running, task)
    assert landed()[0].location.x == 8


def test_one_that_was_deleted_is_not_missed(stand):  # noqa: F811
    running, task, item = stand
    bpy.data.objects.remove(item)
    bpy.context.scene.cursor.location = (4, 4, 4)
    arrive(running, task)
    assert [tuple(one.location) for one in landed()] == [(4, 4, 4)]


def test_of_duplicates_the_first_is_meant_and_none_stays(stand):  # noqa: F811
    running, task, item = stand
    copy = item.copy()
    copy.location.x = 50
    bpy.context.scene.collection.objects.link(copy)
    arrive(running, task)
    assert [one.location.x for one in landed()] == [1]
    assert placeholders.every() == []


def test_it_is_found_in_the_file_that_was_saved_and_opened(pictured, tmp_path):  # noqa: F811
    running, task, item = pictured
    step()
    item.location.x = 6
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "castle.blend"))
    bpy.ops.wm.read_homefile()
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "castle.blend"))
    assert placeholders.find(task)[0].data.packed_file
    arrive(running, task)
    assert [one.location.x for one in landed()] == [6]


def test_a_scene_that_no_window_shows_gets_the_model_that_its_placeholder_waits_for(stand):  # noqa: F811
    running, task, _ = stand
    first, other = bpy.context.scene, bpy.data.scenes.new("Other")
    bpy.context.window.scene = other
    arrive(running, task)
    assert [one.name for one in first.objects if one.name == "crate"] == ["crate"]
    assert list(other.objects) == []


def test_a_click_lands_in_the_scene_that_is_shown(stand):  # noqa: F811
    _, task, _ = stand
    other = bpy.data.scenes.new("Other")
    bpy.context.window.scene = other
    assert bpy.ops.maquette.land(task=task) == {"FINISHED"}
    assert [one.name for one in other.objects] == ["crate"]
    assert placeholders.every() == []


def test_in_an_excluded_collection_the_model_lands_on_it_all_the_same(stand):  # noqa: F811
    _, task, item = stand
    hidden = moved(item, "Hidden")
    bpy.context.view_layer.layer_collection.children["Hidden"].exclude = True
    assert bpy.ops.maquette.land(task=task) == {"FINISHED"}
    assert [one.name for one in hidden.all_objects] == ["crate"] and placeholders.every() == []


def test_a_large_picture_is_made_small_elsewhere(stand, tmp_path):  # noqa: F811
    from blender_addon.blender import placeholder
    from blender_addon.core.halt import Halt

    running, _, _ = stand
    image = bpy.data.images.new("large", 1600, 40)
    image.filepath_raw, image.file_format = str(tmp_path / "large.png"), "PNG"
    image.save()
    content = placeholder.small(running.assembly.background, tmp_path / "large.png", Halt())
    shown = placeholders.packed("small", "t", content)
    assert tuple(shown.size) == (512, 13)


def test_a_picture_waits_for_the_right_moment_and_comes_back_after_an_undo(pictured):  # noqa: F811
    from blender_addon.blender import handlers

    running, _, item = pictured
    bpy.ops.object.mode_set(mode="EDIT")
    step()
    assert item.data is None and session.busy()
    bpy.ops.object.mode_set(mode="OBJECT")
    step()
    assert item.data and not running.picturing
    item.data, item.empty_display_size = None, 1.0  # as an undo leaves it
    step()
    assert item.data is None
    handlers.history_moved()
    step()
    assert item.data and item.empty_display_size == 2.0


def test_a_model_that_is_dropped_lands_there(extension, disc):  # noqa: F811
    given = {"options": '{"detail": "draft"}', "use_location": True, "location": (1, 2, 3)}
    assert bpy.ops.maquette.generate(image=str(disc), provider="local", **given) == {"FINISHED"}
    assert tuple(bpy.data.objects["disc"].location) == (1, 2, 3)
    assert placeholders.every() == [], "nobody sees one in background"
