"""The journal: every task of this user, on the disk before anything is sent. SQLite, shared by all processes.

What matters of a task is also noted among its files (notes.py); a journal that is damaged is made again (rebuild.py).
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from . import notes, record, schema
from .damage import connect, damage_of, worth_a_look
from .errors import InputError
from .folders import private_folder
from .owner import Owner, alone
from .rebuild import finish, heal, mend_row, rebuild
from .record import Record
from .task import ENDED, Task

T = TypeVar("T")
NAME = "journal.sqlite"


class Journal:
    """The tasks in one data folder. Safe in any thread: each call has a connection of its own."""

    def __init__(self, folder: Path) -> None:
        """Open or make the journal. Raises InputError when the folder cannot be used."""
        self.folder = private_folder(folder)
        self.tasks_folder = private_folder(folder / "tasks")
        self.notices: list[str] = []
        """What was damaged and what has become of it, a sentence each: for whoever opened the journal to say."""
        self._path = folder / NAME
        self._kept: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        """Which file `_kept` has open: device and inode."""
        self._writing = threading.Lock()
        self._known: dict[str, tuple[str, Record]] = {}
        """Id → the text that was read or written last, and what it says: most rows are read many times."""
        self._settling = threading.RLock()
        try:
            self.owner = Owner(folder / "owners")
            self._settle()
        except (OSError, sqlite3.Error) as error:
            raise InputError(
                f"The task journal in {folder} cannot be written ({error}). Free some space, close what else uses it, "
                "or choose another folder; nothing was sent."
            ) from error

    def close(self) -> None:
        """Give up every task that this process owns."""
        with self._settling:
            self._let_go()
        self.owner.close()

    def _let_go(self) -> None:
        if self._kept:
            self._kept.close()
        self._kept = self._file = None

    # ---- the file
    def _settle(self) -> None:
        """See to it that a sound journal of this version lies there, whatever was found; one process at a time."""
        with self._settling, alone(self.folder / "journal.lock"):
            self._let_go()
            finish(self._path)
            if problem := self._problem():
                self._notice(rebuild(self._path, self.tasks_folder, problem))
            with closing(connect(self._path)) as database:
                schema.migrate(database, self._path)
                database.execute("PRAGMA journal_mode = WAL")  # kept in the file; two at once would not wait
                self._notice(heal(database, self.tasks_folder))
            self._keep()

    def _problem(self) -> str:
        """Return what is wrong with the journal; empty when it is sound, or not made yet."""
        if not self._path.exists():
            return ""
        if self._path.stat().st_size == 0 and any(notes.read(one) for one in notes.folders(self.tasks_folder)):
            return "it is empty"
        return damage_of(self._path)

    def _notice(self, sentence: str) -> None:
        if sentence and sentence not in self.notices:
            self.notices.append(sentence)

    def _keep(self) -> None:
        """Keep one connection open: without it each call would be the last to close, which empties the WAL."""
        facts = self._path.stat()
        kept = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        kept.execute("SELECT count(*) FROM task").fetchall()
        self._kept, self._file = kept, (facts.st_dev, facts.st_ino)

    def _follow(self) -> None:
        """Notice when another process has put another file in the journal's place, or somebody has removed it."""
        try:
            facts = self._path.stat()
        except FileNotFoundError:
            with contextlib.suppress(OSError):
                self.tasks_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._settle()
            return
        if (facts.st_dev, facts.st_ino) != self._file:
            with self._settling:
                self._let_go()
                self._keep()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._follow()
        with closing(connect(self._path)) as database:
            yield database

    def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do the work. A journal that turns out to be damaged is made again, and the work is done once more."""
        try:
            with self._open() as database:
                return work(database)
        except sqlite3.Error as error:
            if not worth_a_look(error):
                raise
        self._settle()
        with self._open() as database:
            return work(database)

    def _change(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do the work in one transaction, alone with the file."""

        def change(database: sqlite3.Connection) -> T:
            database.execute("BEGIN IMMEDIATE")
            try:
                done = work(database)
                database.execute("COMMIT")
            except BaseException:
                if database.in_transaction:
                    database.execute("ROLLBACK")
                raise
            return done

        return self._do(change)

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

    def add(self, task: Task) -> None:
        """Write a new task, owned by nobody. Raises InputError when it cannot be written."""
        new = Record(task)
        values = (task.id, task.created, task.stage, new.to_json())
        try:
            self._change(
                lambda one: one.execute("INSERT INTO task (id, created, stage, body) VALUES (?, ?, ?, ?)", values)
            )
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

    def update(self, task_id: str, **changes: Any) -> Task:
        """Change fields of the task and return it. Raises KeyError when it is gone."""
        folder = self.folder_of(task_id)
        with self._writing:
            try:
                changed = self._change(lambda database: self._changed(database, task_id, changes))
            except (OSError, sqlite3.Error):
                if "provider_task" in changes:  # paid for: where the journal cannot be written, its note perhaps can
                    self._note_alone(task_id, changes)
                raise
            self._known[task_id] = "", changed
            if changes.keys() - {"percent"}:
                notes.write(folder, changed, lasting="provider_task" in changes)
        return changed.task

    def _changed(self, database: sqlite3.Connection, task_id: str, changes: dict[str, Any]) -> Record:
        before = self._find(database, task_id)
        if before is None:
            raise KeyError(task_id)
        changed = (notes.newer(self.folder_of(task_id), before) or before).changed(**changes)
        database.execute(
            "UPDATE task SET stage = ?, body = ? WHERE id = ?", (changed.task.stage, changed.to_json(), task_id)
        )
        (owner,) = database.execute("SELECT owner FROM task WHERE id = ?", (task_id,)).fetchone()
        return Record(changed.task, changed.changes, owner)

    def _note_alone(self, task_id: str, changes: dict[str, Any]) -> None:
        """Write the change to the task's note; the journal follows as soon as it can be written again."""
        folder = self.folder_of(task_id)
        before = notes.read(folder)
        with contextlib.suppress(OSError, sqlite3.Error):
            found = self._do(lambda database: self._find(database, task_id))
            before = notes.newer(folder, found) or found
        if before:
            notes.write(folder, before.changed(**changes), lasting=True)

    # ---- who runs them
    def claim(self, task_id: str) -> bool:
        """Become the task's owner; False while a living process (or this one already) has it."""

        def claim(database: sqlite3.Connection) -> bool:
            row = database.execute("SELECT owner FROM task WHERE id = ?", (task_id,)).fetchone()
            if row is None or (row[0] and self.owner.alive(row[0])):
                return False
            database.execute("UPDATE task SET owner = ? WHERE id = ?", (self.owner.id, task_id))
            return True

        claimed = self._change(claim)
        if claimed:
            with contextlib.suppress(OSError):  # somebody may have removed it; what is fetched again needs a place
                self.folder_of(task_id).mkdir(mode=0o700, exist_ok=True)
        return claimed

    def release(self, task_id: str) -> None:
        """Stop owning the task; a cancel that was asked for has been answered (a dead owner's is still open)."""
        values = (task_id, self.owner.id)
        self._change(
            lambda one: one.execute("UPDATE task SET owner = NULL, cancel = 0 WHERE id = ? AND owner = ?", values)
        )

    def owned_elsewhere(self, task_id: str) -> bool:
        """Tell whether another living process runs the task."""
        row = self._do(lambda one: one.execute("SELECT owner FROM task WHERE id = ?", (task_id,)).fetchone())
        return bool(row and row[0] and row[0] != self.owner.id and self.owner.alive(row[0]))

    def ask_cancel(self, task_id: str) -> None:
        """Ask whoever owns the task to cancel it."""
        self._change(lambda one: one.execute("UPDATE task SET cancel = 1 WHERE id = ?", (task_id,)))

    def cancel_asked(self, task_id: str) -> bool:
        """Tell whether somebody asked to cancel the task, or has removed it."""
        row = self._do(lambda one: one.execute("SELECT cancel FROM task WHERE id = ?", (task_id,)).fetchone())
        return row is None or bool(row[0])

    def wanted(self) -> frozenset[str]:
        """Return the ids of all tasks that nobody asked to cancel."""
        rows = self._do(lambda one: one.execute("SELECT id FROM task WHERE cancel = 0").fetchall())
        return frozenset(task_id for (task_id,) in rows)

    def remove(self, task_id: str) -> None:
        """Take the task out; its files are the caller's matter."""
        notes.remove(self.folder_of(task_id))
        self._change(lambda one: one.execute("DELETE FROM task WHERE id = ?", (task_id,)))
        self._known.pop(task_id, None)
