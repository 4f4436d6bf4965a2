"""The Generate button and `bpy.ops.maquette.generate()`."""

import json
import queue
from typing import Any

import bpy
from bpy.props import StringProperty

from ..core.errors import InputError, rebuild
from ..core.events import Cancelled, Failed, Ready
from ..core.task import Task
from . import declared, land, pictures, readiness, session, snapshot, turns
from .failures import sentence_of
from .redraw import redraw


class MAQUETTE_OT_generate(bpy.types.Operator):
    """Make a 3D model from the image. You can go on working meanwhile; the model lands at the 3D cursor"""

    bl_idname = "maquette.generate"
    bl_label = "Generate"
    bl_options = {"REGISTER"}

    image: StringProperty(
        name="Image",
        description="Image file of the front view; the scene's images when left empty",
        subtype="FILE_PATH",
    )
    provider: StringProperty(name="Provider", description="Id of the provider; the scene's when left empty")
    options: StringProperty(name="Options", description="Options as JSON, in front of those of the scene")

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only where the model can land."""
        if context.scene is None or not context.scene.is_editable:
            cls.poll_message_set(land.LINKED)
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Start the task; in background mode wait for it and land it."""
        try:
            running = session.needed()
            task = prepare(context, self.image, self.provider, _read_options(self.options))
            running.started.add(task.id)
            running.assembly.tasks.start(task.id)
            snapshot.refresh(select=task.id)
            if bpy.app.background:
                wait(running, task.id)
                land.land_task(context, running, task.id, asked=False)
        except Exception as error:  # noqa: BLE001 - what a person clicked ends in a sentence
            self.report({"ERROR"}, sentence_of(error))
            return {"CANCELLED"}
        turns.wake()
        redraw(context)
        return {"FINISHED"}


def prepare(context: bpy.types.Context, image: str, provider: str, options: dict[str, Any]) -> Task:
    """Write the task to the journal, from what is given and, for the rest, from the scene. Raises InputError."""
    from ..core.prepare import prepare as prepare_task
    from ..providers import find

    chosen = context.scene.maquette
    wanted = find(provider) if provider else readiness.current_provider(context.scene)
    values = declared.values(context.scene, wanted) | options
    journal = session.needed().assembly.journal
    made_for = bpy.data.filepath
    if image:
        return prepare_task(journal, wanted, {"front": pictures.file_of(image)}, values, made_for=made_for)
    if not pictures.given(chosen, "front"):
        raise InputError("Choose an image first.")
    with pictures.files(chosen, wanted.views) as views:
        return prepare_task(journal, wanted, views, values, made_for=made_for)


def wait(running: session.Session, task_id: str) -> None:
    """Wait until the task is ready to land. Raises the error that it ended with."""
    tasks, events = running.assembly.tasks, running.assembly.events
    while True:
        try:
            event = events.get(timeout=0.2)
        except queue.Empty:
            if tasks.running(task_id) or not events.empty():
                continue
            raise InputError("The task is being run by another process.") from None
        if event.task != task_id:
            continue
        if isinstance(event, Ready):
            return
        if isinstance(event, Failed):
            raise rebuild(event.kind, event.message)
        if isinstance(event, Cancelled):
            raise InputError("The task was cancelled.")


def _read_options(text: str) -> dict[str, Any]:
    """Read the operator's JSON. Raises InputError."""
    try:
        options = json.loads(text or "{}")
    except ValueError as error:
        raise InputError(f"The options are not JSON ({error}).") from error
    if not isinstance(options, dict):
        raise InputError('The options must be a JSON object such as {"depth": 2.0}.')
    return options


CLASSES = (MAQUETTE_OT_generate,)
