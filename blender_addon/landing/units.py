"""Blender's units: a model is in metres until it lands in a scene in which a unit may be a centimetre.

Its points are scaled and not its objects, whose transforms are the artist's: what takes another one's place stays as
large as it was meant to be.
"""

from __future__ import annotations

from typing import Any

import bpy
from mathutils import Matrix

from . import placing

_KEY = "maquette_units_per_metre"
"""Custom property of the object that all others of a model hang on, where a metre is not one unit."""


def per_metre(scene: bpy.types.Scene) -> float:
    """Return how many of Blender's units are a metre in the scene."""
    return 1.0 / scene.unit_settings.scale_length


def of(top: bpy.types.Object) -> float:
    """Return how many units are a metre in the model that hangs on this object."""
    return float(top.get(_KEY, 1.0))


def give(top: bpy.types.Object, units: float) -> None:
    """Let a metre be so many units in a model that has just been appended, its base at the origin."""
    size = units / of(top)
    if size == 1.0:
        return
    matrix = Matrix.Scale(size, 4)
    parts: list[Any] = [top, *top.children]
    for item in parts:
        if placing.is_free(item):
            item.data.transform(matrix, shape_keys=True)
            item.location *= size
        elif item != top:
            item.matrix_parent_inverse = matrix @ item.matrix_parent_inverse
    top[_KEY] = units
