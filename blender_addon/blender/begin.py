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
from .translations import say

PATIENCE_S = 60.0
"""For the keychain, which may be asking a person."""
_Work = Callable[[bpy.types.Context], None]
_waiting: tuple[float, int, _Work] | None = None
"""Since when, for the scene of which `session_uid`, and what is to be done as soon as the options are there."""


def begin(context: bpy.types.Context, place: list[float] | None) -> None:
    """Start Generate for the scene's images as soon as the options are loaded, at the place or at the 3D cursor."""

    def work(context: bpy.types.Context) -> None:
        slots.find_others(context.scene)
        _generate(context, place)

    if bpy.app.background:
        declared.ensure()
        work(context)
    else:
        soon(context, work)


def soon(context: bpy.types.Context, work: _Work) -> None:
    """Do the work in this scene when the options are loaded; Blender goes on meanwhile."""
    global _waiting
    _waiting = time.monotonic(), context.scene.session_uid, work
    if not declared.ready():
        turns.want_options()
    if not bpy.app.timers.is_registered(_step):
        bpy.app.timers.register(_step, first_interval=0.0)


def _step() -> float | None:
    """Do what waits, once the options are there and the keychain has answered. Never raises."""
    context, message = bpy.context, bpy.context.window_manager.maquette.message
    if _waiting is None:
        return None
    since, scene, work = _waiting
    late = time.monotonic() - since > PATIENCE_S
    try:
        if not declared.ready():
            if not message and not late:
                return turns.GAP_S
            tell(context, message or "The options cannot be loaded. Restart Blender and try again.")
        elif (window := window_of(context, scene)) is not None:  # else another file is open
            if not late and readiness.reason(window.scene) == readiness.ASKING:
                return turns.GAP_S
            with context.temp_override(window=window, screen=window.screen):
                work(bpy.context)
    except Exception as error:  # noqa: BLE001 - nobody sees a timer's traceback
        tell(context, sentence_of(error))
    return None


def window_of(context: bpy.types.Context, scene: int) -> bpy.types.Window | None:
    """Return a window that shows the scene of that `session_uid`."""
    return next((one for one in context.window_manager.windows if one.scene.session_uid == scene), None)


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
    press(bpy.ops.maquette.generate, **where)


def press(operator: Any, **values: Any) -> None:
    """Call an operator as its button would. Raises InputError with what it reports."""
    try:
        operator("EXEC_DEFAULT" if bpy.app.background else "INVOKE_DEFAULT", **values)
    except RuntimeError as error:  # "Error: There is …"
        raise InputError(str(error).removeprefix("Error: ").strip()) from error


def tell(context: bpy.types.Context, text: str, page: str = "") -> None:
    """Say in a small menu at the mouse why nothing starts, with the way to where it is put right."""
    if not text:
        return

    def draw(menu: Any, _context: bpy.types.Context) -> None:
        menu.layout.label(text=say(text), translate=False)
        if page:
            menu.layout.operator("maquette.open_preferences", icon="PREFERENCES").page = page

    window = context.window or context.window_manager.windows[0]  # a timer has none of its own
    with context.temp_override(window=window, screen=window.screen):
        context.window_manager.popup_menu(draw, title="Generate 3D from Image", icon="INFO")


def unregister() -> None:
    """Forget what waits."""
    global _waiting
    _waiting = None
    if bpy.app.timers.is_registered(_step):
        bpy.app.timers.unregister(_step)
