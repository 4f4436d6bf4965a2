"""What forgotten tasks have cost, as long as their day lasts: the daily limit goes on counting it.

A table of its own, made when there is something to keep. Versions that do not know it leave it alone.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from .price import Charge

_TABLE = """
CREATE TABLE IF NOT EXISTS spent (
    created REAL NOT NULL,  -- when the task was sent, or made if it was not, Unix time in seconds
    credits TEXT NOT NULL   -- what it counts, a decimal number
) STRICT
"""
_KEPT_S = 2 * 86_400.0
"""Longer than any day, also for a clock that is set back or taken to another time zone."""


def keep(database: sqlite3.Connection, charges: Iterable[Charge]) -> None:
    """Note what was charged for tasks that go; what is of no day any more goes too."""
    oldest = time.time() - _KEPT_S
    rows = [(created, str(credits)) for created, credits in charges if credits and created >= oldest]
    if rows:
        database.execute(_TABLE)
        database.execute("DELETE FROM spent WHERE created < ?", (oldest,))
        database.executemany("INSERT INTO spent VALUES (?, ?)", rows)


def read(database: sqlite3.Connection) -> list[Charge]:
    """Return what is kept; nothing where no task that cost anything was forgotten yet."""
    if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'spent'").fetchone():
        return []
    found: list[Charge] = []
    for created, text in database.execute("SELECT created, credits FROM spent").fetchall():
        with contextlib.suppress(InvalidOperation):
            found += [(created, paid)] if (paid := Decimal(text)).is_finite() else []
    return found
