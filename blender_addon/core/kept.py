"""What is left of a task's files: people tidy up folders, and what was paid for can be had again."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import ModelFileError
from .journal import Journal
from .task import Task

if TYPE_CHECKING:  # pydantic is not loaded for this
    from .provider import Provider


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


def finished_model(journal: Journal, task: Task) -> Path:
    """Return the tidy .blend of a task that has one. Raises ModelFileError when it was removed.

    The task has failed then, so that it can be resumed: its model is made or fetched once more.
    """
    path = journal.folder_of(task.id) / str(task.blend)
    if path.is_file():
        return path
    how = {
        "downloaded": "Resume the task to make it again.",
        "submitted": "Resume the task to fetch it again, which costs nothing.",
        "": "Generate it again.",
    }[stage_left(journal, task)]
    gone = ModelFileError(f"The model of this task was removed from {path.parent}. {how}")
    error = {"kind": gone.kind, "message": gone.message, "details": ""}
    journal.update(task.id, stage="failed", blend=None, ended=time.time(), error=error)
    raise gone
