"""Blows up a silhouette: a smooth height over its inside that is 0 exactly on its rim."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .shapes import FloatArray

_NEAREST = 0.05
"""The rim stays this share of a cell away from a sample; nearer, the equations would be badly scaled."""


@dataclass(frozen=True)
class _System:
    """Five-point Laplacian on the inside samples; the rim lies between samples (Gibou et al. 2002, symmetric)."""

    inside: FloatArray
    """1 inside, 0 outside; the outermost samples are outside."""
    diagonal: FloatArray

    def apply(self, height: FloatArray) -> FloatArray:
        """Multiply by the matrix; height is 0 outside."""
        result = self.diagonal * height
        middle = result[1:-1, 1:-1]
        middle -= height[2:, 1:-1]
        middle -= height[:-2, 1:-1]
        middle -= height[1:-1, 2:]
        middle -= height[1:-1, :-2]
        result *= self.inside
        return result


def solve(level: FloatArray) -> FloatArray:
    """Solve ∇²u = −4 inside (level > 0), u = 0 on the rim, in units of cells: a disc gives radius² − distance².

    level: (H, W), its outermost samples negative. Outside, next to the rim, u is continued below 0, so that it passes 0
    where level does; farther out it is −1.
    """
    inside = level > 0
    diagonal, slope = np.zeros(level.shape), np.zeros(level.shape)
    for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
        beyond = np.roll(level, -step, axis)
        distance = np.clip(level / np.where(inside & (beyond <= 0), level - beyond, 1), _NEAREST, 1)
        diagonal += np.where(beyond > 0, 1, 1 / distance)
    height = _conjugate_gradients(_System(inside.astype(float), np.where(inside, diagonal, 1)), 4.0 * inside)
    count = np.zeros(level.shape)
    for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
        near, near_level = np.roll(height, -step, axis), np.roll(level, -step, axis)
        beside = ~inside & (near_level > 0)
        slope += np.where(beside, near * np.minimum(-level / np.where(beside, near_level, 1), 1 / _NEAREST), 0)
        count += beside
    return np.where(inside, height, -np.maximum(slope / np.maximum(count, 1), np.where(count > 0, 1e-6, 1)))


def _conjugate_gradients(system: _System, wanted: FloatArray) -> FloatArray:
    """Solve by conjugate gradients, scaled by the diagonal; as many steps as the silhouette is cells across."""
    height = np.zeros_like(wanted)
    rest = wanted.copy()
    scaled = rest / system.diagonal
    direction, size = scaled.copy(), float(np.vdot(rest, scaled))
    goal = 1e-10 * size
    for _ in range(4 * max(wanted.shape)):
        if size <= goal:
            break
        image = system.apply(direction)
        step = size / float(np.vdot(direction, image))
        height += step * direction
        rest -= step * image
        scaled = rest / system.diagonal
        before, size = size, float(np.vdot(rest, scaled))
        direction *= size / before
        direction += scaled
    return height
