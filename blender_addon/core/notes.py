"""The second place for what matters of a task: a note among its own files, from which a lost journal is made again."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from . import record
from .files import write_whole
from .record import Record

log = logging.getLogger(__name__)
NAME = "task.json"
LARGEST = 2**22
"""Bytes. No task needs so many."""
PATIENCE_S = 0.5
"""A note may be written in Blender's own thread, and the journal holds the same."""


def write(folder: Path, kept: Record, lasting: bool = False) -> bool:
    """Write the task's note and tell whether that worked; the journal is what counts. A task without files has none."""
    if not folder.is_dir():
        return False
    try:
        write_whole(folder / NAME, kept.to_json().encode("ascii"), lasting, PATIENCE_S)
    except OSError as error:
        log.warning("task %s: its note could not be written: %s", kept.task.id, error)
        return False
    return True


def read(folder: Path) -> Record | None:
    """Return what the task's note says; None where there is none, or none that can be read."""
    path = folder / NAME
    try:
        if path.stat().st_size > LARGEST:
            return None
        return record.read(path.read_text("utf-8"), folder.name)
    except (OSError, ValueError):
        return None


def newer(folder: Path, kept: Record | None) -> Record | None:
    """Return what the task's note says when that is newer than what the journal says, or alone undamaged; else None."""
    noted = read(folder)
    return noted if noted and (kept is None or (noted.sound, noted.changes) > (kept.sound, kept.changes)) else None


def remove(folder: Path) -> None:
    """Remove the task's note."""
    with contextlib.suppress(OSError):
        (folder / NAME).unlink(missing_ok=True)


def folders(tasks_folder: Path) -> Iterator[Path]:
    """Give the folders of all tasks that have one."""
    with contextlib.suppress(OSError), os.scandir(tasks_folder) as found:
        yield from (tasks_folder / one.name for one in found if one.is_dir())
