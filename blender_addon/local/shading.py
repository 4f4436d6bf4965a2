"""Tells from the shading of a picture whether an upright wall is flat or round; flat colours say nothing.

Across a flat wall the brightness is even, or falls off to one side. Across a round one the normal turns, and whatever
lights it makes the brightness a smooth wave over the angle (Basri and Jacobs 2003: harmonics up to the second carry
nearly all of a matt surface's shading). Marks and grain are neither even nor that smooth.
"""

from __future__ import annotations

import numpy as np

from .align import Silhouette, resample
from .sections import Runs
from .shapes import FloatArray

_U: FloatArray = np.linspace(-0.92, 0.92, 24)
_FLAT: FloatArray = np.stack([np.ones_like(_U), _U], axis=1)
_ANGLE: FloatArray = np.arcsin(_U)
_WAVES: FloatArray = np.stack([np.cos(_ANGLE), np.sin(2 * _ANGLE), np.cos(2 * _ANGLE), np.cos(3 * _ANGLE)], axis=1)
_MIDDLE = np.s_[5:-5]
"""The middle half of the width: a box with rounded edges is flat there."""
_ROWS_MEANT = 5
"""Rows that are averaged, so that grain and small marks do not count."""


def roundness(view: Silhouette, runs: Runs) -> FloatArray:
    """Tell for each run how surely its shading is that of a round wall, 0–1, (rows, n)."""
    profiles = _profiles(view, runs)
    uneven = profiles @ _rest_of(_FLAT)
    marks = uneven @ _rest_of(_rest_of(_FLAT) @ _WAVES)
    power, lost = (np.square(part).mean(axis=2) for part in (uneven, marks))
    smooth = 1 - lost / np.maximum(power, 1e-9)
    depth = np.sqrt(power) / np.maximum(profiles.mean(axis=2), 1e-3)
    middle = np.square(profiles[..., _MIDDLE] @ _rest_of(_FLAT[_MIDDLE])).mean(axis=2)
    curved = np.sqrt(middle / np.maximum(power, 1e-9))
    return np.asarray(_ramp(smooth, 0.75, 0.9) * _ramp(depth, 0.015, 0.03) * _ramp(curved, 0.08, 0.16))


def _rest_of(basis: FloatArray) -> FloatArray:
    """Make the matrix that takes away from a profile what the columns of the basis explain, (n, n)."""
    return np.asarray(np.eye(len(basis)) - basis @ np.linalg.pinv(basis))


def _profiles(view: Silhouette, runs: Runs) -> FloatArray:
    """Sample the brightness across every run, (rows, n, 24), 0–1."""
    rows, columns = len(runs.low), view.mask.shape[1]
    shine = view.picture[::-1, :, :3].mean(axis=2) / 255 * view.mask[::-1]
    bright = _meant(resample(shine, rows, columns)) / np.maximum(_meant(resample(view.mask[::-1], rows, columns)), 1e-3)
    places = runs.middle[..., None] + runs.half[..., None] * _U
    at = np.clip((places / view.width + 0.5) * columns - 0.5, 0, columns - 1.001)
    low = at.astype(np.intp)
    row = np.arange(rows)[:, None, None]
    return np.asarray(bright[row, low] * (low + 1 - at) + bright[row, np.minimum(low + 1, columns - 1)] * (at - low))


def _meant(values: FloatArray) -> FloatArray:
    reach = _ROWS_MEANT // 2
    padded = np.pad(values, ((reach + 1, reach), (0, 0)), mode="edge")
    total = np.cumsum(padded, axis=0)
    return np.asarray((total[_ROWS_MEANT:] - total[:-_ROWS_MEANT]) / _ROWS_MEANT)


def _ramp(value: FloatArray, low: float, high: float) -> FloatArray:
    return np.asarray(np.clip((value - low) / (high - low), 0, 1))
