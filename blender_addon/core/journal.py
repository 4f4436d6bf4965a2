"""The journal: every task of this user, on the disk before anything is sent. SQLite, shared by all processes.

What matters of a task is also noted among its files (notes.py); a journal that is damaged is made again (rebuild.py).
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import notes, record, refuge, spent
from .errors import InputError
from .halt import Halted
from .history import began
from .journal_file import NAME, JournalFile
from .price import Charge, charged
from .rebuild import mend_row
from .record import Record
from .task import ENDED, Task

__all__ = ["NAME", "Journal"]

log = logging.getLogger(__name__)
LOOK_S = 0.1
"""Who looks whether a task was cancelled comes again soon: it does not wait for who writes the journal."""


class Journal(JournalFile):
    """The tasks in one data folder."""

    def __init__(self, folder: Path) -> None:
        """Open or make the journal. Raises InputError when the folder cannot be used."""
        self._writing, self._claiming = threading.Lock(), threading.Lock()
        self._known: dict[str, tuple[str, Record]] = {}
        """Id → the text that was read or written last, and what it says: most rows are read many times."""
        self._mine: set[str] = set()
        """Tasks that a thread of this process runs."""
        self._owed: dict[str, dict[str, Any]] = {}
        """Id → what was paid for and could not be written: it goes along with whatever can be written next, and with
        its stage, because a task whose id is known is not unconfirmed."""
        super().__init__(folder)

    def _record(self, database: sqlite3.Connection, row: tuple[str, str]) -> Record | None:
        """Read a row, id and body. One that cannot be read is mended or set aside; the others have nothing to do
        with it."""
        known = self._known.get(row[0])
        if known and known[0] == row[1]:
            return known[1]
        try:
            found = record.read(row[1], row[0])
            self._known[row[0]] = row[1], found
            return found
        except ValueError:
            try:
                mended, sentence = mend_row(database, self._path, self.tasks_folder, row[0])
            except (OSError, sqlite3.Error) as error:
                mended, sentence = None, f"Task {row[0]} cannot be read in the task journal ({error})."
        self._notice(sentence)
        return mended

    def _find(self, database: sqlite3.Connection, task_id: str) -> Record | None:
        row = database.execute("SELECT id, body FROM task WHERE id = ?", (task_id,)).fetchone()
        return self._record(database, row) if row else None

    # ---- the tasks
    def folder_of(self, task_id: str) -> Path:
        """Return the folder that holds the task's files."""
        return self.tasks_folder / task_id

    def task_with(self, path: Path) -> Task | None:
        """Return the task among whose files the path lies, or None."""
        folder = path.resolve().parent
        return self.get(folder.name) if folder.parent == self.tasks_folder.resolve() else None

    def add(self, task: Task, mine: bool = False) -> None:
        """Write a new task. Raises InputError when it cannot be written.

        `mine`: no other process takes it up before this one does.
        """
        new = Record(task, owner=self.owner.id if mine else None)
        row = (task.id, task.created, task.stage, new.owner, new.to_json())
        insert = "INSERT INTO task (id, created, stage, owner, body) VALUES (?, ?, ?, ?, ?)"
        try:
            self._change(lambda one: one.execute(insert, row))
        except (OSError, sqlite3.Error) as error:
            raise InputError(f"The task could not be written to the journal ({error}); nothing was sent.") from error
        notes.write(self.folder_of(task.id), new)

    def get(self, task_id: str) -> Task | None:
        """Return the task, or None."""
        found = self._do(lambda database: self._find(database, task_id))
        if found is None:
            self._known.pop(task_id, None)
        return found.task if found else None

    def last_known(self, task_id: str) -> Task | None:
        """Return the task as this process read or wrote it last, which for one that it runs is how it is.

        Only one that is not known is looked for in the file: Blender's own thread asks at each step of each task.
        """
        known = self._known.get(task_id)
        return known[1].task if known else self.get(task_id)

    def all(self) -> list[Task]:
        """Return every task, the newest first."""

        def read(database: sqlite3.Connection) -> list[Record | None]:
            rows = database.execute("SELECT id, body FROM task ORDER BY created DESC, id").fetchall()
            return [self._record(database, row) for row in rows]

        return [one.task for one in self._do(read) if one]

    def unfinished(self) -> list[Task]:
        """Return the tasks that have not ended, the oldest first."""
        return [task for task in reversed(self.all()) if task.stage not in ENDED]

    def update(self, task_id: str, mine: bool = False, **changes: Any) -> Task:
        """Change fields of the task and return it. Raises KeyError when it is gone.

        `mine`: only while this process owns it; raises Halted when another one has taken it over.
        """
        with self._writing:
            changes = changes | self._owed.get(task_id, {})
            try:
                changed = self._change(lambda database: self._changed(database, task_id, mine, changes))
            except (OSError, sqlite3.Error):
                if "provider_task" in changes:  # paid for: where the journal cannot be written, its note perhaps can
                    self._owed[task_id] = {
                        name: changes[name] for name in ("provider_task", "stage") if name in changes
                    }
                    self._note_alone(task_id, changes)
                raise
            self._owed.pop(task_id, None)
            self._known[task_id] = "", changed
            if changes.keys() - {"percent"}:
                notes.write(self.folder_of(task_id), changed, lasting="provider_task" in changes)
        return changed.task

    def _changed(self, database: sqlite3.Connection, task_id: str, mine: bool, changes: dict[str, Any]) -> Record:
        before = self._find(database, task_id)
        if before is None:
            raise KeyError(task_id)
        (owner,) = database.execute("SELECT owner FROM task WHERE id = ?", (task_id,)).fetchone()
        if mine and owner != self.owner.id:
            log.warning("task %s: it is owned by %s, and is left alone here", task_id, owner)
            raise Halted(cancelled=False)
        before = notes.newer(self.folder_of(task_id), before) or before
        changed = replace(before.changed(**changes), owner=owner)
        values = (changed.task.stage, changed.to_json(), task_id)
        database.execute("UPDATE task SET stage = ?, body = ? WHERE id = ?", values)
        return changed

    def _note_alone(self, task_id: str, changes: dict[str, Any]) -> None:
        """Write the change to a note; the journal follows as soon as it can be written again, or is opened next."""
        folder = self.folder_of(task_id)
        before = self._known[task_id][1] if task_id in self._known else None
        with contextlib.suppress(sqlite3.Error):
            before = self._do(lambda database: self._find(database, task_id), LOOK_S) or before
        before = notes.newer(folder, before) or before
        if before and not notes.write(folder, before.changed(**changes), lasting=True):
            refuge.write(self.tasks_folder, before.changed(**changes))

    # ---- who runs them
    def claim(self, task_id: str) -> bool:
        """Become the task's owner; False while a living process, or a thread of this one, has it."""

        def claim(database: sqlite3.Connection) -> bool:
            row = database.execute("SELECT owner FROM task WHERE id = ?", (task_id,)).fetchone()
            if row is None or (row[0] and row[0] != self.owner.id and self.owner.alive(row[0])):
                return False
            database.execute("UPDATE task SET owner = ? WHERE id = ?", (self.owner.id, task_id))
            return True

        with self._claiming:
            if task_id in self._mine or not self._change(claim):
                return False
            self._mine.add(task_id)
        with contextlib.suppress(OSError):  # somebody may have removed it; what is fetched again needs a place
            self.folder_of(task_id).mkdir(mode=0o700, exist_ok=True)
        return True

    def release(self, task_id: str) -> None:
        """Stop owning the task; a cancel that was asked for has been answered (a dead owner's is still open).

        Where that cannot be written, this process alone can claim it again.
        """
        values = (task_id, self.owner.id)
        try:
            self._change(
                lambda one: one.execute("UPDATE task SET owner = NULL, cancel = 0 WHERE id = ? AND owner = ?", values)
            )
        finally:
            self._mine.discard(task_id)

    def owned_elsewhere(self, task_id: str) -> bool:
        """Tell whether another living process runs the task."""
        row = self._do(lambda one: one.execute("SELECT owner FROM task WHERE id = ?", (task_id,)).fetchone())
        return bool(row and row[0] and row[0] != self.owner.id and self.owner.alive(row[0]))

    def ask_cancel(self, task_id: str) -> None:
        """Ask whoever owns the task to cancel it."""
        self._change(lambda one: one.execute("UPDATE task SET cancel = 1 WHERE id = ?", (task_id,)))

    def cancel_asked(self, task_id: str) -> bool:
        """Tell whether somebody asked to cancel the task, or has removed it."""
        row = self._do(lambda one: one.execute("SELECT cancel FROM task WHERE id = ?", (task_id,)).fetchone(), LOOK_S)
        return row is None or bool(row[0])

    def wanted(self) -> frozenset[str]:
        """Return the ids of all tasks that nobody asked to cancel."""
        rows = self._do(lambda one: one.execute("SELECT id FROM task WHERE cancel = 0").fetchall(), LOOK_S)
        return frozenset(task_id for (task_id,) in rows)

    def remove(self, task_id: str) -> None:
        """Take the task out, all but what it has cost today; its files are the caller's matter."""
        notes.remove(self.folder_of(task_id))
        self._change(lambda database: self._removed(database, task_id))
        self._known.pop(task_id, None)

    def _removed(self, database: sqlite3.Connection, task_id: str) -> None:
        row = database.execute("SELECT body FROM task WHERE id = ?", (task_id,)).fetchone()
        with contextlib.suppress(ValueError):  # one that cannot be read goes all the same
            if row:
                task = record.read(row[0], task_id).task
                spent.keep(database, [(began(task), charged(task))])
        database.execute("DELETE FROM task WHERE id = ?", (task_id,))

    def forgotten(self) -> list[Charge]:
        """Return what tasks that were removed have cost lately."""
        return self._do(spent.read)
