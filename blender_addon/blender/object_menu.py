"""What can be done with an object that Maquette made: in the Object menu, and in the menu of the right mouse button."""

from __future__ import annotations

from typing import Any

import bpy

from . import declared, turns

MENUS = ("VIEW3D_MT_object_context_menu", "VIEW3D_MT_object")


class MAQUETTE_MT_object(bpy.types.Menu):
    """What can be done with the model."""

    bl_idname = "MAQUETTE_MT_object"
    bl_label = "Maquette"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw what makes new models first, then what leads back to where this one came from."""
        layout: Any = self.layout
        task = made_by(context)
        layout.operator_context = "INVOKE_DEFAULT"
        layout.operator("maquette.regenerate", text="Regenerate", icon="FILE_REFRESH").task = task
        layout.operator("maquette.variants", text="Variants…", icon="DUPLICATE").task = task
        layout.separator()
        layout.operator("maquette.use_again", text="Use Options Again", icon="OPTIONS").task = task
        layout.operator("maquette.show_source", text="Show Source Image", icon="IMAGE_DATA").task = task
        layout.separator()
        layout.operator("maquette.land", text="Land Again", icon="IMPORT").task = task
        layout.operator("maquette.open_folder", text="Open Folder", icon="FILE_FOLDER").task = task


class MAQUETTE_OT_keep_waiting(bpy.types.Operator):
    """Let the task go on. Its model lands at the 3D cursor"""

    bl_idname = "maquette.keep_waiting"
    bl_label = "Keep Waiting"
    bl_options = {"INTERNAL"}

    def execute(self, _context: bpy.types.Context) -> set[str]:
        """Do nothing: the task goes on by itself."""
        return {"FINISHED"}


def made_by(context: bpy.types.Context) -> str:
    """Return the id of the task that made the active object; empty when it is none of Maquette's."""
    from ..landing import provenance

    item = context.view_layer.objects.active if context.view_layer else None
    return provenance.task_of(item) if item else ""


def draw(menu: Any, context: bpy.types.Context) -> None:
    """Draw our entry where the active object is one of Maquette's."""
    if not made_by(context):
        return
    if not declared.ready():  # the task list tells which of the entries can be used
        turns.want_options()
    menu.layout.separator()
    menu.layout.menu(MAQUETTE_MT_object.bl_idname, icon="MESH_MONKEY")


def register() -> None:
    """Add our entry to Blender's menus."""
    for name in MENUS:
        getattr(bpy.types, name).append(draw)


def unregister() -> None:
    """Take our entry out of Blender's menus."""
    for name in reversed(MENUS):
        getattr(bpy.types, name).remove(draw)


CLASSES = (MAQUETTE_MT_object, MAQUETTE_OT_keep_waiting)
