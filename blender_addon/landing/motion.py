"""Actions of a model that was just read: none gets lost on the way to the scene, and each is named after the model."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import bpy

from . import provenance

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
        put_aside(owner, action, _word(action.name, {owner.name}))


def put_aside(owner: Any, action: bpy.types.Action, name: str) -> None:
    """Put an action onto a new, muted track of what it may animate."""
    track = owner.animation_data_create().nla_tracks.new()
    track.name, track.mute = name, True
    track.strips.new(name, round(action.frame_range[0]), action)


def name_actions(name: str) -> None:
    """Name each action after the model and, where somebody has named it, what it does: `Owl walk`."""
    objects = {item.name for item in bpy.data.objects}
    words = {action: _word(action.name, objects) for action in bpy.data.actions}
    for action in words:
        action.name = "\x7f"  # out of the way, so that numbering starts afresh
    for action, word in words.items():
        action.name = f"{name} {word}"


def moves(item: bpy.types.Object) -> bool:
    """Tell whether an action or a driver changes the object's own transform."""
    driven = item.animation_data.drivers if item.animation_data else ()
    paths = [curve.data_path for action in actions_of(item) for curve in curves(action, item)]
    paths += [curve.data_path for curve in driven]
    return any(path.startswith(("location", "rotation", "scale")) for path in paths)


def is_models(action: bpy.types.Action) -> bool:
    """Tell whether the action came with a model, or has no sense without its rig or its shapes."""
    own = ("pose.bones", "key_blocks")
    return bool(provenance.task_of(action)) or all(curve.data_path.startswith(own) for curve in curves(action))


def curves(action: bpy.types.Action, item: bpy.types.Object | None = None) -> Iterator[bpy.types.FCurve]:
    """Return what the action animates: of the item, or of all, since Blender 4.4 brought actions that several share."""
    layers: Any = getattr(action, "layers", ())
    if not layers and hasattr(action, "fcurves"):  # until Blender 4.3; later, those of the first object only
        yield from action.fcurves
    slots = {one.action_slot_handle for one in players(item) if one.action == action} if layers and item else None
    bags = (bag for layer in layers for strip in layer.strips for bag in strip.channelbags)
    yield from (curve for bag in bags if slots is None or bag.slot_handle in slots for curve in bag.fcurves)


def actions_of(item: bpy.types.Object | bpy.types.Key) -> set[bpy.types.Action]:
    """Return the actions of an object or of shape keys, those on muted tracks too."""
    return {one.action for one in players(item) if one.action}


def players(item: Any) -> Iterator[Any]:
    """Yield what may play an action on something: its animation data itself, and the strips on its tracks."""
    if item.animation_data:
        yield item.animation_data
        for track in item.animation_data.nla_tracks:
            yield from within(track.strips)


def within(strips: Iterable[bpy.types.NlaStrip]) -> Iterator[bpy.types.NlaStrip]:
    """Yield the strips, and those that they hold."""
    for strip in strips:
        yield strip
        yield from within(strip.strips)


def _word(action: str, objects: Collection[str]) -> str:
    """Return what the action is called in the model file, without the objects' names around it."""
    for part in reversed(action.split("|")):
        owner = next((one for one in objects if part.endswith(f"_{one}")), "")  # Blender 4.2 adds it
        word = re.sub(r"\.\d{3}$", "", part).removesuffix(f"_{owner}")
        if part not in objects and not _SAYS_NOTHING.fullmatch(word):
            return word
    return "action"
