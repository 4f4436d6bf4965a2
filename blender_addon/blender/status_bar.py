"""What runs, in a few words at the right end of Blender's status bar."""

from __future__ import annotations

from typing import Any

import bpy

from . import session, snapshot, translations

SAID_S = 6.0
"""As long as Blender's own reports stand there."""
_shown = ""
_said = ""
"""What has come to an end; it stands there until something runs, or for a while."""


def words() -> str:
    """Return what runs and how far it is; empty when nothing does."""
    if session.current() is None:  # nothing has run yet: Blender's start pays for nothing
        return ""
    far = snapshot.running()
    if len(far) > 1:
        return translations.say(f"{len(far)} models: {sum(max(0.0, one) for one in far.values()) / len(far):.0%}")
    row = snapshot.find(next(iter(far))) if far else None
    if row is None:
        return _said
    return f"{row.label}: {row.factor:.0%}" if row.factor >= 0 else f"{row.label}: {translations.say(row.state)}"


def say(sentence: str) -> None:
    """Let the words be the sentence for a while, unless something runs. In background mode nobody reads them."""
    global _said
    if not bpy.app.background:
        _said = sentence
        if bpy.app.timers.is_registered(_silence):
            bpy.app.timers.unregister(_silence)
        bpy.app.timers.register(_silence, first_interval=SAID_S, persistent=True)


def _silence() -> None:
    global _said
    _said = ""
    redraw(bpy.context)


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
    if text == _shown or bpy.app.background:
        return
    ours = "MAQUETTE_OT_"
    every = (one for window in context.window_manager.windows for one in window.modal_operators)
    if all(one.bl_idname.startswith(ours) for one in every):
        _shown = text
        for window in context.window_manager.windows:
            with context.temp_override(window=window):
                window.workspace.status_text_set_internal(None)


def register() -> None:
    """Add the words to the status bar."""
    _header().append(draw)


def unregister() -> None:
    """Take them away."""
    global _shown, _said
    _shown = _said = ""
    if bpy.app.timers.is_registered(_silence):
        bpy.app.timers.unregister(_silence)
    _header().remove(draw)


def _header() -> Any:
    """Return the status bar's header; the stubs do not know that draw functions get it first."""
    return bpy.types.STATUSBAR_HT_header
