"""Next Steps: what the provider of the active object's model can make of it, as a panel and as a menu.

What is offered, and its options, come from the follow-ups' declarations.
"""

from __future__ import annotations

from typing import Any

import bpy

from . import declared, option_rows, price, snapshot
from .follow_up import MAQUETTE_OT_follow_up, obstacle, wanted
from .object_menu import made_by, next_steps
from .panel import _Sidebar
from .text import sentence, wide
from .translations import say


class MAQUETTE_PT_next_steps(_Sidebar, bpy.types.Panel):
    """What the provider can make of the active object's model."""

    bl_label = "Next Steps"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only for an object of which something can be made."""
        return declared.ready() and bool(made_by(context)) and bool(next_steps(context))

    def draw(self, context: bpy.types.Context) -> None:
        """Draw a closed sub-panel for each step: its options, what it costs, and its button."""
        layout = self.layout
        layout.use_property_split = wide(context)
        layout.use_property_decorate = False
        task = made_by(context)
        for step in next_steps(context):
            header, body = layout.panel(f"MAQUETTE_PT_{step.id}", default_closed=True)
            header.label(text=say(step.title))
            if body:
                _draw_step(body, context, step, task)


def _draw_step(layout: Any, context: bpy.types.Context, step: type[Any], task: str) -> None:
    told = layout.column()
    told.active = False  # it is the same each day
    sentence(told, context, step.description)
    chosen = wanted(context.scene, step)
    option_rows.draw_own(layout, context, chosen)
    reason, page = obstacle(chosen, snapshot.of(task))
    price.draw(layout, context, chosen)
    row = layout.row()
    row.scale_y = 1.3
    row.enabled = not reason
    button = row.operator("maquette.follow_up", text=say(step.title), icon="PLAY")
    button.task, button.what, button.dialog = task, step.id, False
    if reason := reason or MAQUETTE_OT_follow_up.obstacle(context):
        sentence(layout, context, reason, icon="INFO")
    if page:
        button = layout.operator("maquette.open_preferences", icon="PREFERENCES")
        button.page, button.provider = page, step.account()


class MAQUETTE_MT_next_steps(bpy.types.Menu):
    """What the provider can make of the model."""

    bl_label = "Next Steps"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw an entry for each step; each shows its options first."""
        self.layout.operator_context = "INVOKE_DEFAULT"
        for step in next_steps(context):
            entry = self.layout.operator("maquette.follow_up", text=f"{say(step.title)}…", icon="PLAY")
            entry.task, entry.what, entry.dialog = made_by(context), step.id, True


CLASSES = (MAQUETTE_PT_next_steps, MAQUETTE_MT_next_steps)
