"""The menu of providers, each with its state: ready, offline, API key missing."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import StringProperty

from . import readiness
from .text import FIELD, beside, fits
from .translations import say

ICON_AND_ARROW_PX = 30
"""What the menu's button needs beside its text, at 1×."""


def draw(layout: Any, context: bpy.types.Context, provider: type[Any]) -> None:
    """Draw the chosen provider with its state, as the button that opens the menu."""
    found = readiness.state(provider)
    text = provider.label if found.ready else say(f"{provider.label} · {found.word}")
    if not fits(context, text, ICON_AND_ARROW_PX, FIELD if layout.use_property_split else 1.0):
        text = provider.label  # the icon tells the state, and below Generate stands why
    beside(layout, "Provider").menu(MAQUETTE_MT_provider.__name__, text=text, icon=found.icon, translate=False)


class MAQUETTE_MT_provider(bpy.types.Menu):
    """Who makes the model"""

    bl_label = "Provider"

    def draw(self, _context: bpy.types.Context) -> None:
        """Draw one line a provider; an enum's own lines would show no icons."""
        from ..providers import every

        layout: Any = self.layout
        for one in every():
            found = readiness.state(one)
            text = f"{one.label} · {found.word}"
            layout.operator("maquette.choose_provider", text=say(text), icon=found.icon).provider = one.id


class MAQUETTE_OT_choose_provider(bpy.types.Operator):
    """Let this provider make the model"""

    bl_idname = "maquette.choose_provider"
    bl_label = "Choose Provider"
    bl_options = {"UNDO", "INTERNAL"}

    provider: StringProperty(name="Provider", description="Id of the provider", options={"SKIP_SAVE"})

    @classmethod
    def description(cls, _context: bpy.types.Context, properties: Any) -> str:
        """Return what the provider makes, as its line's tooltip."""
        from ..providers import find

        return say(find(properties.provider).description)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Choose it in the scene."""
        from ..providers import names

        if self.provider not in names():
            return {"CANCELLED"}
        context.scene.maquette.provider = self.provider
        return {"FINISHED"}


CLASSES = (MAQUETTE_MT_provider, MAQUETTE_OT_choose_provider)
