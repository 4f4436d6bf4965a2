"""What runs, in a few words at the right end of Blender's status bar."""

from __future__ import annotations

from typing import Any

import bpy

from . import session, snapshot
from .translations import say

_shown = ""


def words() -> str:
    """Return what runs and how far it is; empty when nothing does."""
    if session.current() is None:  # nothing has run yet: Blender's start pays for nothing
        return ""
    far = snapshot.running()
    if len(far) > 1:
        return say(f"{len(far)} models: {sum(max(0.0, one) for one in far.values()) / len(far):.0%}")
    row = snapshot.find(next(iter(far))) if far else None
    if row is None:
        return ""
    return f"{row.label}: {row.factor:.0%}" if row.factor >= 0 else f"{row.label}: {say(row.state)}"


def draw(self: Any, _context: bpy.types.Context) -> None:
    """Draw the words."""
    if text := words():
        self.layout.label(text=text, icon="MESH_MONKEY", translate=False)


def redraw(context: bpy.types.Context) -> None:
    """Redraw the status bars when their words have changed.

    Blender has no other way to them than to set the text that operators show there, so it waits for those that do.
    """
    global _shown
    text = words()
    if text == _shown or bpy.app.background or context.workspace is None:
        return
    ours = "MAQUETTE_OT_"
    every = (one for window in context.window_manager.windows for one in window.modal_operators)
    if all(one.bl_idname.startswith(ours) for one in every):
        _shown = text
        context.workspace.status_text_set_internal(None)


def register() -> None:
    """Add the words to the status bar."""
    _header().append(draw)


def unregister() -> None:
    """Take them away."""
    global _shown
    _shown = ""
    _header().remove(draw)


def _header() -> Any:
    """Return the status bar's header; the stubs do not know that draw functions get it first."""
    return bpy.types.STATUSBAR_HT_header
