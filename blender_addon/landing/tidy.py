"""Makes a model that was just read tidy: one collection, transforms applied, front to −Y, base at the origin."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import bpy

from . import children, joining, materials, motion, parts, placing, provenance, rate

_SMALL, _LARGE = 0.01, 100.0
_ADDED = {"ARMATURE": "rig", "EMPTY": "root", "CURVE": "curve"}
"""What the name of an object says besides the model's, by the object's type."""
_KEPT = frozenset({"MESH", "ARMATURE", "EMPTY", "CURVE"})


def tidy(
    name: str, front_axis: str, origin: Mapping[str, Any], apart: bool = False, height: float | None = None
) -> tuple[bpy.types.Collection, list[str]]:
    """Tidy everything in the open file and return its one collection, and what of the model was left out, as sentences.

    `front_axis` is where the model's front faces now: -Y, +Y, -X or +X. `origin` is the provenance. `apart`: the model
    was asked for in parts, which stay apart. `height`, metres: how tall the artist wants it.
    """
    name = clean_name(name)
    warnings = _drop_strangers()
    motion.keep()
    placing.flatten(placing.quarter_turn(front_axis))
    if not apart:
        joining.join()
    warnings += _unusual_size(placing.to_origin(height))
    placing.own_origins()
    warnings += materials.tidy(name)
    motion.name_actions(name)
    collection = _collect(name)
    top = parts.top(collection)
    _clear_properties(collection.objects)
    provenance.mark([collection, *collection.objects, *bpy.data.actions], origin)
    provenance.mark_top(top)
    rate.note(collection)
    return collection, warnings


def clean_name(name: str) -> str:
    """Return the name without control characters; Blender shortens it to what it can hold."""
    kept = "".join(character for character in name if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co"))
    return " ".join(kept.split()) or "Maquette"


def _drop_strangers() -> list[str]:
    """Remove what is not the model (lights, cameras), silently, and meshes without a face; say how many those were."""
    lost = [item for item in bpy.data.objects if item.type not in _KEPT]
    bare = [item for item in bpy.data.objects if item.type == "MESH" and not item.data.polygons]
    for item in (*lost, *bare):
        children.release(item)
        bpy.data.objects.remove(item)
    if len(bare) > 1:
        return [f"{len(bare)} parts without a surface were left out."]
    return ["1 part without a surface was left out."] if bare else []


def _unusual_size(extent: float) -> list[str]:
    """Say that a model is too small or too large, metres, to be found in an ordinary scene."""
    if extent < _SMALL:
        return [f"The model is only {extent * 1000:.3g} mm large; scale it to the size that you need."]
    if extent > _LARGE:
        return [f"The model is {extent:,.0f} m large; scale it to the size that you need."]
    return []


def _collect(name: str) -> bpy.types.Collection:
    """Move all objects into one new collection and name them, and their data, after the model."""
    objects: list[Any] = sorted(bpy.data.objects, key=lambda item: _natural(item.name))
    for old in list(bpy.data.collections):
        bpy.data.collections.remove(old)
    collection = bpy.data.collections.new(name)
    for item in objects:
        for holder in item.users_collection:
            holder.objects.unlink(item)
        collection.objects.link(item)
    names = _names(objects, name)
    for item in (*objects, *(item.data for item in objects if item.data)):
        item.name = "\x7f"  # out of the way, so that numbering starts afresh
    for item, given in zip(objects, names, strict=True):
        item.name = given
        if item.data:
            item.data.name = item.name
    return collection


def _names(objects: list[Any], name: str) -> list[str]:
    """Return what each object is called: like the model, with what it is; a part keeps a name that says something."""
    several, numbers = sum(item.type == "MESH" for item in objects) > 1, itertools.count(1)
    names = []
    for item in objects:
        added = _ADDED.get(item.type, "")
        if several and item.type == "MESH":
            added = clean_name(parts.own_name(item.name) or f"part {next(numbers)}")
        known = re.match(rf"{re.escape(name)}(?![^\W\d_])", added, re.IGNORECASE)  # owl_head is the head of an owl
        names.append(added if known else f"{name} {added}".strip())
    return names


def _natural(name: str) -> list[tuple[str, int]]:
    """Return what to sort names by, so that part_10 comes after part_9."""
    return [(text, int(digits or -1)) for text, digits in re.findall(r"(\D*)(\d*)", name)]


def _clear_properties(objects: bpy.types.CollectionObjects) -> None:
    """Remove custom properties that the file brought along (glTF's extras)."""
    for item in objects:
        for holder in (item, item.data):
            for key in list(holder.keys()) if holder else ():
                del holder[key]
