"""A drive that is away, a disk that is full after the create, a bit that flips: nothing that is paid for is lost."""

import os
import sqlite3
import threading
from contextlib import closing

import pytest
import scripted
from scripted import HASTY, PATIENT, Here, full, polling, said
from test_journal_damage import a_task
from waiting import until

from blender_addon.core import damage, refuge
from blender_addon.core.events import Submitted, Waiting
from blender_addon.core.journal import Journal
from blender_addon.core.record import Record
from blender_addon.core.task import Task
from blender_addon.core.tasks import Tasks
from blender_addon.net import part

server, quick = scripted.server, polling(0.001)


def away(folder):
    """Take the data folder away, as a drive that is unplugged; return what brings it back."""
    elsewhere = folder.with_name("elsewhere")
    folder.rename(elsewhere)
    folder.write_text("")

    def back():
        folder.unlink()
        elsewhere.rename(folder)

    return back


if os.name == "posix":  # Windows renames no folder in which a file is open

    @pytest.mark.fault("D09")
    @pytest.mark.parametrize("point", ["upload", "poll"])
    def test_a_drive_that_is_away_for_a_moment_is_waited_for(data_folder, server, image, point):
        here, gone = Here(data_folder, server, PATIENT), []
        task = here.prepare("paid", image)
        server.at_point[point] = lambda _: gone or gone.append(away(data_folder))
        thread = threading.Thread(target=here.runner.run, args=(task.id, here.halt), daemon=True)
        thread.start()
        until(lambda: any("cannot be written down" in one for one in said(here)), "it waits")
        creates = len(server.creates)
        gone[0]()
        until(lambda: not thread.is_alive(), "it goes on")
        assert here.kept(task).stage == "ready"
        assert (creates, len(server.creates)) == (point != "upload", 1)

    @pytest.mark.fault("D09")
    def test_a_drive_that_stays_away_is_said_and_the_task_goes_on_when_it_is_back(data_folder, server, image):
        here, gone = Here(data_folder, server, HASTY), []
        task = here.prepare("paid", image)
        server.at_point["poll"] = lambda _: gone.append(away(data_folder))
        here.runner.run(task.id, here.halt)
        assert (here.told()[-1], here.events[-1].kind) == ("failed", "disk")
        gone[0]()
        server.at_point.clear()
        assert here.run(task).stage == "ready", "nobody else has it"
        assert len(server.creates) == 1


# ---- a disk that is full after the create


@pytest.mark.fault("D04")
def test_an_id_that_cannot_be_written_is_told_before_it_is_waited_for(data_folder, server, image, monkeypatch):
    here = Here(data_folder, server, PATIENT)
    full(here, monkeypatch, times=2)
    task = here.run(here.prepare("paid", image))
    assert here.events[:2] == [Submitted(task.id, "paid-1"), here.events[1]]
    assert isinstance(here.events[1], Waiting) and "paid-1" in here.events[1].message
    assert (here.told().count("submitted"), task.stage) == (1, "ready")


@pytest.mark.fault("D04")
def test_an_id_for_which_the_data_folder_has_no_room_comes_back_from_the_temporary_folder(
    data_folder, tmp_path, monkeypatch
):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(damage, "LOCKED_S", 0.1)
    journal = Journal(data_folder)
    task = a_task(journal)
    journal.update(task.id, stage="submitting", provider_task=None)
    note = journal.folder_of(task.id) / "task.json"
    note.unlink()
    note.mkdir()  # nothing can be renamed over a folder
    with closing(sqlite3.connect(data_folder / "journal.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError):
            journal.update(task.id, stage="submitted", provider_task="paid-1")
    ((folder,), (place,)) = refuge.folders(journal.tasks_folder), tmp_path.glob("maquette-*")
    assert folder == place / task.id
    assert os.name == "nt" or place.stat().st_mode & 0o077 == 0, "only this user reads it"
    again = Journal(data_folder).get(task.id)
    assert (again.provider_task, again.stage) == ("paid-1", "submitted")
    assert not place.exists()


@pytest.mark.fault("D04")
def test_an_id_that_could_not_be_written_goes_along_with_what_is_written_next(data_folder, monkeypatch):
    monkeypatch.setattr(damage, "LOCKED_S", 0.1)
    monkeypatch.setattr(Journal, "_note_alone", lambda *_: None)
    journal = Journal(data_folder)
    task = a_task(journal)
    journal.update(task.id, stage="submitting", provider_task=None)
    with closing(sqlite3.connect(data_folder / "journal.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError):
            journal.update(task.id, stage="submitted", provider_task="paid-1")
    assert journal.update(task.id, stage="unconfirmed").provider_task == "paid-1"
    assert journal.update(task.id, provider_task="paid-2").provider_task == "paid-2"


@pytest.mark.fault("S15")
def test_a_second_place_that_is_a_link_is_not_looked_into(data_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    journal = Journal(data_folder)
    refuge.write(journal.tasks_folder, Record(Task("tripo", "castle.png", {}, {})))
    (place,) = tmp_path.glob("maquette-*")
    place.rename(tmp_path / "planted")
    place.symlink_to(tmp_path / "planted")
    assert list(refuge.folders(journal.tasks_folder)) == []
    refuge.clear(journal.tasks_folder)
    assert list((tmp_path / "planted").iterdir()) and place.is_symlink()


# ---- a bit that flips


@pytest.mark.fault("D06")
@pytest.mark.parametrize("rebuilt", [True, False], ids=["rebuilt", "sound"])
@pytest.mark.parametrize("flipped", ["row", "note"])
def test_of_a_row_and_a_note_the_undamaged_one_counts(data_folder, flipped, rebuilt):
    journal = Journal(data_folder)
    task = a_task(journal)
    journal.close()
    note = data_folder / "tasks" / task.id / "task.json"
    with closing(sqlite3.connect(data_folder / "journal.sqlite")) as database, database:
        if flipped == "row":
            database.execute("UPDATE task SET body = replace(body, 'paid-', 'paie-')")
        else:
            note.write_text(note.read_text().replace("paid-", "paie-"))
        database.execute(f"PRAGMA user_version = {0 if rebuilt else 1}")
    assert Journal(data_folder).get(task.id).provider_task == task.provider_task


# ---- cancel


def test_a_create_that_is_cancelled_before_it_leaves_does_not_leave(data_folder, server, image):
    here = Here(data_folder, server)
    task = here.prepare("paid", image)
    server.at_point["upload"] = lambda _: here.halt.cancel()
    kept = here.run(task)
    assert (kept.stage, kept.sent, server.creates) == ("cancelled", None, [])


def test_a_cancel_is_answered_while_the_journal_cannot_be_read(data_folder, server, image, monkeypatch):
    here = Here(data_folder, server)
    tasks = Tasks(here.journal, here.runner)
    server.hold_at("poll")
    task = here.prepare("paid", image)
    tasks.start(task.id)
    until(server.reached.is_set)

    def locked(*_, **__):
        raise sqlite3.OperationalError("database is locked")

    with monkeypatch.context() as trouble:
        for name in ("get", "owned_elsewhere"):
            trouble.setattr(here.journal, name, locked)
        tasks.cancel(task.id)
    tasks.wait(task.id)
    assert here.kept(task).stage == "cancelled"


def test_who_gives_a_download_up_does_not_wait_for_the_disk(tmp_path, monkeypatch):
    begun, go = threading.Event(), threading.Event()
    monkeypatch.setattr(part.os, "fsync", lambda _: begun.set() or go.wait(60))
    one = part.Part(tmp_path / "model.glb")
    one.begin(part.Version())
    one.write(b"glTF")
    syncs = threading.Thread(target=one.sync, daemon=True)
    syncs.start()
    until(begun.is_set)
    closes = threading.Thread(target=one.close, daemon=True)
    closes.start()
    until(lambda: not closes.is_alive(), "it is closed")
    go.set()
    until(lambda: not syncs.is_alive(), "the other thread ends")
