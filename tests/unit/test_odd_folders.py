"""Folders with odd and long names, and folders that people delete while a task runs."""

import os
import shutil

import pytest
from another import Another
from scripted import Here, Server

from blender_addon.core import notes
from blender_addon.core.journal import Journal
from blender_addon.core.tasks import Tasks

NAMES = {
    "umlauts": "Ä Ö Ü ß",
    "emoji": "模型 🏰",
    "signs": "it's 100% #1? [a] & b; $HOME" if os.name == "posix" else "it's 100% #1 [a] & b; $HOME",
    "long": "/".join(["a folder whose name is rather long, as they are on shared drives"] * 5),
}


@pytest.mark.fault("D11")
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_odd_and_long_paths_work(tmp_path, image, name, monkeypatch):
    monkeypatch.setenv("MAQUETTE_POLL_S", "0.001")
    folder = tmp_path / name
    picture = image.with_name("Schloß 🏰 #1.png")
    image.rename(picture)
    here = Here(folder, Server())
    task = here.run(here.prepare("paid", picture))
    assert (task.stage, task.name) == ("ready", "Schloß 🏰 #1")
    assert notes.read(here.journal.folder_of(task.id)).task.provider_task == "paid-1"
    other = Another(folder)
    try:
        assert other.call("claim", task.id) == "True"
    finally:
        other.kill()
    here.journal.close()
    (folder / "journal.sqlite").write_bytes(b"this is no database " * 100)
    again = Journal(folder)
    assert again.get(task.id).stage == "ready"
    assert str(folder / "journal-damaged-") in again.notices[0]


@pytest.mark.fault("D09")
@pytest.mark.parametrize("point", ["poll", "download", "convert"])
def test_a_folder_that_is_deleted_while_the_task_runs_is_a_sentence_and_fetched_again_for_nothing(
    data_folder, image, point, monkeypatch
):
    monkeypatch.setenv("MAQUETTE_POLL_S", "0.001")
    server = Server()
    here = Here(data_folder, server)
    task = here.prepare("paid", image)
    folder = here.journal.folder_of(task.id)
    server.at_point[point] = lambda _: shutil.rmtree(folder, ignore_errors=True)
    failed = here.run(task)
    assert failed.error["message"].count("\n") == 0
    assert failed.provider_task == "paid-1"
    server.at_point.clear()
    again = Here(data_folder, server)
    if failed.stage == "failed":
        Tasks(again.journal, again.runner).reopen(task.id)
    assert again.run(task).stage == "ready"
    assert len(server.creates) == 1
