"""The journal: every task of this user, on the disk before anything is sent. SQLite, shared by all processes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from .errors import InputError
from .folders import private_folder
from .owner import Owner, alone
from .task import ENDED, Task

VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS task (
    id TEXT PRIMARY KEY,
    created REAL NOT NULL,
    stage TEXT NOT NULL,
    owner TEXT,                         -- the process that runs it, see owner.py
    cancel INTEGER NOT NULL DEFAULT 0,  -- another process asks the owner to cancel
    body TEXT NOT NULL                  -- the whole task as JSON
) STRICT
"""


class Journal:
    """The tasks in one data folder. Safe in any thread: each call has a connection of its own."""

    def __init__(self, folder: Path) -> None:
        """Open or make the journal. Raises InputError when the folder cannot be used."""
        self.folder = private_folder(folder)
        self.tasks_folder = private_folder(folder / "tasks")
        self._path = folder / "journal.sqlite"
        try:
            self.owner = Owner(folder / "owners")
            with alone(folder / "journal.lock"), self._open() as database:
                self._prepare(database)
            # one stays open: without it each call would be the last to close, which empties and removes the WAL
            self._kept = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
            self._kept.execute("SELECT count(*) FROM task").fetchall()
        except (OSError, sqlite3.Error) as error:
            raise InputError(
                f"The task journal in {folder} cannot be written ({error}). Free some space or choose another folder; "
                "nothing was sent."
            ) from error

    def close(self) -> None:
        """Give up every task that this process owns."""
        self._kept.close()
        self.owner.close()

    def _prepare(self, database: sqlite3.Connection) -> None:
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise InputError(f"The task journal in {self.folder} was made by a newer Maquette. Update this one.")
        if version < VERSION:
            database.execute("PRAGMA journal_mode = WAL")  # kept in the file; two at once would not wait for each other
            database.execute(_SCHEMA)
            database.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=5.0, isolation_level=None)) as database:
            database.execute("PRAGMA synchronous = FULL")  # a power cut right after "submitted" loses nothing
            yield database

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """One transaction, alone with the file."""
        with self._open() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
            except BaseException:
                database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")

    def folder_of(self, task_id: str) -> Path:
        """Return the folder that holds the task's files."""
        return self.tasks_folder / task_id

    def add(self, task: Task) -> None:
        """Write a new task, owned by nobody. Raises InputError when it cannot be written."""
        try:
            with self._change() as database:
                database.execute(
                    "INSERT INTO task (id, created, stage, body) VALUES (?, ?, ?, ?)",
                    (task.id, task.created, task.stage, task.to_json()),
                )
        except (OSError, sqlite3.Error) as error:
            raise InputError(f"The task could not be written to the journal ({error}); nothing was sent.") from error

    def get(self, task_id: str) -> Task | None:
        """Return the task, or None."""
        with self._open() as database:
            row = database.execute("SELECT body FROM task WHERE id = ?", (task_id,)).fetchone()
        return Task.from_json(row[0]) if row else None

    def all(self) -> list[Task]:
        """Return every task, the newest first."""
        with self._open() as database:
            rows = database.execute("SELECT body FROM task ORDER BY created DESC, id").fetchall()
        return [Task.from_json(body) for (body,) in rows]

    def unfinished(self) -> list[Task]:
        """Return the tasks that have not ended, the oldest first."""
        return [task for task in reversed(self.all()) if task.stage not in ENDED]

    def update(self, task_id: str, **changes: Any) -> Task:
        """Change fields of the task and return it. Raises KeyError when it is gone."""
        with self._change() as database:
            row = database.execute("SELECT body FROM task WHERE id = ?", (task_id,)).fetchone()
            if row is None:
                raise KeyError(task_id)
            task = Task.from_json(row[0])
            for name, value in changes.items():
                setattr(task, name, value)
            database.execute("UPDATE task SET stage = ?, body = ? WHERE id = ?", (task.stage, task.to_json(), task_id))
        return task

    def claim(self, task_id: str) -> bool:
        """Become the task's owner; False while a living process (or this one already) has it."""
        with self._change() as database:
            row = database.execute("SELECT owner FROM task WHERE id = ?", (task_id,)).fetchone()
            if row is None or (row[0] and self.owner.alive(row[0])):
                return False
            database.execute("UPDATE task SET owner = ? WHERE id = ?", (self.owner.id, task_id))
        return True

    def release(self, task_id: str) -> None:
        """Stop owning the task; a cancel that was asked for has been answered (a dead owner's is still open)."""
        with self._change() as database:
            database.execute(
                "UPDATE task SET owner = NULL, cancel = 0 WHERE id = ? AND owner = ?", (task_id, self.owner.id)
            )

    def owned_elsewhere(self, task_id: str) -> bool:
        """Tell whether another living process runs the task."""
        with self._open() as database:
            row = database.execute("SELECT owner FROM task WHERE id = ?", (task_id,)).fetchone()
        return bool(row and row[0] and row[0] != self.owner.id and self.owner.alive(row[0]))

    def ask_cancel(self, task_id: str) -> None:
        """Ask whoever owns the task to cancel it."""
        with self._change() as database:
            database.execute("UPDATE task SET cancel = 1 WHERE id = ?", (task_id,))

    def cancel_asked(self, task_id: str) -> bool:
        """Tell whether somebody asked to cancel the task, or has removed it."""
        with self._open() as database:
            row = database.execute("SELECT cancel FROM task WHERE id = ?", (task_id,)).fetchone()
        return row is None or bool(row[0])

    def remove(self, task_id: str) -> None:
        """Take the task out; its files are the caller's matter."""
        with self._change() as database:
            database.execute("DELETE FROM task WHERE id = ?", (task_id,))
