"""A last place for what was paid for: when the data folder's disk is full, the system's temporary folder may not be."""

from __future__ import annotations

import logging
import os
import stat
import zlib
from pathlib import Path

from . import notes
from .record import Record

log = logging.getLogger(__name__)


def folder_of(data_folder: Path) -> Path:
    """Return where the notes of tasks in that data folder may lie; nothing is made."""
    import tempfile  # Blender's start does not pay for it where there is no journal

    return Path(tempfile.gettempdir()) / f"maquette-{zlib.crc32(os.fsencode(data_folder)):08x}"


def write(folder: Path, kept: Record) -> None:
    """Write the task's note there; nothing more can be done where that fails as well."""
    place = folder / kept.task.id
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if trusted(folder):
            place.mkdir(mode=0o700, exist_ok=True)
            notes.write(place, kept, lasting=True)
    except OSError as error:
        log.warning("task %s: there is no second place for its note: %s", kept.task.id, error)


def trusted(folder: Path) -> bool:
    """Tell whether it is a folder of this user: others may write beside it."""
    try:
        facts = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(facts.st_mode) and (not hasattr(os, "getuid") or facts.st_uid == os.getuid())


def clear(folder: Path) -> None:
    """Remove the notes, which the journal has taken over."""
    import shutil

    if trusted(folder):
        shutil.rmtree(folder, ignore_errors=True)
