"""Generate is pressed once more as soon as the images that it needs have been written out."""

from __future__ import annotations

from typing import Any, NamedTuple

import bpy

from ..core.errors import InputError
from . import ahead, begin, draft, land, session, turns
from .failures import sentence_of
from .redraw import redraw


class _Waiting(NamedTuple):
    scene: int
    """Its `session_uid`."""
    ticket: ahead.Ticket
    wanted: tuple[draft.Draft, dict[str, Any]]
    """What the artist saw, and asked for besides."""
    values: dict[str, Any]
    """Of the operator."""


_waiting: _Waiting | None = None


def later(context: bpy.types.Context, provider: type[Any], values: dict[str, Any]) -> None:
    """Take the images now, and press Generate with these values when they are files. Raises InputError and OSError."""
    global _waiting
    if ahead.busy():
        raise InputError(f"{ahead.WRITING}.")
    scene = context.scene
    ticket = ahead.take(session.needed(), scene.maquette, provider.views)
    _waiting = _Waiting(scene.session_uid, ticket, _seen(scene), values)
    if not bpy.app.timers.is_registered(step):
        bpy.app.timers.register(step, first_interval=0.0)


def step() -> float | None:
    """Press Generate if the files are there. Never raises."""
    global _waiting
    running, context = session.current(), bpy.context
    if running is None or _waiting is None:
        return None
    if ahead.busy() or land.in_the_middle(context):  # a question at the mouse would be answered by the next click
        return turns.GAP_S
    pressed, _waiting = _waiting, None
    try:
        if (window := begin.window_of(context, pressed.scene)) is not None:
            with context.temp_override(window=window, screen=window.screen):
                _press(running, window.scene, pressed)
        elif any(one.session_uid == pressed.scene for one in bpy.data.scenes):  # else another file is open
            begin.tell(context, ahead.CHANGED)
    except Exception as error:  # noqa: BLE001 - nobody sees a timer's traceback
        begin.tell(context, sentence_of(error))
    redraw(context)
    return None


def _press(running: session.Session, scene: bpy.types.Scene, pressed: _Waiting) -> None:
    """Raises InputError when it cannot be pressed, or would send something else than what the artist saw."""
    if problem := pressed.ticket.problem(running):
        raise InputError(problem)
    views = tuple(pressed.ticket.chosen)
    if _seen(scene) != pressed.wanted or not ahead.same(pressed.ticket, scene.maquette, views):
        raise InputError(ahead.CHANGED)
    begin.press(bpy.ops.maquette.generate, written=pressed.ticket.name, **pressed.values)


def _seen(scene: bpy.types.Scene) -> tuple[draft.Draft, dict[str, Any]]:
    wanted = draft.of(scene)
    return wanted, draft.wishes(scene, wanted.provider)


def unregister() -> None:
    """Forget what waits."""
    global _waiting
    _waiting = None
    if bpy.app.timers.is_registered(step):
        bpy.app.timers.unregister(step)
