"""The task list: which row is active, what it says of a task that stopped, and tasks that others removed."""

import sqlite3
import sys

import bpy
import pytest
from enabled import extension, in_own_bpy  # noqa: F401 - a fixture

from blender_addon.core.events import Failed
from blender_addon.core.task import Task

BROKEN = {"kind": "network", "message": "The connection was lost.", "details": ""}
START_WITH_WAITING = """
from blender_addon.blender import turns
from blender_addon.core.journal import Journal
from blender_addon.core.task import Task
from pathlib import Path
import os
journal = Journal(Path(os.environ["MAQUETTE_DATA_DIR"]))
for stage in ("ready", "unconfirmed"):
    journal.add(Task("local", "a.png", {}, {}, stage=stage))
journal.close()
blender_addon.register()
turns.resume()
assert turns.look() > 0
print("pydantic" in sys.modules)
"""


@pytest.fixture
def running(extension):  # noqa: F811
    """Return the session."""
    from blender_addon.blender import session

    return session.needed()


@pytest.fixture
def add(running):
    """Return a function that puts a task into the journal and the list, and gives its id."""
    from blender_addon.blender import snapshot

    def add(**facts):
        task = Task("local", "crate.png", {"front": "front.png"}, {}, **facts)
        running.assembly.journal.add(task)
        running.assembly.journal.folder_of(task.id).mkdir()
        snapshot.refresh()
        return task.id

    return add


def shown():
    return bpy.context.window_manager.maquette


def row(task):
    return shown().tasks[task]


def test_saving_keeps_the_active_row(add, tmp_path):
    tasks = [add(created=float(at)) for at in range(3)]
    shown().active = 2
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"))
    assert shown().tasks[shown().active].name == tasks[0]


@pytest.mark.parametrize("call", ["cancel", "remove", "resume", "land"])
def test_a_task_removed_elsewhere_is_said_and_leaves_the_list(call, running, add):
    task, other = add(stage="ready", blend="model.blend"), add()
    running.assembly.journal.remove(task)
    with pytest.raises(RuntimeError, match="removed elsewhere"):
        getattr(bpy.ops.maquette, call)(task=task)
    assert [one.name for one in shown().tasks] == [other]


def test_the_row_beside_one_that_is_removed_becomes_active(running, add):
    _, second, _, newest = (add(created=float(at), stage="failed") for at in range(4))
    for active, left in ((1, 1), (2, 1)):
        shown().active = active
        bpy.ops.maquette.remove(task=shown().tasks[active].name)
        assert shown().active == left
    assert [one.name for one in shown().tasks] == [newest, second]


@pytest.mark.parametrize("call", ["cancel", "remove", "resume", "land"])
def test_a_journal_that_cannot_be_read_is_one_sentence(call, running, add, monkeypatch):
    task = add(stage="ready", blend="model.blend")
    broken(monkeypatch)
    with pytest.raises(RuntimeError) as caught:
        getattr(bpy.ops.maquette, call)(task=task)
    assert "Traceback" not in str(caught.value)
    assert "disk I/O error" in str(caught.value)
    assert "disk I/O error" in shown().message


def broken(monkeypatch):
    """Let the journal's file be unreadable from now on."""

    def refuse(*_arguments, **_settings):
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(sqlite3, "connect", refuse)


def test_the_timers_say_what_is_wrong_with_the_journal(running, add, monkeypatch):
    from blender_addon.blender import turns

    add()
    for timer in (turns.resume, turns.load_options):
        with monkeypatch.context() as patched:
            broken(patched)
            timer()
        assert "disk I/O error" in shown().message
    turns.load_options()
    assert shown().message == ""


def test_an_event_of_an_unreadable_journal_is_shown_by_its_row(running, add, monkeypatch):
    from blender_addon.blender import watch

    task = add(stage="running")
    broken(monkeypatch)
    running.assembly.events.put(Failed(task, "disk", "The disk is full."))
    watch.step(bpy.context)
    assert row(task).message.endswith(".")


def test_a_task_that_stopped_says_so(add):
    from blender_addon.blender import task_list

    runs, stopped = row(add(stage="running")).name, row(add(stage="running", error=BROKEN)).name
    assert [task_list.word(row(one)) for one in (runs, stopped)] == ["Running", "Stopped"]
    assert [task_list.icon(row(one)) for one in (runs, stopped)] == ["TIME", "ERROR"]
    assert [task_list.resumable(row(one)) for one in (runs, stopped)] == [False, True]
    assert row(stopped).message == BROKEN["message"]


def test_a_task_that_has_just_stopped_says_so_while_its_thread_ends(running, add, monkeypatch):
    from blender_addon.blender import task_list, watch

    task = add(stage="running", error=BROKEN)
    monkeypatch.setattr(running.assembly.tasks, "running", lambda _="": True)
    watch.snapshot.refresh()
    assert task_list.word(row(task)) == "Running"
    running.assembly.events.put(Failed(task, **{name: BROKEN[name] for name in ("kind", "message")}))
    watch.step(bpy.context)
    assert task_list.word(row(task)) == "Stopped"


@pytest.mark.parametrize(
    ("facts", "possible"),
    [
        ({}, False),
        ({"provider_task": "a"}, True),
        ({"model_file": "model.glb"}, True),
        ({"model_file": "x.glb"}, False),
    ],
    ids=["nothing", "at the provider", "on the disk", "removed from the disk"],
)
@pytest.mark.parametrize("stage", ["failed", "cancelled", "landed"])
def test_what_has_ended_can_be_resumed_where_something_is_left(stage, facts, possible, running, add):
    from blender_addon.blender import snapshot, task_list

    task = add(stage=stage, **facts)
    (running.assembly.journal.folder_of(task) / "model.glb").write_bytes(b"glTF")
    snapshot.update(task)
    assert task_list.resumable(row(task)) is (possible and stage != "landed")


def test_a_sentence_stays_until_something_happens_to_the_task(running, add):
    from blender_addon.blender import snapshot

    task = add(stage="ready", blend="model.blend")
    snapshot.say(task, "It cannot be read.")
    running.assembly.journal.release(task)  # which is no news of the task
    for _ in range(2):
        snapshot.reread()
        assert row(task).message == "It cannot be read."
    running.assembly.journal.update(task, stage="landed")
    snapshot.reread()
    assert row(task).message == ""


def test_what_has_just_stopped_is_no_longer_counted_as_running(running, add, monkeypatch):
    from blender_addon.blender import snapshot, status_bar

    task = add(stage="running", percent=40)
    assert status_bar.words() == "crate: 40%"
    snapshot.say(task, "The disk is full.")
    assert status_bar.words() == ""


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"stage": "landed", "sent": 9.0}, "What has landed stays in the scene"),
        ({"stage": "failed"}, "Its image and options are deleted"),
        ({"stage": "cancelled", "sent": 9.0, "provider_task": "x"}, "may have been paid for"),
        ({"stage": "unconfirmed", "sent": 9.0}, "may have been paid for"),
        ({"stage": "running", "sent": 9.0, "error": BROKEN}, "may have been paid for"),
        ({"stage": "prepared", "error": BROKEN}, "Its image and options are deleted"),
    ],
)
def test_what_goes_with_a_task_is_said_before(facts, words, running, add):
    from blender_addon.blender import task_operators

    title, told = task_operators.question(running, running.assembly.journal.get(add(**facts)))
    assert title == "Remove crate" and words in told


if sys.platform == "linux":  # the others bring one along

    def test_where_there_is_no_file_browser_the_folder_is_said(add, monkeypatch):
        monkeypatch.setenv("PATH", "")
        task = add(stage="landed")
        with pytest.raises(RuntimeError, match=f"The files are in .*{task}"):
            bpy.ops.maquette.open_folder(task=task)


def test_resume_opens_a_failed_task_again(running, add, monkeypatch):
    started = []
    monkeypatch.setattr(running.assembly.tasks, "start", started.append)
    task = add(stage="failed", model_file="model.glb", error=BROKEN)
    (running.assembly.journal.folder_of(task) / "model.glb").write_bytes(b"glTF")
    assert bpy.ops.maquette.resume(task=task) == {"FINISHED"}
    assert (started, running.assembly.journal.get(task).stage) == ([task], "downloaded")


def test_start_up_does_not_load_pydantic_for_tasks_that_wait(tmp_path, monkeypatch):
    monkeypatch.setenv("MAQUETTE_DATA_DIR", str(tmp_path))
    assert in_own_bpy(START_WITH_WAITING) == "False"
