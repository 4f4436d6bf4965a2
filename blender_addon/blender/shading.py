"""Show Textures: Blender shows models in plain grey until the viewport is told otherwise."""

from __future__ import annotations

from typing import Any

import bpy

from . import session


class MAQUETTE_OT_show_textures(bpy.types.Operator):
    """Show the models' textures in this viewport, which stays as fast as it is; Material Preview shows them with \
light and reflections too, and takes its time"""

    bl_idname = "maquette.show_textures"
    bl_label = "Show Textures"
    bl_options = {"REGISTER"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only in a viewport that shows none."""
        return is_plain(context.space_data)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Let solid shading take its colors from the textures."""
        space: Any = context.space_data
        space.shading.color_type = "TEXTURE"
        return {"FINISHED"}


def is_plain(space: Any) -> bool:
    """Tell whether the editor is a viewport that shows surfaces without their textures."""
    if space is None or space.type != "VIEW_3D":
        return False
    shading = space.shading
    return bool(shading.type == "SOLID" and shading.color_type != "TEXTURE")


def draw(layout: Any, context: bpy.types.Context) -> None:
    """Draw the button where something with textures has landed that the viewport shows without them."""
    running = session.current()
    if running and is_plain(context.space_data) and _textured(running):
        layout.operator("maquette.show_textures", icon="TEXTURE")


def _textured(running: session.Session) -> bool:
    """Tell whether the file has a model with textures; it is looked for once, others may have come with the file."""
    if running.textured is None:
        from ..landing import provenance

        ours = [one for one in bpy.data.objects if one.type == "MESH" and provenance.task_of(one)]
        running.textured = any(map(_has_texture, {slot.material for one in ours for slot in one.material_slots}))
    return running.textured


def _has_texture(material: Any) -> bool:
    tree = material and material.node_tree
    return bool(tree) and any(node.type == "TEX_IMAGE" and node.image for node in tree.nodes)


CLASSES = (MAQUETTE_OT_show_textures,)
