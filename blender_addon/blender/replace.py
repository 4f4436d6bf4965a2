"""Replacing an object by a model: a new version takes the place of an old one."""

from __future__ import annotations

import bpy
from bpy.props import StringProperty

from . import land, session, snapshot
from .failures import sentence_of
from .redraw import redraw

NOTHING = "Select the object that the model shall replace"


class MAQUETTE_OT_replace(bpy.types.Operator):
    """Put the model in the place of the active object, which is removed: with its transform, parent, collections, \
constraints and modifiers"""

    bl_idname = "maquette.replace"
    bl_label = "Replace"
    bl_options = {"REGISTER"}

    task: StringProperty(name="Task", description="Id of the task; the active one when left empty", options={"HIDDEN"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only at the right moment, and with something to replace."""
        reason = land.obstacle(context, asked=True) or ("" if replaced(context) else NOTHING)
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Land it now."""
        try:
            running = session.needed()
            task_id = self.task or snapshot.active_id(context.window_manager.maquette)
            running.arrivals.pop(task_id, None)
            names = ", ".join(item.name for item in replaced(context))
            land.land_task(context, running, task_id, asked=True, old=replaced(context))
        except Exception as error:  # noqa: BLE001 - what a person clicked ends in a sentence
            self.report({"ERROR"}, sentence_of(error))
            snapshot.reread()
            redraw(context)
            return {"CANCELLED"}
        self.report({"INFO"}, f"{names} replaced")
        redraw(context)
        return {"FINISHED"}


def replaced(context: bpy.types.Context) -> list[bpy.types.Object]:
    """Return what would be replaced: the active object if it is selected, and the selected parts of the same model."""
    from ..landing import placeholders, provenance

    active = context.view_layer.objects.active
    if active is None or not active.select_get() or active.library or active.get(placeholders.KEY):
        return []
    task = provenance.task_of(active)
    others = (item for item in context.view_layer.objects.selected if item != active)
    return [active, *(item for item in others if task and provenance.task_of(item) == task)]


CLASSES = (MAQUETTE_OT_replace,)
