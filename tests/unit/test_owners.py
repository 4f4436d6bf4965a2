"""A task has one owner, whatever other processes do: what is being run is not taken away, and who has lost it stops."""

import sqlite3
import subprocess
import sys
from contextlib import closing

import hosted_line
import pytest
import scripted
from another import ROOT, Another
from command_line import CALL, PROGRAM, end
from hosted_cases import CASES
from scripted import polling, running
from waiting import LIMIT_S, until

from blender_addon.core import damage, notes
from blender_addon.core.journal import Journal
from blender_addon.core.task import Task

line, server, here, quick = hosted_line.line, scripted.server, running(), polling(0.001)
WAIT = """
import os, pathlib, sys, time
def wait(place):
    (place / "waits").touch()
    while not (place / "go").exists():
        time.sleep(0.01)
"""
OPENS = (
    WAIT
    + """
from blender_addon.core import rebuild
from blender_addon.core.journal import Journal
place, folders = pathlib.Path(sys.argv[1]), rebuild.notes.folders
def between(folder):
    if folder.name == "tasks":
        wait(place)
    yield from folders(folder)
rebuild.notes.folders = between
print(Journal(place / "data").notices)
"""
)
MAKES = (
    WAIT
    + """
from blender_addon.core.journal import Journal
claim = Journal.claim
def between(self, task_id):
    wait(pathlib.Path(os.environ["STAND_IN"]))
    return claim(self, task_id)
Journal.claim = between
"""
    + CALL
)
AGAIN = f"""
import contextlib, io, sys, time
from blender_addon.cli.main import main
while True:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        main(sys.argv[1:], program={PROGRAM!r})
    time.sleep(0.02)
"""


@pytest.mark.fault("X11")
def test_who_opens_the_journal_takes_no_task_away_that_is_added_meanwhile(tmp_path, data_folder):
    """The other process has read the rows and not yet the notes."""
    journal = Journal(data_folder)
    opens = subprocess.Popen(
        [sys.executable, "-c", OPENS, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8"
    )
    try:
        until((tmp_path / "waits").exists, "it has read the rows")
        task = Task("tripo", "castle.png", {"front": "front.png"}, {})
        journal.folder_of(task.id).mkdir()
        journal.add(task)
        stale = notes.read(journal.folder_of(task.id))
        assert journal.claim(task.id)
        journal.update(task.id, stage="submitting", sent=1.0)
        notes.write(journal.folder_of(task.id), stale)  # as it was read before that
        (tmp_path / "go").touch()
        assert opens.communicate(timeout=LIMIT_S)[0].strip() == "[]"
    finally:
        opens.kill()
    assert journal.get(task.id).stage == "submitting"
    assert not Journal(data_folder).claim(task.id), "it is being run"


@pytest.mark.fault("X11")
@pytest.mark.parametrize("line", CASES[:1], indirect=True, ids=lambda case: case.id)
def test_a_task_that_was_just_made_is_not_resumed_by_another_process(line):
    made = line.maquette.start_in(
        *(sys.executable, "-c", MAKES, "generate", line.image, "--provider", line.case.id, "--out", line.out, "--jsonl")
    )
    try:
        until((line.maquette.folder / "waits").exists, "the task is in the journal")
        assert line.resume().code == 2 and not line.sim.paid
        (line.maquette.folder / "go").touch()
        assert line.is_made(end(made))
    finally:
        made.kill()


@pytest.mark.fault("X11", "X04")
@pytest.mark.parametrize("line", CASES[:1], indirect=True, ids=lambda case: case.id)
def test_what_other_processes_open_and_resume_all_the_time_is_paid_once(line):
    calls = (["tasks", "--json"], ["tasks", "resume", "--jsonl"])
    others = [line.maquette.start_in(sys.executable, "-c", AGAIN, *one) for one in calls]
    try:
        for count in range(1, 7):
            said = line.generate("--again")
            assert line.sim.paid == len(line.sim.requests(line.case.create)) == count, said.out + said.err
    finally:
        for one in others:
            one.kill()
            end(one)
    line.resume()
    assert [one["state"] for one in line.maquette.tasks()] == ["succeeded"] * 6


# ---- the fence


@pytest.mark.fault("X11")
@pytest.mark.parametrize(
    ("point", "never", "stage"),
    [("upload", "create", "uploading"), ("poll", "download", "submitted"), ("downloaded", "convert", "downloading")],
)
def test_who_has_lost_a_task_stops_before_its_next_step(here, server, image, data_folder, point, never, stage):
    other = Another(data_folder)
    try:
        task = here.prepare("paid", image)
        server.at_point[point] = lambda _: steal(here, other, task)
        kept = here.run(task)
        assert never not in server.seen
        assert (kept.stage, kept.error, here.told()[-1]) == (stage, None, "paused")
        assert here.journal.owned_elsewhere(task.id), "the other one's it stays"
    finally:
        other.kill()


@pytest.mark.fault("X11")
def test_what_is_paid_for_is_written_down_whoever_owns_it(here, server, image, data_folder):
    other = Another(data_folder)
    try:
        task = here.prepare("paid", image)
        server.at_point["created"] = lambda _: steal(here, other, task)
        kept = here.run(task)
        assert (kept.provider_task, kept.stage, "download" in server.seen) == ("paid-1", "submitted", False)
    finally:
        other.kill()


def steal(here, other, task):
    """Let another living process own the task."""
    with closing(sqlite3.connect(here.journal.folder / "journal.sqlite")) as database, database:
        database.execute("UPDATE task SET owner = NULL WHERE id = ?", (task.id,))
    assert other.call("claim", task.id) == "True"


def test_a_task_whose_release_failed_can_be_claimed_again_here(here, image, monkeypatch):
    monkeypatch.setattr(damage, "LOCKED_S", 0.1)
    task = here.prepare("paid", image)
    assert here.journal.claim(task.id)
    assert not here.journal.claim(task.id), "its thread has it"
    with closing(sqlite3.connect(here.journal.folder / "journal.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError):
            here.journal.release(task.id)
    assert here.journal.claim(task.id)
