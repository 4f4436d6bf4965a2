"""A journal of an older version opens in a newer one, with a copy kept; one of a newer version is left alone."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from another import Another

from blender_addon.core import schema
from blender_addon.core.errors import InputError
from blender_addon.core.journal import Journal

VERSION_1 = Path(__file__).with_name("journals") / "version_1.sql"
PAID = "0c9d1f6a2b3e"


@pytest.fixture
def path(data_folder):
    """Give a journal as version 1 wrote it."""
    data_folder.mkdir()
    path = data_folder / "journal.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript(VERSION_1.read_text("utf-8"))
    return path


def version(path):
    with closing(sqlite3.connect(path)) as database:
        return schema.version_of(database)


def tomorrow(monkeypatch, step):
    """Let this be the next version."""
    monkeypatch.setattr(schema, "VERSION", 2)
    monkeypatch.setattr(schema, "STEPS", {**schema.STEPS, 1: step})


def with_a_color(database):
    database.execute("ALTER TABLE task ADD COLUMN color TEXT")
    database.execute("UPDATE task SET color = 'red'")


def broken(database):
    with_a_color(database)
    raise sqlite3.OperationalError("the disk is on fire")


@pytest.mark.fault("D14")
def test_a_journal_of_version_1_is_read_whole(path):
    journal = Journal(path.parent)
    unconfirmed, paid, landed = journal.all()
    assert (paid.id, paid.stage, paid.percent, paid.provider_task) == (PAID, "running", 40, "t-0001")
    assert paid.options == {"model_version": "v3.1", "texture": True, "face_limit": None}
    assert (landed.stage, landed.statistics["triangles"], landed.image) == ("landed", 12, "caf\udce9.png")
    assert (unconfirmed.stage, unconfirmed.error["message"]) == ("unconfirmed", "It may have been charged.")
    assert journal.notices == []
    journal.folder_of(PAID).mkdir()
    assert journal.update(PAID, stage="downloading").provider_task == "t-0001"


@pytest.mark.fault("D14")
def test_a_journal_of_version_1_becomes_one_of_the_next_and_a_copy_is_kept(path, monkeypatch):
    tomorrow(monkeypatch, with_a_color)
    journal = Journal(path.parent)
    assert [one.id for one in journal.all()] == ["2e3f4a5b6c7d", PAID, "1d2e3f4a5b6c"]
    journal.update(PAID, stage="downloading")
    with journal._open() as database:
        assert database.execute("SELECT DISTINCT color FROM task").fetchall() == [("red",)]
    (copy,) = path.parent.glob("journal-version-1-*.sqlite")
    assert (version(path), version(copy)) == (2, 1)
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("SELECT count(*) FROM task").fetchone() == (3,)
    journal.close()
    Journal(path.parent).close()
    assert len(list(path.parent.glob("journal-version-*"))) == 1, "once"


def test_a_new_journal_is_of_the_newest_version(data_folder, monkeypatch):
    tomorrow(monkeypatch, with_a_color)
    Journal(data_folder).close()
    assert version(data_folder / "journal.sqlite") == 2
    assert list(data_folder.glob("journal-*")) == []


def test_a_migration_that_fails_changes_nothing(path, monkeypatch):
    tomorrow(monkeypatch, broken)
    with pytest.raises(InputError, match=r"cannot be brought up to date \(the disk is on fire\)\. It is as it was"):
        Journal(path.parent)
    monkeypatch.undo()
    assert version(path) == 1
    with closing(sqlite3.connect(path)) as database:
        assert "color" not in {row[1] for row in database.execute("PRAGMA table_info(task)")}
    assert len(Journal(path.parent).all()) == 3


def test_a_damaged_journal_of_an_older_version_becomes_one_of_this_version(path, monkeypatch):
    tomorrow(monkeypatch, with_a_color)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("ALTER TABLE task RENAME COLUMN owner TO master")
    journal = Journal(path.parent)
    assert "3 of 3 tasks were recovered" in journal.notices[0]
    assert journal.get(PAID).provider_task == "t-0001"
    assert version(path) == 2


@pytest.mark.fault("D07")
def test_a_newer_journal_is_left_alone(path):
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
        database.execute("ALTER TABLE task ADD COLUMN color TEXT")
    before = path.read_bytes()
    with pytest.raises(InputError, match=r"made by a newer Maquette\. Update this one; the tasks in it are safe"):
        Journal(path.parent)
    assert path.read_bytes() == before


@pytest.mark.fault("D07")
def test_the_command_line_says_it_and_sends_nothing(path, maquette, image):
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    said = maquette("generate", image)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "made by a newer Maquette" in said.err
    assert not (maquette.folder / "calls").exists()


def test_a_process_of_the_older_version_goes_on_with_a_migrated_journal(path, monkeypatch):
    """A column more does not matter to it; what would matter has to close it out, with its first call."""
    other = Another(path.parent)
    try:
        assert other.call("owned_elsewhere", PAID) == "False"
        tomorrow(monkeypatch, with_a_color)
        Journal(path.parent).close()
        assert other.call("claim", PAID) == "True"
    finally:
        other.kill()
