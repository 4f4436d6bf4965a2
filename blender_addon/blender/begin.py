"""Starting Generate for an image that came from somewhere else than the panel; what stands in the way is said."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import bpy

from ..core.errors import InputError
from . import declared, draft, readiness, slots, turns
from .failures import sentence_of
from .redraw import redraw

PATIENCE_S = 60.0
"""For the keychain, which may be asking a person."""
_Work = Callable[[bpy.types.Context], None]
_waiting: list[tuple[float, _Work]] = []
"""When it was asked for, and what is to be done as soon as the options are there."""


def begin(context: bpy.types.Context, place: list[float] | None) -> None:
    """Start Generate for the scene's images as soon as the options are loaded, at the place or at the 3D cursor."""
    scene = context.scene.session_uid

    def work(context: bpy.types.Context) -> None:
        window = next((one for one in context.window_manager.windows if one.scene.session_uid == scene), None)
        if window is None:  # another file is open
            return
        with context.temp_override(window=window, screen=window.screen):
            slots.find_others(bpy.context.scene)
            _generate(bpy.context, place)

    if bpy.app.background:
        declared.ensure()
        slots.find_others(context.scene)
        _generate(context, place)
    else:
        soon(work)


def soon(work: _Work) -> None:
    """Do the work when the options are loaded; Blender goes on meanwhile."""
    _waiting.append((time.monotonic(), work))
    if not declared.ready():
        turns.want_options()
    if not bpy.app.timers.is_registered(_step):
        bpy.app.timers.register(_step, first_interval=0.0)


def _step() -> float | None:
    """Do what waits, once the options are there and the keychain has answered. Never raises."""
    context = bpy.context
    late = not _waiting or time.monotonic() - _waiting[0][0] > PATIENCE_S
    if not declared.ready():
        if context.window_manager.maquette.message or late:  # they cannot be loaded, and the panel says why
            tell(context, context.window_manager.maquette.message)
            _waiting.clear()
            return None
        return turns.GAP_S
    if not late and readiness.reason(context.scene) == readiness.ASKING:
        return turns.GAP_S
    ready, _waiting[:] = _waiting[:], []
    for _, work in ready:
        try:
            work(context)
        except Exception as error:  # noqa: BLE001 - nobody sees a timer's traceback
            tell(context, sentence_of(error))
    return None


def _generate(context: bpy.types.Context, place: list[float] | None) -> None:
    """Press Generate, or say why it cannot be pressed. Raises InputError in background mode."""
    redraw(context)
    reason, page = readiness.obstacle(context.scene, draft.of(context.scene))
    if reason:
        if bpy.app.background:
            raise InputError(f"{reason.rstrip('.')}.")
        tell(context, reason, page)
        return
    where: dict[str, Any] = {"location": place, "use_location": True} if place else {}
    bpy.ops.maquette.generate("EXEC_DEFAULT" if bpy.app.background else "INVOKE_DEFAULT", **where)


def tell(context: bpy.types.Context, text: str, page: str = "") -> None:
    """Say in a small menu at the mouse why nothing starts, with the way to where it is put right."""
    if not text:
        return

    def draw(menu: Any, _context: bpy.types.Context) -> None:
        menu.layout.label(text=text, translate=False)
        if page:
            menu.layout.operator("maquette.open_preferences", icon="PREFERENCES").page = page

    context.window_manager.popup_menu(draw, title="Generate 3D from Image", icon="INFO")


def unregister() -> None:
    """Forget what waits."""
    _waiting.clear()
    if bpy.app.timers.is_registered(_step):
        bpy.app.timers.unregister(_step)
