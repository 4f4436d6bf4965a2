"""Puts a silhouette on the carving grid: how thick it is, where it ends, and what its walls say about the sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from . import poisson, shading
from .align import Silhouette, resample
from .inflate import thickened
from .sections import HALF, Runs, boxiness, find_runs
from .shapes import FloatArray, Index

MARGIN = 2
"""Samples around the object."""
LEAST = 0.8
"""Half width below which no run goes, cells: a thinner part would fall apart between the samples."""
_BESIDE = 0.25
"""A run narrower than this share of the row's widest says nothing about boxes: fingers, straps, handles."""
_GLITCH = 50
"""A wall lower than about this part of the object's height is noise of the outline."""


_TOUCH = 0.02
"""Share of a column that counts as object where its top and bottom are looked for: antennae are narrower than one."""


@dataclass(frozen=True)
class Outline:
    """One direction's silhouette on the grid; arrays are (rows, columns), margin included, row 0 lowest."""

    lens: FloatArray
    """1 in the middle of a run, 0 on its ends, 1 − u² between, below 0 outside."""
    bulge: FloatArray
    """The square of the thickness, 1 at the row's thickest, 0 on the outline, below 0 outside."""
    half: FloatArray
    """Half width of the run, in units of the object's height."""
    share: FloatArray
    """Half width of the run as a share of the row's widest."""
    box: FloatArray
    """How much the run's walls speak for a box, 0–1."""
    cap: FloatArray
    """Vertical distance to the outline, positive inside; infinite beside the runs."""
    step: float
    """Distance between columns."""


def outline(mask: FloatArray, views: Sequence[Silhouette], rows: int, size: float) -> Outline:
    """Sample a mask, (h, w); the views along its axis, mirrored to fit it, add their shading. size: of a cell."""
    width = views[0].width
    columns = max(1, round(width / size))
    mask = thickened(mask, mask.shape[0] * size)[::-1]
    runs = find_runs(_nearest_occupied(resample(mask, rows, mask.shape[1])), width, LEAST * size)
    wall = boxiness(runs, 1 / rows)
    flat = 1 - np.max([shading.roundness(view, runs) for view in views], axis=0)
    share = runs.half / runs.half.max(axis=1, keepdims=True)
    telling = np.clip(share / _BESIDE - 1, 0, 1)
    places = (np.arange(columns + 2 * MARGIN) - (columns + 2 * MARGIN - 1) / 2) * (width / columns)
    nearest = _nearest_run(places, runs)
    told = runs.middle, runs.half, share, _steady(wall), _steady(wall * flat * telling)
    middle, half, share, wall, box = (_extended(np.take_along_axis(values, nearest, axis=1), MARGIN) for values in told)
    cap = _cap(mask, rows, columns)
    away = np.abs(places - middle) - half
    away = np.where((away > 0) & (cap < 0), np.minimum(away, -cap), away)
    lens = 1 - (1 + away / half) ** 2
    bulge = _bulge(mask, lens, share, wall)
    return Outline(lens, bulge, half, share, box, np.where(away > 0, np.inf, cap), width / columns)


def _nearest_occupied(rows: FloatArray) -> FloatArray:
    """Give empty rows the content of the nearest row that has some; what is finer than the grid counts in full."""
    rows = rows / np.clip(rows.max(), 1e-3, 0.5) * 0.5
    there = np.flatnonzero((rows >= HALF).any(axis=1))
    return np.asarray(rows[there[np.abs(np.arange(len(rows))[:, None] - there).argmin(axis=1)]])


def _nearest_run(places: FloatArray, runs: Runs) -> Index:
    """Find the run at or nearest to every place, (rows, places)."""
    away = np.abs(places[None, :, None] - runs.middle[:, None, :]) - runs.half[:, None, :]
    return np.asarray(away.argmin(axis=2))


def _bulge(mask: FloatArray, lens: FloatArray, share: FloatArray, wall: FloatArray) -> FloatArray:
    """Take the thickness from the lens of each row between upright walls, elsewhere from Poisson's equation.

    That one is smooth over the height even where runs meet or part, but near a flat top it would not be round.
    """
    rows, columns = lens.shape
    level = np.pad(resample(mask, rows - 2 * MARGIN, columns - 2 * MARGIN) - 0.5, MARGIN, constant_values=-0.5)
    swell = poisson.solve(level)
    swell /= np.maximum(swell.max(axis=1, keepdims=True), 0.5)
    own = lens * share**2
    return np.where(lens > 0, np.where(swell > 0, wall * own + (1 - wall) * swell, own), lens)


def _steady(values: FloatArray) -> FloatArray:
    """Take the median of neighbouring rows, then their mean."""
    reach = max(1, round(len(values) / _GLITCH))
    for middle in (np.median, np.mean):
        windows = np.lib.stride_tricks.sliding_window_view(_extended(values, reach), 2 * reach + 1, axis=0)
        values = np.asarray(middle(windows, axis=-1))
    return values


def _extended(values: FloatArray, rows: int) -> FloatArray:
    """Repeat the first and the last row."""
    return np.concatenate([values[:1].repeat(rows, axis=0), values, values[-1:].repeat(rows, axis=0)])


def _cap(mask: FloatArray, rows: int, columns: int) -> FloatArray:
    """Measure the vertical distance to the outline, positive inside, (rows, columns) with the margin."""
    any_pixel = resample((mask >= 0.5).astype(float), len(mask), columns) > _TOUCH
    solid = np.pad(any_pixel, ((1, 1), (MARGIN, MARGIN)))
    ends = np.where(solid[1:] != solid[:-1], np.arange(len(mask) + 1)[:, None], np.nan)
    below = np.fmax.accumulate(ends, axis=0)
    above = np.fmin.accumulate(ends[::-1], axis=0)[::-1]
    at = (np.arange(-MARGIN, rows + MARGIN) + 0.5) * len(mask) / rows
    pixel = np.clip(np.floor(at).astype(np.intp), -1, len(mask))
    under, over = below[np.maximum(pixel, 0)], above[np.minimum(pixel + 1, len(mask))]
    distance = np.fmin(np.abs(at[:, None] - under), np.abs(over - at[:, None])) / len(mask)
    return np.asarray(np.where(solid[pixel + 1], 1, -1) * np.nan_to_num(distance, nan=1.0))
