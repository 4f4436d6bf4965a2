"""What killed processes left is cleared away after a week; what a task was paid for never is."""

import os
import time

import pytest

from blender_addon.core.sweep import EVERY_S, OLD_S, sweep
from blender_addon.core.task import Task

PARTS = ("model.part", "model.part.1a2b3c4d", "task.json.12-ab.part", "model.part.begun", "model.part.begun.json",
         "model.blend1", "model.blend@")  # fmt: skip
RESULTS = ("front.png", "model.glb", "model.blend", "task.json", "reconstructed.glb", "order.json", "part.glb")


def age(path, seconds=OLD_S + 60):
    os.utime(path, (time.time() - seconds,) * 2)


def fill(folder, names, seconds=OLD_S + 60):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(b"content")
        age(folder / name, seconds)
    age(folder, seconds)


def task_in(journal, stage):
    task = Task("tripo", "castle.png", {}, {}, stage=stage)
    journal.add(task)
    return journal.folder_of(task.id)


@pytest.mark.fault("D12")
@pytest.mark.parametrize("stage", ["downloading", "failed", "landed"])
def test_parts_go_after_a_week_and_results_never(journal, stage):
    folder = task_in(journal, stage)
    fill(folder, PARTS + RESULTS)
    sweep(journal)
    assert {one.name for one in folder.iterdir()} == set(RESULTS)


@pytest.mark.fault("D12")
def test_younger_parts_stay(journal):
    folder = task_in(journal, "downloading")
    fill(folder, PARTS, OLD_S - 3600)
    sweep(journal)
    assert {one.name for one in folder.iterdir()} == set(PARTS)


@pytest.mark.parametrize("names", [(), ("front.png", "left.jpg", "front_converted.png")], ids=["empty", "images"])
def test_the_images_of_a_task_that_was_never_written_go(journal, names):
    folder = journal.tasks_folder / "0123456789ab"
    fill(folder, names)
    sweep(journal)
    assert not folder.exists()


@pytest.mark.fault("D12")
@pytest.mark.parametrize("result", RESULTS[1:])
def test_a_folder_with_a_result_stays_though_the_journal_does_not_know_it(journal, result):
    folder = journal.tasks_folder / "0123456789ab"
    fill(folder, ("front.png", result))
    sweep(journal)
    assert {one.name for one in folder.iterdir()} == {"front.png", result}


def test_the_images_of_a_task_that_the_journal_knows_stay(journal):
    folder = task_in(journal, "prepared")
    fill(folder, ("front.png",))
    sweep(journal)
    assert (folder / "front.png").exists()


def test_it_is_done_once_a_day(journal):
    folder = task_in(journal, "failed")
    sweep(journal)
    fill(folder, ("model.part",))
    sweep(journal)
    assert (folder / "model.part").exists()
    age(journal.folder / "swept", EVERY_S + 60)
    sweep(journal)
    assert not (folder / "model.part").exists()


def test_every_command_sweeps(maquette, data_folder):
    fill(data_folder / "tasks" / "0123456789ab", ("front.png",))
    maquette("tasks")
    assert not (data_folder / "tasks" / "0123456789ab").exists()
