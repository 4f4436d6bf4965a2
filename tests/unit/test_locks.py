"""Locks that are never let go of, and drives that know none: a sentence, never a hang."""

import errno
import os
import sqlite3
import sys
from contextlib import closing

import pytest

from blender_addon.core import damage, owner
from blender_addon.core.errors import InputError, as_ours
from blender_addon.core.journal import Journal
from blender_addon.core.task import Task


def a_task():
    return Task("tripo", "castle.png", {"front": "front.png"}, {})


@pytest.mark.fault("D08")
def test_a_lock_that_somebody_holds_for_ever_is_a_sentence(data_folder, monkeypatch):
    Journal(data_folder).close()
    monkeypatch.setattr(owner, "LOCK_S", 0.2)
    with (
        owner.alone(data_folder / "journal.lock"),
        pytest.raises(InputError, match=r"another program holds its lock.*nothing was sent"),
    ):
        Journal(data_folder)


@pytest.mark.fault("D08")
def test_a_journal_that_somebody_writes_for_ever_is_a_sentence(data_folder, monkeypatch):
    journal = Journal(data_folder)
    task = a_task()
    journal.add(task)
    monkeypatch.setattr(damage, "LOCKED_S", 0.1)
    with closing(sqlite3.connect(data_folder / "journal.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError) as caught:
            journal.update(task.id, stage="running")
        with pytest.raises(InputError, match="nothing was sent"):
            journal.add(a_task())
        assert journal.get(task.id) == task, "reading goes on"
    assert as_ours(caught.value).message.startswith("Another program holds the task journal")
    assert as_ours(caught.value).kind == "disk"
    assert journal.update(task.id, stage="running").stage == "running"


@pytest.mark.fault("D08")
def test_a_drive_without_locks_is_a_sentence(data_folder, monkeypatch):
    """A network drive that answers ENOLCK; the only part that is played here is the system's answer."""
    if sys.platform == "win32":
        import msvcrt as locks

        name = "locking"
    else:
        import fcntl as locks

        name = "flock"

    def refuse(*_arguments):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(locks, name, refuse)
    with pytest.raises(InputError, match=rf"{os.strerror(errno.ENOLCK)}.*choose another folder; nothing was sent"):
        Journal(data_folder)
