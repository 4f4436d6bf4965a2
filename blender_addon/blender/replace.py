"""Replacing an object by a model: a new version takes the place of an old one."""

from __future__ import annotations

import bpy

from . import land, session
from .translations import say

NOTHING = "Select the object that the model shall replace"


class MAQUETTE_OT_replace(land.Lands, bpy.types.Operator):
    """Put the model in the place of the active object, which is removed: with its transform, parent, collections, \
constraints and modifiers"""

    bl_idname = "maquette.replace"
    bl_label = "Replace"
    bl_options = {"REGISTER"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only at the right moment, and with something to replace."""
        reason = land.obstacle(context, asked=True) or ("" if replaced(context) else NOTHING)
        if reason:
            cls.poll_message_set(say(reason))
        return not reason

    def land(self, context: bpy.types.Context, running: session.Session, task_id: str) -> str:
        """Land it in the old object's place and return what has been done, as a sentence."""
        old = replaced(context)
        names = ", ".join(item.name for item in old)
        land.land_task(context, running, task_id, asked=True, old=old)
        return f"{names} replaced"


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
