"""Models the ground behind the object from the picture's border: a plain colour or a gradient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .regions import at_border, label
from .shapes import FloatArray, Mask

_LEAST_TOLERANCE, _MOST_TOLERANCE = 0.02, 0.09
"""Colour distances, 0–1: JPEG blocks and dust on one end, a ground that is too busy on the other."""
_FIT_SIDE = 160
"""The ground is smooth, so a picture of this size is enough to fit it."""


@dataclass(frozen=True)
class Ground:
    """The ground as it would look without the object."""

    planes: FloatArray
    """(3, H, W) sRGB, 0–1."""
    distance: FloatArray
    """(H, W) largest difference of a channel between picture and ground."""
    noise: float
    """Typical distance of true ground."""
    tolerance: float
    """Distance up to which a pixel passes for ground."""

    @property
    def matches(self) -> Mask:
        """(H, W) where the picture shows the ground."""
        return np.asarray(self.distance <= self.tolerance)


def find_ground(planes: FloatArray) -> Ground | None:
    """Fit the border, then all ground that hangs together with it; None when the border is no even ground.

    planes: (3, H, W) sRGB, 0–1.
    """
    step = -(-max(planes.shape) // _FIT_SIDE)
    small = planes[:, ::step, ::step]
    where = _border(*small.shape[1:])
    for _ in range(3):
        known = small[:, where].T.astype(float)
        factors = _robust_fit(_terms(*small.shape[1:])[where], known)
        misses = np.abs(known - _terms(*small.shape[1:])[where] @ factors).max(axis=1)
        noise = 1.5 * float(np.median(misses))
        tolerance = max(4 * noise, _LEAST_TOLERANCE)
        if tolerance > _MOST_TOLERANCE or (misses <= tolerance).mean() < 0.55:
            return None
        labels = label(_ground(small, factors, noise, tolerance).matches, diagonal=False)
        where = at_border(labels)[labels]
    return _ground(planes, factors, noise, tolerance)


def _ground(planes: FloatArray, factors: FloatArray, noise: float, tolerance: float) -> Ground:
    one, x, y, xx, xy, yy = factors.T[:, :, None, None].swapaxes(0, 1).astype(np.float32)
    down = np.linspace(-1, 1, planes.shape[1], dtype=np.float32)[:, None]
    right = np.linspace(-1, 1, planes.shape[2], dtype=np.float32)
    model = (one + x * right + xx * right**2) + down * (y + xy * right) + yy * down**2
    np.clip(model, 0, 1, out=model)
    return Ground(model, np.abs(planes - model).max(axis=0), noise, tolerance)


def _robust_fit(samples: FloatArray, known: FloatArray) -> FloatArray:
    """Fit by least absolute distances (reweighted squares): up to half of the samples may be the object's."""
    weight = np.ones(len(samples))
    factors: FloatArray = np.zeros((samples.shape[1], known.shape[1]))
    for _ in range(15):
        weighted = samples * weight[:, None]
        factors = np.linalg.lstsq(weighted.T @ samples, weighted.T @ known, rcond=None)[0]
        weight = 1 / np.maximum(np.abs(known - samples @ factors).max(axis=1), 0.004)
    return factors


def _terms(rows: int, columns: int) -> FloatArray:
    """Evaluate 1, x, y, x², xy, y² at every pixel, (H, W, 6)."""
    y, x = np.meshgrid(np.linspace(-1, 1, rows), np.linspace(-1, 1, columns), indexing="ij")
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=2)


def _border(rows: int, columns: int) -> Mask:
    width = max(1, round(max(rows, columns) * 0.015))
    ring = np.ones((rows, columns), dtype=bool)
    ring[width:-width, width:-width] = False
    return ring
