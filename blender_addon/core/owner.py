"""Which processes are alive: each holds a lock on a file of its own, and the system lets go of it when it dies.

Better than process id and start time: no number is used twice, and it is the same three lines on every system.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from .folders import private_folder

HELD = frozenset({errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK})
"""What systems answer where somebody else holds the lock; anything else is trouble, as on some network drives."""


def _lock(file: IO[bytes], alone: bool = True) -> bool:
    """Take the lock without waiting; False when somebody holds it. Raises OSError where there are no locks.

    Not `alone`: several may look at the same time (Windows knows no such lock).
    """
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in HELD:
            return False
        raise
    return True


LOCK_S = 5.0
"""Nobody holds a lock for so long, unless the process hangs or the drive is to blame: better a sentence than a wait."""
_NAME = re.compile(r"\d+-[0-9a-f]+")
SWEPT_AFTER_S = 24 * 3600.0


def _remove(path: Path) -> None:
    """Remove the file; on Windows another process may be looking at it just now, and it stays for the next sweep."""
    with contextlib.suppress(OSError):
        path.unlink()


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a lock on that file among all processes. Raises OSError when it cannot be had within 5 s."""
    ends = time.monotonic() + LOCK_S
    with path.open("wb") as file:
        while not _lock(file):
            if time.monotonic() > ends:
                raise TimeoutError(errno.ETIMEDOUT, "another program holds its lock", str(path))
            threading.Event().wait(0.02)
        yield


def alive(folder: Path, owner: str) -> bool:
    """Tell whether the process of this id, with its file in the folder, still runs; the file of a dead one is removed.

    Raises OSError where that cannot be told.
    """
    path = folder / owner
    if not _NAME.fullmatch(owner):  # a damaged journal may say anything
        return False
    try:
        with path.open("rb+") as file:
            if not _lock(file, alone=False):
                return True
    except FileNotFoundError:
        return False
    _remove(path)
    return False


class Owner:
    """This process, as the owner of tasks."""

    def __init__(self, folder: Path) -> None:
        """Hold the lock on a new file in the folder, until the process ends."""
        self.folder = private_folder(folder)
        for path in self.folder.iterdir():
            with contextlib.suppress(OSError):  # somebody else sweeps as well
                if time.time() - path.stat().st_mtime > SWEPT_AFTER_S:  # younger ones may not be locked yet
                    alive(self.folder, path.name)
        self.id = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        self._file = (self.folder / self.id).open("wb")
        try:
            _lock(self._file)
        except OSError:
            self.close()
            raise

    def alive(self, owner: str) -> bool:
        """Tell whether the process with this id still runs. Raises OSError where that cannot be told."""
        return owner == self.id or alive(self.folder, owner)

    def close(self) -> None:
        """Let go: whatever this process still owned is an orphan from now on."""
        self._file.close()
        _remove(self.folder / self.id)
