"""Clears away what killed processes have left in the data folder, after a week; never what a task was paid for."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import time
from pathlib import Path

from . import notes
from .journal import Journal
from .source import VIEWS

OLD_S = 7 * 24 * 3600.0
EVERY_S = 24 * 3600.0
"""Between two sweeps; the date of a file in the data folder tells when the last one was."""
_LEFT = re.compile(r".+\.(part|part\.[^.]+|begun|begun\.json|blend1|blend@)")
"""Parts of downloads and notes, and what Blender leaves when it is killed while it saves."""


def sweep(journal: Journal) -> None:
    """Clear away what is older than a week, once a day. Never raises: what cannot be removed stays."""
    last = journal.folder / "swept"
    with contextlib.suppress(OSError, sqlite3.Error):
        if last.exists() and time.time() - last.stat().st_mtime < EVERY_S:
            return
        last.touch()
        known = {one.id for one in journal.all()}
        for folder in notes.folders(journal.tasks_folder):
            with contextlib.suppress(OSError):
                _sweep(folder, folder.name in known)


def _sweep(folder: Path, known: bool) -> None:
    with os.scandir(folder) as found:
        names = [one.name for one in found]
    for name in filter(_LEFT.fullmatch, names):
        if _old(folder / name):
            (folder / name).unlink()
    if not known and _old(folder) and all(_is_copy(name) and _old(folder / name) for name in names):
        shutil.rmtree(folder, ignore_errors=True)


def _old(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > OLD_S


def _is_copy(name: str) -> bool:
    """Tell whether it is nothing but a copy of a source image: of a task that was never written to the journal."""
    return name.partition(".")[0].removesuffix("_converted") in VIEWS
