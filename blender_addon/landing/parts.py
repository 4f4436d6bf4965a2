"""Parts of a model that stay apart: each with a name and an origin of its own, and one object above all of them."""

from __future__ import annotations

import re
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUMBERED = re.compile(r"\.\d{3}$")
_RANDOM = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<![a-z])[0-9a-f]*\d[0-9a-f]*(?![a-z])", re.IGNORECASE
)
"""Ids and numbers."""
_SAYS_NOTHING = re.compile(
    r"((sub)?mesh(es)?|parts?|pieces?|segment|node|object|obj|component|element|item|geometry|geom|geo|group|model|scene"
    r"|root|world|shape|primitive|prim|instance|default|unnamed|untitled|none|null|uuid|id|tripo|csm)",
    re.IGNORECASE,
)
"""Words of names that programs give when nobody has chosen one."""


def own_name(given: str) -> str:
    """Return the name that somebody has chosen for a part; empty for `tripo_part_3` and the like."""
    given = _NUMBERED.sub("", given)
    words = re.findall(r"[^\W\d_]+", _HUMP.sub(" ", _RANDOM.sub(" ", given)))
    return "" if all(map(_SAYS_NOTHING.fullmatch, words)) else given


def own_origin(item: Any) -> None:
    """Move the origin of a mesh that has no transform to the centre of its base: the whole model has its there too."""
    flat = np.empty(len(item.data.vertices) * 3, np.float32)
    item.data.attributes["position"].data.foreach_get("vector", flat)
    (left, right), (front, back), (base, _) = ((axis.min(), axis.max()) for axis in flat.reshape(-1, 3).T)
    origin = (float(left + right) / 2, float(front + back) / 2, float(base))
    item.data.transform(Matrix.Translation(origin).inverted(), shape_keys=True)
    item.location = origin


def top(collection: bpy.types.Collection) -> bpy.types.Object:
    """Return the object that all others of a model hang on: a new empty at its origin, when several stand side by side.

    What moves, turns, copies, follows or replaces the model has one object to do with then.
    """
    roots = [item for item in collection.all_objects if item.parent is None]
    if len(roots) == 1:
        return roots[0]
    still = [item for item in roots if item.type == "EMPTY" and item.matrix_basis == Matrix()]
    made = still[0] if len(still) == 1 else bpy.data.objects.new(f"{collection.name} root", None)
    if made not in still:
        collection.objects.link(made)
    for item in roots:
        if item != made:
            item.parent = made
    return made
