"""Tells from the shading of a picture whether an upright wall is flat or round; flat colours say nothing.

A round wall is lit like c₀ + c₁·u + c₂·√(1 − u²) across its width (Lambert's law on a cylinder, u from −1 to 1), a flat
one like c₀ + c₁·u whatever the light is.
"""

from __future__ import annotations

import numpy as np

from .align import Silhouette, resample
from .sections import Runs
from .shapes import FloatArray

_U: FloatArray = np.linspace(-0.92, 0.92, 24)
_FLAT: FloatArray = np.stack([np.ones_like(_U), _U], axis=1)
_BULGE: FloatArray = np.sqrt(1 - _U**2)
_ROWS_MEANT = 5
"""Rows that are averaged, so that grain and small marks do not count."""


def roundness(view: Silhouette, runs: Runs) -> FloatArray:
    """Tell for each run how surely its shading is that of a round wall, 0–1, (rows, n)."""
    profiles = _profiles(view, runs)
    project = np.eye(len(_U)) - _FLAT @ np.linalg.pinv(_FLAT)
    rest, bulge = profiles @ project, project @ _BULGE
    strength = rest @ bulge / (bulge @ bulge)
    unexplained = np.square(rest - strength[..., None] * bulge).sum(axis=2)
    explained = 1 - unexplained / np.maximum(np.square(rest).sum(axis=2), 1e-9)
    depth = np.abs(strength) / np.maximum(profiles.mean(axis=2), 1e-3)
    return np.asarray(_ramp(explained, 0.6, 0.85) * _ramp(depth, 0.05, 0.12))


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
    return np.clip((value - low) / (high - low), 0, 1)
