"""From a finished model to a task that goes on with it at its provider; what can be wrong is said before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .errors import InputError
from .folders import check_room
from .journal import Journal
from .options import Options
from .prepare import enter
from .provider import Provider
from .source import is_link
from .task import Task

MADE = frozenset({"ready", "landed"})
"""Stages of a task whose model has come."""


def check_followed(wanted: type[Provider[Any]], chosen: Options, before: Task) -> None:
    """Raise InputError when the follow-up cannot go on with the task's model."""
    if before.provider not in wanted.follows:
        raise InputError(f"{wanted.title} cannot be made of this model.")
    if before.stage not in MADE or not before.provider_task:
        raise InputError(f"{wanted.title} needs a finished model, and this task is {before.state}.")
    wanted.check_before(chosen, before.options)


def prepare_follow_up(
    journal: Journal, wanted: type[Provider[Any]], before: Task, options: Mapping[str, Any], **extra: Any
) -> Task:
    """Check the options and write a task that goes on with the model of the finished one. Raises InputError.

    It is called, and is as tall, as that one, and what was in parts stays so. Its pictures are copied for people to
    see, and are not sent.
    """
    chosen = wanted.options.build(options)
    check_followed(wanted, chosen, before)
    check_room(journal.folder)
    estimate, kept = chosen.credits(), _kept(journal, before)
    facts = {"title": before.title, "height": before.height, "in_parts": wanted.in_parts or before.in_parts, **extra}
    task = Task(
        provider=wanted.id,
        image=before.image,
        views={name: one for name, one in before.views.items() if is_link(one) or one in kept},
        options=chosen.effective(),
        follows=str(before.provider_task),
        estimate=None if estimate is None else str(estimate),
        **facts,
    )
    enter(journal, task, kept)
    return task


def followed(journal: Journal, task: Task) -> Task:
    """Return the task with whose model the follow-up goes on. Raises InputError when it was removed."""
    every = (one for one in journal.all() if one.provider_task == task.follows and one.id != task.id)
    found = next(every, None)
    if found is None:
        raise InputError(f"The task that {task.name} goes on with was removed, so it cannot be made once more.")
    return found


def _kept(journal: Journal, task: Task) -> dict[str, Path]:
    """Return the pictures of the task that are still there, by their file names."""
    folder = journal.folder_of(task.id)
    return {one: folder / one for one in task.views.values() if not is_link(one) and (folder / one).is_file()}
