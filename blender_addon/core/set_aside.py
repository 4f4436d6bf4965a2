"""Names for what is put away beside the journal: with the reason and the date, and never over what is there."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

from .files import replace

_BESIDE = ("", "-wal", "-shm")
"""What SQLite may have written next to the journal belongs to it."""


def free_name(path: Path, reason: str) -> Path:
    """Return a path beside the given one that is not taken: journal-damaged-20261121-145800.sqlite."""
    stem = f"{path.stem}-{reason}-{time.strftime('%Y%m%d-%H%M%S')}"
    names = itertools.chain([stem], (f"{stem}-{number}" for number in itertools.count(2)))
    return next(one for name in names if not (one := path.with_name(name + path.suffix)).exists())


def set_aside(path: Path, reason: str) -> Path:
    """Rename the journal with all that belongs to it and return where it is now. Raises OSError."""
    target = free_name(path, reason)
    for suffix in reversed(_BESIDE):  # the journal itself last: as long as it is there, this can be done again
        part = path.with_name(path.name + suffix)
        if part.exists():
            replace(part, target.with_name(target.name + suffix))
    for suffix in _BESIDE[1:]:  # of a process that opened it meanwhile; SQLite would read it into the next journal
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return target
