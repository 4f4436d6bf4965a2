"""The journal's table, and how a journal of an older version becomes one of this version.

A new stage, or a field that older versions must not lose, is a new version too: they set aside what they cannot read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from .errors import InputError
from .set_aside import free_name

VERSION = 1
_FIRST = """
CREATE TABLE task (
    id TEXT PRIMARY KEY,
    created REAL NOT NULL,
    stage TEXT NOT NULL,
    owner TEXT,                         -- the process that runs it, see owner.py
    cancel INTEGER NOT NULL DEFAULT 0,  -- another process asks the owner to cancel
    body TEXT NOT NULL                  -- the whole task as JSON, see record.py
) STRICT
"""
COLUMNS = frozenset({"id", "created", "stage", "owner", "cancel", "body"})
"""What every version so far has."""


def _first(database: sqlite3.Connection) -> None:
    database.execute(_FIRST)


STEPS: dict[int, Callable[[sqlite3.Connection], None]] = {0: _first}
"""Version → what turns a journal of that version into one of the next; 0 is an empty file."""


def version_of(database: sqlite3.Connection) -> int:
    """Return the journal's version."""
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def create(database: sqlite3.Connection) -> None:
    """Make the table in an empty file, or bring an older one up to this version: all the way or not at all."""
    database.execute("BEGIN IMMEDIATE")
    try:
        for version in range(version_of(database), VERSION):
            STEPS[version](database)
        database.execute(f"PRAGMA user_version = {VERSION}")
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise


def migrate(database: sqlite3.Connection, path: Path) -> None:
    """Bring the journal up to this version; a copy of an older one is kept.

    Raises InputError for a journal of a newer version and for one that cannot be brought up to date.
    """
    found = version_of(database)
    if found > VERSION:
        raise InputError(
            f"The task journal in {path.parent} was made by a newer Maquette. Update this one; the tasks in it are "
            "safe, and nothing was sent."
        )
    if found == VERSION:
        return
    if not found:
        create(database)
        return
    kept = _copy(database, path, found)
    try:
        create(database)
    except Exception as error:
        raise InputError(
            f"The task journal in {path.parent} cannot be brought up to date ({error}). It is as it was, and nothing "
            f"was sent; a copy is kept as {kept.name}."
        ) from error


def _copy(database: sqlite3.Connection, path: Path, version: int) -> Path:
    """Keep a copy of a journal of an older version and return where."""
    target = free_name(path, f"version-{version}")
    with closing(sqlite3.connect(target)) as copy:
        database.backup(copy)
    return target
