"""What stands in the file for a task: the placeholder of its model, or the object that it will replace.

Known by name from one look to the next, and by its custom property: to look through all objects takes long in a large
scene, and a step of the watching must not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import bpy

from ..landing import placeholders, targets
from . import land, session, snapshot
from .translations import say

MANY = 8


def every() -> list[tuple[bpy.types.Object, str]]:
    """Return all that stands for a task in the open file, each with the id of its task."""
    return [*placeholders.every(), *targets.every()]


def put(running: session.Session, item: bpy.types.Object, task: str, step: str = "") -> None:
    """Let the object stand for the task, whose model takes its place, as an undo step of its own.

    `step`: what is done to the object's model, where it is not made once more.
    """
    targets.mark(item, task)
    running.stands[task] = item.name
    running.has_placeholders = True
    if not bpy.app.background:
        bpy.ops.ed.undo_push(message=f"{say(step)} {item.name}" if step else say(f"Regenerate {item.name}"))


def hand_over(running: session.Session, old: str, new: str) -> bool:
    """Let what stands for a task stand for the one that was sent in its place, as an undo step of its own.

    Tell whether there was anything.
    """
    found = [item for item, task in every() if task == old]
    for item in found:
        item[targets.KEY if item.get(targets.KEY) else placeholders.KEY] = new
    running.stands.pop(old, None)
    if not found:
        return False
    running.stands[new] = found[0].name
    running.has_placeholders = True
    if not bpy.app.background:
        bpy.ops.ed.undo_push(message=say(f"Generate {running.stands[new]}"))
    return True


def told(running: session.Session, task: str) -> str:
    """Return whose place the task's model takes, as a sentence; empty where it takes nobody's."""
    names = [item.name for item in targets.find(task)]
    return f"The model takes the place of {names[0]} when it is ready." if names else ""


def reopened(running: session.Session, task: str) -> bool:
    """Tell whether no model of the task comes by itself, but Resume or Retry may make one."""
    known = running.assembly.journal.last_known(task)
    return known is not None and known.stage in snapshot.REOPENED


def waits(item: Any) -> bool:
    """Tell whether the object stands for a task that goes on."""
    return _goes_on(str(item.get(targets.KEY, "")))


def look(running: session.Session) -> None:
    """Look through all objects for what stands for a task; an object that is kept marked for a failed one does not."""
    running.stands = {}
    for standing, task in every():
        if _used(standing) and not (standing.get(targets.KEY) and reopened(running, task)):
            running.stands.setdefault(task, standing.name)  # of duplicates the first is meant
    running.missed -= running.stands.keys()


def objects(names: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """Give the tasks with the objects that stand for them, where they still do.

    To find one by name, Blender compares all names: for many tasks one walk is shorter.
    """
    every_one: Any = bpy.data.objects
    known = {item.name: item for item in every_one} if len(names) > MANY else every_one
    for task, name in names.items():
        item: Any = known.get(name)
        if item and _used(item) and task in (item.get(placeholders.KEY), item.get(targets.KEY)):
            yield task, item


def _used(item: Any) -> bool:
    """Tell whether the object is anywhere; what nobody uses goes when the file is saved."""
    return bool(item.users > item.use_fake_user)


def follow(context: bpy.types.Context, running: session.Session) -> None:
    """Keep up with the artist, who renames and removes what stands there; ask once about what was removed."""
    before = running.stands
    if before and len(dict(objects(before))) < len(before):
        look(running)
        running.missed |= before.keys() - running.stands.keys()
    if running.missed and not land.obstacle(context, asked=False):
        task = running.missed.pop()
        if _goes_on(task):
            _ask(context, task)


def _goes_on(task: str) -> bool:
    """Tell whether the task can still be cancelled."""
    row = snapshot.find(task)
    return row is not None and row.state in snapshot.RUNNING and not row.message


def _ask(context: bpy.types.Context, task: str) -> None:
    """Ask whether the task is to be cancelled: a small menu at the mouse, which goes when the mouse goes."""
    label = snapshot.find(task).label

    def draw(menu: Any, _: bpy.types.Context) -> None:
        menu.layout.operator("maquette.keep_waiting", icon="TIME")
        menu.layout.operator("maquette.cancel", icon="X").task = task

    if not bpy.app.background:  # there is nobody to ask
        context.window_manager.popup_menu(draw, title=say(f"You removed what waits for {label}"), icon="QUESTION")
