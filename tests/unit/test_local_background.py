"""Finding the object: by alpha, on plain, graded, noisy and shadowed grounds, and saying so when it cannot be told."""

import numpy as np
import pytest
from local_pictures import agreement, cut_out, disc, on_ground

from blender_addon.local.background import UNTOLD, find_mask
from blender_addon.local.shapes import PictureRefused

SIDE = 240


def ring(side=SIDE):
    return np.clip(disc(side, side * 0.35) - disc(side, side * 0.15), 0, 1)


def shade(centre, spread, depth):
    y, x = np.mgrid[:SIDE, :SIDE]
    return (1 - depth * np.exp(-(((x - centre[0]) / spread[0]) ** 2) - ((y - centre[1]) / spread[1]) ** 2))[..., None]


down = np.linspace(0, 1, SIDE)[:, None, None]
right = np.linspace(0, 1, SIDE)[None, :, None]
GROUNDS = {
    "white": np.ones(3),
    "black": np.zeros(3),
    "blue": np.array((0.2, 0.3, 0.8)),
    "graded": np.array((0.9, 0.8, 0.7)) - 0.4 * down * np.array((1, 0.8, 0.5)) - 0.2 * right * np.array((0, 0.5, 1)),
    "lamp": np.array((0.5, 0.6, 0.6)) * (1.3 - ((down - 0.5) ** 2 + (right - 0.5) ** 2)),
    "noisy": 0.6 + np.random.default_rng(1).normal(size=(SIDE, SIDE, 1)) * 0.015 * np.ones(3),
}


def test_alpha_is_the_coverage():
    alpha = disc(64, 20.3)
    assert find_mask(cut_out(alpha)) == pytest.approx(alpha, abs=0.1)


@pytest.mark.parametrize("ground", GROUNDS)
def test_ground_is_found_and_the_hole_stays_open(ground):
    mask = find_mask(on_ground(ring(), GROUNDS[ground]))
    assert agreement(mask, ring()) > 0.98
    assert mask[SIDE // 2, SIDE // 2] == 0


def test_rim_is_soft_where_it_was():
    coverage = disc(SIDE, 70.4)
    mask = find_mask(on_ground(coverage, (0.9, 0.9, 0.9)))
    assert np.abs(mask - coverage).mean() < 0.002
    assert ((mask > 0.1) & (mask < 0.9)).sum() > 100


def test_soft_shadow_is_ground():
    coverage = disc(SIDE, 60)
    ground = np.array((0.85, 0.85, 0.8)) * shade((130, 190), (70, 16), 0.45)
    assert agreement(find_mask(on_ground(coverage, ground)), coverage) > 0.97


def test_dark_halo_of_a_cut_out_is_ground():
    coverage = disc(SIDE, 60)
    halo = np.clip(disc(SIDE, 62) - coverage, 0, 1)
    ground = np.full((SIDE, SIDE, 3), 0.5) * (1 - 0.5 * halo[..., None])
    assert agreement(find_mask(on_ground(coverage, ground)), coverage) > 0.97


def test_highlight_that_looks_like_the_ground_is_no_hole():
    glow = np.exp(-(((np.mgrid[:SIDE, :SIDE][0] - 110) / 14) ** 2 + ((np.mgrid[:SIDE, :SIDE][1] - 110) / 14) ** 2))
    picture = on_ground(disc(SIDE, 70), (1, 1, 1)).astype(float)
    lit = np.clip(picture[..., :3] + 400 * (glow * disc(SIDE, 70))[..., None], 0, 255)
    mask = find_mask(np.dstack([lit, picture[..., 3]]).astype(np.uint8))
    assert mask[110, 110] == 1
    assert agreement(mask, disc(SIDE, 70)) > 0.97


def test_specks_go_and_real_parts_stay():
    parts = disc(SIDE, 60, (90, 120)) + disc(SIDE, 12, (200, 60))
    dusty = np.clip(parts + disc(SIDE, 1, (30, 200)), 0, 1)
    for mask in (find_mask(cut_out(dusty)), find_mask(on_ground(dusty, (0.9, 0.95, 1)))):
        assert agreement(mask, parts) > 0.98
        assert mask[200, 30] == 0
        assert mask[60, 200] == 1


def test_pinhole_is_filled():
    pierced = np.clip(disc(SIDE, 80) - disc(SIDE, 1, (120, 130)), 0, 1)
    assert find_mask(cut_out(pierced))[130, 120] == 1


def test_large_picture_gives_a_mask_of_its_own_size():
    coverage = disc(2100, 700)[:, 100:2000]
    mask = find_mask(on_ground(coverage, (0.2, 0.6, 0.3)))
    assert mask.shape == coverage.shape
    assert agreement(mask, coverage) > 0.99


def checker(size):
    return ((np.indices((SIDE, SIDE)).sum(axis=0) // size) % 2)[..., None] * np.full(3, 0.5) + 0.2


@pytest.mark.parametrize(
    "picture",
    [
        on_ground(np.zeros((SIDE, SIDE)), np.random.default_rng(1).random((SIDE, SIDE, 3))),
        on_ground(np.zeros((SIDE, SIDE)), checker(20)),
        on_ground(np.zeros((SIDE, SIDE)), (0.5, 0.5, 0.5)),
        on_ground(disc(SIDE, 4), (0.5, 0.5, 0.5)),
        on_ground(np.pad(np.ones((SIDE - 8, SIDE)), ((8, 0), (0, 0))), (0.5, 0.9, 0.9)),
    ],
    ids=["noise", "checker", "nothing", "next to nothing", "fills the frame"],
)
def test_refused_when_it_cannot_be_told(picture):
    with pytest.raises(PictureRefused) as refusal:
        find_mask(picture)
    assert str(refusal.value) == UNTOLD


def test_refused_when_transparent_or_tiny():
    with pytest.raises(PictureRefused, match="fully transparent"):
        find_mask(np.zeros((50, 50, 4), dtype=np.uint8))
    with pytest.raises(PictureRefused, match="too small"):
        find_mask(np.full((1, 1, 4), 255, dtype=np.uint8))
