"""The fields that are the same for every provider: the model's name, its height, its face budget."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

from . import draft, option_rows, pictures, snapshot
from .draft import Draft
from .text import BUTTON_PX, FIELD, beside, field, fits, switched, wide
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
        _draw_height(column, context, chosen)
    if provider.face_option:
        option_rows.draw_one(column, context, wanted, provider.face_option, off, "Face Budget")
    else:
        without = column.column()
        without.active = False
        beside(without, "Face Budget").label(text=say(f"Not at {provider.label}"))


def image_name(chosen: Any) -> str:
    """Return what the model is called as long as the artist gives it no name."""
    slot = chosen.front
    if chosen.source == "IMAGE":
        name = slot.image.name if slot.image else ""
    else:
        given = pictures.meant(slot.path) if slot.path else ""
        name = given if isinstance(given, str) else _called(given)
    return Path(name).stem


def told(context: bpy.types.Context, usual: float) -> str:
    """Return the height of the preferences, metres, as text; where it comes from is said if there is room for it."""
    text = say(f"{usual:g} m (Preferences)")
    return text if fits(context, text, BUTTON_PX, FIELD if wide(context) else 1.0) else f"{usual:g} m"


def _called(path: Path) -> str:
    """Return what the picture is called; an earlier task's copy of one is called as that was."""
    task = snapshot.of(path.parent.name)
    return task.image if task else path.name


def _draw_height(layout: Any, context: bpy.types.Context, chosen: Any) -> None:
    """Draw how tall the artist wants the model, which any provider's can be made."""
    row = switched(layout, chosen, "height", heading="Height")
    usual = None if chosen.use_height else draft.usual_height()
    if usual is None:
        row.prop(chosen, "height", text="")
    else:
        row.label(text=told(context, usual), translate=False)
