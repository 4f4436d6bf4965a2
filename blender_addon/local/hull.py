"""Carves a solid from silhouettes seen from the front and from a side, with cross-sections between box and ellipse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from . import shading
from .align import Silhouette, resample
from .inflate import _thickened, inflate
from .sections import boxiness, find_runs
from .shapes import FloatArray, IntArray, Recipe, Solid
from .surface import CELLS, extract

MARGIN = 2
"""Samples around the object."""
_LEAST = 0.8
"""Half width below which no run of a silhouette goes, cells: a thinner part would fall apart between the samples."""
_DEPTH_POWER = 1.5


@dataclass(frozen=True)
class _Outline:
    """One direction's silhouette on the grid; every array is (rows, columns), row 0 lowest."""

    across: FloatArray
    """Distance from the middle of the run in its half widths: 1 on the outline, more outside."""
    half: FloatArray
    """Half width of the run, in units of the object's height."""
    share: FloatArray
    """Half width of the run as a share of the row's widest."""
    box: FloatArray
    """How much the run's walls speak for a box, 0–1."""
    cap: FloatArray
    """Vertical distance to the outline, positive inside."""
    step: float
    """Distance between columns."""


def carve(silhouettes: Mapping[str, Silhouette], recipe: Recipe) -> Solid:
    """Carve what the silhouettes show; with a front and a back alone the depth comes from inflating the front."""
    front, side = _merged(silhouettes, "front", "back"), _merged(silhouettes, "left", "right")
    if side is None or front is None:
        return inflate(front.mask, recipe)
    cells = CELLS[recipe.detail]
    size = max(1.0, front.width, side.width) / cells
    rows = max(1, round(1 / size))
    masks = _agreed(front.mask, side.mask)
    outlines = [_outline(view, mask, rows, size) for mask, view in zip(masks, (front, side), strict=True)]
    field = _field(outlines[0], outlines[1], size, recipe.roundness)
    steps = (outlines[0].step, outlines[1].step, 1 / rows)
    origin = (*(-(n - 1) / 2 * step for n, step in zip(field.shape[:2], steps, strict=False)), (0.5 - MARGIN) / rows)
    return extract(field, origin, steps)


def _merged(silhouettes, name: str, opposite: str) -> Silhouette | None:
    view, twin = silhouettes.get(name), silhouettes.get(opposite)
    if view is not None:
        return view
    if twin is None:
        return None
    return Silhouette(name, twin.picture[:, ::-1], twin.mask[:, ::-1], twin.width)


def _agreed(front: FloatArray, side: FloatArray) -> list[FloatArray]:
    """Give each silhouette the rows that only the other one has, taken from its nearest row: nothing proven is lost."""
    present = [(mask >= 0.5).any(axis=1) for mask in (front, side)]
    filled = []
    for mask, own, other in ((front, *present), (side, *present[::-1])):
        at, have = np.flatnonzero(other & ~own), np.flatnonzero(own)
        mask = mask.copy()
        mask[at] = mask[have[np.abs(at[:, None] - have).argmin(axis=1)]]
        filled.append(mask)
    return filled


def _outline(view: Silhouette, mask: FloatArray, rows: int, size: float) -> _Outline:
    width = view.width
    columns = max(1, round(width / size))
    mask = _thickened(mask, mask.shape[0] * size)[::-1]
    occupied = _nearest_occupied(resample(mask, rows, mask.shape[1]))
    runs = find_runs(occupied, width, _LEAST * size)
    step = width / columns
    places = (np.arange(columns + 2 * MARGIN) - (columns + 2 * MARGIN - 1) / 2) * step
    away = np.abs(places[None, :, None] - runs.middle[:, None, :]) - runs.half[:, None, :]
    nearest = away.argmin(axis=2)
    box = boxiness(runs, 1 / rows) * (1 - shading.roundness(view, runs))
    half, middle, box = (np.take_along_axis(v, nearest, axis=1) for v in (runs.half, runs.middle, box))
    away = np.abs(places - middle) - half
    cap = _cap(mask, rows, columns)
    away = np.where((away > 0) & (cap[MARGIN:-MARGIN] < 0), np.minimum(away, -cap[MARGIN:-MARGIN]), away)
    pad = ((MARGIN, MARGIN), (0, 0))
    across, half, box, share = (
        np.pad(v, pad, mode="edge") for v in (1 + away / half, half, box, half / runs.half.max(axis=1)[:, None])
    )
    return _Outline(across, half, share, box, cap, step)


def _nearest_occupied(rows: FloatArray) -> FloatArray:
    have = np.flatnonzero((rows > 0.5).any(axis=1))
    return rows[have[np.abs(np.arange(len(rows))[:, None] - have).argmin(axis=1)]]


def _cap(mask: FloatArray, rows: int, columns: int) -> FloatArray:
    """Measure the vertical distance to the outline on the grid, positive inside, (rows, columns) with the margin."""
    thin = resample(mask, mask.shape[0], columns) 
    solid = thin >= 0.5
    solid = np.pad(solid, ((1, 1), (MARGIN, MARGIN)))
    height = len(mask)
    edges = np.arange(height + 1)[:, None] * np.ones(solid.shape[1])
    changed = solid[1:] != solid[:-1]
    below = np.maximum.accumulate(np.where(changed, edges, -np.inf), axis=0)
    above = np.minimum.accumulate(np.where(changed, edges, np.inf)[::-1], axis=0)[::-1]
    at = (np.arange(-MARGIN, rows + MARGIN) + 0.5) * height / rows
    low, high = np.clip(np.floor(at).astype(int), 0, height), np.clip(np.ceil(at).astype(int), 0, height)
    distance = np.minimum(np.abs(at[:, None] - below[low]), np.abs(above[high] - at[:, None])) / height
    inside = solid[np.clip(np.floor(at).astype(int) + 1, 0, height + 1)]
    return np.where(inside, 1, -1) * np.minimum(distance, 1)


def _field(front: _Outline, side: _Outline, size: float, roundness: float | None) -> FloatArray:
    """Combine both outlines to a field over (x, y, z), about the distance to the surface, positive inside."""
    x, y = (lambda v: v.T[:, None, :]), (lambda v: v.T[None, :, :])
    box = np.maximum(x(front.box) * y(side.share), y(side.box) * x(front.share)) if roundness is None else 1 - roundness
    round_ = np.maximum(1 - box, 0.02)
    u, v = (_narrowed(one, other, size) for one, other in ((front, side), (side, front)))
    over_u, over_v = (np.maximum(a - (1 - round_), 0) for a in (x(u), y(v)))
    level = 1 - round_ + np.sqrt(over_u**2 + over_v**2)
    a, b = x(front.half), y(side.half)
    field = (1 - level) * (2 * a * b / (a + b))
    field = np.clip(field, -2 * size, 2 * size)
    return np.minimum(np.minimum(field, x(front.cap)), y(side.cap))


def _narrowed(outline: _Outline, other: _Outline, size: float) -> FloatArray:
    """Push a run that is narrow beside the row's widest towards the rim: it is as shallow as it is narrow."""
    deepest = (other.half / other.share).max(axis=1, keepdims=True)
    share = np.maximum(outline.share**_DEPTH_POWER, np.minimum(_LEAST * size / deepest, 1) ** 2)
    return np.sqrt(np.maximum(1 - share * (1 - outline.across**2), 0))
