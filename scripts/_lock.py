"""A lock between processes: the system lets go of it when its holder ends, however that comes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def locked(path: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock file for the length of the block; `waiting` is called once when another process holds it.

    The file stays where it is: deleting it would let two processes lock two files of the same name.
    The descriptor is not inherited, so a child that outlives its killed parent does not keep the lock.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(str(path), os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _wait(descriptor, waiting)
        yield
    finally:
        os.close(descriptor)


def _wait(descriptor: int, waiting: Callable[[], None]) -> None:
    told = False
    while True:
        try:
            _try_lock(descriptor)
            return
        except OSError:  # held by another: EWOULDBLOCK here, EACCES or EDEADLOCK on Windows
            if not told:
                waiting()
                told = True
            time.sleep(0.1)  # polling keeps Ctrl-C working on Windows
