"""What is left of a task's files: people tidy up folders, and what was paid for can be had again."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import ModelFileError
from .journal import Journal
from .task import Task

if TYPE_CHECKING:  # pydantic is not loaded for this
    from .provider import Provider


Version = tuple[int, int]
"""Of a Blender: 4.2 is (4, 2)."""
_HEADER = re.compile(rb"BLENDER(?:[-_]v|\d\d-\d\dv)(\d{3,4})")
"""How a .blend begins, up to Blender 4.5 and since 5.0; the number is the Blender's that wrote it, 402 or 0500."""
THUMBNAIL = "thumbnail.png"
"""File name in the task's folder of a small picture of its model, where one has been rendered."""


def stage_left(journal: Journal, task: Task) -> str:
    """Return the stage from which the task can be taken up again at no cost; empty when nothing is left of it."""
    if task.model_file and (journal.folder_of(task.id) / task.model_file).is_file():
        return "downloaded"
    return "submitted" if task.provider_task else ""


def lookable(task: Task, provider: type[Provider[Any]]) -> bool:
    """Tell whether it costs nothing to find out what became of an unconfirmed task."""
    return task.stage == "unconfirmed" and (provider.recovers or provider.repeatable or bool(task.provider_task))


def written_by(blend: Path) -> Version:
    """Return which Blender wrote a .blend; (0, 0) where that cannot be told."""
    try:
        with blend.open("rb") as file:
            found = _HEADER.match(file.read(20))
    except OSError:
        return 0, 0
    major, minor = divmod(int(found[1]) if found else 0, 100)
    return major, minor


def is_newer(journal: Journal, task: Task, blender: Version) -> bool:
    """Tell whether the task's .blend was written by a newer Blender: all share one data folder, and older ones cannot
    read it, or lose some of it without a word."""
    return written_by(journal.folder_of(task.id) / str(task.blend)) > blender


def finished_model(journal: Journal, task: Task, blender: Version) -> Path:
    """Return the tidy .blend of a task that has one. Raises ModelFileError when `blender` has none to read.

    The task has failed then, so that it can be resumed, unless nothing else is left of it.
    """
    path = journal.folder_of(task.id) / str(task.blend)
    is_there = path.is_file()
    if is_there and not is_newer(journal, task, blender):
        return path
    stage, maker = stage_left(journal, task), "{}.{}".format(*written_by(path))
    how = {
        "downloaded": "Resume the task to make it again.",
        "submitted": "Resume the task to fetch it again, which costs nothing.",
        "": f"Land it in Blender {maker}." if is_there else "Generate it again.",
    }[stage]
    gone = ModelFileError(
        f"The model of this task was made ready by Blender {maker}, which is newer than this one. {how}"
        if is_there
        else f"The model of this task was removed from {path.parent}. {how}"
    )
    if stage or not is_there:
        error = {"kind": gone.kind, "message": gone.message, "details": ""}
        journal.update(task.id, stage="failed", blend=None, ended=time.time(), error=error)
    raise gone
