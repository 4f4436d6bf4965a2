"""The ground of a preview: light grey, with a soft shadow where the model stands.

Not rendered: a floor in the picture makes the renderer six times slower, and a blurred footprint looks as good.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
ByteArray = npt.NDArray[np.uint8]

_TOP, _BOTTOM = (238, 239, 241), (212, 214, 218)
"""sRGB, from the top of the picture to its bottom."""
_DARKEST = 0.42
_GRID = 256
_SAMPLES = 60_000


@dataclass(frozen=True)
class Camera:
    """Where the picture was taken from."""

    place: FloatArray
    """(3,) world space."""
    axes: FloatArray
    """(3, 3) columns: right, up, towards the camera."""
    slope: float
    """Half of the picture's width at distance 1."""


def put_on_ground(rows: ByteArray, triangles: FloatArray, camera: Camera) -> ByteArray:
    """Put a render, (H, W, 4), of triangles, (M, 3, 3) in world space, on a ground with a shadow; returns (H, W, 3)."""
    share = np.linspace(0, 1, len(rows))[:, None, None]
    ground = np.array(_TOP) * (1 - share) + np.array(_BOTTOM) * share
    shadow, low, step = _footprint(triangles)
    darkness = _seen_from(shadow, low, step, float(triangles[..., 2].min()), camera, rows.shape[0])
    ground = ground * (1 - _DARKEST * darkness[..., None])
    alpha = rows[..., 3:] / 255
    mixed: ByteArray = np.rint(rows[..., :3] * alpha + ground * (1 - alpha)).astype(np.uint8)
    return mixed


def _footprint(triangles: FloatArray) -> tuple[FloatArray, FloatArray, float]:
    """Return how dark the floor is, (G, G) in x and y, 0–1, with its lower corner and the side of a cell.

    What is close to the floor darkens it most: points spread over the surface are counted, weighted by height, and
    blurred.
    """
    points = _spread(triangles)
    low, high = points.min(axis=0), points.max(axis=0)
    size = max(float((high - low).max()), 1e-9)
    step, corner = 2.0 * size / _GRID, (low + high)[:2] / 2 - size
    weight = np.exp(-(points[:, 2] - low[2]) / (0.12 * size))
    cells = np.clip(((points[:, :2] - corner) / step).astype(int), 0, _GRID - 1)
    grid = np.zeros((_GRID, _GRID))
    np.add.at(grid, (cells[:, 0], cells[:, 1]), weight)
    covered = _blurred(np.minimum(grid / max(_SAMPLES / _GRID**2, 1.0), 1.0), 4)
    soft = 0.6 * _blurred(covered, 5) + 0.8 * _blurred(covered, 16)
    return 1 - np.exp(-1.3 * soft), corner, step


def _spread(triangles: FloatArray) -> FloatArray:
    """Return points, (S, 3), spread evenly over the surface; the same ones each time."""
    random = np.random.default_rng(0)
    one, two = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    area = np.cumsum(np.linalg.norm(np.cross(one, two), axis=1))
    chosen = np.searchsorted(area, random.random(_SAMPLES) * area[-1]).clip(max=len(area) - 1)
    u, v = random.random((2, _SAMPLES, 1))
    u, v = np.where(u + v > 1, 1 - u, u), np.where(u + v > 1, 1 - v, v)
    points: FloatArray = triangles[chosen, 0] + u * one[chosen] + v * two[chosen]
    return points


def _blurred(grid: FloatArray, radius: int) -> FloatArray:
    """Blur with a box three times in both directions, which is close to a Gaussian."""
    kernel = np.ones(2 * radius + 1) / (2 * radius + 1)
    for _ in range(3):
        for axis in (0, 1):
            grid = np.apply_along_axis(np.convolve, axis, grid, kernel, mode="same")
    return grid


def _seen_from(shadow: FloatArray, low: FloatArray, step: float, floor: float, camera: Camera, side: int) -> FloatArray:
    """Return the shadow as the camera sees it on the floor, (side, side), row 0 at the top."""
    across = (np.arange(side) + 0.5) / side * 2 - 1
    rays = np.stack(np.broadcast_arrays(across[None, :] * camera.slope, -across[:, None] * camera.slope, -1.0), axis=-1)
    rays = rays @ camera.axes.T
    down = np.minimum(rays[..., 2], -1e-9)
    hit = camera.place[:2] + rays[..., :2] * ((floor - camera.place[2]) / down)[..., None]
    cell = (hit - low) / step - 0.5
    return _between(shadow, np.clip(cell, 0, _GRID - 1.001))


def _between(grid: FloatArray, cell: FloatArray) -> FloatArray:
    """Interpolate the grid at fractional cells, (..., 2)."""
    whole = cell.astype(int)
    x, y = whole[..., 0], whole[..., 1]
    part = cell - whole
    low = grid[x, y] * (1 - part[..., 0]) + grid[x + 1, y] * part[..., 0]
    high = grid[x, y + 1] * (1 - part[..., 0]) + grid[x + 1, y + 1] * part[..., 0]
    value: FloatArray = low * (1 - part[..., 1]) + high * part[..., 1]
    return value
