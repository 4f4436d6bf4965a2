"""What can be done with an object that Maquette made: in the Object menu, and in the menu of the right mouse button."""

from __future__ import annotations

from typing import Any

import bpy

from . import declared, turns

MENUS = ("VIEW3D_MT_object_context_menu", "VIEW3D_MT_object")


def made_by(context: bpy.types.Context) -> str:
    """Return the id of the task that made the active object; empty when it is none of Maquette's."""
    from ..landing import provenance

    item = _active(context)
    return provenance.task_of(item) if item else ""


def next_steps(context: bpy.types.Context) -> list[type[Any]]:
    """Return what the provider of the active object's model can make of it; the options must be there."""
    from ..providers import follow_ups_of

    item = _active(context)
    return follow_ups_of(str(item.get("maquette_provider", ""))) if item else []


def _active(context: bpy.types.Context) -> bpy.types.Object | None:
    return context.view_layer.objects.active if context.view_layer else None


def draw(menu: Any, context: bpy.types.Context) -> None:
    """Draw our entry where the active object is one of Maquette's."""
    if not made_by(context):
        return
    menu.layout.separator()
    if declared.ready():
        menu.layout.menu("MAQUETTE_MT_object", icon="MESH_MONKEY")
    else:  # what the entries do comes with the options, which are there in a moment
        menu.layout.label(text="Maquette Is Loading…")
        turns.want_options()


def register() -> None:
    """Add our entry to Blender's menus."""
    for name in MENUS:
        getattr(bpy.types, name).append(draw)


def unregister() -> None:
    """Take our entry out of Blender's menus."""
    for name in reversed(MENUS):
        getattr(bpy.types, name).remove(draw)
