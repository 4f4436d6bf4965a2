"""The add-on's preferences: the account at each provider, folders, where Blender is."""

import sys
from pathlib import Path
from typing import Any

import bpy
from bpy.props import BoolProperty, IntProperty

from ..core.folders import data_folder
from . import account_panel, declared, disk, session, turns
from .text import sentence


class MAQUETTE_Preferences(bpy.types.AddonPreferences):
    """Settings that belong to the artist, not to a file."""

    bl_idname = session.ROOT_PACKAGE

    ask_above: IntProperty(
        name="Ask Above",
        description="Ask before a model that costs more credits than this; 0 never asks",
        min=0,
        default=0,
    )

    daily_limit: IntProperty(
        name="Daily Limit",
        description="Ask before a model that makes a day dearer than this, in credits of all providers together; 0 is "
        "no limit",
        min=0,
        default=0,
    )

    use_placeholder: BoolProperty(
        name="Placeholders",
        description="Let an empty with the image stand in the scene until the model lands in its place",
        default=True,
    )

    textures_beside: BoolProperty(
        name="Textures Beside the File",
        description="Write the textures of a model that lands in a saved .blend file into the folder “textures” beside "
        "it, instead of packing them into it. Large ones hold Blender up for a moment",
        default=False,
    )

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the providers, then the places."""
        self.layout.use_property_split = True
        self.layout.use_property_decorate = False
        if declared.ready():
            self._draw_providers(context)
        else:
            message = context.window_manager.maquette.message
            sentence(self.layout, context, message or "Loading providers…")
            if not message:
                turns.want_options()
        self.layout.prop(self, "ask_above")
        self.layout.prop(self, "daily_limit")
        self.layout.prop(self, "use_placeholder")
        self.layout.prop(self, "textures_beside")
        header, body = self.layout.panel("MAQUETTE_PT_places", default_closed=True)
        header.label(text="Folders")
        if body:
            _draw_places(body)
            disk.draw(body, context)

    def _draw_providers(self, context: bpy.types.Context) -> None:
        from ..providers import every

        for provider in every():
            account_panel.draw(self.layout, context, provider)


def _draw_places(layout: Any) -> None:
    folder = data_folder()
    row = _draw_place(layout, "Tasks and Models", folder)
    row.operator("wm.path_open", text="", icon="FILE_FOLDER").filepath = str(_nearest(folder))
    _draw_place(layout, "Background Blender", Path(bpy.app.binary_path or sys.executable))


def _draw_place(layout: Any, name: str, path: Path) -> Any:
    """Draw a name and a path as Blender aligns them, and return the row for what stands behind the path."""
    split = layout.split(factor=0.25)
    label = split.row()
    label.alignment = "RIGHT"
    label.label(text=name)
    row = split.row()
    row.label(text=str(path), translate=False)
    return row


def _nearest(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists already."""
    return next(one for one in (folder, *folder.parents) if one.is_dir())


CLASSES = (MAQUETTE_Preferences,)
