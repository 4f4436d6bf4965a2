"""What runs, in a few words at the right end of Blender's status bar; afterwards, for a while, what has come of it."""

from __future__ import annotations

from typing import Any

import bpy

from . import session, snapshot, translations

REPORT_S = 6.0
"""As long as Blender's own reports stand in the middle of the bar."""
MOST = 60
"""Letters that stand there; the list of tasks has the whole sentence."""
KEPT_S = 300.0
"""As long as what has come to an end stands there afterwards, for an artist who has looked away."""
_shown = ""
_ended = ""
"""What has come to an end."""
_said = ""
"""The same once Blender's report of it is gone; it stands there until something runs, or for a while."""


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
    """Let the words be the sentence, which is reported now, when the report is gone: it is said in one place at a time.

    In background mode nobody reads them.
    """
    global _ended
    if not bpy.app.background:
        forget()
        _ended = sentence
        bpy.app.timers.register(_go_on, first_interval=REPORT_S, persistent=True)


def forget() -> None:
    """Say no more of what has come to an end."""
    global _ended, _said
    _ended = _said = ""
    if bpy.app.timers.is_registered(_go_on):
        bpy.app.timers.unregister(_go_on)


def _go_on() -> float | None:
    """Say what has ended now that Blender's report is gone; the next time be silent."""
    global _ended, _said
    _ended, _said = "", _ended if len(_ended) <= MOST else f"{_ended[: MOST - 1].rstrip()}…"
    redraw(bpy.context)
    return KEPT_S if _said else None


def draw(self: Any, _context: bpy.types.Context) -> None:
    """Draw the words."""
    if text := words():
        self.layout.label(text=text, icon="MESH_MONKEY", translate=False)


def redraw(context: bpy.types.Context) -> None:
    """Redraw the status bars when their words have changed.

    Blender has no other way to them than to set the text that operators show there, so it waits for those that do.
    """
    global _shown
    if _said and snapshot.running():
        forget()
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
    global _shown
    _shown = ""
    forget()
    _header().remove(draw)


def _header() -> Any:
    """Return the status bar's header; the stubs do not know that draw functions get it first."""
    return bpy.types.STATUSBAR_HT_header
