"""Triangles to pixels: which pixel centres each triangle covers, and where inside it they lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .shapes import FloatArray, Index, IntArray


@dataclass(frozen=True)
class Samples:
    """Covered pixel centres; all arrays have one entry a sample."""

    face: Index
    row: Index
    column: Index
    weights: FloatArray
    """(S, 3) barycentric weights of the face's corners."""

    def interpolate(self, values: FloatArray, faces: IntArray) -> FloatArray:
        """Return (S, C): values given at the vertices, (N, C), carried to the samples."""
        corners = faces[self.face]
        total: FloatArray = values.take(corners[:, 0], axis=0) * self.weights[:, :1]
        for corner in (1, 2):
            total += values.take(corners[:, corner], axis=0) * self.weights[:, corner : corner + 1]
        return total


def rasterise(triangles: FloatArray) -> Samples:
    """Cover pixel centres, (column + 0.5, row + 0.5), by (M, 3, 2) triangles in pixels, x to the right, y downwards.

    Neighbours never share a sample and leave no gap: the crossing of a scan line with an edge is computed the same way
    for both of them, and spans are half open.
    """
    face, row = _rows(triangles)
    left, right = _spans(triangles, face, row)
    count = np.maximum(right - left, 0)
    span, step = _expand(count)
    face, row, column = face[span], row[span], left[span] + step
    return Samples(face, row, column, _weights(triangles, face, column + 0.5, row + 0.5))


def _expand(count: Index) -> tuple[Index, Index]:
    """Repeat each index as often as its count says, and number the repetitions from 0."""
    owner = np.repeat(np.arange(len(count)), count)
    first = np.cumsum(count) - count
    return owner, np.arange(len(owner)) - first[owner]


def _rows(triangles: FloatArray) -> tuple[Index, Index]:
    top = np.ceil(triangles[:, :, 1].min(axis=1) - 0.5).astype(np.intp)
    end = np.ceil(triangles[:, :, 1].max(axis=1) - 0.5).astype(np.intp)
    face, step = _expand(end - top)
    return face, top[face] + step


def _spans(triangles: FloatArray, face: Index, row: Index) -> tuple[Index, Index]:
    """Find the first column inside and the first one past each triangle on each of its rows."""
    middle = row + 0.5
    low, high = np.full(len(row), np.inf), np.full(len(row), -np.inf)
    for corner in range(3):
        a, b = triangles[:, corner], triangles[:, (corner + 1) % 3]
        swap = (a[:, 1] > b[:, 1])[:, None]
        upper, lower = np.where(swap, b, a), np.where(swap, a, b)
        height = lower[:, 1] - upper[:, 1]
        slope = (lower[:, 0] - upper[:, 0]) / np.where(height > 0, height, 1)
        start_x, start_y, slope_x = upper[face, 0], upper[face, 1], slope[face]
        crosses = (start_y <= middle) & (middle < lower[face, 1])
        x = start_x + (middle - start_y) * slope_x
        low = np.minimum(low, np.where(crosses, x, np.inf))
        high = np.maximum(high, np.where(crosses, x, -np.inf))
    empty = high < low
    return (
        np.ceil(np.where(empty, 0, low) - 0.5).astype(np.intp),
        np.ceil(np.where(empty, 0, high) - 0.5).astype(np.intp),
    )


def _weights(triangles: FloatArray, face: Index, x: FloatArray, y: FloatArray) -> FloatArray:
    origin = triangles[:, 0]
    one, two = triangles[:, 1] - origin, triangles[:, 2] - origin
    area = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
    area = np.where(area == 0, 1, area)[:, None]
    across, along = np.stack([two[:, 1], -two[:, 0]], 1) / area, np.stack([-one[:, 1], one[:, 0]], 1) / area
    dx, dy = x - origin[face, 0], y - origin[face, 1]
    second = dx * across[face, 0] + dy * across[face, 1]
    third = dx * along[face, 0] + dy * along[face, 1]
    weights = np.empty((len(face), 3), dtype=np.float32)
    weights[:, 0], weights[:, 1], weights[:, 2] = 1 - second - third, second, third
    return weights
