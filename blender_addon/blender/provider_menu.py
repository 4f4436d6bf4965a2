"""The menu of providers, each with its state: ready, offline, API key missing."""

from __future__ import annotations

from typing import Any

import bpy

from . import readiness
from .text import beside
from .translations import say


def draw(layout: Any, scene: bpy.types.Scene, provider: type[Any]) -> None:
    """Draw the chosen provider with its state, as the button that opens the menu."""
    found = readiness.state(provider)
    row = beside(layout, "Provider")
    row.menu(MAQUETTE_MT_provider.__name__, text=say(_text(provider, found)), icon=found.icon)


def _text(provider: type[Any], found: readiness.State) -> str:
    return provider.label if found.ready else f"{provider.label} · {found.word}"


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
            line = layout.operator("wm.context_set_enum", text=say(text), icon=found.icon)
            line.data_path, line.value = "scene.maquette.provider", one.id


CLASSES = (MAQUETTE_MT_provider,)
