"""The add-on's preferences: the account at each provider, spending, landing, folders, and what this is."""

import sys
from pathlib import Path
from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty

from ..core.folders import data_folder
from . import about, account_panel, declared, disk, entries, session, turns
from .text import beside, field, remark, sentence, switched, wide
from .translations import CONTEXT, say

START = "To begin, drop an image on the 3D viewport, or press N there and choose the tab Maquette"


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

    land_at: EnumProperty(
        name="Land At",
        description="Where models land that were not given a place, by dropping the image or moving the placeholder",
        items=(
            ("CURSOR", "3D Cursor", "Where the scene's 3D cursor is", 1),
            ("ORIGIN", "World Origin", "In the middle of the scene", 2),
        ),
        default="CURSOR",
    )

    use_placeholder: BoolProperty(
        name="Placeholders",
        description="Let an empty with the image stand in the scene until the model lands in its place",
        default=True,
        translation_context=CONTEXT,
    )

    use_height: BoolProperty(
        name="Use Height",
        description="Make models as tall as you say here, unless the panel says another height",
        default=False,
    )

    height: FloatProperty(
        name="Height in Meters",
        description="How tall a model is made for which the panel does not say it, by a provider that does not ask",
        min=0.001,
        soft_max=1000.0,
        max=100_000.0,
        default=1.0,
        precision=3,
    )

    textures_beside: BoolProperty(
        name="Textures Beside the File",
        description="Write the textures of a model that lands in a saved .blend file into the folder “textures” beside "
        "it, instead of packing them into it; large ones hold Blender up for a moment",
        default=False,
    )

    def draw(self, context: bpy.types.Context) -> None:
        """Draw a closed section for each account and topic; what is needed first stands first."""
        self.layout.use_property_split = wide(context)
        self.layout.use_property_decorate = False
        if declared.ready() and not context.window_manager.maquette.tasks:
            sentence(self.layout, context, START, icon="INFO")
        self._draw_providers(context)
        self.layout.separator(type="LINE")
        for name, label, draw in SECTIONS:
            header, body = self.layout.panel(f"MAQUETTE_PT_preferences_{name}", default_closed=True)
            header.label(text=say(label))
            if body:
                draw(self, body.column(), context)

    def _draw_providers(self, context: bpy.types.Context) -> None:
        if declared.ready():
            from ..providers import every

            for provider in every():
                account_panel.draw(self.layout, context, provider)
            return
        message = context.window_manager.maquette.message
        sentence(self.layout, context, message or "Loading providers…")
        if not message:
            turns.want_options()


def _draw_spending(chosen: Any, layout: Any, context: bpy.types.Context) -> None:
    field(layout, chosen, "ask_above")
    field(layout, chosen, "daily_limit")
    remark(layout, context, "In credits; 0 is no limit")


def _draw_landing(chosen: Any, layout: Any, _context: bpy.types.Context) -> None:
    field(layout, chosen, "land_at")
    split = layout.use_property_split
    if not split:
        layout.label(text="Height in Meters")
    switched(layout, chosen, "height", heading="Height in Meters" if split else "").prop(chosen, "height", text="")
    layout.prop(chosen, "use_placeholder")
    layout.prop(chosen, "textures_beside")


def _draw_folders(_chosen: Any, layout: Any, context: bpy.types.Context) -> None:
    folder = data_folder()
    row = beside(layout, "Tasks and Models")
    row.label(text=str(folder), translate=False)
    row.operator("wm.path_open", text="", icon="FILE_FOLDER").filepath = str(_nearest(folder))
    background = Path(bpy.app.binary_path or sys.executable)
    beside(layout, "Background Blender").label(text=str(background), translate=False)
    disk.draw(layout, context)


def _draw_keymap(_chosen: Any, layout: Any, context: bpy.types.Context) -> None:
    entries.draw_keymap(layout, context)


def _draw_about(_chosen: Any, layout: Any, context: bpy.types.Context) -> None:
    about.draw(layout, context)


def _nearest(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists already."""
    return next(one for one in (folder, *folder.parents) if one.is_dir())


SECTIONS = (
    ("spending", "Spending", _draw_spending),
    ("landing", "Landing", _draw_landing),
    ("folders", "Folders", _draw_folders),
    ("keymap", "Keymap", _draw_keymap),
    ("about", "About", _draw_about),
)
"""Name, label and what draws a section of it."""

CLASSES = (MAQUETTE_Preferences,)
