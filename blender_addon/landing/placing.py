"""Transforms: parents' transforms applied to the meshes, empties gone, front to −Y, the base's centre at the origin.

What an armature moves or an action animates keeps its parents and its transforms, and is turned and moved as a whole:
applied transforms would break it.
"""

from __future__ import annotations

import math

import bpy
import numpy as np
import numpy.typing as npt
from mathutils import Matrix

from ..core.errors import ModelFileError
from . import applying, motion, parts

_ENDLESS = 1e9
"""Metres. Blender computes with seven digits."""
_FLAT = 1e-4
"""Of its largest extent: what is not even that tall lies on the ground and has no height."""
_TURNS = {"-Y": 0.0, "+X": -90.0, "+Y": 180.0, "-X": 90.0}
"""Degrees about Z that bring a front facing there to −Y."""


def quarter_turn(front_axis: str) -> Matrix:
    """Return the rotation about Z that turns a front facing `front_axis` to −Y."""
    return Matrix.Rotation(math.radians(_TURNS[front_axis]), 4, "Z")


def flatten(turn: Matrix) -> None:
    """Turn the model, apply all transforms to what is not moved by something, and remove empties nobody needs."""
    _carry()
    bpy.context.view_layer.update()
    free = [item for item in bpy.data.objects if is_free(item)]
    worlds = {item: turn @ item.matrix_world for item in free}
    _hand_over(free)
    for item, world in worlds.items():
        item.parent = None
        _apply(item, world)
    needed = {above for item in bpy.data.objects if item.type != "EMPTY" for above in (item, *_ancestors(item))}
    for item in [item for item in bpy.data.objects if item not in needed]:
        bpy.data.objects.remove(item)
    for item in bpy.data.objects:
        if item.parent is None and item not in worlds:
            item.matrix_world = turn @ item.matrix_world


def _carry() -> None:
    """Put what has no parent, and whose transform cannot be applied, under an empty that the artist may move.

    An action would undo every move of its own object; and a rig's transform is often the unit and axes of its file.
    """
    roots = [item for item in bpy.data.objects if item.parent is None]
    for item in [item for item in roots if motion.moves(item) or not (item.type == "EMPTY" or is_free(item))]:
        item.parent = _carrier()


def _hand_over(free: list[bpy.types.Object]) -> None:
    """Give to an empty what moves under a mesh that does not: a wheel under the body of a car."""
    for item in free:
        moved = [child for child in item.children if child not in free]
        carrier = _carrier() if moved else None
        for child in moved:
            child.parent = carrier
            child.matrix_parent_inverse = item.matrix_world @ child.matrix_parent_inverse


def _carrier() -> bpy.types.Object:
    carrier = bpy.data.objects.new("carrier", None)
    bpy.context.scene.collection.objects.link(carrier)
    return carrier


def to_origin(height: float | None = None) -> float:
    """Move the model so that its lowest point is at z = 0 and the middle of its box at x = y = 0.

    With a height, metres, it is scaled to it, unless it is flat on the ground. Return its largest extent, metres.
    Raises ModelFileError when it has none.
    """
    low, high = box()
    extent = float((high - low).max())
    if not 0 < extent < _ENDLESS:
        raise ModelFileError(
            "The model has no size: its points are all in one place or endlessly far away. Export or generate it again."
        )
    tall = float(high[2] - low[2])
    scale = height / tall if height and tall > _FLAT * extent else 1.0
    shift = Matrix.Translation((-(low[0] + high[0]) / 2, -(low[1] + high[1]) / 2, -low[2]))
    shift = Matrix.Scale(scale, 4) @ shift
    for item in bpy.data.objects:
        if item.parent is not None:
            continue
        if is_free(item):
            applying.transform(item.data, shift)
        else:
            item.matrix_world = shift @ item.matrix_world
    _hand_down()
    bpy.context.view_layer.update()
    return extent * scale


def own_origins() -> None:
    """Give each mesh that nothing moves an origin of its own, where there is more than one mesh."""
    meshes = [item for item in bpy.data.objects if item.type == "MESH"]
    for item in meshes if len(meshes) > 1 else ():
        if item.parent is None:
            parts.own_origin(item)


def _hand_down() -> None:
    """Give the transforms of the topmost empties to what is below them: from here on theirs are the artist's alone."""
    for top in [item for item in bpy.data.objects if item.parent is None and item.type == "EMPTY"]:
        for child in top.children:
            child.matrix_parent_inverse = top.matrix_basis @ child.matrix_parent_inverse
        top.rotation_mode = "XYZ"
        top.matrix_basis = Matrix()


def box() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the lowest and highest corner, (3,) each, of all meshes as they are shown, world space."""
    bpy.context.view_layer.update()
    graph = bpy.context.evaluated_depsgraph_get()
    parts = [_points(item.evaluated_get(graph)) for item in bpy.data.objects if item.type == "MESH"]
    ends = np.array([[(axis.min(), axis.max()) for axis in part.T] for part in parts])  # faster than along axis 0
    return ends[..., 0].min(axis=0), ends[..., 1].max(axis=0)


def _points(item: bpy.types.Object) -> npt.NDArray[np.float64]:
    """Return the vertices of an evaluated mesh object, (N, 3), world space."""
    flat = np.empty(len(item.data.vertices) * 3, np.float32)
    item.data.attributes["position"].data.foreach_get("vector", flat)
    matrix = np.array(item.matrix_world)
    points: npt.NDArray[np.float64] = flat.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3]
    return points


def _apply(item: bpy.types.Object, world: Matrix) -> None:
    """Put the world matrix into the mesh and leave the object without a transform."""
    if item.data.users > 1:
        item.data = item.data.copy()
    applying.transform(item.data, world)
    item.rotation_mode = "XYZ"
    item.matrix_world = Matrix()


def _ancestors(item: bpy.types.Object) -> list[bpy.types.Object]:
    return [item.parent, *_ancestors(item.parent)] if item.parent else []


def is_free(item: bpy.types.Object) -> bool:
    """Tell whether the transforms above and of a mesh can be applied to it."""
    return item.type == "MESH" and not _moved(item)


def _moved(item: bpy.types.Object) -> bool:
    """Tell whether an armature, a bone or an action moves this object."""
    chain = (item, *_ancestors(item))
    skinned = any(modifier.type == "ARMATURE" for modifier in item.modifiers)
    return skinned or any(one.animation_data or one.type == "ARMATURE" for one in chain)
