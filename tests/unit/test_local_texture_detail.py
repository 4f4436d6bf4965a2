"""Roughness and relief guessed from colours: moderate, the right way up, flat where nothing is known."""

import numpy as np

from blender_addon.local.detail import normal, roughness
from blender_addon.local.fill import grow, pull_push, soften, spread

SIZE = 256
KNOWN = np.ones((SIZE, SIZE), dtype=np.float32)


def grey(values):
    return np.repeat(np.broadcast_to(values, (SIZE, SIZE))[..., None], 3, axis=2).astype(np.float32)


def test_one_colour_is_flat():
    assert (normal(grey(0.6), KNOWN) == (128, 128, 255)).all()


def test_the_unknown_is_flat_and_evenly_rough():
    noise = np.random.default_rng(2).random((SIZE, SIZE, 3)).astype(np.float32)
    assert (normal(noise, KNOWN * 0) == (128, 128, 255)).all()
    assert len(np.unique(roughness(noise, KNOWN * 0))) == 1


def test_a_light_line_stands_out():
    """Above the middle of a light line the surface looks up (green over 128), to the right of one it looks right."""
    line = np.exp(-(((np.arange(SIZE) - 128) / 2.0) ** 2))
    lying, standing = normal(grey(0.3 + 0.3 * line[:, None]), KNOWN), normal(grey(0.3 + 0.3 * line[None]), KNOWN)
    assert lying[126, 50, 1] > 135
    assert lying[130, 50, 1] < 121
    assert standing[50, 130, 0] > 135
    assert standing[50, 126, 0] < 121


def test_relief_is_moderate_and_level_on_the_whole():
    noise = np.random.default_rng(3).random((SIZE, SIZE, 3)).astype(np.float32)
    vectors = normal(noise, KNOWN) / 255 * 2 - 1
    assert np.abs(vectors.mean(axis=(0, 1)) - (0, 0, 1)).max() < 0.06
    assert np.abs(np.linalg.norm(vectors, axis=2) - 1).max() < 0.02
    assert vectors[..., 2].min() > 0.9
    assert vectors[..., :2].std() > 0.02


def test_shading_is_no_relief():
    ramp = np.linspace(0.1, 0.9, SIZE)
    vectors = normal(grey(ramp[None]), KNOWN)[40:-40, 40:-40].astype(int)
    assert np.abs(vectors - (128, 128, 255)).max() <= 3


def test_pale_highlights_shine_and_bright_paint_does_not():
    spot = np.hypot(*(np.indices((SIZE, SIZE)) - 128)) < 5
    shiny, paint = grey(0.4), grey(0.4)
    shiny[spot], paint[spot] = 1, (1, 0.75, 0)
    base = int(roughness(grey(0.4), KNOWN)[128, 128])
    assert base == round(0.55 * 255)
    assert roughness(shiny, KNOWN)[128, 128] < base - 45
    assert roughness(paint, KNOWN)[128, 128] > base - 25


def test_pull_push_keeps_the_known_and_reaches_everything():
    known = np.zeros((50, 37), dtype=bool)
    known[20:30, 10:15] = True
    colors = np.full((50, 37, 3), 9.0, dtype=np.float32)
    colors[known] = 0.25
    assert np.allclose(pull_push(colors, known), 0.25)


def test_softening_keeps_the_mean_and_lowers_the_contrast():
    noise = np.random.default_rng(4).random((64, 48)).astype(np.float32)
    soft = soften(noise, 3)
    assert soft.shape == noise.shape
    assert abs(soft.mean() - noise.mean()) < 0.01
    assert soft.std() < 0.2 * noise.std()


def test_masks_grow_and_shrink():
    mask = np.zeros((9, 9), dtype=bool)
    mask[4, 4] = True
    assert grow(mask, 2).sum() == 25
    assert np.array_equal(grow(grow(mask, 2), -2), mask)


def test_colours_spread_along_the_surface():
    """A strip of triangles, coloured at its two ends: the middle lies between, nothing stays without colour."""
    faces = np.array([(k, k + 1, k + 2) for k in range(18)] + [(k, k + 2, k + 1) for k in range(18)], dtype=np.int32)
    colors, trust = np.full((20, 3), 5.0), np.zeros(20)
    colors[:2], colors[-2:] = 0, 1
    trust[:2] = trust[-2:] = 1
    spreaded = spread(colors, trust, faces)
    assert np.all(np.diff(spreaded[:, 0]) > -1e-6)
    assert 0.3 < spreaded[10, 0] < 0.7
    assert spreaded.max() <= 1


def test_parts_that_no_colour_reaches_get_the_mean():
    faces = np.array([(0, 1, 2), (0, 2, 1), (3, 4, 5), (3, 5, 4)], dtype=np.int32)
    colors, trust = np.full((6, 3), 9.0), np.array([1.0, 1, 0, 0, 0, 0])
    colors[0], colors[1] = 0.2, 0.4
    assert np.allclose(spread(colors, trust, faces)[3:], 0.3)
