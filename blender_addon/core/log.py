"""The log: one file in the data folder, `maquette.log`, written by the command line and every Blender together.

A line is written by opening the file, appending and closing it again, all under a lock between the processes: nobody
has the file open meanwhile, so that it can be renamed on Windows too when it is full, and no line is lost or torn. That
costs about 0.1 ms a line; there are few. Nothing is made before there is a line, nor while there is no data folder.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from .owner import _lock
from .redact import redacted, visible

NAME = "maquette.log"
LARGEST = 2**20
"""Bytes of one file."""
FILES = 3
"""With the older ones, maquette.log.1 and .2."""
WAIT_S = 0.05
"""For the lock, which is held for 0.1 ms. A process that is stopped while it holds it must not hold up all others: they
append without it, which is whole as well, and leave the renaming to others."""
LONGEST = 20_000
"""Letters of one message: a traceback fits, and a provider cannot fill the file with one answer."""
PACKAGE = str(__package__).rpartition(".")[0]
"""The package's own logger: whatever else logs in this Blender is none of our business."""
_attaching = threading.Lock()


class LogFile(logging.Handler):
    """Appends to the file. Never raises: a full disk is told where it matters."""

    def __init__(self, folder: Path) -> None:
        """Remember where; nothing is made yet."""
        super().__init__(logging.INFO)
        self.path = folder / NAME
        self.users = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record, without its secrets."""
        with contextlib.suppress(OSError):
            self._append(line(record).encode("utf-8", "backslashreplace"))

    def _append(self, content: bytes) -> None:
        with _turn(self.path.with_name(f"{NAME}.lock")) as mine:
            if mine:
                self._rotate(len(content))
            with self._opened() as file:
                file.write(content)

    def _opened(self) -> IO[bytes]:
        """Open the file, readable by this user only. A link planted in its place is not followed."""
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        return os.fdopen(os.open(self.path, flags, 0o600), "ab", buffering=0)

    def _rotate(self, more: int) -> None:
        """Make room when the line does not fit any more. Where another program has the file open, it grows on."""
        with contextlib.suppress(OSError):
            if self.path.lstat().st_size + more <= LARGEST:
                return
            names = [self.path, *(self.path.with_name(f"{NAME}.{number}") for number in range(1, FILES))]
            for newer, older in reversed(list(itertools.pairwise(names))):
                with contextlib.suppress(FileNotFoundError):
                    newer.replace(older)


@contextlib.contextmanager
def _turn(path: Path) -> Iterator[bool]:
    """Wait for this process's turn; False when it did not come in time."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600), "rb+") as file:
        ends = time.monotonic() + WAIT_S
        while not (mine := _locked(file)) and time.monotonic() < ends:
            threading.Event().wait(0.001)
        yield mine


def _locked(file: IO[bytes]) -> bool:
    """Take the lock; False when somebody has it. Some network drives have no locks: then everybody has the turn."""
    try:
        return _lock(file)
    except OSError:
        return True


def line(record: logging.LogRecord) -> str:
    """Return the record as one line; those of a traceback follow it, indented, so that no text can forge a line."""
    text = record.getMessage()
    if record.exc_info and record.exc_info[0]:
        text += "\n" + logging.Formatter().formatException(record.exc_info)
    text = visible(redacted(text), kept="\n").strip("\n")[:LONGEST].replace("\n", "\n    ")
    when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    part = record.name.removeprefix(f"{PACKAGE}.")
    who = f"{record.process} {visible(str(record.threadName))}"
    return f"{when.replace('+00:00', 'Z')} {record.levelname} {who} {part}: {text}\n"


def attach(folder: Path) -> LogFile:
    """Write what the package logs to the file in the data folder, until it is detached as often as it was attached."""
    logger = logging.getLogger(PACKAGE)
    with _attaching:
        found = next((one for one in _handlers(logger) if one.path.parent == folder), None)
        handler = found or LogFile(folder)
        handler.users += 1
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    return handler


def detach(handler: LogFile) -> None:
    """Stop writing; with the last one the logger is as it was before."""
    logger = logging.getLogger(PACKAGE)
    with _attaching:
        handler.users -= 1
        if handler.users <= 0:
            logger.removeHandler(handler)
            handler.close()
        if not _handlers(logger):
            logger.setLevel(logging.NOTSET)


def _handlers(logger: logging.Logger) -> list[LogFile]:
    return [one for one in logger.handlers if isinstance(one, LogFile)]


def last_lines(folder: Path, about: str, count: int = 40) -> list[str]:
    """Return the last lines in which a text stands (a task's id), with the indented ones that follow each."""
    found: list[str] = []
    for name in (*(f"{NAME}.{number}" for number in range(FILES - 1, 0, -1)), NAME):
        with contextlib.suppress(OSError):
            taken = False
            for one in (folder / name).read_text("utf-8", "replace").splitlines():
                taken = taken if one.startswith("    ") else about in one
                if taken:
                    found.append(one)
    return found[-count:]
