"""Regions: connected parts against a slow search, growing and shrinking against their meaning."""

import numpy as np
import pytest

from blender_addon.local import regions


def searched(mask, diagonal):
    labels, count = np.zeros(mask.shape, int), 0
    steps = [(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1) if (a or b) and (diagonal or not (a and b))]
    for start in np.argwhere(mask):
        if labels[tuple(start)]:
            continue
        count += 1
        waiting = [tuple(start)]
        while waiting:
            at = waiting.pop()
            if all(0 <= at[i] < mask.shape[i] for i in (0, 1)) and mask[at] and not labels[at]:
                labels[at] = count
                waiting += [(at[0] + a, at[1] + b) for a, b in steps]
    return labels, count


@pytest.mark.parametrize("diagonal", [False, True])
@pytest.mark.parametrize("density", [0.3, 0.45, 0.6, 1.0])
def test_parts_are_those_of_a_slow_search(density, diagonal):
    mask = np.random.default_rng(1).random((40, 31)) < density
    labels, (known, count) = regions.label(mask, diagonal), searched(mask, diagonal)
    assert ((labels > 0) == mask).all()
    assert len(set(zip(labels[mask].tolist(), known[mask].tolist(), strict=True))) == labels.max() == count


def test_sizes_and_border():
    labels = regions.label(np.array([[1, 0, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]], dtype=bool), diagonal=False)
    assert regions.sizes(labels).tolist() == [9, 2, 1]
    assert regions.at_border(labels).tolist() == [False, True, False]


def test_growing_and_shrinking_by_squares():
    mask = np.zeros((9, 9), dtype=bool)
    mask[4, 4] = True
    assert regions.grown(mask, 2).sum() == 25
    assert (regions.shrunk(regions.grown(mask, 2), 2) == mask).all()
    assert regions.shrunk(np.ones((5, 5), dtype=bool), 2).all()


def test_near_mean_uses_only_the_pixels_within():
    planes = np.arange(25, dtype=np.float32).reshape(1, 5, 5)
    within = np.zeros((5, 5), dtype=bool)
    within[1, 1] = within[1, 3] = True
    mean, count = regions.near_mean(planes, within, (np.array([1, 4]), np.array([2, 4])), 1)
    assert mean.tolist() == [[7, 0]]
    assert count.tolist() == [2, 0]
