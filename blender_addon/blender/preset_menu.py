"""Presets of options, in Blender's own preset system: those that come along, and those that the artist saves.

A preset is a small program that Blender runs. It holds options alone: no image, no name, no API key, no id.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
from bl_operators.presets import AddPresetBase
from bl_ui.utils import PresetPanel

from . import draft

FOLDER = "maquette"
"""Below `presets` in the scripts of Blender and of its user."""
HERE = str(Path(__file__).parent)
"""Whose folder `presets` holds those that come along."""
PICTURES = ("cut_out", "crop")
LABEL = "Options Presets"


def kept(scene: bpy.types.Scene) -> list[str]:
    """Return what a preset that is saved now holds, as properties of `Scene.maquette`.

    How tall a model is belongs to the object, and is in none.
    """
    from ..core.options import option_fields

    provider = draft.current_provider(scene)
    names = []
    for one in option_fields(provider.options):
        if not one.ui.cli_only and one.name != provider.height_option:
            names += [f"{provider.id}.use_{one.name}"] if one.optional else []
            names.append(f"{provider.id}.{one.name}")
    return ["provider", *PICTURES, *names]


class MAQUETTE_PT_presets(PresetPanel, bpy.types.Panel):
    """Presets of options"""

    bl_label = LABEL
    preset_subdir = FOLDER
    preset_operator = "script.execute_preset"
    preset_add_operator = "maquette.preset_add"

    @classmethod
    def unregister(cls) -> None:
        """Take the label back: Blender has given the class that of the preset that was used last."""
        cls.bl_label = LABEL


class MAQUETTE_OT_preset_add(AddPresetBase, bpy.types.Operator):
    """Save the provider's options as a preset, or remove one"""

    bl_idname = "maquette.preset_add"
    bl_label = "Add Options Preset"
    preset_menu = "MAQUETTE_PT_presets"
    preset_subdir = FOLDER
    preset_defines = ["chosen = bpy.context.scene.maquette"]

    @property
    def preset_values(self) -> list[str]:
        """Return what Blender writes into the preset."""
        return [f"chosen.{name}" for name in kept(bpy.context.scene)]


def draw_header(layout: Any) -> None:
    """Draw the button that opens the presets."""
    MAQUETTE_PT_presets.draw_panel_header(layout)


CLASSES = (MAQUETTE_PT_presets, MAQUETTE_OT_preset_add)
