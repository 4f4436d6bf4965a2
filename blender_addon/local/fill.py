"""Fills gaps and softens: in pictures (pyramids, box means) and along a surface (from vertex to vertex)."""

from __future__ import annotations

import numpy as np

from .shapes import FloatArray, IntArray, Mask

WORTH_CARRYING = 0.01
"""Colours trusted less than this are not carried on to the neighbours."""


def pull_push(colors: FloatArray, known: Mask) -> FloatArray:
    """Return the (H, W, C) colours with unknown pixels filled smoothly from the known ones, (H, W), around them."""
    height, width = known.shape
    if known.all() or max(height, width) <= 1:
        return colors
    pad = ((0, height % 2), (0, width % 2))
    weight = np.pad(known, pad).astype(np.float32)[..., None]
    total = _quarter(np.pad(colors, (*pad, (0, 0))) * weight)
    count = _quarter(weight)
    coarse = pull_push(total / np.maximum(count, 1), count[..., 0] > 0)
    smooth = doubled(coarse)[:height, :width]
    return np.where(known[..., None], colors, smooth)


def halved(array: FloatArray) -> FloatArray:
    """Return the means of 2 × 2 pixels of an (H, W, …) array with even sides."""
    return _quarter(array) * np.float32(0.25)


def doubled(array: FloatArray) -> FloatArray:
    """Return the (H, W, …) array with twice the rows and columns, linear between the centres of the old pixels."""
    return _doubled(_doubled(array, 0), 1)


def _quarter(array: FloatArray) -> FloatArray:
    rows = array[0::2] + array[1::2]
    total: FloatArray = rows[:, 0::2] + rows[:, 1::2]
    return total


def _doubled(array: FloatArray, axis: int) -> FloatArray:
    shape = list(array.shape)
    shape[axis] *= 2
    result = np.empty(shape, dtype=np.float32)
    new, old = result.swapaxes(0, axis), array.swapaxes(0, axis)
    most, less = old * np.float32(0.75), old * np.float32(0.25)
    new[0::2], new[1::2] = most, most
    new[2::2] += less[:-1]
    new[0] += less[0]
    new[1:-1:2] += less[1:]
    new[-1] += less[-1]
    return result


def soften(array: FloatArray, levels: int) -> FloatArray:
    """Return the (H, W, …) array softened to about 2^levels pixels by a pyramid; edge pixels go on outside."""
    if levels == 0 or max(array.shape[:2]) <= 1:
        return array
    height, width = array.shape[:2]
    padding = [(0, height % 2), (0, width % 2), *[(0, 0)] * (array.ndim - 2)]
    coarse = soften(halved(np.pad(array, padding, mode="edge")), levels - 1)
    return doubled(coarse)[:height, :width]


def soften_within(colors: FloatArray, weight: FloatArray, levels: int) -> FloatArray:
    """Soften (H, W, C) colours, each pixel counting as much as its weight, (H, W), says."""
    mass = weight[..., None]
    softened: FloatArray = soften(colors * mass, levels) / np.maximum(soften(mass, levels), np.float32(1e-6))
    return softened


def grow(mask: Mask, steps: int) -> Mask:
    """Return the mask grown by that many pixels in all eight directions; negative steps shrink it."""
    if steps < 0:
        return ~grow(~mask, -steps)
    for _ in range(steps):
        wide = mask.copy()
        wide[1:] |= mask[:-1]
        wide[:-1] |= mask[1:]
        mask = wide.copy()
        mask[:, 1:] |= wide[:, :-1]
        mask[:, :-1] |= wide[:, 1:]
    return mask


def spread(colors: FloatArray, trust: FloatArray, faces: IntArray, rounds: int = 48) -> FloatArray:
    """Carry vertex colours, (N, C), along the surface to the vertices that have none.

    trust (N,) 0–1: how much of its own colour a vertex keeps. Each round brings colours one edge further;
    what they do not reach keeps the little it has, or the mean.
    """
    rest = np.flatnonzero(trust < 0.999)
    if not len(rest):
        return colors
    tail, head = _edges(faces, trust < 0.999)
    slot = np.searchsorted(rest, tail)
    own, keep = colors[rest], trust[rest][:, None]
    colors, reached = colors.copy(), (trust > WORTH_CARRYING).astype(np.float64)
    colors[trust <= 0] = colors[trust > 0].mean(axis=0) if (trust > 0).any() else 0.5
    for _ in range(rounds):
        weight = reached[head]
        count = np.bincount(slot, weight, len(rest))
        channels = [np.bincount(slot, weight * colors[head, k], len(rest)) for k in range(colors.shape[1])]
        around = np.stack(channels, axis=1) / np.maximum(count, 1e-9)[:, None]
        heard = count > 0
        colors[rest[heard]] = (keep * own + (1 - keep) * around)[heard]
        reached[rest[heard]] = 1
    return colors


def _edges(faces: IntArray, wanted: Mask) -> tuple[IntArray, IntArray]:
    """Return the directed edges (tail, head) that leave wanted vertices; in a closed mesh each edge runs both ways."""
    tail, head = faces.reshape(-1), np.roll(faces, -1, axis=1).reshape(-1)
    leaves = wanted[tail]
    return tail[leaves], head[leaves]
