"""The journal's file: one in its place, sound and of this version, whatever other processes and disks do to it."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

from . import notes, schema
from .damage import connect, damage_of, worth_a_look
from .errors import InputError
from .folders import private_folder
from .owner import Owner, alone
from .rebuild import finish, heal, rebuild

T = TypeVar("T")
NAME = "journal.sqlite"


class JournalFile:
    """SQLite, shared by all processes. Safe in any thread: each call has a connection of its own."""

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
        """Notice when another process has put another file in the journal's place, or somebody has removed it.

        Raises OSError when the whole folder is away, as a drive may be for a moment.
        """
        try:
            facts = self._path.stat()
        except FileNotFoundError:
            if not self.folder.is_dir():
                raise
            with contextlib.suppress(OSError):
                self.tasks_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._settle()
            return
        if (facts.st_dev, facts.st_ino) != self._file:
            with self._settling:
                self._let_go()
                self._keep()

    @contextmanager
    def _open(self, wait_s: float | None = None) -> Iterator[sqlite3.Connection]:
        self._follow()
        with closing(connect(self._path, wait_s)) as database:
            yield database

    def _do(self, work: Callable[[sqlite3.Connection], T], wait_s: float | None = None) -> T:
        """Do the work, and wait that long for others. A journal that turns out to be damaged is made again.

        Raises sqlite3.Error, also for what is wrong with the drive.
        """
        try:
            try:
                with self._open(wait_s) as database:
                    return work(database)
            except sqlite3.Error as error:
                if not worth_a_look(error):
                    raise
            self._settle()
            with self._open(wait_s) as database:
                return work(database)
        except OSError as error:
            raise sqlite3.OperationalError(str(error)) from error

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
