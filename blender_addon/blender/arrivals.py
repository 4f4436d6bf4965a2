"""What is ready and wants to land by itself: whether it belongs into this file, and where; one model a step."""

import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import bpy

from . import land, session, snapshot
from .failures import sentence_of


def belongs_here(running: session.Session, task_id: str) -> bool:
    """Tell whether the task was started for the file that is open now."""
    task = running.assembly.journal.last_known(task_id)
    made_for = task.made_for if task else ""
    if task and task.variant_of:  # the artist chooses
        return False
    return task_id in running.started or bool(made_for and Path(made_for) == Path(bpy.data.filepath))


def stands_already(running: session.Session, task_id: str) -> bool:
    """Tell whether the model is in this file; then Blender died, or the disk was full, before that was written down."""
    from ..landing.provenance import stands

    if not stands(task_id):
        return False
    running.assembly.journal.update(task_id, stage="landed", error=None, ended=time.time())
    snapshot.update(task_id)
    return True


def land_all(context: bpy.types.Context, running: session.Session) -> bool:
    """Land every task that wants to, if the moment is right, and tell whether anything changed. Never raises."""
    changed = False
    for task_id, asked in list(running.arrivals.items()):
        try:
            if running.assembly.tasks.running(task_id):  # its thread has told, and lets go of it just now
                continue
            with _where_it_was_started(context, running, task_id):
                if wait := land.obstacle(context, asked):
                    row = snapshot.find(task_id)
                    changed |= row is not None and row.message != wait
                    snapshot.say(task_id, wait)
                    continue
                del running.arrivals[task_id]
                changed = True
                if not asked and stands_already(running, task_id):
                    continue
                land.land_task(context, running, task_id, asked)
                running.tell(task_id, " has landed")
                break  # one a step: in between Blender draws, and answers the artist
        except Exception as error:  # noqa: BLE001 - a modal operator that raises ends the watching
            running.arrivals.pop(task_id, None)
            changed = True
            snapshot.reread()
            snapshot.say(task_id, sentence_of(error))
    return changed


def _where_it_was_started(
    context: bpy.types.Context, running: session.Session, task_id: str
) -> AbstractContextManager[Any]:
    """Turn to the window that shows the scene in which the task was started; stay where none does."""
    wanted = running.scenes.get(task_id)
    if wanted is None or context.scene.session_uid == wanted:
        return nullcontext()
    windows = (one for one in context.window_manager.windows if one.scene.session_uid == wanted)
    window = next(windows, None)
    return context.temp_override(window=window) if window else nullcontext()
