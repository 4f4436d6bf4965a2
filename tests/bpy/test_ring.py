"""What stands for a task in the file: rings are drawn above it, and its removal is asked about once."""

import bpy
import pytest
from enabled import disc, extension  # noqa: F401 - fixtures
from placed import arrive, stand  # noqa: F401 - a fixture
from test_blender_landing import ready, step  # noqa: F401 - a fixture

from blender_addon.blender import handlers, ring, snapshot, stands
from blender_addon.core.events import Failed
from blender_addon.landing import placeholders, targets


@pytest.fixture
def waiting(stand, monkeypatch):  # noqa: F811
    """Return session, task, placeholder, and the tasks that are asked about; the task runs at 40 %."""
    running, task, item = stand
    running.assembly.journal.update(task, stage="running", percent=40)
    snapshot.refresh()
    asked = []
    monkeypatch.setattr(stands, "_ask", lambda _, task: asked.append(task))
    step()
    return running, task, item, asked


def test_rings_are_drawn_while_something_waits(waiting):
    running, task, _, _ = waiting
    assert ring.drawing() and ring._of(task) == ("40%", pytest.approx(0.4))
    running.assembly.journal.update(task, stage="ready", percent=100)
    arrive(running, task)
    step()
    assert not ring.drawing() and running.stands == {}


def test_another_file_and_disabling_end_the_drawing(waiting):
    handlers.file_loaded()
    assert not ring.drawing()
    step()
    assert not ring.drawing()


@pytest.mark.parametrize(("changes", "shown"), [
    ({"percent": None}, ("…", -1.0)), ({"percent": 0}, ("0%", 0.0)), ({"stage": "ready"}, ("100%", 1.0)),
    ({"stage": "landed"}, ("100%", 1.0)),
])  # fmt: skip
def test_a_ring_says_what_the_row_says(changes, shown, waiting):
    running, task, _, _ = waiting
    running.assembly.journal.update(task, **changes)
    snapshot.refresh()
    assert ring._of(task) == shown
    snapshot.say(task, "It stopped.")
    assert ring._of(task) == (shown if "stage" in changes else ("!", 0.0))


def test_a_drawing_that_fails_is_given_up_quietly(waiting):
    assert bpy.context.region is None, "there is nothing to draw in"
    ring.draw()
    step()
    assert not ring.drawing()


def test_what_is_removed_is_asked_about_once(waiting):
    running, task, item, asked = waiting
    bpy.data.objects.remove(item)
    step(), step()
    assert (asked, running.stands, running.missed) == ([task], {}, set())


def test_what_nobody_uses_any_more_is_removed(waiting):
    running, task, item, asked = waiting
    item.use_fake_user = True
    bpy.context.scene.collection.objects.unlink(item)
    step(), step()
    assert (asked, running.stands) == ([task], {})


def test_the_ring_of_a_task_that_is_unknown_here_turns_to_nothing(waiting):
    assert ring._of("another computer's") == ("?", 0.0)


def test_what_is_renamed_or_copied_is_not_missed(waiting):
    running, task, item, asked = waiting
    bpy.context.scene.collection.objects.link(item.copy())
    item.name = "somewhere else"
    step()
    assert asked == [] and running.stands[task] in ("somewhere else", "crate (Maquette).001")


def test_it_is_asked_at_the_right_moment_and_not_after_an_undo(waiting):
    running, task, item, asked = waiting
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.data.objects.remove(item)
    step()
    assert (asked, running.missed) == ([], {task})
    bpy.ops.object.mode_set(mode="OBJECT")
    placeholders.put(bpy.context.scene, task, "crate", None, (0, 0, 0), None)  # as an undo brings it back
    handlers.history_moved()
    step()
    assert (asked, running.missed) == ([], set())


@pytest.mark.parametrize("stage", ["ready", "failed", "landed"])
def test_where_nothing_can_be_cancelled_nobody_is_asked(stage, waiting):
    running, task, item, asked = waiting
    running.assembly.journal.update(task, stage=stage)
    snapshot.refresh()
    bpy.data.objects.remove(item)
    step()
    assert asked == []


def test_many_are_found_as_few_are(waiting, monkeypatch):
    running, task, item, _ = waiting
    few = list(stands.objects(running.stands))
    monkeypatch.setattr(stands, "MANY", 0)
    assert list(stands.objects(running.stands)) == few == [(task, item)]
    assert list(stands.objects({task: "nobody"})) == []


def test_an_object_stays_as_it_is_when_no_model_will_come(waiting):
    running, task, item, asked = waiting
    bpy.data.objects.remove(item)
    stands.put(running, bpy.data.objects["Cube"], task)
    running.assembly.journal.update(task, stage="failed")
    running.assembly.events.put(Failed(task, "network", "It failed."))
    step()
    assert running.stands == {} and asked == [] and "Cube" in bpy.data.objects and not ring.drawing()
    assert list(targets.every()) == [(bpy.data.objects["Cube"], task)], "for the task that Retry or Resume makes of it"
    stands.look(running)
    step()
    assert running.stands == {} and not ring.drawing()


def test_an_object_that_will_be_replaced_stands_too(waiting):
    running, task, item, asked = waiting
    bpy.data.objects.remove(item)
    targets.mark(bpy.data.objects["Cube"], task)
    stands.look(running)
    step()
    assert running.stands == {task: "Cube"} and asked == []
    targets.release(task)
    assert list(targets.every()) == []
