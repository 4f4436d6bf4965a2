"""What can be done with an object that Maquette made: in the Object menu and in its context menu."""

from __future__ import annotations

import bpy


class MAQUETTE_OT_keep_waiting(bpy.types.Operator):
    """Let the task go on. Its model lands at the 3D cursor"""

    bl_idname = "maquette.keep_waiting"
    bl_label = "Keep Waiting"
    bl_options = {"INTERNAL"}

    def execute(self, _context: bpy.types.Context) -> set[str]:
        """Do nothing: the task goes on by itself."""
        return {"FINISHED"}


def register() -> None:
    """Add our entry to Blender's menus."""


def unregister() -> None:
    """Take our entry out of Blender's menus."""


CLASSES = (MAQUETTE_OT_keep_waiting,)
