"""Starting Generate for an image that came from somewhere else than the panel; what stands in the way is said."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

import bpy

from ..core.errors import InputError
from . import declared, draft, readiness, slots, turns
from .failures import sentence_of
from .redraw import redraw
from .translations import say

PATIENCE_S = 60.0
"""For the keychain, which may be asking a person."""
_Work = Callable[[bpy.types.Context], None]


class _Waiting(NamedTuple):
    """What is to be done as soon as the options are there."""

    since_s: float
    scene: int
    """Its `session_uid`."""
    work: _Work
    provider: type[Any] | None
    """Whose key it needs; None: of the one that the scene has chosen."""

    @property
    def late(self) -> bool:
        return time.monotonic() - self.since_s > PATIENCE_S


_waiting: deque[_Waiting] = deque()
_chosen: object = None
"""Which call of begin() chose its images last."""


def begin(context: bpy.types.Context, place: list[float] | None, choose: Callable[[bpy.types.Scene], None]) -> None:
    """Choose the images, and start Generate for them as soon as the options are loaded, at the place or at the cursor.

    While it waits, another call may choose other images: then they are chosen once more.
    """
    global _chosen
    mine = _chosen = object()
    choose(context.scene)

    def work(context: bpy.types.Context) -> None:
        global _chosen
        if _chosen is not mine:
            choose(context.scene)
            _chosen = mine
        slots.find_others(context.scene)
        _generate(context, place)

    if bpy.app.background:
        declared.ensure()
        work(context)
    else:
        soon(context, work)


def soon(context: bpy.types.Context, work: _Work, provider: type[Any] | None = None) -> None:
    """Do the work in this scene when options and API key are there; Blender goes on meanwhile."""
    _waiting.append(_Waiting(time.monotonic(), context.scene.session_uid, work, provider))
    if not declared.ready():
        turns.want_options()
    if not bpy.app.timers.is_registered(_step):
        bpy.app.timers.register(_step, first_interval=0.0)


def _step() -> float | None:
    """Do what waits, one after another, once the options are there and the keychain has answered. Never raises."""
    context = bpy.context
    if not _waiting:
        return None
    first = _waiting.popleft()
    try:
        if not declared.ready():
            message = context.window_manager.maquette.message
            if not message and not first.late:
                _waiting.appendleft(first)
                return turns.GAP_S
            _waiting.clear()  # it is said once
            tell(context, message or "The options cannot be loaded. Restart Blender and try again.")
        elif (window := window_of(context, first.scene)) is not None:  # else another file is open
            provider = first.provider or draft.current_provider(window.scene)
            if not first.late and readiness.network(provider).sentence == readiness.ASKING:
                _waiting.appendleft(first)
                return turns.GAP_S
            with context.temp_override(window=window, screen=window.screen):
                first.work(bpy.context)
    except Exception as error:  # noqa: BLE001 - nobody sees a timer's traceback
        tell(context, sentence_of(error))
    return turns.GAP_S if _waiting else None


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
    # while a question stands open, the next one would change the images that it asks about
    press(bpy.ops.maquette.generate, ask=not _waiting, **where)


def press(operator: Any, ask: bool = True, **values: Any) -> None:
    """Call an operator as its button would; unless it may `ask`, as a script. Raises InputError with its report."""
    try:
        operator("INVOKE_DEFAULT" if ask and not bpy.app.background else "EXEC_DEFAULT", **values)
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
    _waiting.clear()
    if bpy.app.timers.is_registered(_step):
        bpy.app.timers.unregister(_step)
