"""Takes a closed triangle surface out of a scalar field (marching cubes) and smooths it.

Source of the method: Lorensen and Cline 1987. The table is made here from one rule instead of being copied: on every
face of a cell, each run of inside corners is cut off by one segment. Both cells at a face see the same runs, so their
segments match, and the surface closes whatever the field does.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations

import numpy as np

from .shapes import FloatArray, Index, IntArray, Mask, Solid

CELLS = {"draft": 64, "normal": 128, "fine": 224}
"""Cells along the longest side of the object, by the recipe's detail."""

_NEAREST = 0.02
"""Vertices keep this share of a cell's edge away from its ends, so that no triangle shrinks to nothing."""

# Corner n of a cell lies at (n & 1, n >> 1 & 1, n >> 2 & 1).
_EDGES = [(a, b) for a, b in combinations(range(8), 2) if (a ^ b).bit_count() == 1]
_FACES = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
"""Corners of each face of a cell, counter-clockwise seen from outside."""


Triple = tuple[float, float, float]


def extract(field: FloatArray, origin: Triple, spacing: float | Triple) -> Solid:
    """Make the surface where the field passes 0, in float precision along the grid's edges.

    field: (nx, ny, nz), positive inside; a margin of one outside layer is added. origin: place of
    field[0, 0, 0]; spacing: of the samples, one for all axes or one each.
    Each edge of the result lies in exactly two faces, normals point outwards; an all-outside field gives no faces.
    """
    field = np.pad(field, 1, constant_values=-float(np.abs(field).max(initial=1.0)))
    inside = field > 0
    keys, points = _crossings(field, inside)
    faces = np.searchsorted(keys, _triangle_keys(inside)).astype(np.int32)
    return Solid((points - 1) * np.asarray(spacing, dtype=float) + np.asarray(origin, dtype=float), faces)


def smooth(solid: Solid, amount: float) -> Solid:
    """Soften the surface by amount 0–1 and keep its volume; vertices whose faces would collapse stay put.

    Source: Taubin 1995, steps of 0.5 and −0.53 in turn.
    """
    passes = round(amount * 20)
    if not passes or not len(solid.faces):
        return solid
    vertices = solid.vertices
    for _ in range(passes):
        for step in (0.5, -0.53):
            vertices = vertices + step * (_neighbour_mean(vertices, solid.faces) - vertices)
    return _without_collapse(solid, vertices)


def face_areas(solid: Solid) -> FloatArray:
    """Measure each face's area, (M,)."""
    a, b, c = (solid.vertices[solid.faces[:, i]] for i in range(3))
    return np.asarray(np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2)


def _crossings(field: FloatArray, inside: Mask) -> tuple[Index, FloatArray]:
    """Find the grid edges where inside meets outside: their keys (ascending) and the places of the surface on them."""
    keys, points = [], []
    for axis in range(3):
        first, second = _ends(axis, -1), _ends(axis, 1)
        at = np.argwhere(inside[first] != inside[second])
        flat = np.ravel_multi_index(tuple(at.T), field.shape)
        low = field.ravel()[flat]
        high = field.ravel()[flat + _strides(field.shape)[axis]]
        place = at.astype(float)
        place[:, axis] += np.clip(low / (low - high), _NEAREST, 1 - _NEAREST)
        keys.append(flat + axis * field.size)
        points.append(place)
    return np.concatenate(keys), np.concatenate(points)


def _triangle_keys(inside: Mask) -> Index:
    """Look up the triangles of every cell that the surface passes, as keys of grid edges, (M, 3)."""
    strides = _strides(inside.shape)
    case = np.zeros([n - 1 for n in inside.shape], dtype=np.uint8)
    for corner in range(8):
        case |= inside[_corner_slice(corner)].view(np.uint8) << np.uint8(corner)
    at = np.argwhere((case != 0) & (case != 255))
    cells = np.asarray(np.ravel_multi_index(tuple(at.T), inside.shape))
    cases = case[tuple(at.T)]
    offsets = np.array([_edge_axis(a, b) * inside.size + _offset(a, strides) for a, b in _EDGES])
    rows = np.repeat(np.arange(len(cells)), _COUNTS[cases])
    slot = np.arange(len(rows)) - np.repeat(np.cumsum(_COUNTS[cases]) - _COUNTS[cases], _COUNTS[cases])
    return np.asarray(cells[rows, None] + offsets[_TRIANGLES[cases[rows], slot]])


def _neighbour_mean(vertices: FloatArray, faces: IntArray) -> FloatArray:
    """Average each vertex's neighbours; in a closed mesh every edge is met once in each direction."""
    here, there = faces.ravel(), faces[:, [1, 2, 0]].ravel()
    count = np.maximum(np.bincount(here, minlength=len(vertices)), 1)
    sums = [np.bincount(here, weights=axis[there], minlength=len(vertices)) for axis in vertices.T]
    return np.asarray(np.stack(sums, axis=1) / count[:, None])


def _without_collapse(solid: Solid, vertices: FloatArray) -> Solid:
    before = face_areas(solid)
    least = np.minimum(before * 0.5, 1e-4 * np.median(before))
    for _ in range(20):
        thin = face_areas(Solid(vertices, solid.faces)) < least
        if not thin.any():
            return Solid(vertices, solid.faces)
        held = solid.faces[thin].ravel()
        vertices[held] = solid.vertices[held]
    return solid


def _ends(axis: int, sign: int) -> tuple[slice, ...]:
    return tuple(slice(None) if i != axis else slice(1, None) if sign > 0 else slice(None, -1) for i in range(3))


def _corner_slice(corner: int) -> tuple[slice, ...]:
    return tuple(slice(1, None) if corner >> axis & 1 else slice(None, -1) for axis in range(3))


def _strides(shape: tuple[int, ...]) -> tuple[int, int, int]:
    return shape[1] * shape[2], shape[2], 1


def _offset(corner: int, strides: tuple[int, int, int]) -> int:
    return sum(stride for axis, stride in enumerate(strides) if corner >> axis & 1)


def _edge_axis(a: int, b: int) -> int:
    return (a ^ b).bit_length() - 1


def _segments(case: int) -> dict[int, int]:
    """Link the crossed edges of a cell: from the edge where a face's outline enters the inside to where it leaves."""
    links = {}
    for face in _FACES:
        ring = [_EDGES.index((min(a, b), max(a, b))) for a, b in zip(face, face[1:] + face[:1], strict=True)]
        within = [bool(case >> corner & 1) for corner in face]
        for start in (i for i in range(4) if not within[i] and within[(i + 1) % 4]):
            end = next(i % 4 for i in range(start + 1, start + 5) if not within[(i + 1) % 4])
            links[ring[start]] = ring[end]
    return links


def _polygons(case: int) -> Iterator[list[int]]:
    links = _segments(case)
    while links:
        polygon = [min(links)]
        while (following := links.pop(polygon[-1])) != polygon[0]:
            polygon.append(following)
        yield polygon


@cache
def _share_face(first: int, second: int) -> bool:
    return any({*_EDGES[first], *_EDGES[second]} <= set(face) for face in _FACES)


def _triangulations(polygon: list[int]) -> Iterator[list[tuple[int, int, int]]]:
    """Try the ways to cut a polygon so that diagonals stay off the cell's faces, where a neighbour may have one."""
    if len(polygon) < 3:
        yield []
        return
    for tip in range(1, len(polygon) - 1):
        left, right = polygon[: tip + 1], polygon[tip:]
        cuts = [side for side in (left, right) if len(side) > 2]
        if not any(_share_face(side[0], side[-1]) for side in cuts):
            for some in _triangulations(left):
                yield from ([(polygon[0], polygon[tip], polygon[-1]), *some, *rest] for rest in _triangulations(right))


_CASES = [[face for polygon in _polygons(case) for face in next(_triangulations(polygon))] for case in range(256)]
_COUNTS = np.array([len(case) for case in _CASES])
_TRIANGLES = np.array([case + [(0, 0, 0)] * (int(_COUNTS.max()) - len(case)) for case in _CASES])
