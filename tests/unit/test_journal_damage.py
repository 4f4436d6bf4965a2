"""A damaged journal stops nothing: it is set aside with a date, and what can be read in it or beside it comes back."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from another import ROOT, Another
from waiting import LIMIT_S

from blender_addon.core.journal import Journal
from blender_addon.core.task import Task

OPEN = """
import sys
from pathlib import Path
from blender_addon.core.journal import Journal
print("ready", flush=True)
sys.stdin.readline()
journal = Journal(Path(sys.argv[1]))
print(len(journal.all()), len(journal.notices), flush=True)
"""


def a_task(journal, files=True, **facts):
    """Write a task that has been paid for, with its folder."""
    task = Task("tripo", "castle.png", {"front": "front.png"}, {"texture": True}, **facts)
    if files:
        journal.folder_of(task.id).mkdir()
    journal.add(task)
    return journal.update(task.id, stage="submitted", provider_task=f"paid-{task.id}")


def made(folder, count=3, **facts):
    """Make a journal of some tasks, all of it in one file, and return them."""
    journal = Journal(folder)
    tasks = [a_task(journal, created=float(number), **facts) for number in range(count)]
    journal.close()
    return tasks


def aside(folder):
    """Return what was set aside, by its name without the date."""
    return [re.sub(r"\d{8}-\d{6}", "DATE", one.name) for one in sorted(folder.glob("journal-*"))]


def garbage(path):
    path.write_bytes(b"this is no database " * 500)


def truncated(path):
    path.write_bytes(path.read_bytes()[:5000])


def damaged_page(path):
    content = bytearray(path.read_bytes())
    for at in range(4096, len(content), 4096):
        content[at : at + 2000] = b"\xa5" * 2000
    path.write_bytes(content)


def other_tables(path):
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript("DROP TABLE task; CREATE TABLE task (name TEXT); INSERT INTO task VALUES ('a')")


def no_version(path):
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA user_version = 0")


DAMAGES = [garbage, truncated, damaged_page, other_tables, no_version, lambda path: path.write_bytes(b"")]
NAMES = ["garbage", "truncated", "damaged page", "other tables", "no version", "zero bytes"]


@pytest.mark.fault("D06")
@pytest.mark.parametrize("damage", DAMAGES, ids=NAMES)
def test_a_damaged_journal_is_set_aside_and_its_paid_tasks_come_back(data_folder, damage):
    tasks = made(data_folder)
    damage(data_folder / "journal.sqlite")
    damaged = (data_folder / "journal.sqlite").read_bytes()
    journal = Journal(data_folder)
    assert sorted(journal.all(), key=lambda one: one.created) == tasks
    assert all(one.provider_task == f"paid-{one.id}" for one in journal.all())
    assert aside(data_folder) == ["journal-damaged-DATE.sqlite"]
    (kept,) = data_folder.glob("journal-damaged-*")
    assert kept.read_bytes() == damaged
    assert journal.notices == [
        f"The task journal was damaged: 3 of 3 tasks were recovered; the damaged journal is kept as {kept}."
    ]
    assert journal.update(tasks[0].id, stage="running").stage == "running"
    assert Journal(data_folder).notices == [], "it is sound again, and said once"


@pytest.mark.fault("D06")
def test_what_is_lost_is_counted(data_folder):
    tasks = made(data_folder)
    for one in tasks[:2]:
        (data_folder / "tasks" / one.id / "task.json").write_text("{}")
        (data_folder / "tasks" / one.id / "front.png").write_bytes(b"png")
    garbage(data_folder / "journal.sqlite")
    journal = Journal(data_folder)
    assert journal.all() == [tasks[2]]
    assert "1 of 3 tasks were recovered" in journal.notices[0]


@pytest.mark.fault("D06")
def test_rows_are_read_around_a_damaged_page(data_folder):
    """Tasks without folders have no notes: what comes back was read from the damaged file itself."""
    tasks = made(data_folder, 60, files=False)
    path = data_folder / "journal.sqlite"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    pages = [at for at in range(4096, len(content), 4096) if content[at] == 13 and b"castle" in content[at : at + 4096]]
    hit = pages[len(pages) // 2]
    inside = sum(one.id.encode() in content[hit : hit + 4096] for one in tasks)
    content[hit : hit + 4096] = b"\xa5" * 4096
    path.write_bytes(content)
    journal = Journal(data_folder)
    assert len(pages) > 3 and inside
    assert len(journal.all()) == 60 - inside
    assert all(one in tasks for one in journal.all())


def test_a_row_keeps_its_owner_and_what_was_asked_of_it(data_folder):
    journal = Journal(data_folder)
    task = a_task(journal)
    other = Another(data_folder)
    try:
        other.call("claim", task.id)
        journal.ask_cancel(task.id)
        with closing(sqlite3.connect(data_folder / "journal.sqlite")) as database, database:
            database.execute("PRAGMA user_version = 0")
        again = Journal(data_folder)
        assert "1 of 1 task was recovered" in again.notices[0]
        assert not again.claim(task.id), "a living process runs it"
        assert again.cancel_asked(task.id)
    finally:
        other.kill()


def test_a_note_keeps_the_owner(data_folder):
    journal = Journal(data_folder)
    task = a_task(journal)
    other = Another(data_folder)
    try:
        other.call("claim", task.id)
        journal.update(task.id, stage="running")
        garbage(data_folder / "journal.sqlite")
        assert not Journal(data_folder).claim(task.id), "a living process runs it"
    finally:
        other.kill()


@pytest.mark.fault("D06")
def test_a_process_that_has_the_journal_open_follows_to_the_new_one(data_folder):
    other = Another(data_folder)
    try:
        journal = Journal(data_folder)
        task = a_task(journal)
        assert f"'{task.id}'" in other.call("get", task.id)
        garbage(data_folder / "journal.sqlite")
        again = Journal(data_folder)
        assert "1 of 1 task was recovered" in again.notices[0]
        again.update(task.id, percent=77)
        assert "percent=77" in other.call("get", task.id)
        assert other.call("claim", task.id) == "True"
        assert journal.owned_elsewhere(task.id), "and the first one too"
        assert '"percent": 77' in journal._kept.execute("SELECT body FROM task").fetchone()[0], "all of it"
    finally:
        other.kill()


@pytest.mark.fault("D06")
def test_damage_that_comes_while_it_is_open_is_met_at_the_next_call(data_folder):
    journal = Journal(data_folder)
    tasks = [a_task(journal, created=float(number)) for number in range(3)]
    for suffix in ("", "-wal"):
        (data_folder / f"journal.sqlite{suffix}").write_bytes(b"this is no database " * 500)
    assert journal.update(tasks[0].id, stage="running").provider_task == tasks[0].provider_task
    assert len(journal.all()) == 3
    assert "3 of 3 tasks were recovered" in journal.notices[0]


@pytest.mark.fault("D06")
def test_processes_that_find_the_damage_at_once_rebuild_once(data_folder):
    made(data_folder, 8)
    garbage(data_folder / "journal.sqlite")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "encoding": "utf-8"}
    several = [subprocess.Popen([sys.executable, "-c", OPEN, str(data_folder)], cwd=ROOT, **pipes) for _ in range(5)]
    assert [one.stdout.readline() for one in several] == ["ready\n"] * 5
    said = [one.communicate("\n", timeout=LIMIT_S)[0].split() for one in several]
    assert [one[0] for one in said] == ["8"] * 5
    assert sorted(one[1] for one in said) == ["0", "0", "0", "0", "1"]
    assert aside(data_folder) == ["journal-damaged-DATE.sqlite"]


def test_a_crash_while_the_journal_is_put_back_is_finished(data_folder):
    tasks = made(data_folder, files=False)
    (data_folder / "journal.sqlite").rename(data_folder / "journal.rebuilt")
    assert len(Journal(data_folder).all()) == len(tasks)
    assert not (data_folder / "journal.rebuilt").exists()


@pytest.mark.fault("D06")
def test_a_lost_wal_loses_no_paid_task(data_folder):
    """SQLite drops a damaged WAL without a word; then the last changes are missing, and whole tasks."""
    first = Journal(data_folder)
    old = a_task(first)
    first.close()
    journal = Journal(data_folder)
    journal.update(old.id, stage="running", percent=40)
    new = a_task(journal)
    sound = (data_folder / "journal.sqlite").read_bytes()
    journal.close()
    (data_folder / "journal.sqlite").write_bytes(sound)
    again = Journal(data_folder)
    assert (again.get(old.id).stage, again.get(new.id)) == ("running", new)
    assert again.notices == ["1 task was missing from the task journal and recovered from the data folder."]


def test_a_journal_that_was_deleted_comes_back(data_folder):
    tasks = made(data_folder)
    (data_folder / "journal.sqlite").unlink()
    assert len(Journal(data_folder).all()) == len(tasks)


def test_a_journal_that_is_deleted_while_it_is_open_comes_back(data_folder):
    journal = Journal(data_folder)
    task = a_task(journal)
    for one in data_folder.glob("journal.sqlite*"):
        one.unlink()
    assert journal.all() == [task]


def test_a_task_that_was_removed_does_not_come_back(data_folder):
    tasks = made(data_folder)
    journal = Journal(data_folder)
    journal.remove(tasks[0].id)
    journal.close()
    garbage(data_folder / "journal.sqlite")
    assert {one.id for one in Journal(data_folder).all()} == {one.id for one in tasks[1:]}
