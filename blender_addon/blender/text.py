"""Sentences in panels of any width."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

import blf
import bpy

from .translations import say

FONT = 0
"""Blender's interface font."""
MARGIN = 60
"""Pixels at 1× that the tabs, the panel's frame and a label's own edges take from the region's width."""
FIELD = 0.6
"""Of a row's width, what Blender leaves for the field beside a name."""
BUTTON_PX = 24
"""What a button with an icon alone takes from the line beside it, at 1×."""
NARROW = 240
"""Pixels at 1× below which a sidebar has no room for names beside fields."""
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
"""Chinese, Japanese and the punctuation that goes with them: a line may end behind each."""


@cache
def _pieces() -> re.Pattern[str]:
    """Find words, or wide letters, each with the punctuation that must not begin a line; made when it is needed."""
    return re.compile(
        rf"\s*(?:[“（《]?[{_WIDE}]|[^\s{_WIDE}“（《]+|[“（《][^\s{_WIDE}]*)[\u3001\u3002\u300b\uff01\uff09\uff0c\uff1a\uff1b\uff1f”…]*"
    )


def in_popup(context: bpy.types.Context, width: int) -> Any:
    """Return a context for what is drawn in a popup so many pixels wide at 1×: Blender's is of the region behind it."""
    return _Popup(context, width)


class _Popup:
    def __init__(self, context: bpy.types.Context, width: int) -> None:
        self._context, self.region = context, _Width(width * context.preferences.system.ui_scale)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)


class _Width(NamedTuple):
    width: float


def wide(context: bpy.types.Context) -> bool:
    """Tell whether names have room beside their fields; in a narrow sidebar they would be cut off."""
    return bool(context.region.width >= NARROW * context.preferences.system.ui_scale)


def _room(context: bpy.types.Context, beside_px: float, share: float) -> float:
    """Return the pixels that a text has in its share of a row beside something `beside_px` wide at 1×; set its size."""
    scale = context.preferences.system.ui_scale
    blf.size(FONT, context.preferences.ui_styles[0].widget.points * scale)
    return float((context.region.width - MARGIN * scale) * share - beside_px * scale)


def fits(context: bpy.types.Context, text: str, beside_px: float = 0.0, share: float = 1.0) -> bool:
    """Tell whether the text fits into its share of a row, beside something `beside_px` wide at 1×."""
    room = _room(context, beside_px, share)
    return bool(blf.dimensions(FONT, text)[0] <= room)


def sentence(
    layout: Any,
    context: bpy.types.Context,
    text: str,
    icon: str = "NONE",
    share: float = 1.0,
    beside_px: float = 0.0,
) -> None:
    """Draw a sentence over as many lines as its share of the region's width asks for; the icon stands before the first.

    It is shown in Blender's language where it is known there. `beside_px`: how wide at 1× is what stands beside it.
    """
    lines = wrapped(say(text), _room(context, beside_px + (20 if icon != "NONE" else 0), share))
    column = layout.column(align=True)
    column.scale_y = 0.8
    for at, line in enumerate(lines):
        column.label(text=line, icon=icon if at == 0 else "BLANK1" if icon != "NONE" else "NONE", translate=False)


def wrapped(text: str, width: float) -> list[str]:
    """Return the text's lines, at most `width` pixels wide in the size that blf has; a longer word stands alone."""
    lines: list[str] = []
    for piece in _pieces().findall(text):
        longer = lines[-1] + piece if lines else piece.lstrip()
        if lines and blf.dimensions(FONT, longer)[0] <= width:
            lines[-1] = longer
        else:
            lines.append(piece.lstrip())
    return lines


def beside(layout: Any, name: str) -> Any:
    """Draw a name as Blender aligns those of properties, and return the row behind it.

    Where names have no room beside their fields, it is the row below.
    """
    if not layout.use_property_split:
        layout.label(text=say(name))
        return layout.row()
    split = layout.split(factor=1 - FIELD)
    label = split.row()
    label.alignment = "RIGHT"
    label.label(text=say(name))
    return split.row()


def remark(layout: Any, context: bpy.types.Context, text: str, icon: str = "NONE") -> None:
    """Draw a sentence about a field below it, where the field begins."""
    split = layout.use_property_split
    sentence(beside(layout, "") if split else layout, context, text, icon, FIELD if split else 1.0)


def field(layout: Any, holder: Any, name: str, placeholder: str = "") -> None:
    """Draw a property, with its name above it where it has no room beside it."""
    if layout.use_property_split:
        layout.prop(holder, name, placeholder=placeholder)
        return
    layout.label(text=say(holder.bl_rna.properties[name].name))
    layout.prop(holder, name, text="", placeholder=placeholder)


def switched(layout: Any, holder: Any, name: str, heading: str = "") -> Any:
    """Draw the box that switches a property on, and return the row for its field, greyed out while it is off."""
    row = layout.row(align=True, heading=say(heading) if heading else "", translate=False)
    row.prop(holder, f"use_{name}", text="")
    row = row.row(align=True)
    row.active = getattr(holder, f"use_{name}")
    return row
