"""Sentences in panels of any width."""

from __future__ import annotations

from typing import Any

import blf
import bpy

FONT = 0
"""Blender's interface font."""
MARGIN = 60
"""Pixels at 1× that the tabs, the panel's frame and a label's own edges take from the region's width."""


def sentence(layout: Any, context: bpy.types.Context, text: str, icon: str = "NONE") -> None:
    """Draw a sentence over as many lines as the region's width asks for; the icon stands before the first."""
    scale = context.preferences.system.ui_scale
    blf.size(FONT, context.preferences.ui_styles[0].widget.points * scale)
    lines = wrapped(text, context.region.width - MARGIN * scale - (20 * scale if icon != "NONE" else 0))
    column = layout.column(align=True)
    column.scale_y = 0.8
    for at, line in enumerate(lines):
        column.label(text=line, icon=icon if at == 0 else "BLANK1" if icon != "NONE" else "NONE", translate=False)


def wrapped(text: str, width: float) -> list[str]:
    """Return the text's lines, at most `width` pixels wide in the size that blf has; a longer word stands alone."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and blf.dimensions(FONT, longer)[0] <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def beside(layout: Any, name: str) -> Any:
    """Draw a name as Blender aligns those of properties, and return the row behind it."""
    split = layout.split(factor=0.4)
    label = split.row()
    label.alignment = "RIGHT"
    label.label(text=name)
    return split.row()
