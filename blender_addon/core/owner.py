"""Which processes are alive: each holds a lock on a file of its own, and the system lets go of it when it dies.

Better than process id and start time: no number is used twice, and it is the same three lines on every system.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from .folders import private_folder


def _lock(file: IO[bytes]) -> bool:
    """Take the lock without waiting; False when somebody holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


SWEPT_AFTER_S = 24 * 3600.0


def _remove(path: Path) -> None:
    """Remove the file; on Windows another process may be looking at it just now, and it stays for the next sweep."""
    with contextlib.suppress(OSError):
        path.unlink()


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a lock on that file among all processes, waiting for it as long as it takes."""
    with path.open("wb") as file:
        while not _lock(file):
            threading.Event().wait(0.02)
        yield


class Owner:
    """This process, as the owner of tasks."""

    def __init__(self, folder: Path) -> None:
        """Hold the lock on a new file in the folder, until the process ends."""
        self.folder = private_folder(folder)
        for path in self.folder.iterdir():
            with contextlib.suppress(OSError):  # somebody else sweeps as well
                if time.time() - path.stat().st_mtime > SWEPT_AFTER_S:  # younger ones may not be locked yet
                    self.alive(path.name)
        self.id = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        self._file = (self.folder / self.id).open("wb")
        _lock(self._file)

    def alive(self, owner: str) -> bool:
        """Tell whether the process with this id still runs; the file of a dead one is removed."""
        if owner == getattr(self, "id", None):
            return True
        path = self.folder / owner
        try:
            with path.open("rb+") as file:
                if not _lock(file):
                    return True
        except FileNotFoundError:
            return False
        _remove(path)
        return False

    def close(self) -> None:
        """Let go: whatever this process still owned is an orphan from now on."""
        self._file.close()
        _remove(self.folder / self.id)
