"""The timers: watching turns one after the other, resuming after start-up, a look at other processes' tasks, options.

Nothing is registered in background mode: there timers never fire, and a timer still registered at exit makes Blender
4.2's module crash and 4.5's hang.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import bpy

from ..core import journal, orphans, task
from ..core.errors import InputError
from ..core.folders import data_folder
from . import declared, placeholder, session, snapshot, stands, status_bar, watch
from .failures import log, sentence_of
from .redraw import redraw

if TYPE_CHECKING:
    from ..core.orphans import Stamp

GAP_S = 0.1
"""Between two turns; Blender tries a suspended autosave again each 0.01 s."""
RESUME_AFTER_S = 1.0
"""After start-up, so that the first picture of the window is not delayed."""
LOOK_EVERY_S = 5.0
"""Between two looks for tasks that another process has left."""
DROPPED = "The Blender or command that ran this task was closed. Resume goes on with it."

_seen: Stamp = ()
"""How the journal was when it was looked at last."""
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
    if watch.watching(context) or watch.resting():
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
    shown = bpy.context.window_manager.maquette
    try:
        if _unfinished():
            session.needed().assembly.tasks.resume()
            wake()
            snapshot.refresh()
        shown.message = session.notices() or shown.message
    except Exception as error:  # noqa: BLE001 - nobody sees a timer's traceback
        shown.message = sentence_of(error)
    _start(look, LOOK_EVERY_S)


def look() -> float:
    """Take over what a process that died meanwhile has left, and show what other processes have done.

    Costs a glance at the journal's file; pydantic is loaded only when there is something to take over.
    """
    import sqlite3

    global _seen
    try:
        if found := orphans.orphans(data_folder()):
            running = session.needed()
            for one in found:
                running.assembly.tasks.start(one)
            wake()
            snapshot.refresh()
        now, running = orphans.stamp(data_folder()), session.current()
        if running is None:
            _seen = now
        elif now != _seen and (not session.busy() or _others(running)):  # what runs here, the watching shows
            _seen = now
            _show_others(running)
    except (OSError, sqlite3.Error) as error:  # it is busy, or another process is repairing it: next time
        log().debug("the journal cannot be looked at: %s", error)
    except Exception as error:  # noqa: BLE001 - nobody sees a timer's traceback
        bpy.context.window_manager.maquette.message = sentence_of(error)
    return LOOK_EVERY_S


def _others(running: session.Session) -> list[str]:
    """Return the ids of the tasks in the list that run, but not here."""
    return [one for one in snapshot.running() if not running.assembly.tasks.running(one)]


def _show_others(running: session.Session) -> None:
    """Show what other processes have done, also to what stands in this file; say which tasks they have dropped."""
    snapshot.reread()
    for one in _others(running):
        if not running.assembly.journal.owned_elsewhere(one):
            snapshot.say(one, DROPPED)
    for one in running.stands:
        placeholder.leave(running, one)
    wake()
    redraw(bpy.context)
    status_bar.redraw(bpy.context)


def _unfinished() -> bool:
    """Tell whether a task goes on without the artist. Nothing is made where there is no journal yet."""
    folder = data_folder()
    if not (folder / "journal.sqlite").exists():
        return False
    opened = journal.Journal(folder)
    try:
        return any(one.stage not in task.WAITING for one in opened.unfinished())
    finally:
        session.note(opened.notices)
        opened.close()


def options_arrive() -> float | None:
    """Make the options as soon as what they need has been imported; Blender goes on meanwhile."""
    if declared.arriving():
        return GAP_S
    load_options()
    return None


def load_options() -> None:
    """Make the providers' options and the task list for a panel that wants to show them."""
    snapshot.reread()
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:  # the preferences too
            area.tag_redraw()


def file_opened() -> None:
    """Look soon for what stands for a task in the file that was opened, if it has any."""
    if not bpy.app.background and stands.every():
        _start(opened, 0.0)


def opened() -> float | None:
    """Look for placeholders as soon as what tasks need has been imported; Blender goes on meanwhile."""
    if declared.arriving():
        return GAP_S
    try:
        look_for_placeholders(session.needed(), loaded=True)
    except InputError as error:
        log().warning("placeholders are left as they are: %r", error)
    return None


def look_for_placeholders(running: session.Session, loaded: bool) -> None:
    """Let placeholders go for which no model comes."""
    import sqlite3

    try:
        placeholder.look(running, loaded)
        wake()
    except (OSError, sqlite3.Error) as error:
        log().warning("placeholders are left as they are: %r", error)


TIMERS: tuple[Callable[[], float | None], ...] = (next_turn, resume, look, options_arrive, opened)


def wake() -> None:
    """See to it that running tasks are watched."""
    _start(next_turn, 0.0)


def want_options() -> None:
    """Load the options soon; a panel must not do it while it draws."""
    _start(options_arrive, 0.0)


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
