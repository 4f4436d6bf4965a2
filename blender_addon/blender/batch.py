"""Many images at once: one task each, after one question that names their number and price."""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import bpy

from ..core.errors import InputError
from ..core.families import families
from . import begin, declared, draft, generate, readiness, sending, spending
from .failures import sentence_of
from .properties import VIEWS

MOST = 100
"""Tasks at once. The queue in front of each provider sends them a few at a time."""
GAP_S = 0.02
"""Between two: Blender draws and answers meanwhile."""
Views = Mapping[str, Path]


@dataclass(frozen=True)
class Order:
    """What was asked about: the scene may have something else when their turn comes."""

    provider: type[Any]
    values: Mapping[str, Any]
    wishes: Mapping[str, Any]
    agreed: bool
    """Whether the artist was asked about the price."""
    scene: int
    """`session_uid` of the scene in which they were asked for."""


_queue: deque[tuple[Views, list[float], Order]] = deque()
_result: dict[str, list[str]] = {"left out": [], "wrong": []}


def ask(context: bpy.types.Context, subjects: Sequence[Views], place: list[float] | None) -> set[str]:
    """Put the question as soon as the options are there; in background mode nobody is asked."""
    text = json.dumps([{view: str(path) for view, path in views.items()} for views in subjects])
    where: dict[str, Any] = {"location": place, "use_location": True} if place else {}

    def work(_context: bpy.types.Context) -> None:
        begin.press(bpy.ops.maquette.generate_many, subjects=text, **where)

    if bpy.app.background:
        work(context)
    else:
        begin.soon(context, work)
    return {"FINISHED"}


def read(text: str) -> list[Views]:
    """Return the subjects that the operator was given."""
    return [{view: Path(path) for view, path in views.items()} for views in json.loads(text)]


def in_folder(folder: Path, extensions: Sequence[str]) -> list[dict[str, Path]]:
    """Return the subjects of the folder's images, without hidden ones and those in folders below. Raises InputError."""
    try:
        shown = [one for one in folder.iterdir() if not one.name.startswith(".")]  # macOS leaves ._chair.png on sticks
        found = [one for one in shown if one.suffix.lower() in extensions and one.is_file()]
    except OSError as error:
        raise InputError(f"The folder {folder} cannot be read ({error.strerror}). Choose another one.") from error
    if not found:
        raise InputError(f"There are no images in {folder.name or folder}. Choose another folder.")
    return families(found)


def question(scene: bpy.types.Scene, subjects: Sequence[Views]) -> str:
    """Return what is asked before they are started. Raises InputError when they cannot be."""
    if len(subjects) > MOST:
        raise InputError(f"These are {len(subjects)} models; at most {MOST} can be started at once. Choose fewer.")
    declared.ensure()  # a script may come before the panel was ever drawn
    wanted = draft.of(scene)
    if wanted.options is None:
        raise InputError(wanted.problem)
    if obstacle := readiness.network(wanted.provider).sentence:
        raise InputError(f"{obstacle}.")
    label = wanted.provider.label
    for views in subjects:
        wanted.options.check_views([view for view in views if view in wanted.provider.views])
    spending.recount()
    cost = _cost(wanted.provider, declared.values(scene, wanted.provider), subjects)
    facts = f"{_not_sent(wanted.provider, subjects)} {cost}".strip()
    return f"{len(subjects)} models will be made with {label}, a task each. {facts} Start them?"


def _not_sent(provider: type[Any], subjects: Sequence[Views]) -> str:
    """Return a sentence that names the views which the provider does not take; empty when it takes all of them."""
    others = [view for view in VIEWS if view not in provider.views and any(view in one for one in subjects)]
    return f"{provider.label} does not take, and will not get: {', '.join(others)}." if others else ""


def _cost(provider: type[Any], values: Mapping[str, Any], subjects: Sequence[Views]) -> str:
    """Return what all of them will cost, as a sentence."""
    from ..core.price import amount

    if not provider.base_url:
        return "They cost nothing."
    told = [spending.price(provider, values, views) for views in subjects]
    known = [one for one in told if one is not None]
    if len(known) < len(told):
        unknown = f"What {provider.label} charges is not known."
        return " ".join(filter(None, (unknown, spending.of_the_day(None))))
    price = sum(known, Decimal(0))
    return f"They cost about {amount(price)}. {spending.of_the_day(price)}".strip()


def start(context: bpy.types.Context, subjects: Sequence[Views], first: Sequence[float], agreed: bool) -> None:
    """Start them a little apart, in rows from the first place; in background mode one after another, to the end.

    `agreed`: the artist was asked about the price. Raises InputError where that must be and was not.
    """
    order = _order(context.scene, agreed)
    if not agreed and subjects:
        most = max(subjects, key=len)  # with more views it costs more, if anything
        spending.check(order.provider, order.values, most, len(subjects))
    _result["left out"], _result["wrong"] = [], []
    if not bpy.app.timers.is_registered(_step):  # a file that was opened has ended it
        _queue.clear()
    places = _places(len(subjects), first, _spacing(context.scene))
    _queue.extend((views, place, order) for views, place in zip(subjects, places, strict=True))
    if bpy.app.background:
        while _queue:
            _start_next(context, *_queue.popleft())
    elif not bpy.app.timers.is_registered(_step):
        bpy.app.timers.register(_step, first_interval=GAP_S)


def _order(scene: bpy.types.Scene, agreed: bool) -> Order:
    """Return what the scene has now; each model is called after its own image."""
    provider = draft.current_provider(scene)
    wishes = draft.wishes(scene, provider) | {"title": ""}
    return Order(provider, declared.values(scene, provider), wishes, agreed, scene.session_uid)


def _step() -> float | None:
    """Start the next one whose scene is shown; at the end say what became of them. Never raises."""
    context = bpy.context
    found = next((one for one in _queue if begin.window_of(context, one[2].scene)), None)
    if found is None:  # they wait for their scenes, unless another file is open
        waited_for = {one[2].scene for one in _queue}
        return 1.0 if any(one.session_uid in waited_for for one in bpy.data.scenes) else None
    _queue.remove(found)
    window: Any = begin.window_of(context, found[2].scene)
    with context.temp_override(window=window, screen=window.screen):
        _start_next(bpy.context, *found)
        if _queue:
            return GAP_S
        bpy.ops.ed.undo_push(message="Generate Models")
        begin.tell(bpy.context, summary())
    return None


def summary() -> str:
    """Return what was not started, as sentences; empty when everything was."""
    left, wrong = _result["left out"], _result["wrong"]
    sent = f"{len(left)} were left out, for the same was sent just now ({', '.join(left[:3])})." if left else ""
    failed = f"{len(wrong)} could not be started: {wrong[0]}" if wrong else ""
    return " ".join(one for one in (sent, failed) if one)


def _start_next(context: bpy.types.Context, views: Views, place: list[float], order: Order) -> None:
    """Start one task. Whatever goes wrong with it, the others are started."""
    provider, wishes = order.provider, order.wishes
    try:
        taken = {view: path for view, path in views.items() if view in provider.views}
        if generate.made_of(provider, order.values, taken, (wishes["cut_out"], wishes["crop"])):
            _result["left out"].append(taken["front"].name)
            return
        if not order.agreed:
            spending.check(provider, order.values, taken)
        task = sending.write(provider, taken, order.values, again=False, place=place, **wishes)
        sending.send(context, task, str(taken["front"]), alone=False)
    except Exception as error:  # noqa: BLE001 - see above
        _result["wrong"].append(sentence_of(error))


def _spacing(scene: bpy.types.Scene) -> float:
    """Return Blender's units from one model to the next: half as much again as they will be tall."""
    wanted = draft.of(scene)
    provider = wanted.provider
    own = declared.values(scene, provider).get(provider.height_option) if provider.height_option else None
    return 1.5 * (draft.height(scene, provider) or own or 1.0) / scene.unit_settings.scale_length


def _places(count: int, first: Sequence[float], spacing: float) -> list[list[float]]:
    """Return a place for each, in Blender's units: rows to the right, the later ones behind the earlier."""
    columns = math.ceil(math.sqrt(count))
    x, y, z = first
    return [[x + at % columns * spacing, y + at // columns * spacing, z] for at in range(count)]


def unregister() -> None:
    """Start none of the rest."""
    _queue.clear()
    if bpy.app.timers.is_registered(_step):
        bpy.app.timers.unregister(_step)
