"""When a placeholder goes again: no model will come, or an undo or a file has brought it back."""

import bpy
import numpy as np
import pytest
from enabled import disc, extension, in_own_bpy  # noqa: F401 - fixtures
from placed import stand  # noqa: F401 - a fixture
from test_blender_landing import ready, step  # noqa: F401 - a fixture

from blender_addon.core.events import Cancelled, Failed
from blender_addon.landing import placeholders


@pytest.mark.parametrize(("stage", "goes"), [("failed", True), ("cancelled", True), ("running", False)])
def test_it_goes_when_no_model_will_come(stage, goes, stand):  # noqa: F811
    running, task, _ = stand
    running.assembly.journal.update(task, stage=stage)
    running.assembly.events.put(Cancelled(task) if stage == "cancelled" else Failed(task, "network", "It failed."))
    step()
    assert placeholders.every() == ([] if goes else placeholders.every()[:1])
    assert bool(placeholders.every()) is not goes
    assert running.leaving == set()


def test_what_hangs_on_it_stays_where_it_is_when_it_goes(stand):  # noqa: F811
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


def test_it_goes_with_a_task_that_is_cancelled_after_it_stopped(stand):  # noqa: F811
    from blender_addon.blender import snapshot

    running, task, _ = stand
    running.assembly.journal.update(task, stage="running", error={"kind": "network", "message": "No.", "details": ""})
    snapshot.refresh()
    assert bpy.ops.maquette.cancel(task=task) == {"FINISHED"}
    step()
    assert placeholders.find(task) == []


def test_it_goes_at_the_right_moment_only(stand):  # noqa: F811
    running, task, _ = stand
    bpy.ops.object.mode_set(mode="EDIT")
    running.assembly.journal.update(task, stage="failed")
    running.assembly.events.put(Failed(task, "network", "It failed."))
    step()
    assert placeholders.every() and running.leaving
    bpy.ops.object.mode_set(mode="OBJECT")
    step()
    assert placeholders.every() == []


def test_it_goes_with_a_task_that_is_removed(stand):  # noqa: F811
    from blender_addon.blender import snapshot

    snapshot.refresh()
    _, task, _ = stand
    bpy.ops.maquette.remove(task=task)
    step()
    assert placeholders.every() == []


@pytest.mark.parametrize(("stage", "loaded", "goes"), [
    ("failed", False, True), ("landed", False, False), ("landed", True, True), ("ready", True, False),
])  # fmt: skip
def test_what_an_undo_or_a_file_brings_back_goes_where_nothing_will_come(stage, loaded, goes, stand):  # noqa: F811
    from blender_addon.blender import placeholder

    running, task, _ = stand
    running.assembly.journal.update(task, stage=stage)
    stranger = placeholders.put(bpy.context.scene, "of another computer", "a", None, (0, 0, 0), None)
    placeholder.look(running, loaded)
    step()
    kept = {task for _, task in placeholders.every()}
    assert kept == ({"of another computer"} if goes else {"of another computer", task})
    assert stranger.empty_display_type == "PLAIN_AXES"


def test_an_undo_looks_for_placeholders_only_where_one_has_stood(stand, monkeypatch):  # noqa: F811
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
