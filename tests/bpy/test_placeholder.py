"""The placeholder: what stands where the model will land. Its coming by a click is seen in a window."""

import math
import shutil

import bpy
import numpy as np
import pytest
from enabled import disc, extension, in_own_bpy  # noqa: F401 - fixtures
from mathutils import Euler, Matrix, Vector
from test_blender_landing import landed, ready, row, step  # noqa: F401 - a fixture

from blender_addon.blender import session
from blender_addon.core.events import Cancelled, Failed, Ready
from blender_addon.landing import placeholders


@pytest.fixture
def stand(ready, disc):  # noqa: F811
    """Return the session, the task's id and its placeholder at (1, 2, 3)."""
    from blender_addon.blender import placeholder

    running, task = ready
    running.started.add(task)
    bpy.context.scene.cursor.location = (1, 2, 3)
    placeholder.put(bpy.context, running.assembly.journal.get(task), str(disc), 2.0)
    (item,) = placeholders.find(task)
    return running, task, item


@pytest.fixture
def pictured(ready, disc, request):  # noqa: F811
    """Return the same, with the task's image in its folder; the small picture of it has come."""
    running, task = ready
    shutil.copyfile(disc, running.assembly.journal.folder_of(task) / "front.png")
    stand = request.getfixturevalue("stand")
    assert running.inquiries.wait(("picture", task)).value
    return stand


def arrive(running, task):
    running.assembly.events.put(Ready(task, ""))
    step()


def test_it_shows_the_image_upright_at_the_models_size_and_nothing_else_changes(pictured):
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


def test_the_model_takes_its_place_and_transform(stand):
    running, task, item = stand
    item.location, item.scale = (5, 6, 7), (2, 2, 2)
    item.rotation_euler = Euler((math.radians(90), 0, math.radians(45)))
    bpy.context.scene.cursor.location = (9, 9, 9)
    arrive(running, task)
    (model,) = landed()
    assert tuple(model.location) == (5, 6, 7)
    assert tuple(model.rotation_euler) == pytest.approx((0, 0, math.radians(45)), abs=1e-5)
    assert tuple(model.scale) == pytest.approx((2, 2, 2), abs=1e-5)


def test_one_that_nobody_touched_leaves_no_trace(pictured):
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


def test_parent_collection_constraints_and_children_go_over_to_the_model(stand):
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
def test_who_selected_it_has_the_model_selected(selected, stand):
    running, task, item = stand
    for one in bpy.context.view_layer.objects:
        one.select_set(one == item or (not selected and one.name == "Light"))
    arrive(running, task)
    names = [one.name for one in bpy.context.view_layer.objects.selected]
    assert names == (["crate"] if selected else ["Light"])


def test_it_is_known_by_its_task_and_not_by_its_name(stand):
    running, task, item = stand
    item.name, item.location.x = "somewhere else", 8
    arrive(running, task)
    assert landed()[0].location.x == 8


def test_one_that_was_deleted_is_not_missed(stand):
    running, task, item = stand
    bpy.data.objects.remove(item)
    bpy.context.scene.cursor.location = (4, 4, 4)
    arrive(running, task)
    assert [tuple(one.location) for one in landed()] == [(4, 4, 4)]


def test_of_duplicates_the_first_is_meant_and_none_stays(stand):
    running, task, item = stand
    copy = item.copy()
    copy.location.x = 50
    bpy.context.scene.collection.objects.link(copy)
    arrive(running, task)
    assert [one.location.x for one in landed()] == [1]
    assert placeholders.every() == []


def test_it_is_found_in_the_file_that_was_saved_and_opened(pictured, tmp_path):
    running, task, item = pictured
    step()
    item.location.x = 6
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "castle.blend"))
    bpy.ops.wm.read_homefile()
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "castle.blend"))
    assert placeholders.find(task)[0].data.packed_file
    arrive(running, task)
    assert [one.location.x for one in landed()] == [6]


def test_a_scene_that_no_window_shows_gets_the_model_that_its_placeholder_waits_for(stand):
    running, task, _ = stand
    first, other = bpy.context.scene, bpy.data.scenes.new("Other")
    bpy.context.window.scene = other
    arrive(running, task)
    assert [one.name for one in first.objects if one.name == "crate"] == ["crate"]
    assert list(other.objects) == []


def test_a_click_lands_in_the_scene_that_is_shown(stand):
    _, task, _ = stand
    other = bpy.data.scenes.new("Other")
    bpy.context.window.scene = other
    assert bpy.ops.maquette.land(task=task) == {"FINISHED"}
    assert [one.name for one in other.objects] == ["crate"]
    assert placeholders.every() == []


@pytest.mark.parametrize(("stage", "goes"), [("failed", True), ("cancelled", True), ("running", False)])
def test_it_goes_when_no_model_will_come(stage, goes, stand):
    running, task, _ = stand
    running.assembly.journal.update(task, stage=stage)
    running.assembly.events.put(Cancelled(task) if stage == "cancelled" else Failed(task, "network", "It failed."))
    step()
    assert placeholders.every() == ([] if goes else placeholders.every()[:1])
    assert bool(placeholders.every()) is not goes
    assert running.leaving == set()


def test_what_hangs_on_it_stays_where_it_is_when_it_goes(stand):
    running, task, item = stand
    child = bpy.data.objects.new("hat", None)
    bpy.context.scene.collection.objects.link(child)
    child.parent, child.location = item, (5, 0, 1)
    bpy.context.view_layer.update()
    place = child.matrix_world.copy()
    running.assembly.journal.update(task, stage="failed")
    running.assembly.events.put(Failed(task, "network", "It failed."))
    step()
    bpy.context.view_layer.update()
    assert placeholders.every() == [] and np.allclose(child.matrix_world, place, atol=1e-5)


def test_in_an_excluded_collection_the_model_lands_on_it_all_the_same(stand):
    _, task, item = stand
    hidden = moved(item, "Hidden")
    bpy.context.view_layer.layer_collection.children["Hidden"].exclude = True
    assert bpy.ops.maquette.land(task=task) == {"FINISHED"}
    assert [one.name for one in hidden.all_objects] == ["crate"] and placeholders.every() == []


def test_it_goes_at_the_right_moment_only(stand):
    running, task, _ = stand
    bpy.ops.object.mode_set(mode="EDIT")
    running.assembly.journal.update(task, stage="failed")
    running.assembly.events.put(Failed(task, "network", "It failed."))
    step()
    assert placeholders.every() and running.leaving
    bpy.ops.object.mode_set(mode="OBJECT")
    step()
    assert placeholders.every() == []


def test_it_goes_with_a_task_that_is_removed(stand):
    from blender_addon.blender import snapshot

    snapshot.refresh()
    _, task, _ = stand
    bpy.ops.maquette.remove(task=task)
    step()
    assert placeholders.every() == []


@pytest.mark.parametrize(("stage", "loaded", "goes"), [
    ("failed", False, True), ("landed", False, False), ("landed", True, True), ("ready", True, False),
])  # fmt: skip
def test_what_an_undo_or_a_file_brings_back_goes_where_nothing_will_come(stage, loaded, goes, stand):
    from blender_addon.blender import placeholder

    running, task, _ = stand
    running.assembly.journal.update(task, stage=stage)
    stranger = placeholders.put(bpy.context.scene, "of another computer", "a", None, (0, 0, 0), None)
    placeholder.look(running, loaded)
    step()
    kept = {task for _, task in placeholders.every()}
    assert kept == ({"of another computer"} if goes else {"of another computer", task})
    assert stranger.empty_display_type == "PLAIN_AXES"


def test_a_large_picture_is_made_small_elsewhere(stand, tmp_path):
    from blender_addon.blender import placeholder
    from blender_addon.core.halt import Halt

    running, _, _ = stand
    image = bpy.data.images.new("large", 1600, 40)
    image.filepath_raw, image.file_format = str(tmp_path / "large.png"), "PNG"
    image.save()
    content = placeholder.small(running.assembly.background, tmp_path / "large.png", Halt())
    shown = placeholders.packed("small", "t", content)
    assert tuple(shown.size) == (512, 13)


def test_a_picture_waits_for_the_right_moment_and_comes_back_after_an_undo(pictured):
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


def test_an_undo_looks_for_placeholders_only_where_one_has_stood(stand, monkeypatch):
    from blender_addon.blender import handlers

    running, task, _ = stand
    running.assembly.journal.update(task, stage="failed")
    handlers.history_moved()
    assert running.leaving == {task}
    handlers.file_loaded()
    assert running.leaving == set()
    monkeypatch.setattr(placeholders, "every", lambda: pytest.fail("all objects were walked"))
    handlers.history_moved()


def test_an_opened_file_with_a_placeholder_imports_what_tasks_need_in_a_thread(tmp_path):
    assert in_own_bpy(OPENED, tmp_path) == "None True set()"


OPENED = """
import os, threading, time
os.environ["MAQUETTE_DATA_DIR"] = sys.argv[1]
blender_addon.register()
from blender_addon.landing import placeholders
placeholders.put(bpy.context.scene, "of another computer", "a", None, (0, 0, 0), None)


class Watcher:
    def find_spec(self, name, *_):
        if name in ("pydantic", "requests"):
            assert threading.current_thread() is not threading.main_thread(), name


sys.meta_path.insert(0, Watcher())
from blender_addon.blender import handlers, session, turns

handlers.file_loaded()
handlers.history_moved()
before = session.current()
while turns.opened():
    time.sleep(0.01)
running = session.current()
print(before, running.has_placeholders, running.leaving)
blender_addon.unregister()
"""


def test_a_model_that_is_dropped_lands_there(extension, disc):  # noqa: F811
    given = {"options": '{"detail": "draft"}', "use_location": True, "location": (1, 2, 3)}
    assert bpy.ops.maquette.generate(image=str(disc), provider="local", **given) == {"FINISHED"}
    assert tuple(bpy.data.objects["disc"].location) == (1, 2, 3)
    assert placeholders.every() == [], "nobody sees one in background"
