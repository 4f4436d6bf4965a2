"""A model that a newer Blender has made ready, which this one cannot read: it is made ready again, and lands then."""

from __future__ import annotations

import bpy

from . import session

SAID = "The model is made ready for this Blender first, and lands then"


def made_again(running: session.Session, task_id: str) -> bool:
    """Begin to make the .blend anew where a newer Blender has made it, and tell whether that is under way.

    It costs nothing, and needs the model file alone.
    """
    from ..core.kept import is_newer, stage_left
    from . import turns  # which follows tasks that land

    journal = running.assembly.journal
    task = journal.get(task_id)
    if task is None or task.stage not in ("ready", "landed") or not is_newer(journal, task, bpy.app.version[:2]):
        return False
    if stage_left(journal, task) != "downloaded" or journal.owned_elsewhere(task_id):
        return False
    running.assembly.tasks.reopen(task_id)
    running.started.add(task_id)
    running.assembly.tasks.start(task_id)
    turns.wake()
    return True
