"""A last place for what was paid for: when the data folder's disk is full, the system's temporary folder may not be."""

from __future__ import annotations

import contextlib
import logging
import os
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path

from . import notes
from .record import Record

log = logging.getLogger(__name__)


def write(tasks_folder: Path, kept: Record) -> None:
    """Write the task's note there; nothing more can be done where that fails as well."""
    import tempfile  # Blender's start does not pay for it

    try:
        place = next(_places(tasks_folder), None) or Path(tempfile.mkdtemp("", _prefix(tasks_folder), _temporary()))
        folder = place / kept.task.id
        folder.mkdir(mode=0o700, exist_ok=True)
        notes.write(folder, kept, lasting=True)
    except OSError as error:
        log.warning("task %s: there is no second place for its note: %s", kept.task.id, error)


def folders(tasks_folder: Path) -> Iterator[Path]:
    """Give the folders of the tasks that have a note there."""
    for place in _places(tasks_folder):
        yield from notes.folders(place)


def clear(tasks_folder: Path) -> None:
    """Remove the notes, which the journal has taken over."""
    for place in _places(tasks_folder):
        import shutil  # as above

        shutil.rmtree(place, ignore_errors=True)


def _places(tasks_folder: Path) -> Iterator[Path]:
    """Give the folders that were made for that data folder. Others may write beside them: only this user's count."""
    with contextlib.suppress(OSError):
        for path in _temporary().glob(f"{_prefix(tasks_folder)}*"):
            facts = path.lstat()
            if stat.S_ISDIR(facts.st_mode) and (not hasattr(os, "getuid") or facts.st_uid == os.getuid()):
                yield path


def _temporary() -> Path:
    return Path(next(filter(None, map(os.environ.get, ("TMPDIR", "TEMP", "TMP"))), "/tmp"))


def _prefix(tasks_folder: Path) -> str:
    return f"maquette-{zlib.crc32(os.fsencode(tasks_folder)):08x}-"
