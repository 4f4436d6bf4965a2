"""Redrawing what changed."""

from __future__ import annotations

import bpy


def redraw(context: bpy.types.Context) -> None:
    """Redraw the sidebars of the 3D viewports and the preferences, nothing else."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "PREFERENCES":
                area.tag_redraw()
            elif area.type == "VIEW_3D":
                for region in area.regions:
                    if region.type == "UI":
                        region.tag_redraw()
