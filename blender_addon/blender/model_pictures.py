"""Small pictures of finished models for the list of tasks, rendered by a background Blender that has time for it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.kept import THUMBNAIL
from . import session, thumbnails
from .failures import log

if TYPE_CHECKING:
    from ..core.halt import Halt
    from ..core.worker import Background

_NAME = "thumbnail"


def want(running: session.Session, task_id: str) -> None:
    """Have a picture rendered where there is none: Blender was closed too early, or a command has made the model."""
    there = running.assembly.journal.folder_of(task_id) / THUMBNAIL
    if task_id not in running.unpictured and not there.is_file():
        running.unpictured.append(task_id)


def step(running: session.Session) -> bool:
    """Show what has been rendered, have the next one rendered, and tell whether there is anything new to see.

    One at a time, and only while no model is being made: nothing waits for it.
    """
    if not running.unpictured:
        return False
    task_id = running.unpictured[0]
    if running.inquiries.asking((_NAME, task_id)):
        return False
    if answer := running.inquiries.answer((_NAME, task_id)):
        del running.unpictured[0]
        running.inquiries.forget(_NAME)
        if answer.problem:
            log().info("task %s has no thumbnail: %s", task_id, answer.problem)
        else:
            thumbnails.forget(answer.value)
            running.news.setdefault(task_id, "")
        return False  # the next step brings the row up to date
    if running.assembly.background.idle():
        _ask(running, task_id)
    return False


def _ask(running: session.Session, task_id: str) -> None:
    task = running.assembly.journal.last_known(task_id)
    if task is None or not task.blend:
        running.unpictured.remove(task_id)
        return
    folder = running.assembly.journal.folder_of(task_id)
    work = partial(_rendered, running.assembly.background, folder / task.blend)
    running.inquiries.ask((_NAME, task_id), work)


def _rendered(background: Background, blend: Path, halt: Halt) -> Any:
    """Render the model and return the picture's path. For a thread; raises MaquetteError."""
    order = {"blend": str(blend), "picture": str(blend.with_name(THUMBNAIL))}
    return background.call("thumbnail", order, halt, lambda _: None)["picture"]
