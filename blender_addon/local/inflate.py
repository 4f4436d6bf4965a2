"""Makes a round closed solid from one silhouette: as deep as it is wide at every place, with an elliptic rim."""

from __future__ import annotations

import numpy as np

from . import poisson
from .align import resample
from .regions import grown, label, shrunk, sizes
from .shapes import FloatArray, Mask, Recipe, Solid
from .surface import CELLS, extract

MARGIN = 2
"""Samples around the object."""
_THIN = 1.8
"""Parts are kept at least this many cells wide: thinner ones would fall apart between the samples."""


def inflate(mask: FloatArray, recipe: Recipe) -> Solid:
    """Inflate a silhouette, (H, W) coverage cropped to the object, to a solid that is symmetric front to back.

    Source of the depth: the union of all balls that fit into the silhouette and are centred on its plane tells how deep
    a place is; Poisson's equation tells how to get there without the creases of that union.
    """
    level, cell = sample(mask, CELLS[recipe.detail])
    swell = np.maximum(poisson.solve(level), -1e3)
    radius, depth2 = _depth(swell, level > 0)
    reach = int(np.ceil(np.sqrt(depth2.max()) * recipe.depth)) + 1
    across = np.abs(np.arange(-reach, reach + 1) / recipe.depth)
    field = _sections(depth2, radius, across, 1.0 if recipe.roundness is None else recipe.roundness)
    origin = (-(level.shape[1] - 1) / 2 * cell[0], -reach * cell[1], (0.5 - MARGIN) * cell[1])
    return extract(field, origin, (cell[0], cell[1], cell[1]))


def sample(mask: FloatArray, cells: int) -> tuple[FloatArray, tuple[float, float]]:
    """Sample the silhouette on a grid: its level, positive inside, (rows, columns), row 0 at the top, with a margin.

    Returns also a cell's width and height in units of the silhouette's height.
    """
    size = max(mask.shape) / cells
    rows, columns = (max(1, round(side / size)) for side in mask.shape)
    level = np.pad(resample(thickened(mask, size), rows, columns) - 0.5, MARGIN, constant_values=-0.5)
    return _graded(level), (mask.shape[1] / mask.shape[0] / columns, 1 / rows)


def _graded(level: FloatArray) -> FloatArray:
    """Average neighbours, so that the level falls evenly over two cells at the rim and tells where exactly it runs."""
    for axis in (0, 1):
        level = (np.roll(level, 1, axis) + 4 * level + np.roll(level, -1, axis)) / 6
    return level


def thickened(mask: FloatArray, size: float) -> FloatArray:
    """Widen what is thinner than a cell of that many pixels (antennae, hair), leaving dust and corners alone."""
    radius = round((_THIN * size - 1) / 2)
    if radius < 1:
        return mask
    solid = np.pad(mask >= 0.5, radius)
    thin = solid & ~grown(shrunk(solid, radius), radius)
    parts = label(thin, diagonal=True)
    large = sizes(parts) > 6 * radius**2
    large[0] = False
    wider = grown(large[parts], max(1, radius // 2))
    return np.maximum(mask, wider[radius:-radius, radius:-radius])


def _depth(swell: FloatArray, inside: Mask) -> tuple[FloatArray, FloatArray]:
    """Find the local radius and the squared half depth at every sample, in cells; the latter is below 0 outside."""
    distance = np.maximum(np.sqrt(-_envelope(np.where(inside, -1e6, 0.0))) - 0.15, 0.25)
    balls = np.maximum(_envelope(np.where(inside, distance**2, -1e6)), 0.01)
    radius = np.where(inside, (balls + distance**2) / (2 * distance), 0)
    factor = np.where(inside, balls / np.maximum(swell, 0.05), 0)
    spread = max(1, max(inside.shape) // 40)
    radius, factor = (_diffused(values, inside, spread) for values in (radius, np.clip(factor, 0.3, 1.5)))
    return radius, swell * factor


def _envelope(values: FloatArray) -> FloatArray:
    """Take at each sample the largest of all values minus squared distance, axis by axis."""
    for _ in range(2):
        steps = np.arange(values.shape[1], dtype=float)
        square = (steps[:, None] - steps) ** 2
        values = np.stack([(row - square).max(axis=1) for row in values]).T
    return values


def _diffused(values: FloatArray, inside: Mask, spread: int) -> FloatArray:
    """Smooth along the inside only, and carry the values a few samples beyond the rim."""
    weight = inside.astype(float)
    for _ in range(8):
        total = _box(weight, spread)
        values = _box(values * weight, spread) / np.maximum(total, 1e-9)
        weight = np.maximum(inside, total > 1e-9).astype(float)
    return values


def _box(values: FloatArray, radius: int) -> FloatArray:
    for _ in range(2):
        total = np.cumsum(np.pad(values, ((radius + 1, radius), (0, 0))), axis=0)
        values = ((total[2 * radius + 1 :] - total[: -2 * radius - 1]) / (2 * radius + 1)).T
    return values


def _sections(depth2: FloatArray, radius: FloatArray, across: FloatArray, roundness: float) -> FloatArray:
    """Fill the field, (x, y, z), positive inside; sections go from ellipses (roundness 1) to boxes (0).

    The division makes the field straight where it passes 0 on its way to the front: a parabola, interpolated, would
    leave rings on shallow slopes.
    """
    depth2, across = depth2[::-1].T[:, None, :], across[:, None]
    if roundness >= 1:
        return np.asarray((depth2 - across**2) / np.sqrt(across + 1))
    power = 2 / max(roundness, 0.12)
    radius = np.maximum(radius, 0.5)[::-1].T[:, None, :]
    rim = np.sqrt(np.maximum(1 - depth2 / radius**2, 0))
    ball = (rim**power + (across / radius) ** power) ** (2 / power)
    return np.asarray(radius**2 * (1 - ball) / np.sqrt(across + 1))
