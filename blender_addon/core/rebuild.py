"""A damaged journal is set aside, and a new one is made of whatever can be read in it and in the tasks' own notes.

SQLite's own recovery is not in Python's module; row by row gives the same for one small table.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import files, notes, record, refuge, schema, spent
from .damage import connect
from .price import Charge
from .record import Record
from .set_aside import free_name, set_aside
from .task import ENDED

log = logging.getLogger(__name__)
GAP = 10_000
"""Rows that are looked for one by one between those that can be read from either end."""


def rebuild(path: Path, tasks_folder: Path, why: str) -> str:
    """Set the journal aside, put one made of what can be read in its place, and return the sentence that says so."""
    log.warning("the journal %s is damaged: %s", path, why)
    found, met = _readable(path)
    for folder in notes.folders(tasks_folder):
        row = found.get(folder.name)
        if noted := notes.newer(folder, row):
            found[folder.name] = replace(noted, owner=row.owner, cancel=row.cancel) if row else noted
        if any(folder.iterdir()):
            met.add(folder.name)
    _write(_interim(path), found.values(), _spent(path))
    kept = set_aside(path, "damaged")
    finish(path)
    total = len(met | found.keys())
    how_many = f"{len(found)} of {total} {'task was' if total == 1 else 'tasks were'} recovered"
    return f"The task journal was damaged: {how_many}; the damaged journal is kept as {kept}."


def _interim(path: Path) -> Path:
    """Return where the rebuilt journal stands, complete, until the damaged one is out of its way."""
    return path.with_suffix(".rebuilt")


def finish(path: Path) -> None:
    """Put a rebuilt journal in its place; also after a crash just before that."""
    if not path.exists() and _interim(path).exists():
        files.replace(_interim(path), path)


def _write(target: Path, records: Iterable[Record], charges: Iterable[Charge]) -> None:
    """Write a whole journal, or none."""
    part = target.with_suffix(".part")
    for stale in (part, part.with_name(f"{part.name}-journal"), target):
        stale.unlink(missing_ok=True)
    with closing(connect(part)) as database:
        schema.create(database)
        insert(database, records)
        spent.keep(database, charges)
    files.replace(part, target)


def insert(database: sqlite3.Connection, records: Iterable[Record]) -> None:
    """Write the rows of these records. Who owns a row that is there, and whether it is cancelled, is not touched."""
    rows = [
        (one.task.id, one.task.created, one.task.stage, one.owner, int(one.cancel), one.to_json()) for one in records
    ]
    began = bool(rows) and not database.in_transaction
    if began:
        database.execute("BEGIN IMMEDIATE")
    database.executemany(
        "INSERT INTO task (id, created, stage, owner, cancel, body) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) "
        "DO UPDATE SET created = excluded.created, stage = excluded.stage, body = excluded.body",
        rows,
    )
    if began:
        database.execute("COMMIT")


def _readable(path: Path) -> tuple[dict[str, Record], set[str]]:
    """Return the tasks that can be read in a damaged journal, and the ids of all that were met in it."""
    found: dict[str, Record] = {}
    met: set[str] = set()
    with contextlib.suppress(sqlite3.Error), closing(connect(path)) as database:
        for task_id, owner, cancel, body in _rows(database):
            try:
                one = record.read(body)
            except ValueError as error:
                log.warning("the row of task %r cannot be read: %s", task_id, error)
                met |= {task_id} if isinstance(task_id, str) else set()
                continue
            owner = owner if isinstance(owner, str) else None
            found[one.task.id] = replace(one, owner=owner, cancel=cancel == 1)
    return found, met


def _spent(path: Path) -> list[Charge]:
    """Return what a damaged journal tells of forgotten tasks, if it still does."""
    with contextlib.suppress(sqlite3.Error), closing(connect(path)) as database:
        return spent.read(database)
    return []


def _rows(database: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    """Give id, owner, cancel and body of every row that can be had: what lies behind a damaged page is met from the
    other end, and what lies between two of them one by one."""
    columns = {row[1] for row in database.execute("PRAGMA table_info(task)")}
    if "body" not in columns:
        return
    wanted = ", ".join(["rowid", *(one if one in columns else "NULL" for one in ("id", "owner", "cancel", "body"))])
    ends: list[int] = []
    for order in ("ASC", "DESC"):
        reached = 0
        try:
            for row in database.execute(f"SELECT {wanted} FROM task ORDER BY rowid {order}"):
                reached = row[0]
                yield row[1:]
        except sqlite3.Error:
            ends.append(reached)
        else:
            return
    first, last = ends[0], ends[1] or ends[0] + GAP
    for rowid in range(first + 1, min(last, first + GAP)):
        with contextlib.suppress(sqlite3.Error):
            yield from (row[1:] for row in database.execute(f"SELECT {wanted} FROM task WHERE rowid = ?", (rowid,)))


def heal(database: sqlite3.Connection, tasks_folder: Path) -> str:
    """Take into the journal what only the tasks' notes know; return a sentence when whole tasks had been missing.

    Rows go missing without a trace when the file of the last changes (the WAL) is damaged or deleted.
    """
    missing, behind = _unknown(database, tasks_folder)
    if missing or behind:
        database.execute("BEGIN IMMEDIATE")
        missing, behind = _unknown(database, tasks_folder)  # another process may have added it just now
        insert(database, [*missing, *behind])
        database.execute("COMMIT")
    refuge.clear(tasks_folder)
    if not missing:
        return ""
    tasks = "1 task was" if len(missing) == 1 else f"{len(missing)} tasks were"
    return f"{tasks} missing from the task journal and recovered from the data folder."


def _unknown(database: sqlite3.Connection, tasks_folder: Path) -> tuple[list[Record], list[Record]]:
    """Return the tasks that have a note and no row, and those whose note is newer than their row."""
    rows = dict(database.execute("SELECT id, body FROM task WHERE stage NOT IN (?, ?, ?)", sorted(ENDED)))
    ended = {task_id for (task_id,) in database.execute("SELECT id FROM task")} - rows.keys()
    missing, behind = [], []
    for folder in notes.folders(tasks_folder):
        if folder.name in rows:
            behind += _newer(folder, rows[folder.name])
        elif folder.name not in ended:
            missing += [noted] if (noted := notes.read(folder)) else []
    for folder in refuge.folders(tasks_folder):
        behind += _newer(folder, rows[folder.name]) if folder.name in rows else []
    return missing, behind


def _newer(folder: Path, body: str) -> list[Record]:
    """Return the record of the task's note when the row is behind it; a row that cannot be read is looked at later."""
    with contextlib.suppress(ValueError):
        if noted := notes.newer(folder, record.read(body)):
            return [noted]
    return []


def mend_row(database: sqlite3.Connection, path: Path, tasks_folder: Path, task_id: str) -> tuple[Record | None, str]:
    """Put the task's note in the place of a row that cannot be read, or set the row aside; return it and a sentence."""
    noted = notes.read(tasks_folder / task_id) if record.is_id(task_id) else None
    if noted:
        insert(database, [noted])
        return noted, f"Task {task_id} was damaged in the task journal and was recovered from its folder."
    row = database.execute("SELECT body FROM task WHERE id = ?", (task_id,)).fetchone()
    if row is None:
        return None, ""
    kept = free_name(path.with_suffix(".txt"), "damaged-task")
    files.write_whole(kept, str(row[0]).encode("utf-8", "replace"), lasting=True)
    database.execute("DELETE FROM task WHERE id = ?", (task_id,))
    return None, f"Task {task_id} cannot be read in the task journal; what is left of it is kept as {kept}."
