"""One journal, several processes, as Blender sees it: who takes over, who lands, what the panel says."""

import bpy
import pytest
from another import Another
from enabled import disc, extension, in_own_bpy  # noqa: F401 - fixtures
from hosted import online, tripo  # noqa: F401 - fixtures
from test_blender_landing import landed, ready, row, step  # noqa: F401 - a fixture

from blender_addon.core.events import Ready
from blender_addon.core.task import Task

DAMAGED = """
from blender_addon.blender import session, snapshot, turns
from blender_addon.core.journal import Journal
from blender_addon.core.task import Task
from pathlib import Path
import os
folder = Path(os.environ["MAQUETTE_DATA_DIR"])
journal = Journal(folder)
task = Task("local", "a.png", {}, {}, stage="ready")
journal.folder_of(task.id).mkdir()
journal.add(task)
journal.close()
(folder / "journal.sqlite").write_bytes(b"this is no database " * 100)
blender_addon.register()
turns.resume()
first = bpy.context.window_manager.maquette.message
turns.load_options()
assert bpy.context.window_manager.maquette.message == first
assert [row.name for row in bpy.context.window_manager.maquette.tasks] == [task.id]
print(first)
"""


@pytest.fixture
def another(extension, tmp_path):  # noqa: F811
    """Give another process with the same journal."""
    from blender_addon.blender import session

    one = Another(session.needed().assembly.journal.folder)
    yield one
    one.kill()


@pytest.fixture
def journal(another):
    """Give the journal of this Blender."""
    from blender_addon.blender import session

    return session.needed().assembly.journal


def a_task(journal, **facts):
    task = Task("tripo", "crate.png", {"front": "front.png"}, {}, **facts)
    journal.folder_of(task.id).mkdir()
    journal.add(task)
    return task.id


@pytest.fixture
def started(journal, monkeypatch):
    """Give the ids of the tasks that this Blender starts."""
    from blender_addon.blender import session

    ids = []
    monkeypatch.setattr(session.needed().assembly.tasks, "start", ids.append)
    return ids


@pytest.mark.fault("X11")
def test_what_a_process_leaves_that_dies_is_taken_over_while_blender_runs(journal, another, started):
    from blender_addon.blender import turns

    task = a_task(journal, stage="running", provider_task="paid-1")
    assert another.call("claim", task) == "True"
    assert turns.look() == turns.LOOK_EVERY_S
    assert started == [], "it runs there"
    another.kill_only()
    turns.look()
    assert started == [task]
    assert row_of(task).state == "running"


def row_of(task):
    return bpy.context.window_manager.maquette.tasks[task]


@pytest.mark.parametrize("stage", ["ready", "unconfirmed", "landed", "failed", "cancelled"])
def test_what_waits_or_has_ended_is_not_taken_over(journal, another, started, stage):
    from blender_addon.blender import turns

    task = a_task(journal, stage=stage)
    another.call("claim", task)
    another.kill_only()
    turns.look()
    assert started == []


def test_what_was_let_go_of_by_itself_is_not_taken_over(journal, another, started):
    """A task that stopped with an error is kept until somebody resumes it; a loop would ask its provider for ever."""
    from blender_addon.blender import turns

    task = a_task(journal, stage="running", provider_task="paid-1")
    another.call("claim", task)
    another.call("release", task)
    turns.look()
    assert started == []


def test_what_another_process_has_done_is_shown(journal, another):
    from blender_addon.blender import snapshot, turns

    task = a_task(journal, stage="running")
    snapshot.refresh()
    turns.look()
    another.call("remove", task)
    turns.look()
    assert len(bpy.context.window_manager.maquette.tasks) == 0


def test_what_another_process_drops_is_shown_as_stopped(journal, another):
    from blender_addon.blender import snapshot, task_list, turns

    task = a_task(journal, stage="running")
    another.call("claim", task)
    snapshot.refresh()
    turns.look()
    assert task_list.runs(row_of(task))
    another.call("release", task)
    for _ in range(2):
        turns.look()
        assert task_list.resumable(row_of(task)) and not task_list.runs(row_of(task))
    assert row_of(task).message == turns.DROPPED


def test_what_another_process_has_done_is_shown_while_this_one_is_busy(journal, another, monkeypatch):
    from blender_addon.blender import session, snapshot, turns

    task, other = a_task(journal, stage="running"), a_task(journal, stage="running")
    another.call("claim", other)
    monkeypatch.setattr(session, "busy", lambda: True)
    monkeypatch.setattr(session.needed().assembly.tasks, "running", lambda task="": task != other)
    snapshot.refresh()
    turns.look()
    another.call("remove", other)
    turns.look()
    assert [one.name for one in bpy.context.window_manager.maquette.tasks] == [task]
    another.call("remove", task)  # which runs here: the watching tells
    turns.look()
    assert row_of(task).state == "running"
    monkeypatch.undo()
    turns.look()
    assert len(bpy.context.window_manager.maquette.tasks) == 0


def test_a_look_at_a_journal_that_cannot_be_read_is_quiet(journal, another, started):
    """Repairing takes longer than a glance may: that is for the next one who needs it."""
    from blender_addon.blender import turns

    task = a_task(journal, stage="running")
    another.call("claim", task)
    another.kill_only()
    for one in journal.folder.glob("journal.sqlite*"):
        one.write_bytes(b"this is no database " * 100)
    turns.look()
    assert (started, bpy.context.window_manager.maquette.message) == ([], "")
    assert len(journal.all()) == 1
    journal.claim(task)
    turns.look()
    assert started == [], "this Blender runs it"


@pytest.mark.fault("X12")
def test_a_model_that_another_process_is_at_work_on_does_not_land(ready):  # noqa: F811
    running, task = ready
    other = Another(running.assembly.journal.folder)
    try:
        assert other.call("claim", task) == "True"
        running.started.add(task)
        running.assembly.events.put(Ready(task, ""))
        step()
        assert landed() == []
        assert "is at work on this task" in row().message
        with pytest.raises(RuntimeError, match="is at work on this task"):
            bpy.ops.maquette.land(task=task)
        other.call("release", task)
        assert bpy.ops.maquette.land(task=task) == {"FINISHED"}
        assert other.call("claim", task) == "True", "it is free again"
    finally:
        other.kill()


@pytest.mark.fault("X12")
def test_what_has_landed_elsewhere_does_not_land_by_itself(ready):  # noqa: F811
    running, task = ready
    running.started.add(task)
    running.assembly.journal.update(task, stage="landed")
    running.assembly.events.put(Ready(task, ""))
    step()
    assert landed() == []
    assert "Another Blender has landed this model already" in row().message
    assert bpy.ops.maquette.land(task=task) == {"FINISHED"}


@pytest.mark.fault("D06")
def test_damage_is_said_in_the_panel_and_stops_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("MAQUETTE_DATA_DIR", str(tmp_path))
    said = in_own_bpy(DAMAGED)
    (kept,) = tmp_path.glob("journal-damaged-*")
    assert said == f"The task journal was damaged: 1 of 1 task was recovered; the damaged journal is kept as {kept}."


def test_damage_that_comes_while_blender_runs_is_said_too(journal):
    from blender_addon.blender import snapshot

    task = a_task(journal, stage="ready")
    for one in journal.folder.glob("journal.sqlite*"):
        one.write_bytes(b"this is no database " * 100)
    for _ in range(2):
        snapshot.reread()
        assert "1 of 1 task was recovered" in bpy.context.window_manager.maquette.message
    assert row_of(task).state == "ready"


def test_no_timer_looks_in_background():
    from blender_addon.blender import turns

    turns.register()
    assert not any(bpy.app.timers.is_registered(one) for one in turns.TIMERS)


@pytest.mark.fault("P33")
def test_a_second_click_meets_the_intent_that_the_first_one_wrote(tripo):  # noqa: F811
    """Written before anything else happens, for every window and every process to see."""
    from blender_addon.blender import generate

    assert generate.sent_before(bpy.context, "", "", "") is None
    first = generate.prepare(bpy.context, "", "", {})
    assert (first.stage, tripo.paid) == ("prepared", 0)
    assert generate.sent_before(bpy.context, "", "", "").id == first.id
