"""What takes room on the disk, and what clearing away leaves alone: every finished model, and all that was paid for."""

import time
from types import SimpleNamespace

import pytest

from blender_addon.core.disk_use import clear_given_up, clear_spare, measure
from blender_addon.core.task import Task
from blender_addon.core.tasks import Tasks

SIZE = 1000
"""Bytes of each file."""


@pytest.fixture
def tasks(journal, monkeypatch):
    one = Tasks(journal, SimpleNamespace())
    monkeypatch.setattr(one, "running", lambda _="": False)
    return one


def add(journal, stage, *names, provider="tripo", **facts):
    """Put a task into the journal with files of 1000 bytes each."""
    task = Task(provider, "a.png", {"front": "front.png"}, {}, stage=stage, **facts)
    journal.add(task)
    folder = journal.folder_of(task.id)
    folder.mkdir()
    for name in names:
        (folder / name).write_bytes(bytes(SIZE))
    return task.id


def go_on():
    """Nobody halts."""


PAID = {"sent": time.time(), "provider_task": "x"}


@pytest.fixture
def many(journal):
    """Return name → id of tasks of every fate."""
    return {
        "landed": add(journal, "landed", "model.blend", "model.glb", "front_converted.png", model_file="model.glb"),
        "ready": add(journal, "ready", "model.blend", "front_converted.png"),
        "running": add(journal, "downloading", "model.part", **PAID),
        "unconfirmed": add(journal, "unconfirmed", "front.png", sent=time.time()),
        "paid": add(journal, "cancelled", "front.png", **PAID),
        "unsent": add(journal, "failed", "front.png", "front_converted.png"),
        "own": add(journal, "cancelled", "reconstructed.glb", provider="local", provider_task="x"),
    }


def test_what_takes_the_room(journal, many):
    use = measure(journal, go_on)
    assert (use.every.tasks, use.every.size_bytes) == (7, 11 * SIZE)
    assert (use.given_up.tasks, use.given_up.size_bytes) == (2, 3 * SIZE)
    assert (use.fetchable.tasks, use.fetchable.size_bytes) == (1, 1 * SIZE)
    assert (use.spare.tasks, use.spare.size_bytes) == (2, 2 * SIZE)


@pytest.mark.parametrize(("also", "gone"), [(False, {"unsent", "own"}), (True, {"unsent", "own", "paid"})])
def test_only_what_was_given_up_goes(journal, tasks, many, also, gone):
    assert clear_given_up(tasks, also, go_on) == len(gone)
    assert {name for name, one in many.items() if journal.get(one) is None} == gone
    assert {name for name, one in many.items() if not journal.folder_of(one).exists()} == gone


def test_what_was_made_elsewhere_was_paid_for_too(journal):
    one = add(journal, "failed", "model.glb", provider_task="x", model_file="model.glb")
    journal.update(one, views={})
    use = measure(journal, go_on)
    assert (use.given_up.tasks, use.fetchable.tasks) == (0, 1)


def test_what_was_taken_up_meanwhile_stays(journal, tasks, many):
    """The list is read at the beginning, and folders take long."""

    def land():
        journal.update(many["unsent"], stage="landed")

    assert clear_given_up(tasks, False, land) == 1 and journal.get(many["unsent"])
    journal.update(many["ready"], stage="landed")
    assert clear_spare(journal, lambda: journal.update(many["ready"], stage="ready")) == 2 * SIZE


def test_only_files_that_a_running_task_needs_go_and_only_of_ended_ones(journal, many):
    assert clear_spare(journal, go_on) == 2 * SIZE
    left = {name: sorted(one.name for one in journal.folder_of(task).iterdir()) for name, task in many.items()}
    assert left["landed"] == ["model.blend", "model.glb"] and left["unsent"] == ["front.png"]
    assert left["running"] == ["model.part"] and "front_converted.png" in left["ready"]
    assert left["own"] == ["reconstructed.glb"], "the only copy"


def test_a_halt_ends_it_between_two_tasks(journal, tasks, many):
    def halt():
        raise InterruptedError

    for work in (lambda: measure(journal, halt), lambda: clear_given_up(tasks, True, halt)):
        with pytest.raises(InterruptedError):
            work()
    assert all(journal.get(one) for one in many.values())
