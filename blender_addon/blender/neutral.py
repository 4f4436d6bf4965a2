"""The fields that are the same for every provider: the model's name, its height, its face budget."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

from . import draft, option_rows, pictures
from .draft import Draft
from .text import beside, field, switched
from .translations import say

if TYPE_CHECKING:
    from ..core.provider import Provider


def own(provider: type[Provider[Any]]) -> set[str]:
    """Return the options that are drawn here and not among the provider's others."""
    return {provider.height_option, provider.face_option} - {""}


def draw(layout: Any, context: bpy.types.Context, wanted: Draft, off: set[str]) -> None:
    """Draw the fields; a provider's own option stands for the field where it has one. `off`: switched-off options."""
    chosen, provider = context.scene.maquette, wanted.provider
    column = layout.column()
    field(column, chosen, "title", image_name(chosen))
    if provider.height_option:
        option_rows.draw_one(column, context, wanted, provider.height_option, off, "Height")
    else:
        _draw_height(column, chosen)
    if provider.face_option:
        option_rows.draw_one(column, context, wanted, provider.face_option, off, "Face Budget")
    else:
        told = column.column()
        told.active = False
        beside(told, "Face Budget").label(text=say(f"Not at {provider.label}"))


def image_name(chosen: Any) -> str:
    """Return what the model is called as long as the artist gives it no name."""
    slot = chosen.front
    if chosen.source == "IMAGE":
        name = slot.image.name if slot.image else ""
    else:
        given = pictures.meant(slot.path) if slot.path else ""
        name = given if isinstance(given, str) else given.name
    return Path(name).stem


def _draw_height(layout: Any, chosen: Any) -> None:
    """Draw how tall the artist wants the model, which any provider's can be made."""
    row = switched(layout, chosen, "height", heading="Height")
    usual = None if chosen.use_height else draft.usual_height()
    if usual is None:
        row.prop(chosen, "height", text="")
    else:
        row.label(text=say(f"{usual:g} m (Preferences)"), translate=False)
