"""Frame rates: an animation lasts as long in the artist's scene as in its file, however many frames that is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import bpy
import numpy as np

from . import motion

_KEY = "maquette_fps"
"""Custom property of a tidy .blend's collection: frames per second that its actions are meant for."""


def of(scene: bpy.types.Scene) -> float:
    """Return the scene's frames per second."""
    return float(scene.render.fps / scene.render.fps_base)


def note(collection: bpy.types.Collection) -> None:
    """Write the open scene's rate on the collection, if anything moves: an importer read at it, or set it."""
    if bpy.data.actions:
        collection[_KEY] = of(bpy.context.scene)


def fit(collection: bpy.types.Collection, scene: bpy.types.Scene) -> None:
    """Bring what has just been appended to the scene's rate; nothing to do where nothing moves.

    Importers begin at frame 0 or 1, which stays where it is.
    """
    noted = collection.pop(_KEY, None)
    if noted is None or not (ratio := of(scene) / noted) or abs(ratio - 1) < 1e-6:
        return
    players = [player for one in _owners(collection.all_objects) for player in motion.players(one)]
    actions = {player.action for player in players if player.action}
    start = min((action.frame_range[0] for action in actions), default=0.0)
    still = min(max(start, 0.0), 1.0) * (1 - ratio)
    for action in actions:
        _scale_action(action, ratio, still)
    for strip in (player for player in players if isinstance(player, bpy.types.NlaStrip)):
        _scale_strip(strip, ratio, still)


def _owners(objects: Iterable[bpy.types.Object]) -> Iterator[Any]:
    """Yield all that an importer may have animated: objects, their data, shapes and materials."""
    data = {item.data for item in objects if item.data}
    materials = {slot.material for item in objects for slot in item.material_slots if slot.material}
    yield from (*objects, *data, *materials)
    yield from (keys for one in data if (keys := getattr(one, "shape_keys", None)))
    yield from (material.node_tree for material in materials if material.node_tree)


def _scale_action(action: Any, ratio: float, still: float) -> None:
    """Multiply the frames of the action's keys and add `still`."""
    for curve in motion.curves(action):
        for name in ("co", "handle_left", "handle_right"):
            flat = np.empty(len(curve.keyframe_points) * 2, np.float32)
            curve.keyframe_points.foreach_get(name, flat)
            flat[::2] = flat[::2] * ratio + still
            curve.keyframe_points.foreach_set(name, flat)
        curve.update()
    if action.use_frame_range:
        start, end = action.frame_start * ratio + still, action.frame_end * ratio + still
        action.frame_start, action.frame_end = start, end


def _scale_strip(strip: Any, ratio: float, still: float) -> None:
    """Let a strip play the same part of its action, at the same moment."""
    first, last, start, end = (
        value * ratio + still
        for value in (strip.action_frame_start, strip.action_frame_end, strip.frame_start, strip.frame_end)
    )
    strip.action_frame_end = last  # Blender lets neither pass the other: whichever way they go, one of these holds
    strip.action_frame_start, strip.action_frame_end = first, last
    strip.frame_start_raw, strip.frame_end_raw = start, end
