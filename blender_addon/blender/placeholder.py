"""When a placeholder comes and goes: it stands from Generate until its model lands, or its task has no future."""

from __future__ import annotations

import bpy

from ..core.task import ENDED, Task
from . import land, pictures, session, thumbnails

HOPELESS = frozenset({"failed", "cancelled"})
"""Stages of a task from which nothing comes by itself."""


def wanted() -> bool:
    """Tell whether the artist wants placeholders. In background mode nobody sees them."""
    chosen = session.preferences()
    return not bpy.app.background and bool(chosen and chosen.use_placeholder)


def put(context: bpy.types.Context, task: Task, path: str, height: float | None) -> None:
    """Let a placeholder stand where the task's model will land, as an undo step of its own.

    `path` is the image that was given to the operator; the scene's when empty.
    """
    from ..landing import placeholders

    chosen, cursor = context.scene.maquette, context.scene.cursor.location
    image = chosen.front.image if not path and chosen.source == "IMAGE" else _thumbnail(path or chosen.front.path, task)
    at = (cursor.x, cursor.y, cursor.z) if task.place is None else (task.place[0], task.place[1], task.place[2])
    placeholders.put(context.scene, task.id, task.name, image, at, height)
    bpy.ops.ed.undo_push(message=f"Generate {task.name}")


def leave(running: session.Session, task_id: str) -> None:
    """See to it that the placeholder goes, unless its model may still come."""
    task = running.assembly.journal.last_known(task_id)
    if task is None or task.stage in HOPELESS:
        running.leaving.add(task_id)


def look(running: session.Session, loaded: bool) -> None:
    """Find what a file or an undo has brought back although its model will not come.

    After an undo of the landing the placeholder stands again, for the model to land on once more; in a file that is
    opened it does not. A task that is unknown here may be another computer's.
    """
    from ..landing import placeholders

    for _, task_id in placeholders.every():
        task = running.assembly.journal.get(task_id)
        if task and task.stage in (ENDED if loaded else HOPELESS):
            running.leaving.add(task_id)


def clear(context: bpy.types.Context, running: session.Session) -> bool:
    """Remove the placeholders that have to go, if the moment is right, and tell whether there were any.

    Not while the artist moves something about: it may be the placeholder.
    """
    from ..landing import placeholders

    if not running.leaving or land.obstacle(context, asked=False):
        return False
    removed = [placeholders.remove(task_id) for task_id in running.leaving]
    running.leaving.clear()
    return any(removed)


def _thumbnail(path: str, task: Task) -> bpy.types.Image | None:
    """Return a small copy of an image file, packed so that undo and saving keep it; None where there is none."""
    from ..landing import placeholders

    address = pictures.meant(path)
    found = None if isinstance(address, str) else thumbnails.pixels(path)
    if found is None:
        return None
    (wide, tall), values = found
    image = bpy.data.images.new(f"{task.name} (Maquette)", wide, tall, alpha=True)
    image.pixels.foreach_set(values)
    image.pack()
    image[placeholders.KEY] = task.id
    return image
