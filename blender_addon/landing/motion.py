"""Actions of a model that was just read: none gets lost on the way to the scene, and each is named after the model."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

import bpy

_SAYS_NOTHING = re.compile(
    r"(anim(ation)?|action|(base ?)?layer|mixamo\.com|scene|stack|take)?[ _.]*\d*", re.IGNORECASE
)
"""Names that programs give when nobody has chosen one."""


def keep() -> None:
    """Put every action that is not played onto a muted track of its owner: the FBX importers only store the others.

    They write the object's name in front of the action's: `Armature|walk`.
    """
    played = {action for item in (*bpy.data.objects, *bpy.data.shape_keys) for action in actions_of(item)}
    for action in bpy.data.actions:
        action.use_fake_user = False
        shapes = any(curve.data_path.startswith("key_blocks") for curve in curves(action))
        owners: Any = bpy.data.shape_keys if shapes else bpy.data.objects
        owner = owners.get(action.name.partition("|")[0])
        if owner is None or action in played:
            continue
        track = owner.animation_data_create().nla_tracks.new()
        track.name, track.mute = _word(action.name, {owner.name}), True
        track.strips.new(track.name, round(action.frame_range[0]), action)


def name_actions(name: str) -> None:
    """Name each action after the model and, where somebody has named it, what it does: `Owl walk`."""
    objects = {item.name for item in bpy.data.objects}
    words = {action: _word(action.name, objects) for action in bpy.data.actions}
    for action in words:
        action.name = "\x7f"  # out of the way, so that numbering starts afresh
    for action, word in words.items():
        action.name = f"{name} {word}"


def moves(item: bpy.types.Object) -> bool:
    """Tell whether an action changes the object's own transform."""
    paths = (curve.data_path for action in actions_of(item) for curve in curves(action))
    return any(path.startswith(("location", "rotation", "scale")) for path in paths)


def curves(action: bpy.types.Action) -> Iterator[bpy.types.FCurve]:
    """Return what the action animates: of all objects, since Blender 4.4 brought actions that several share."""
    layers: Any = getattr(action, "layers", ())
    if not layers and hasattr(action, "fcurves"):  # until Blender 4.3; later, those of the first object only
        yield from action.fcurves
    for strip in (strip for layer in layers for strip in layer.strips):
        yield from (curve for bag in strip.channelbags for curve in bag.fcurves)


def actions_of(item: bpy.types.Object | bpy.types.Key) -> set[bpy.types.Action]:
    """Return the actions of an object or of shape keys, those on muted tracks too."""
    return set(played(item.animation_data)) if item.animation_data else set()


def played(data: bpy.types.AnimData) -> Iterator[bpy.types.Action]:
    """Yield the actions of something that is animated, those on muted tracks too."""
    strips = (strip for track in data.nla_tracks for strip in track.strips)
    yield from (action for action in (data.action, *(strip.action for strip in strips)) if action)


def _word(action: str, objects: Collection[str]) -> str:
    """Return what the action is called in the model file, without the objects' names around it."""
    for part in reversed(action.split("|")):
        owner = next((one for one in objects if part.endswith(f"_{one}")), "")  # Blender 4.2 adds it
        word = re.sub(r"\.\d{3}$", "", part).removesuffix(f"_{owner}")
        if part not in objects and not _SAYS_NOTHING.fullmatch(word):
            return word
    return "action"
