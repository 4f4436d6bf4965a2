"""Inflating: a disc becomes a ball, a bar becomes round, holes and parts stay, the outline is kept."""

import numpy as np
import pytest
from local_pictures import agreement, disc, silhouette
from solids import is_closed, volume

from blender_addon.local.inflate import inflate
from blender_addon.local.poisson import solve
from blender_addon.local.shapes import Recipe
from blender_addon.local.surface import face_areas


def cropped(coverage):
    rows, columns = (np.flatnonzero((coverage >= 0.5).any(axis=axis)) for axis in (1, 0))
    return coverage[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def ring():
    return cropped(np.clip(disc(300, 120) - disc(300, 70), 0, 1))


def parts(solid):
    """Count the connected pieces of a mesh by spreading the lowest vertex number along its faces."""
    names = np.arange(len(solid.vertices))
    while True:
        lowest = names[solid.faces].min(axis=1)
        before = names.copy()
        for corner in solid.faces.T:
            np.minimum.at(names, corner, lowest)
        if (names == before).all():
            return len(np.unique(names))
        names = names[names]


def holes(solid):
    """Count the handles by Euler's formula."""
    return parts(solid) - (len(solid.vertices) - len(solid.faces) // 2) // 2


def test_poisson_of_a_disc_is_its_parabola():
    y, x = np.mgrid[-30:31, -30:31]
    radius = 25.3
    height = solve(radius - np.hypot(x, y))
    inside = np.hypot(x, y) < radius
    assert height[inside] == pytest.approx((radius**2 - x**2 - y**2)[inside], abs=2.0)
    assert (height[~inside] < 0).all()


@pytest.mark.parametrize("detail", ["draft", "normal"])
def test_disc_becomes_a_ball(detail):
    solid = inflate(cropped(disc(300, 128)), Recipe(detail=detail))
    a, b, c = ((solid.vertices - (0, 0, 0.5))[solid.faces[:, i]] for i in range(3))
    wedges = np.einsum("ij,ij->i", a, np.cross(b, c)) / 6
    shared = wedges * np.minimum(1, (0.5 / np.linalg.norm((a + b + c) / 3, axis=1)) ** 3)
    true = np.pi / 6
    assert shared.sum() / (wedges.sum() + true - shared.sum()) > 0.96


@pytest.mark.parametrize("width", [20, 60, 120])
def test_bar_is_as_deep_as_wide(width):
    solid = inflate(np.ones((480, width)), Recipe())
    middle = solid.vertices[np.abs(solid.vertices[:, 2] - 0.5) < 0.2]
    assert np.ptp(middle[:, 1]) == pytest.approx(width / 480, rel=0.15)


def test_outline_is_kept():
    coverage = cropped(np.maximum(ring_with_ear(), 0))
    solid = inflate(coverage, Recipe())
    shadow = silhouette(solid, coverage.shape[0], coverage.shape[1] / coverage.shape[0])
    assert agreement(shadow, coverage) > 0.98


def ring_with_ear():
    return np.clip(disc(300, 110, (150, 170)) - disc(300, 50, (170, 170)) + disc(300, 30, (80, 60)), 0, 1)


def test_hole_stays_a_hole_and_parts_stay_parts():
    assert (parts(inflate(ring(), Recipe())), holes(inflate(ring(), Recipe()))) == (1, 1)
    two = inflate(cropped(np.maximum(disc(300, 60, (80, 150)), disc(300, 30, (220, 150)))), Recipe())
    assert (parts(two), holes(two)) == (2, 0)


def test_thread_thinner_than_a_cell_does_not_break():
    coverage = np.maximum(disc(640, 100, (120, 500)), disc(640, 40, (560, 80)))
    for step in np.linspace(0, 1, 1200):
        x, y = (np.array((120, 500)) * (1 - step) + np.array((560, 80)) * step).astype(int)
        coverage[y : y + 3, x : x + 3] = 1
    assert parts(inflate(cropped(coverage), Recipe(detail="draft"))) == 1


@pytest.mark.parametrize("roundness", [None, 0.0, 0.5, 1.0])
@pytest.mark.parametrize("depth", [0.3, 2.0])
def test_every_solid_is_closed(roundness, depth):
    solid = inflate(ring(), Recipe(detail="draft", roundness=roundness, depth=depth))
    assert is_closed(solid)
    assert volume(solid) > 0
    assert face_areas(solid).min() > 0


def test_depth_scales_only_the_depth():
    once, twice = (np.ptp(inflate(ring(), Recipe(detail="draft", depth=depth)).vertices, axis=0) for depth in (1, 2))
    assert twice == pytest.approx(once * (1, 2, 1), rel=0.02)


def test_boxes_hold_more_than_ellipses():
    sizes = [volume(inflate(cropped(disc(200, 90)), Recipe(detail="draft", roundness=r))) for r in (0, 0.5, 1)]
    assert sizes[0] > 1.2 * sizes[2]
    assert sizes[0] > sizes[1] > sizes[2]


def test_stands_in_the_silhouettes_frame():
    solid = inflate(cropped(disc(400, 150)[:, 60:]), Recipe())
    assert solid.vertices.min(axis=0) == pytest.approx((-0.5, -0.5, 0), abs=0.02)
    assert solid.vertices.max(axis=0) == pytest.approx((0.5, 0.5, 1), abs=0.02)


@pytest.mark.parametrize("sides", [(1, 1), (480, 1), (1, 300), (8, 900)])
def test_extreme_silhouettes_still_give_a_solid(sides):
    solid = inflate(np.ones(sides), Recipe(detail="draft"))
    assert len(solid.faces) > 0
    assert is_closed(solid)
