"""Transforms put into the points of meshes, and into the normals that their files brought along."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
import numpy.typing as npt
from mathutils import Matrix

_ALIKE = 1e-4
"""Of a scale: what differs less is the same in all directions."""
_Normals = npt.NDArray[np.float64]
"""(N, 3), unit length or zero, one a corner, object space."""


def transform(mesh: Any, matrix: Matrix) -> None:
    """Put the matrix into a mesh; a mirrored one, which would be inside out, is turned back."""
    is_mirrored = matrix.determinant() < 0
    normals = None if _keeps_normals(mesh, matrix) else _transformed(mesh, matrix)
    mesh.transform(matrix, shape_keys=True)
    if is_mirrored:
        mesh.flip_normals()
    if normals is not None:
        mesh.normals_split_custom_set((normals[_flipped(mesh)] if is_mirrored else normals).astype(np.float32))


def _keeps_normals(mesh: Any, matrix: Matrix) -> bool:
    """Tell whether the mesh's normals come out right by themselves.

    They do if it has none of its own, or as vectors; or if all angles stay. Others are stored relative to the surface.
    """
    layer = mesh.attributes.get("custom_normal")
    return not mesh.has_custom_normals or bool(layer and layer.data_type == "FLOAT_VECTOR") or _is_even(matrix)


def _is_even(matrix: Matrix) -> bool:
    """Tell whether a matrix turns, moves and scales, by the same in all directions, and mirrors nothing."""
    axes = np.array(matrix.to_3x3())
    squares = axes.T @ axes
    return matrix.determinant() > 0 and bool(np.abs(squares - squares[0, 0] * np.eye(3)).max() < _ALIKE * squares[0, 0])


def _transformed(mesh: Any, matrix: Matrix) -> _Normals:
    """Return what the normals will be; zero, which Blender takes for its own, where the matrix leaves nothing."""
    flat = np.empty(len(mesh.loops) * 3, np.float32)
    mesh.corner_normals.foreach_get("vector", flat)
    axes = np.array(matrix.to_3x3())
    away = np.stack([np.cross(axes[1], axes[2]), np.cross(axes[2], axes[0]), np.cross(axes[0], axes[1])])
    away *= np.sign(matrix.determinant()) / max(float(np.abs(away).max()), np.finfo(float).tiny)
    normals: _Normals = flat.reshape(-1, 3) @ away.T
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    normals /= np.where(lengths > 0, lengths, 1)
    return normals


def _flipped(mesh: bpy.types.Mesh) -> npt.NDArray[np.intp]:
    """Return where each corner was before the faces were flipped: the first one stays, the others are reversed."""
    starts, counts = np.empty(len(mesh.polygons), np.intc), np.empty(len(mesh.polygons), np.intc)
    mesh.polygons.foreach_get("loop_start", starts)
    mesh.polygons.foreach_get("loop_total", counts)
    first, count = np.repeat(starts, counts), np.repeat(counts, counts)
    return np.asarray(first + (first - np.arange(len(first))) % count, np.intp)
