"""Is the journal sound? Looked at each time it is opened, and when something in it cannot be read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from . import schema

LIKELY_VERSIONS = 1000
"""A version number from there on is no version, but damage."""
_WORTH_A_LOOK = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_ERROR}
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}
_SHORT_READ = 522
"""SQLITE_IOERR_SHORT_READ: the file ends in the middle of a page."""


LOCKED_S = 5.0
"""Longer than any other process needs; where a network drive's locks hang, a sentence is better."""


def connect(path: Path, timeout_s: float | None = None) -> sqlite3.Connection:
    """Return a connection of its own to the journal; it waits that long for others."""
    database = sqlite3.connect(path, timeout=LOCKED_S if timeout_s is None else timeout_s, isolation_level=None)
    try:
        database.text_factory = lambda raw: raw.decode("utf-8", "replace")  # one bad text must not hide the others
        database.execute("PRAGMA synchronous = FULL")  # a power cut right after "submitted" loses nothing
    except BaseException:
        database.close()
        raise
    return database


def worth_a_look(error: sqlite3.Error) -> bool:
    """Tell whether the error may come from a journal that is damaged, or was moved away a moment ago."""
    code = getattr(error, "sqlite_errorcode", 0)
    return code == _SHORT_READ or code & 0xFF in _WORTH_A_LOOK


def damage_of(path: Path) -> str:
    """Return what is wrong with the journal, in a few words; empty when it is sound. Raises sqlite3.Error."""
    try:
        with closing(connect(path)) as database:
            version = schema.version_of(database)
            found = str(database.execute("PRAGMA integrity_check(1)").fetchone()[0])
            columns = {row[1] for row in database.execute("PRAGMA table_info(task)")}
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0)
        if code == _SHORT_READ or code & 0xFF in _DAMAGE:
            return str(error)
        raise
    if schema.VERSION < version < LIKELY_VERSIONS:
        return ""  # a newer version's: not ours to judge
    if found != "ok":
        return found.splitlines()[-1]
    sound = columns >= schema.COLUMNS and version < LIKELY_VERSIONS if version else not columns
    return "" if sound else "its table is another one"
