"""The modal operator that plays back what the tasks' threads have told, and lands what is ready.

Blender suspends autosave while any modal operator runs, so this one runs in turns; turns.py starts the next.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

import bpy

from ..core import events
from . import arrivals, disk, model_pictures, placeholder, price, ring, session, snapshot, stands, status_bar
from .failures import log, sentence_of
from .redraw import redraw
from .translations import say

if TYPE_CHECKING:
    import queue

    from ..core.events import TaskEvent

INTERVAL_S = 0.25
SHOWING_S = 0.002
"""Of a step, for the rows of the list; more than a screen of them."""
TURN_S = 20.0
"""A minute of autosave is never late by more than this."""

REST_S = 5.0
"""After a step that failed, before the next turn: what is wrong may last, and the log need not fill with it."""

_shown_s = 0
"""Unix time, seconds: of the last redraw for the time's sake."""
_timer: Any = None
"""Of the turn that runs. Blender does not call cancel() when the add-on is disabled meanwhile."""
_rests_until = 0.0
"""By the monotonic clock, seconds."""


def step(context: bpy.types.Context) -> None:
    """Play back all events, land what may land now, and redraw the panel when anything changed.

    The threads do all that takes time. Nothing here reads the journal's file, be there one task or two hundred.
    """
    running = session.current()
    if running is None:
        return
    running.read_preferences()
    changed = running.inquiries.collect()
    while (event := _next(running.assembly.events)) is not None:
        changed = True
        _play(running, event)
    changed |= _show(running)
    changed |= arrivals.land_all(context, running)
    changed |= placeholder.clear(context, running)
    changed |= placeholder.show(context, running)
    changed |= model_pictures.step(running)
    changed |= disk.settle(running)
    stands.follow(context, running)
    ring.follow(context, running)
    if changed or _second_passed():
        redraw(context)
        status_bar.redraw(context)


def _second_passed() -> bool:
    """Tell whether a time that is shown has become another one."""
    global _shown_s
    now = int(time.time())
    if now == _shown_s or not snapshot.running():
        return False
    _shown_s = now
    return True


def _next(told: queue.SimpleQueue[TaskEvent]) -> TaskEvent | None:
    import queue

    try:
        return told.get_nowait()
    except queue.Empty:
        return None


def _play(running: session.Session, event: TaskEvent) -> None:
    """Take note of the event. Never raises: a modal operator that raises ends the watching."""
    try:
        if isinstance(event, events.Ready):
            if not bpy.app.background and event.task not in running.unpictured:  # in background nobody sees it
                running.unpictured.append(event.task)  # a new model, whatever picture there is
            if arrivals.belongs_here(running, event.task):
                running.arrivals.setdefault(event.task, False)
            else:
                running.tell(event.task, " is ready to land")
        if isinstance(event, events.Failed):
            running.tell(event.task, f": {say(event.message)}")
        if isinstance(event, events.Waiting):
            running.waiting[event.task] = event.message
        if isinstance(event, (events.Ready, events.Failed, events.Cancelled, events.Paused)):
            running.waiting.pop(event.task, None)
        if not isinstance(event, (events.Downloaded, events.Paused)):
            # a failure is said from here: the row of a task whose thread has not ended yet says nothing
            running.news[event.task] = event.message if isinstance(event, events.Failed) else ""
        if isinstance(event, (events.Failed, events.Cancelled)):
            running.arrivals.pop(event.task, None)
            placeholder.leave(running, event.task)
        if isinstance(event, (events.Ready, events.Failed, events.Cancelled)):
            disk.outdated(running)
        if isinstance(event, (events.Submitted, events.Failed)):
            price.learn(running, event.task)
    except Exception as error:  # noqa: BLE001 - see above
        snapshot.say(event.task, sentence_of(error))


def _show(running: session.Session) -> bool:
    """Bring the rows up to date of which there is news, as many as the time allows; the others have their turn next."""
    changed, ends = bool(running.news), time.perf_counter() + SHOWING_S
    while running.news and time.perf_counter() < ends:
        task_id = next(iter(running.news))
        message = running.news.pop(task_id)
        try:
            snapshot.update(task_id)
        except Exception as error:  # noqa: BLE001 - as above
            message = sentence_of(error)
        if message:
            snapshot.say(task_id, message)
    return changed


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
        """Take a step at each tick of the timer; every event goes on to whoever else wants it.

        Never raises: Blender would drop the operator, and leave its timer ticking.
        """
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        try:
            step(context)
            said = self._say()
        except Exception:  # noqa: BLE001 - see above
            log().exception("the tasks are watched again in %s s", REST_S)
            _rest()
            self.cancel(context)
            return {"FINISHED", "PASS_THROUGH"}
        if session.busy() and time.monotonic() < self._ends and not said:
            return {"PASS_THROUGH"}
        self.cancel(context)
        return {"FINISHED", "PASS_THROUGH"}

    def _say(self) -> bool:
        """Report what has come to an end, and tell whether there was anything: Blender shows it as the turn ends."""
        running = session.current()
        said = bool(running and running.said)
        while running and running.said:
            told = running.said.pop(0)
            status_bar.say(say(told))
            self.report({"INFO"}, say(told))  # which Blender keeps in its Info editor
        if said:
            status_bar.redraw(bpy.context)
        return said

    def cancel(self, context: bpy.types.Context) -> None:
        """End the turn (also called by Blender when the window closes or a file is loaded)."""
        global _timer
        if _timer is not None:
            _remove(_timer)
            _timer = None


def _rest() -> None:
    global _rests_until
    _rests_until = time.monotonic() + REST_S


def resting() -> bool:
    """Tell whether a step has failed a moment ago."""
    return time.monotonic() < _rests_until


def watching(context: bpy.types.Context) -> bool:
    """Tell whether a turn runs in any window."""
    return any(
        one.bl_idname == MAQUETTE_OT_watch.__name__
        for window in context.window_manager.windows
        for one in window.modal_operators
    )


def unregister() -> None:
    """Remove the timer of the turn that runs, after a tick or two: with the next event Blender drops the operator."""
    global _timer, _rests_until
    _rests_until = 0.0
    if _timer is not None:
        bpy.app.timers.register(partial(_remove, _timer), first_interval=2 * INTERVAL_S, persistent=True)
        _timer = None


def _remove(timer: Any) -> None:
    """Remove a timer from its window; Blender overlooks one that is gone already."""
    if bpy.context.window_manager:
        bpy.context.window_manager.event_timer_remove(timer)


CLASSES = (MAQUETTE_OT_watch,)
