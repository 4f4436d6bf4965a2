"""The modal operator that plays back what the tasks' threads have told, and lands what is ready.

Blender suspends autosave while any modal operator runs, so this one runs in turns; turns.py starts the next.
"""

from __future__ import annotations

import queue
import time
from functools import partial
from typing import Any

import bpy

from ..core.events import Cancelled, Failed, Paused, Progressed, Ready, Submitted, TaskEvent, Waiting
from . import land, placeholder, session, snapshot
from .failures import sentence_of
from .redraw import redraw

INTERVAL_S = 0.25
TURN_S = 20.0
"""A minute of autosave is never late by more than this."""

_timer: Any = None
"""Of the turn that runs. Blender does not call cancel() when the add-on is disabled meanwhile."""


def step(context: bpy.types.Context) -> None:
    """Play back all events, land what may land now, and redraw the panel when anything changed."""
    running = session.current()
    if running is None:
        return
    running.read_preferences()
    changed = running.inquiries.collect()
    while (event := _next(running.assembly.events)) is not None:
        changed = True
        _play(running, event)
    changed |= land.land_arrivals(context, running)
    changed |= placeholder.clear(context, running)
    if changed:
        redraw(context)


def _next(events: queue.SimpleQueue[TaskEvent]) -> TaskEvent | None:
    try:
        return events.get_nowait()
    except queue.Empty:
        return None


def _play(running: session.Session, event: TaskEvent) -> None:
    """Show the event. Never raises: a modal operator that raises ends the watching."""
    try:
        if isinstance(event, Ready) and land.belongs_here(running, event.task):
            running.arrivals.setdefault(event.task, False)
        if isinstance(event, Waiting):
            running.waiting[event.task] = event.message
        if isinstance(event, (Ready, Failed, Cancelled, Paused)):
            running.waiting.pop(event.task, None)
        if isinstance(event, (Ready, Failed, Cancelled, Submitted, Progressed, Waiting)):
            snapshot.update(event.task)
        if isinstance(event, (Failed, Cancelled)):
            placeholder.leave(running, event.task)
        if isinstance(event, Failed):
            snapshot.say(event.task, event.message)  # its thread may not have ended yet
    except Exception as error:  # noqa: BLE001 - see above
        snapshot.say(event.task, sentence_of(error))


class MAQUETTE_OT_watch(bpy.types.Operator):
    """Follow the running tasks without holding anything up"""

    bl_idname = "maquette.watch"
    bl_label = "Watch Tasks"
    bl_options = {"INTERNAL"}

    _ends = 0.0

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Begin a turn."""
        global _timer
        manager = context.window_manager
        _timer = manager.event_timer_add(INTERVAL_S, window=context.window)
        self._ends = time.monotonic() + TURN_S
        manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Take a step at each tick of the timer; every event goes on to whoever else wants it."""
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        step(context)
        if session.busy() and time.monotonic() < self._ends:
            return {"PASS_THROUGH"}
        self.cancel(context)
        return {"FINISHED", "PASS_THROUGH"}

    def cancel(self, context: bpy.types.Context) -> None:
        """End the turn (also called by Blender when the window closes or a file is loaded)."""
        global _timer
        if _timer is not None:
            _remove(_timer)
            _timer = None


def watching(context: bpy.types.Context) -> bool:
    """Tell whether a turn runs in any window."""
    return any(
        one.bl_idname == MAQUETTE_OT_watch.__name__
        for window in context.window_manager.windows
        for one in window.modal_operators
    )


def register() -> None:
    """Do nothing: a turn begins when there is something to watch."""


def unregister() -> None:
    """Remove the timer of the turn that runs, after a tick or two: with the next event Blender drops the operator."""
    global _timer
    if _timer is not None:
        bpy.app.timers.register(partial(_remove, _timer), first_interval=2 * INTERVAL_S, persistent=True)
        _timer = None


def _remove(timer: Any) -> None:
    """Remove a timer from its window; Blender overlooks one that is gone already."""
    if bpy.context.window_manager:
        bpy.context.window_manager.event_timer_remove(timer)


CLASSES = (MAQUETTE_OT_watch,)
