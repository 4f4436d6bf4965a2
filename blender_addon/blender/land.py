"""Putting a finished model into the open scene, at the right moment and in one undo step."""

import dataclasses
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import StringProperty

from ..core.errors import DiskError, InputError
from . import heir, model_pictures, newer, session, snapshot, turns
from .clicked import Clicked
from .failures import log
from .pick import HIDDEN
from .translations import say

if TYPE_CHECKING:
    from ..core.journal import Journal
    from ..core.task import Task
    from ..landing.append import Landed

JOBS: dict[Any, str] = {"RENDER": "the render", "OBJECT_BAKE": "the bake"}
LANDABLE = {"ready", "succeeded"}
OURS = "MAQUETTE_OT_"
LINKED = "The scene is linked from another file, so nothing can land in it"
ELSEWHERE = "Another Blender or command is at work on this task. Try again in a moment."
LANDED_ELSEWHERE = "Another Blender has landed this model already. Land Again puts it here too."
GONE = "This task is no longer there: it was removed elsewhere."


def obstacle(context: bpy.types.Context, asked: bool) -> str:
    """Return what a landing has to wait for, as a sentence; empty when the moment is right.

    A running modal operator holds up only what lands by itself: an artist who clicks Land is not in the middle of it.
    """
    if not context.scene.is_editable:
        return LINKED
    if context.mode != "OBJECT":
        return "Waits until you are back in Object Mode"
    for job, words in JOBS.items():
        if bpy.app.is_job_running(job):
            return f"Waits for the end of {words}"
    if any(window.screen.is_animation_playing for window in context.window_manager.windows):
        return "Waits for the end of playback"
    return "" if asked else in_the_middle(context)


def in_the_middle(context: bpy.types.Context) -> str:
    """Return what the artist is in the middle of, as a landing says it; empty when it is nothing."""
    windows = context.window_manager.windows
    if any(_asks_for_a_file(area) for window in windows for area in window.screen.areas):
        return "Waits until the file browser is closed; click Land to have it now"
    foreign = [one for window in windows for one in window.modal_operators if not one.bl_idname.startswith(OURS)]
    if foreign:
        return f"Waits for the end of {foreign[0].bl_label or foreign[0].bl_idname}; click Land to have it now"
    return ""


def _asks_for_a_file(area: Any) -> bool:
    """Tell whether an operator waits there for a file; Blender does not count it among the modal ones."""
    return area.type == "FILE_BROWSER" and area.spaces.active.active_operator is not None


def land_task(
    context: bpy.types.Context,
    running: session.Session,
    task_id: str,
    asked: bool,
    old: Sequence[bpy.types.Object] = (),
) -> "Landed":
    """Land the task's model on its placeholder, at the 3D cursor or in place of old objects, as one undo step.

    Raises MaquetteError when there is no model.
    """
    import sqlite3

    journal = running.assembly.journal
    with _claimed(running, task_id, asked) as task:
        landed = _land(context, journal, task, asked, old)
        running.textured = running.textured or landed.statistics["images"] > 0 or None
        changes: dict[str, Any] = {"stage": "landed", "error": None, "statistics": task.statistics | landed.statistics}
        changes["warnings"] = list(dict.fromkeys([*task.warnings, *landed.warnings]))
        try:
            journal.update(task_id, **changes, ended=task.ended or time.time())
            snapshot.update(task_id)
        except (OSError, sqlite3.Error, KeyError) as error:
            raise DiskError(f"The model has landed, but its task could not be marked as landed ({error!r}).") from error
    return landed


@contextmanager
def _claimed(running: session.Session, task_id: str, asked: bool) -> "Iterator[Task]":
    """Own the task meanwhile: of two Blenders that want to land it by themselves, one does. Raises InputError."""
    import sqlite3

    journal = running.assembly.journal
    _landable(journal.get(task_id))
    running.assembly.tasks.wait(task_id)  # its thread ends in a moment; it has told of the model already
    if not journal.claim(task_id):
        raise InputError(ELSEWHERE)
    try:
        task = _landable(journal.get(task_id))
        if task.stage == "landed" and not asked:
            raise InputError(LANDED_ELSEWHERE)
        yield task
    finally:
        try:
            journal.release(task_id)
        except (OSError, sqlite3.Error) as error:  # it is free when this Blender ends
            log().warning("task %s: it could not be released: %s", task_id, error)


def _landable(task: "Task | None") -> "Task":
    """Return the task when there is something to land. Raises InputError."""
    if task is None:
        raise InputError(GONE)
    if not task.blend or task.state not in LANDABLE:
        raise InputError("This task has no model yet. Wait until it is ready.")
    return task


def _land(
    context: bpy.types.Context, journal: "Journal", task: "Task", asked: bool, old: Sequence[bpy.types.Object]
) -> "Landed":
    from ..core.kept import finished_model
    from ..landing import placeholders, targets
    from ..landing.append import land

    blend = finished_model(journal, task, bpy.app.version[:2])
    old = old or targets.find(task.id)[:1]
    waiting = placeholders.find(task.id) or [*old]
    scene, stand = _stand(context.scene, waiting, asked, session.needed().scenes.get(task.id))
    select = asked or not set(context.view_layer.objects.selected) - set(waiting)
    at = session.spot(scene)
    if task.place and not asked:
        at = (task.place[0], task.place[1], task.place[2])
    landed = land(blend, scene, (0.0, 0.0, 0.0) if old else at, select, None if old else stand)
    if old:
        landed = _replaced(landed, old)
    placeholders.remove(task.id)
    targets.release(task.id)
    landed = dataclasses.replace(landed, warnings=(*landed.warnings, *_textures_out(landed.objects)))
    if not bpy.app.background:
        bpy.ops.ed.undo_push(message=say(f"Land {task.name}"))
    return landed


def _replaced(landed: "Landed", old: Sequence[bpy.types.Object]) -> "Landed":
    """Put what has landed in the place of old objects; it goes again where that fails."""
    from ..landing import removing, replacing

    try:
        with heir.chosen(old[0], landed.objects):
            home, warnings = replacing.replace(landed.collection, old)
    except Exception:
        removing.discard(landed.collection, landed.objects)
        raise
    return dataclasses.replace(landed, collection=home, warnings=warnings)


def _textures_out(objects: list[bpy.types.Object]) -> tuple[str, ...]:
    """Write the textures beside the .blend where the artist wants that; return what went wrong, as sentences."""
    from ..landing import statistics, written

    chosen = session.preferences()
    if not bpy.data.filepath or not (chosen and chosen.textures_beside):
        return ()
    try:
        written.write(statistics.images(objects))
    except OSError as error:
        return (f"The textures stay packed: they cannot be written beside the file ({error.strerror or error}).",)
    return ()


def _stand(
    scene: bpy.types.Scene, waiting: list[bpy.types.Object], asked: bool, started: int | None
) -> tuple[bpy.types.Scene, bpy.types.Object | None]:
    """Return the scene to land in and the placeholder there; what an artist clicks lands in the scene that is shown.

    `started`: `session_uid` of the scene in which the task was started, where it lands without a placeholder.
    """
    found = {one: stand for stand in reversed(waiting) for one in stand.users_scene if one.is_editable}
    if scene not in found and not asked:
        own = (one for one in bpy.data.scenes if one.session_uid == started and one.is_editable)
        scene = next(iter(found), next(own, scene))
    return scene, found.get(scene)


class Lands(Clicked):
    """Lands the model of the task of the given id, or of the active one, because the artist asked for it."""

    task: StringProperty(name="Task", description="Id of the task; the active one when left empty", options=HIDDEN)

    def execute(self: Any, context: bpy.types.Context) -> set[str]:
        """Land it now; where that fails, show how the task stands by now."""
        outcome = super().execute(context)
        if "CANCELLED" in outcome:
            snapshot.reread()
        return outcome

    def perform(self: Any, context: bpy.types.Context) -> str:
        """Land it, and return what has been done, as a sentence."""
        running = session.needed()
        task_id = self.task or snapshot.active_id(context.window_manager.maquette)
        if running.arrivals.pop(task_id, None) is not None:
            snapshot.say(task_id, "")  # it waits no longer, whatever comes of this
        done: str = self.land(context, running, task_id)
        if not bpy.app.background:  # where nobody sees it
            model_pictures.want(running, task_id)
            turns.wake()
        return done


class MAQUETTE_OT_land(Lands, bpy.types.Operator):
    """Put the model into the scene, on its placeholder or where the preferences say, and select it"""

    bl_idname = "maquette.land"
    bl_label = "Land"
    bl_options = {"REGISTER"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only at the right moment; says what is waited for."""
        wait = obstacle(context, asked=True)
        if wait:
            cls.poll_message_set(say(wait))
        return not wait

    def land(self, context: bpy.types.Context, running: session.Session, task_id: str) -> str:
        """Land it and return what has been done, as a sentence."""
        if newer.made_again(running, task_id):
            if not bpy.app.background:
                running.arrivals[task_id] = True
                return newer.SAID
            running.assembly.tasks.wait(task_id)
        landed = land_task(context, running, task_id, asked=True)
        return f"{landed.collection.name} landed with {landed.statistics['triangles']:,} triangles"


CLASSES = (MAQUETTE_OT_land,)
