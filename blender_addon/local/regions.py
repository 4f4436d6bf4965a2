"""Regions of a mask: which pixels hang together, how large each part is, grown or shrunk."""

from __future__ import annotations

import numpy as np

from .shapes import FloatArray, Index, IntArray, Mask

Places = tuple[Index, ...]
"""Rows and columns of single pixels."""


def label(mask: Mask, diagonal: bool) -> IntArray:
    """Number the connected parts of (H, W) from 1; 0 is outside. Diagonal neighbours count as connected or not."""
    starts, ends = _runs(mask)
    names = _joined(len(starts), *_touching(starts, ends, mask.shape[1] + 2, int(diagonal)))
    change = np.zeros(mask.shape[0] * (mask.shape[1] + 2) + 1, dtype=np.int32)
    np.add.at(change, starts, names + 1)
    np.add.at(change, ends, -names - 1)
    return np.cumsum(change[:-1], dtype=np.int32).reshape(mask.shape[0], -1)[:, 1:-1]


def sizes(labels: IntArray, weight: FloatArray | None = None) -> FloatArray:
    """Sum each part's pixels (or their weights); index 0 is the outside."""
    weights = None if weight is None else weight.ravel()
    return np.bincount(labels.ravel(), weights=weights).astype(float)


def at_border(labels: IntArray) -> Mask:
    """Tell for each label whether it reaches the border; index 0 is never told so."""
    found = np.zeros(int(labels.max(initial=0)) + 1, dtype=bool)
    for line in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        found[line] = True
    found[0] = False
    return found


def grown(mask: Mask, radius: int) -> Mask:
    """Add every pixel within the square of that radius."""
    result = mask.copy()
    for axis in (0, 1):
        wide = result.swapaxes(0, axis)
        narrow = wide.copy()
        for shift in range(1, min(radius, len(wide) - 1) + 1):
            wide[shift:] |= narrow[:-shift]
            wide[:-shift] |= narrow[shift:]
    return result


def shrunk(mask: Mask, radius: int) -> Mask:
    """Keep the pixels whose whole square of that radius is inside; beyond the picture everything counts as inside."""
    return ~grown(~mask, radius)


def near_mean(planes: FloatArray, within: Mask, places: Places, radius: int) -> tuple[FloatArray, FloatArray]:
    """Average the pixels of `within` in a square around each of the places.

    planes: (C, H, W). Returns (C, N) averages and (N,) how many pixels there were; the average of none is 0.
    """
    sides = within.shape
    total = np.zeros((len(planes), len(places[0])), dtype=np.float32)
    count = np.zeros(len(places[0]), dtype=np.float32)
    for down in range(-radius, radius + 1):
        rows = np.clip(places[0] + down, 0, sides[0] - 1)
        for right in range(-radius, radius + 1):
            at = rows, np.clip(places[1] + right, 0, sides[1] - 1)
            weight = within[at]
            total += planes[:, at[0], at[1]] * weight
            count += weight
    return total / np.maximum(count, 1), count


def _runs(mask: Mask) -> tuple[Index, Index]:
    """Find the runs of each row, as places in the mask flattened with one empty column on either side."""
    flat = np.pad(mask, ((0, 0), (1, 1))).ravel().view(np.int8)
    steps = np.diff(flat, prepend=np.int8(0))
    return np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)


def _touching(starts: Index, ends: Index, stride: int, reach: int) -> tuple[Index, Index]:
    """Pair each run with those of the next row that it touches."""
    first = np.searchsorted(ends, starts + stride - reach, side="right")
    count = np.maximum(np.searchsorted(starts, ends + stride + reach, side="left") - first, 0)
    upper = np.repeat(np.arange(len(starts)), count)
    return upper, np.arange(len(upper)) - np.repeat(np.cumsum(count) - count - first, count)


def _joined(count: int, upper: Index, lower: Index) -> Index:
    """Number the groups of runs that are linked: roots are hooked to smaller ones and paths halved until all agree."""
    root = np.arange(count)
    while True:
        high, low = np.maximum(root[upper], root[lower]), np.minimum(root[upper], root[lower])
        if (high == low).all():
            return np.asarray(np.unique(root, return_inverse=True)[1])
        np.minimum.at(root, high, low)
        while (root != root[root]).any():
            root = root[root]
