"""Reads a silhouette row by row: the runs of the object in each row, and how sharply the walls of each run end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .shapes import FloatArray, Index, Mask

HALF = 0.5 - 1e-6
"""Coverage from which on a pixel is object; exactly half counts, as it does where pictures are cropped."""
_ALIKE = 0.5
"""Share of a run that two views must have in common to mean the same part."""
_WALL = 0.03
"""A wall may stray this share of its run's width from the vertical: hand-held cameras lean a little."""
_LEANING = 0.05
"""Slope up to which a wall counts as straight."""
_ENDED = 0.12
"""A wall has ended where it strayed this share of its run's width."""
_ROUND = 0.155
"""Rows, in widths of the run, that a half circle needs to stray from _WALL to _ENDED."""


@dataclass(frozen=True)
class Runs:
    """The runs of every row, (rows, n), row 0 lowest; a row with fewer than n repeats its first."""

    low: FloatArray
    """Left ends, in units of the object's height, 0 in the middle of the picture."""
    high: FloatArray
    """Right ends."""
    real: Mask
    """Which are not repetitions."""

    @property
    def middle(self) -> FloatArray:
        return (self.low + self.high) / 2

    @property
    def half(self) -> FloatArray:
        return (self.high - self.low) / 2


def find_runs(rows: FloatArray, width: float, least: float) -> Runs:
    """Find the runs of coverage rows, (rows, columns); an empty row has none that is real.

    least: the half width that no run goes below. Raises IndexError when all rows are empty.
    """
    level = np.pad(rows, ((0, 0), (1, 1))) - HALF
    row, start = _changes(level, 1)
    _, stop = _changes(level, -1)
    count = np.bincount(row, minlength=len(rows))
    slots = np.arange(max(1, count.max()))
    first = np.minimum(np.searchsorted(row, np.arange(len(rows))), len(row) - 1)
    index = first[:, None] + np.where(slots < count[:, None], slots, 0)
    step = width / rows.shape[1]
    low, high = ((ends[index] - 0.5) * step - width / 2 for ends in (start, stop))
    spare = np.maximum(least - (high - low) / 2, 0)
    return Runs(low - spare, high + spare, slots < count[:, None])


def _changes(level: FloatArray, way: int) -> tuple[Index, FloatArray]:
    """Find where rows go in (way 1) or out (−1): the row, and the place in columns between two samples."""
    inside = (level > 0).astype(np.int8)
    row, column = np.nonzero(np.diff(inside, axis=1) == way)
    low, high = level[row, column], level[row, column + 1]
    return row, column + low / (low - high)


def met(one: Runs, other: Runs) -> Runs:
    """Average two outlines of one object row by row; where they disagree, the one with fewer runs in all counts.

    Real cameras stand near: of two ears, each side sees the nearer one higher and shifted. Two ears seen from the
    front times two from the side would be four.
    """
    if one.real.sum() > other.real.sum():
        one, other = other, one
    slots = max(one.low.shape[1], other.low.shape[1])
    first, second = (_with_slots(runs, slots) for runs in (one, other))
    shared = np.minimum(first.high, second.high) - np.maximum(first.low, second.low)
    alike = (first.real == second.real) & (shared > _ALIKE * 2 * np.maximum(first.half, second.half))
    weight = np.where(alike.all(axis=1), 0.5, first.real.any(axis=1))[:, None]
    low, high = (a * weight + b * (1 - weight) for a, b in ((first.low, second.low), (first.high, second.high)))
    return Runs(low, high, np.where(weight > 0, first.real, second.real))


def _with_slots(runs: Runs, slots: int) -> Runs:
    more = ((0, 0), (0, slots - runs.low.shape[1]))
    low, high = (np.where(np.pad(runs.real, more), np.pad(ends, more), ends[:, :1]) for ends in (runs.low, runs.high))
    return Runs(low, high, np.pad(runs.real, more))


def drawn(runs: Runs, columns: int) -> FloatArray:
    """Draw runs of pictures of width 1 as coverage, (rows, columns)."""
    places = ((np.arange(columns) + 0.5) / columns - 0.5)[None, :, None]
    reach = np.minimum(places - runs.low[:, None, :], runs.high[:, None, :] - places) * columns
    return np.asarray(np.where(runs.real[:, None, :], np.clip(reach + 0.5, 0, 1), 0).max(axis=2))


def boxiness(runs: Runs, row_height: float) -> FloatArray:
    """Tell for every run how much its walls speak for a box, 0–1, (rows, n).

    A wall that goes straight up and down and ends sharply at both ends gives 1; one that leans, bends, or ends in a
    curve as wide as the run gives 0, and a rounded corner something between. Walls that begin or end where another part
    sets in (a leg under a table top) end sharply too.
    """
    ends = []
    for edge in (runs.low, runs.high):
        up, down = (_sharpness(runs, edge, row_height, way) for way in (1, -1))
        ends.append(np.minimum(up, down) * _uprightness(runs, edge, row_height))
    return np.asarray((ends[0] + ends[1]) / 2)


def _sharpness(runs: Runs, edge: FloatArray, row_height: float, way: int) -> FloatArray:
    """Follow an edge up (way 1) or down (−1) and measure how fast it leaves the vertical, 0 (slowly) to 1 (at once)."""
    rows, slots = edge.shape
    following = _followed(runs, edge, way)
    width = 2 * runs.half
    slot = np.broadcast_to(np.arange(slots), edge.shape)
    ended = np.zeros(edge.shape, dtype=bool)
    leaving = np.zeros(edge.shape)
    before = edge
    for step in range(1, rows + 1):
        row = np.arange(rows)[:, None] + way * step
        there = (row >= 0) & (row < rows) & (slot >= 0)
        slot = np.where(there, following[np.clip(row - way, 0, rows - 1), np.maximum(slot, 0)], -1)
        now = np.where(slot >= 0, edge[np.clip(row, 0, rows - 1), slot], np.inf)
        strayed = np.abs(now - edge)
        moved = np.where(np.isfinite(now), np.abs(now - np.where(np.isfinite(before), before, 0)), np.inf)
        ended |= strayed > _ENDED * width
        leaving += ~ended & (strayed > _WALL * width) & (moved > _LEANING * row_height)
        if ended.all():
            break
        before = now
    return np.clip(1.15 - 1.3 * leaving * row_height / (_ROUND * width), 0, 1)


def _uprightness(runs: Runs, edge: FloatArray, row_height: float) -> FloatArray:
    """Tell how upright an edge is in each row, 1 (a wall) to 0, by the better of its two sides: corners are ends."""
    slopes = []
    for way in (1, -1):
        following = _followed(runs, edge, way)
        there = np.clip(np.arange(len(edge)) + way, 0, len(edge) - 1)[:, None]
        moved = np.where(following >= 0, np.abs(edge[there, following] - edge), np.inf)
        moved[-1 if way > 0 else 0] = np.inf
        slopes.append(moved / row_height)
    return np.clip(1.5 - np.minimum(*slopes) / 0.2, 0, 1)


def _followed(runs: Runs, edge: FloatArray, way: int) -> Index:
    """Find the run of the next row that carries each edge on, −1 where nothing overlaps, (rows, n)."""
    rows = len(edge)
    there = np.clip(np.arange(rows) + way, 0, rows - 1)
    low, high = runs.low[there][:, None, :], runs.high[there][:, None, :]
    overlaps = (low < runs.high[..., None]) & (high > runs.low[..., None])
    distance = np.where(overlaps, np.abs(edge[there][:, None, :] - edge[..., None]), np.inf)
    nearest = distance.argmin(axis=2)
    return np.where(overlaps.any(axis=2), nearest, -1)
