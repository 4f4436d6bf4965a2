"""The providers' options as rows of a panel, drawn from their declaration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from .draft import Draft
from .text import fits, sentence
from .translations import say

if TYPE_CHECKING:
    from collections.abc import Collection

    from ..core.options import OptionField

ARROWS_PX = 30
"""What a number's field leaves free for its two arrows, at 1×."""


def draw(layout: Any, context: bpy.types.Context, wanted: Draft) -> None:
    """Draw what every provider is told, then its own options: those that matter first, the advanced ones in a closed
    sub-panel."""
    from . import neutral

    neutral.draw(layout, context, wanted, set(_off(wanted)))
    draw_own(layout, context, wanted, neutral.own(wanted.provider))


def draw_own(layout: Any, context: bpy.types.Context, wanted: Draft, elsewhere: Collection[str] = ()) -> None:
    """Draw the options themselves, without those that are drawn elsewhere; then what to know of them."""
    from ..core.options import option_fields

    provider, made, off = wanted.provider, wanted.options, _off(wanted)
    group = getattr(context.scene.maquette, provider.id)
    shown = [one for one in option_fields(provider.options) if not one.ui.cli_only and one.name not in elsewhere]
    column = layout.column()
    for one in shown:
        if not one.ui.advanced:
            _row(column, context, group, one, one.name in off)
    advanced = [one for one in shown if one.ui.advanced]
    if advanced:
        header, body = layout.panel(f"MAQUETTE_PT_{provider.id}_advanced", default_closed=True)
        header.label(text="Advanced")
        if body:
            column = body.column()
            for one in advanced:
                _row(column, context, group, one, one.name in off)
    for caution in made.cautions(wanted.views) if made else ():
        sentence(layout, context, caution, icon="ERROR")
    for reason in made.unused(wanted.views) if made else ():
        sentence(layout, context, reason, icon="INFO")


def _off(wanted: Draft) -> dict[str, str]:
    """Return what other options switch off; nothing as long as the options do not fit together."""
    return wanted.options.switched_off(wanted.views) if wanted.options else {}


def draw_one(layout: Any, context: bpy.types.Context, wanted: Draft, name: str, off: set[str], title: str) -> None:
    """Draw one option under another title."""
    from ..core.options import find_field

    group = getattr(context.scene.maquette, wanted.provider.id)
    _row(layout, context, group, find_field(wanted.provider.options, name), name in off, title)


def _row(layout: Any, context: bpy.types.Context, group: Any, one: OptionField, off: bool, title: str = "") -> None:
    name = say(title or one.title)
    above = not layout.use_property_split and _is_wide(context, group, one, name)
    if above:  # in a narrow sidebar the field needs all of its width
        layout.label(text=name, translate=False)
    row = layout.row(align=True, heading=name if one.optional and not above else "", translate=False)
    row.active = not off
    if one.optional:
        row.prop(group, f"use_{one.name}", text="")
        row = row.row(align=True)
        row.active = getattr(group, f"use_{one.name}")
    row.prop(group, one.name, text="" if one.optional or above else name, translate=False)


def _is_wide(context: bpy.types.Context, group: Any, one: OptionField, name: str) -> bool:
    """Tell whether the name has no room in the field: a number stands beside it."""
    if one.optional or one.kind in ("choice", "tuple"):
        return True
    return one.kind in ("int", "float") and not fits(context, f"{name} {getattr(group, one.name):.7g}", ARROWS_PX)
