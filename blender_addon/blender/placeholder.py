"""When a placeholder comes and goes: it stands from Generate until its model lands, or its task has no future."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import bpy

from ..core.task import ENDED, Task
from . import land, session, stands
from .translations import say

if TYPE_CHECKING:
    from ..core.halt import Halt
    from ..core.worker import Background

SIDE = 512
"""Pixels of the longer side of the picture that a placeholder shows, at most."""
HOPELESS = frozenset({"failed", "cancelled"})
"""Stages of a task from which nothing comes by itself."""


def wanted() -> bool:
    """Tell whether the artist wants placeholders. In background mode nobody sees them."""
    chosen = session.preferences()
    return not bpy.app.background and bool(chosen and chosen.use_placeholder)


def put(context: bpy.types.Context, task: Task, path: str, height: float | None, alone: bool = True) -> None:
    """Let a placeholder stand where the task's model will land; `alone` is an undo step of its own.

    `path` is the image that was given to the operator; the scene's when empty. An image of the .blend is shown at once,
    a file as soon as the background Blender has made a small picture of it.
    """
    from ..landing import placeholders

    running, chosen = session.needed(), context.scene.maquette
    running.has_placeholders = True
    image = chosen.front.image if not path and chosen.source == "IMAGE" else None
    source = running.assembly.journal.folder_of(task.id) / task.views["front"]
    if image is None and source.is_file():  # else the view is a public address
        running.picturing.add(task.id)
        running.inquiries.ask(_picture(task.id), partial(small, running.assembly.background, source))
    at = session.spot(context.scene) if task.place is None else (task.place[0], task.place[1], task.place[2])
    item = placeholders.put(context.scene, task.id, task.name, image, at, height)
    running.stands[task.id] = item.name
    if alone:
        bpy.ops.ed.undo_push(message=say(f"Generate {task.name}"))


def leave(running: session.Session, task_id: str) -> None:
    """See to it that the placeholder goes, unless its model may still come."""
    task = running.assembly.journal.last_known(task_id)
    if task is None or task.stage in HOPELESS:
        running.leaving.add(task_id)


def look(running: session.Session, loaded: bool) -> None:
    """Find what a file or an undo has brought back although its model will not come.

    After an undo of the landing the placeholder stands again, for the model to land on once more; in a file that is
    opened it does not. A task that is unknown here may be another computer's. What an undo took the picture from gets
    it again.
    """
    from ..landing import placeholders

    stands.look(running)
    running.picturing |= {task_id for item, task_id in placeholders.every() if item.data is None}
    for task_id in running.stands:
        running.has_placeholders = True
        task = running.assembly.journal.last_known(task_id)
        if task and task.stage in (ENDED if loaded else HOPELESS):
            running.leaving.add(task_id)


def clear(context: bpy.types.Context, running: session.Session) -> bool:
    """Remove the placeholders that have to go, if the moment is right, and tell whether there were any.

    An object that was to be replaced keeps its mark: the model that Resume or Retry makes takes its place after all.
    Not while the artist moves something about: it may be the placeholder.
    """
    from ..landing import placeholders, targets

    if not running.leaving or land.obstacle(context, asked=False):
        return False
    removed = [placeholders.remove(task_id) for task_id in running.leaving]
    for task_id in running.leaving:
        if not stands.reopened(running, task_id):
            targets.release(task_id)
        running.stands.pop(task_id, None)
    running.leaving.clear()
    return any(removed)


def show(context: bpy.types.Context, running: session.Session) -> bool:
    """Show the pictures that were made, if the moment is right, and tell whether there were any."""
    made = {one for one in running.picturing if not running.inquiries.asking(_picture(one))}
    if not made or land.obstacle(context, asked=False):
        return False
    from ..landing import placeholders

    running.picturing -= made
    for item, task_id in placeholders.every():
        answer = running.inquiries.answer(_picture(task_id)) if task_id in made else None
        if answer and answer.value and item.data is None:
            placeholders.show(item, placeholders.packed(item.name, task_id, answer.value))
    return True


def small(background: Background, source: Path, halt: Halt) -> bytes:
    """Return an image file made small, as the bytes of another image file. For a thread; raises MaquetteError."""
    with tempfile.TemporaryDirectory(prefix="maquette-") as folder:
        target = str(Path(folder) / "small")
        limits = {"min_side": 1, "max_side": SIDE, "max_bytes": 4 * SIDE**2}
        done = background.call("picture", {"source": str(source), "target": target, **limits}, halt, lambda _: None)
        return Path(done["path"]).read_bytes()


def _picture(task_id: str) -> tuple[str, str]:
    """Return the name of the inquiry whose answer is kept until the session ends: an undo takes the picture away."""
    return "picture", task_id
