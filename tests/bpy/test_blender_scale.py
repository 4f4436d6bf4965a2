"""Many tasks at once: what a step and the list do for them, counted and not timed."""

import itertools
import sqlite3

import bpy
import pytest
from enabled import extension  # noqa: F401 - a fixture

from blender_addon.core.events import Failed, Progressed, Ready
from blender_addon.core.journal import Journal
from blender_addon.core.task import Task

TASKS = 200


@pytest.fixture
def running(extension):  # noqa: F811
    """Return the session."""
    from blender_addon.blender import session

    return session.needed()


@pytest.fixture
def add(running):
    """Return a function that puts tasks into the journal and gives their ids, the oldest first."""

    created = itertools.count(1.0)

    def add(count, **facts):
        facts = {"provider": "tripo", "views": {"front": "front.png"}, "options": {}, **facts}
        tasks = [Task(image=f"{number}.png", created=next(created), **facts) for number in range(count)]
        for one in tasks:
            running.assembly.journal.add(one)
        return [one.id for one in tasks]

    return add


@pytest.fixture
def filled(monkeypatch):
    """Return the ids of the tasks whose rows are written, as they are written."""
    from blender_addon.blender import snapshot

    ids, fill = [], snapshot._fill
    monkeypatch.setattr(snapshot, "_fill", lambda row, task: ids.append(task.id) or fill(row, task))
    return ids


def rows():
    return bpy.context.window_manager.maquette.tasks


def step():
    from blender_addon.blender import watch

    watch.step(bpy.context)


def settle(running):
    """Take steps until there is no more news."""
    step()
    while running.news:
        step()


def test_a_step_does_not_look_into_the_journal(running, add, monkeypatch):
    from blender_addon.blender import snapshot

    ids = add(TASKS, stage="running", provider_task="x")
    snapshot.refresh()
    for one in ids:
        running.assembly.journal.update(one, percent=40)
        running.assembly.events.put(Progressed(one, "running", 40))
    running.assembly.events.put(Failed(ids[0], "network", "The connection was lost."))
    running.assembly.events.put(Ready(ids[1], "model.blend"))

    def refuse(*_, **__):
        raise AssertionError("the journal is opened in Blender's own thread")

    monkeypatch.setattr(sqlite3, "connect", refuse)
    settle(running)
    assert {round(one.factor, 3) for one in rows()} == {0.4}
    assert rows()[ids[0]].message == "The connection was lost."
    assert [one.name for one in rows() if one.message] == ids[:1]


def test_what_does_not_fit_into_a_step_comes_with_the_next(running, add, monkeypatch):
    from blender_addon.blender import session, snapshot, watch

    one, other = add(2, stage="running", provider_task="x")
    snapshot.refresh()
    running.assembly.journal.update(one, percent=10)
    running.assembly.events.put(Progressed(one, "running", 10))
    with monkeypatch.context() as no_time:
        no_time.setattr(watch, "SHOWING_S", 0.0)
        step()
    assert rows()[one].factor == -1.0 and running.assembly.events.empty()
    assert session.busy(), "there would be no next step"
    settle(running)
    assert rows()[one].factor == pytest.approx(0.1) and rows()[other].factor == -1.0
    assert not session.busy()


def test_many_news_of_a_task_are_one_row_written(running, add, filled):
    from blender_addon.blender import snapshot

    (task,) = add(1, stage="running", provider_task="x")
    snapshot.refresh()
    filled.clear()
    for percent in range(TASKS):
        running.assembly.events.put(Progressed(task, "running", percent))
    settle(running)
    assert filled == [task]


def test_the_list_writes_what_has_changed(running, add, filled):
    from blender_addon.blender import snapshot

    ids = add(20, stage="landed")
    snapshot.refresh()
    assert sorted(filled) == sorted(ids)
    filled.clear()
    snapshot.refresh()
    assert filled == []
    elsewhere = Journal(running.assembly.journal.folder)
    elsewhere.update(ids[3], statistics={"triangles": 12})
    elsewhere.remove(ids[5])
    (new,) = add(1, stage="ready")
    snapshot.refresh()
    elsewhere.close()
    assert sorted(filled) == sorted([ids[3], new])
    assert [one.name for one in rows()] == [new, *reversed(ids[:5] + ids[6:])], "the newest first"
    assert rows()[ids[3]].triangles == 12
    assert rows()[new].label == "0" and rows()[new].state == "ready"


def test_what_was_said_of_a_row_goes_when_something_has_happened_to_the_task(running, add, filled):
    from blender_addon.blender import snapshot

    (task,) = add(1, stage="ready")
    snapshot.refresh()
    snapshot.say(task, "Waits until you are back in Object Mode")
    snapshot.refresh()
    assert rows()[task].message == "Waits until you are back in Object Mode"
    running.assembly.journal.update(task, stage="landed")
    filled.clear()
    snapshot.refresh()
    assert filled == [task] and rows()[task].message == ""


def test_one_model_lands_a_step(running, add, monkeypatch):
    """Twenty that are ready at once would hold Blender up as long as twenty landings take."""
    from blender_addon.blender import land

    landed = []
    monkeypatch.setattr(land, "land_task", lambda context, running, task_id, asked: landed.append(task_id))
    ids = add(3, stage="ready", blend="model.blend")
    for one in ids:
        running.started.add(one)
        running.assembly.events.put(Ready(one, "model.blend"))
    for number in range(1, 4):
        step()
        assert landed == ids[:number]
    step()
    assert landed == ids
