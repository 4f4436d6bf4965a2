"""The rows of the task list: what the journal says, copied to where the panel reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from ..core.task import Task
from . import session


def refresh(select: str = "") -> None:
    """Fill the rows anew, the newest task first; the active one stays active unless `select` names another."""
    running = session.needed()
    shown = bpy.context.window_manager.maquette
    active = select or active_id(shown)
    tasks = running.assembly.journal.all()
    shown.tasks.clear()
    for task in tasks:
        _fill(shown.tasks.add(), task)
    shown.active = next((at for at, task in enumerate(tasks) if task.id == active), 0)


def update(task_id: str) -> None:
    """Bring one row up to date. A task without a row (started by another process) gets one."""
    row = find(task_id)
    task = session.needed().assembly.journal.get(task_id)
    if row is None or task is None:
        refresh()
    else:
        _fill(row, task)


def clear() -> None:
    """Remove all rows."""
    bpy.context.window_manager.maquette.tasks.clear()


def find(task_id: str) -> Any:
    """Return the task's row, or None."""
    return bpy.context.window_manager.maquette.tasks.get(task_id)


def active_id(shown: Any) -> str:
    """Return the id of the active row, or nothing."""
    return str(shown.tasks[shown.active].name) if 0 <= shown.active < len(shown.tasks) else ""


def say(task_id: str, message: str) -> None:
    """Show a sentence in the task's row until something happens to it."""
    row = find(task_id)
    if row is not None:
        row.message = message


def _fill(row: Any, task: Task) -> None:
    from ..providers import names

    row.name, row.label = task.id, task.name
    row.provider = _label(task.provider) if task.provider in names() else task.provider
    row.state = task.state
    row.factor = -1.0 if task.percent is None else task.percent / 100
    row.message = task.error["message"] if task.error else ""
    row.made_for = Path(task.made_for).name
    row.triangles = task.statistics.get("triangles", 0)


def _label(provider: str) -> str:
    from ..providers import find as find_provider

    return find_provider(provider).label
