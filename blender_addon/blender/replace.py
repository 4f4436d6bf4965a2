"""Replacing an object by a model: a new version takes the place of an old one."""

from __future__ import annotations

import bpy

from . import land, session
from .translations import say

FIXED = "This object comes from a linked file, so no model can take its place. Make it local first"
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
        reason = land.obstacle(context, asked=True) or _obstacle(context)
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
    from ..landing import placeholders, provenance, targets

    active = context.view_layer.objects.active
    if active is None or not active.select_get() or targets.fixed(active) or active.get(placeholders.KEY):
        return []
    task = provenance.task_of(active)
    others = (item for item in context.view_layer.objects.selected if item != active)
    return [active, *(item for item in others if task and provenance.task_of(item) == task and not targets.fixed(item))]


def _obstacle(context: bpy.types.Context) -> str:
    """Return why nothing can be replaced, as a sentence; empty when something can."""
    from ..landing import targets

    active = context.view_layer.objects.active
    if active and active.select_get() and targets.fixed(active):
        return FIXED
    return "" if replaced(context) else NOTHING


CLASSES = (MAQUETTE_OT_replace,)
