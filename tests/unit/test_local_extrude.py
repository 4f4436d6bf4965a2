"""Plates: as thick as asked, flat where they should be, raised where the picture is light."""

import numpy as np
import pytest
from local_pictures import agreement, cut_out, disc, silhouette
from solids import is_closed, volume

from blender_addon.local.extrude import extrude, relief
from blender_addon.local.shapes import Recipe
from blender_addon.local.surface import face_areas

RING = np.clip(disc(240, 120) - disc(240, 50), 0, 1)


@pytest.mark.parametrize("roundness", [None, 0.0, 1.0])
@pytest.mark.parametrize("depth", [0.3, 1.0, 2.0])
def test_prism_is_closed_and_as_thick_as_asked(roundness, depth):
    solid = extrude(RING, Recipe(detail="draft", depth=depth, roundness=roundness))
    assert is_closed(solid)
    assert volume(solid) > 0
    assert face_areas(solid).min() > 0
    assert np.ptp(solid.vertices[:, 1]) == pytest.approx(0.2 * depth, rel=0.1)


def test_prism_has_the_silhouettes_volume_and_outline():
    solid = extrude(RING, Recipe(roundness=0.0))
    assert volume(solid) == pytest.approx(np.pi * (0.25 - (50 / 240) ** 2) * 0.2, rel=0.03)
    assert agreement(silhouette(solid, 240, 1.0), RING) > 0.98


def test_relief_rises_where_the_picture_is_light_and_has_a_flat_back():
    picture = cut_out(disc(240, 120), (30, 30, 30))
    picture[90:150, 40:200, :3] = 250
    solid = relief(picture, disc(240, 120), Recipe())
    assert is_closed(solid)
    assert face_areas(solid).min() > 0
    x, y, z = solid.vertices.T
    light = (np.abs(x) < 0.3) & (np.abs(z - 0.5) < 0.08) & (y < 0)
    dark = (np.abs(x) < 0.2) & (np.abs(z - 0.2) < 0.05) & (y < 0)
    assert y[light].max() < y[dark].min() - 0.02
    back = y[(np.hypot(x, z - 0.5) < 0.4) & (y > 0)]
    assert np.ptp(back) < 0.002
