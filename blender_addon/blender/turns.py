"""The timers: one starts the watching turns one after the other, one resumes tasks after start-up, one loads options.

Nothing is registered in background mode: there timers never fire, and a timer still registered at exit makes Blender
4.2's module crash and 4.5's hang.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import bpy

from ..core.folders import data_folder
from ..core.journal import Journal
from ..core.task import WAITING
from . import session, snapshot, watch
from .failures import sentence_of

GAP_S = 0.1
"""Between two turns; Blender tries a suspended autosave again each 0.01 s."""
RESUME_AFTER_S = 1.0
"""After start-up, so that the first picture of the window is not delayed."""

_quiet_since_s: float | None = None


def next_turn() -> float | None:
    """Start the next turn once the gap has passed; stop when there is nothing to watch.

    The gap begins at the first call that finds no turn, not when the last one was seen: where each redraw takes longer
    than the gap, Blender would otherwise get no chance to look at its autosave between two turns.
    """
    global _quiet_since_s
    context, now = bpy.context, time.monotonic()
    if not session.busy():
        return None
    if watch.watching(context):
        _quiet_since_s = None
    elif _quiet_since_s is None:
        _quiet_since_s = now
    elif now - _quiet_since_s >= GAP_S and context.window_manager.windows:
        _quiet_since_s = None
        window = context.window_manager.windows[0]
        with context.temp_override(window=window, screen=window.screen):
            bpy.ops.maquette.watch()
    return GAP_S


def resume() -> None:
    """Resume what an earlier Blender left unfinished; pydantic is loaded only when there is something."""
    try:
        if _unfinished():
            session.needed().assembly.tasks.resume()
            wake()
            snapshot.refresh()
    except Exception as error:  # noqa: BLE001 - nobody sees a timer's traceback
        bpy.context.window_manager.maquette.message = sentence_of(error)


def _unfinished() -> bool:
    """Tell whether a task goes on without the artist. Nothing is made where there is no journal yet."""
    folder = data_folder()
    if not (folder / "journal.sqlite").exists():
        return False
    journal = Journal(folder)
    try:
        return any(one.stage not in WAITING for one in journal.unfinished())
    finally:
        journal.close()


def load_options() -> None:
    """Make the providers' options and the task list for a panel that wants to show them."""
    snapshot.reread()
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:  # the preferences too
            area.tag_redraw()


TIMERS: tuple[Callable[[], float | None], ...] = (next_turn, resume, load_options)


def wake() -> None:
    """See to it that running tasks are watched."""
    _start(next_turn, 0.0)


def want_options() -> None:
    """Load the options soon; a panel must not do it while it draws."""
    _start(load_options, 0.0)


def _start(timer: Callable[[], float | None], after_s: float) -> None:
    if not bpy.app.background and not bpy.app.timers.is_registered(timer):
        bpy.app.timers.register(timer, first_interval=after_s, persistent=True)


def register() -> None:
    """Resume unfinished tasks soon."""
    _start(resume, RESUME_AFTER_S)


def unregister() -> None:
    """Stop all timers."""
    for timer in TIMERS:
        if bpy.app.timers.is_registered(timer):
            bpy.app.timers.unregister(timer)
