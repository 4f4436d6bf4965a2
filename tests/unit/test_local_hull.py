"""Carving from several views: what fills a section, whose side is whose, and that nothing proven is lost."""

import numpy as np
import pytest
from local_pictures import agreement, cut_out, disc, silhouette
from solids import is_closed, volume

from blender_addon.local.align import Silhouette, silhouettes
from blender_addon.local.hull import carve
from blender_addon.local.inflate import inflate
from blender_addon.local.shapes import Recipe

DRAFT = Recipe(detail="draft")
SQUARE = np.ones((200, 200))
TALL = np.ones((200, 60))
DISC = disc(200, 100)


def view(name, mask, colours=None):
    picture = cut_out(mask)
    if colours is not None:
        picture[..., :3] = colours[..., None]
    return Silhouette(name, picture, mask, mask.shape[1] / mask.shape[0])


def carved(recipe=DRAFT, colours=None, **masks):
    solid = carve({name: view(name, mask, colours) for name, mask in masks.items()}, recipe)
    assert is_closed(solid)
    return solid


def thickness(solid, axis, at, other):
    """Measure the extent along an axis of the part whose other axis is near a place."""
    near = np.abs(solid.vertices[:, 1 - axis] - other) < 0.03
    near &= np.abs(solid.vertices[:, 2] - at) < 0.05
    return np.ptp(solid.vertices[near, axis])


@pytest.mark.parametrize("detail", ["draft", "normal", "fine"])
def test_discs_make_a_ball_and_squares_a_cube(detail):
    ball = carved(Recipe(detail=detail), front=DISC, left=DISC)
    assert volume(ball) == pytest.approx(np.pi / 6, rel=0.02)
    assert np.linalg.norm(ball.vertices - (0, 0, 0.5), axis=1) == pytest.approx(0.5, abs=0.02)
    assert volume(carved(Recipe(detail=detail), front=SQUARE, left=SQUARE)) == pytest.approx(1, rel=0.01)


def test_triangles_make_a_cone():
    spire = (np.abs(np.arange(400) - 199.5) <= np.arange(400)[:, None] / 2).astype(float)
    assert volume(carved(front=spire, left=spire)) == pytest.approx(np.pi / 12, rel=0.04)


def test_tiny_and_lopsided_pictures_are_carved():
    noise = (np.random.default_rng(2).random((40, 30)) > 0.5).astype(float)
    noise[0] = noise[-1] = 1
    crumb_above = np.ones((200, 60))
    crumb_above[1:20] = 0
    column, slab = np.ones((4, 1)), np.ones((4, 90))
    for front, left in (
        (column, slab),
        (slab, column),
        (noise, noise[:, ::2]),
        (crumb_above, crumb_above),
        (slab / 2, slab),
    ):
        assert volume(carved(front=front, left=left)) > 0


def test_roundness_overrides_the_silhouettes():
    assert volume(carved(Recipe(roundness=1), front=SQUARE, left=SQUARE)) == pytest.approx(np.pi / 4, rel=0.02)
    assert volume(carved(Recipe(roundness=0), front=DISC, left=DISC)) == pytest.approx(2 / 3, rel=0.03)


def test_a_lying_cylinder_is_told_by_its_flat_ends():
    assert volume(carved(front=DISC, left=TALL)) == pytest.approx(0.3 * np.pi / 4, rel=0.03)
    rounded = np.clip(np.minimum(disc(200, 30, (30, 30))[:30, :60], 1), 0, 1)
    stadium = np.concatenate([rounded, np.ones((140, 60)), rounded[::-1]])
    assert volume(carved(front=DISC, left=stadium)) < 0.85 * 0.3 * np.pi / 4


def test_shading_tells_a_cylinder_from_a_box():
    across = np.linspace(-1, 1, 200)
    lit = 80 + 120 * np.clip(np.sqrt(1 - across**2) * 0.8 + across * 0.5, 0, None)
    as_column = {"front": SQUARE, "left": SQUARE}
    assert volume(carved(colours=np.tile(lit, (200, 1)), **as_column)) == pytest.approx(np.pi / 4, rel=0.03)
    gradient, planks = 100 + 60 * across, np.where(np.arange(200) // 23 % 2, 90, 160)
    bevel = np.where(np.abs(across) > 0.9, 70, 150)
    grain = np.random.default_rng(1).integers(60, 180, (200, 200))
    for flat in (gradient, planks, bevel, grain):
        assert volume(carved(colours=np.broadcast_to(flat, (200, 200)), **as_column)) == pytest.approx(1, rel=0.03)


def test_sides_are_where_their_cameras_stand():
    nose_left_in_picture = np.concatenate([np.zeros((200, 60)), TALL], axis=1)
    nose_left_in_picture[80:120, :60] = 1
    pointing_right = nose_left_in_picture[:, ::-1]
    for name, mask, way in (
        ("left", nose_left_in_picture, 1),
        ("right", pointing_right, 1),
        ("left", pointing_right, -1),
        ("right", nose_left_in_picture, -1),
    ):
        vertices = carved(front=TALL, **{name: mask}).vertices
        assert way * vertices[vertices[:, 2] < 0.3, 1].mean() > 0.1, name
    vertices = carved(front=pointing_right, left=TALL).vertices
    assert vertices[vertices[:, 2] < 0.3, 0].mean() < -0.1


def test_left_and_right_are_averaged_where_they_agree():
    wide = carved(front=SQUARE, left=np.pad(SQUARE[:, :120], ((0, 0), (0, 80))), right=SQUARE)
    assert np.ptp(wide.vertices[:, 1]) == pytest.approx(0.8, abs=0.02)


def test_two_ears_are_not_four():
    ears = np.zeros((200, 100))
    ears[80:] = 1
    ears[:80, 5:25] = ears[:80, 75:95] = 1
    one = np.zeros((200, 100))
    one[80:] = 1
    one[:80, 40:60] = 1
    solid = carved(front=ears, left=ears, right=one)
    ear = (solid.vertices[:, 2] > 0.7) & (solid.vertices[:, 0] > 0)
    assert np.abs(solid.vertices[ear, 1]).max() < 0.1


def test_four_legs_stand_under_a_table():
    table = np.zeros((200, 200))
    table[:16] = table[:, :16] = table[:, -16:] = 1
    solid = carved(front=table, left=table)
    foot = solid.vertices[np.abs(solid.vertices[:, 2] - 0.3) < 0.02]
    assert (np.abs(foot[:, :2]) > 0.4).all()
    assert {tuple(corner) for corner in (foot[:, :2] > 0)} == {(a, b) for a in (True, False) for b in (True, False)}
    assert volume(solid) == pytest.approx(0.08 + 0.92 * 4 * 0.08**2, rel=0.1)


def test_arms_are_as_shallow_as_they_are_narrow():
    body = np.zeros((200, 200))
    body[:, 60:140] = disc(200, 40, (40, 100))[:, :80] + np.pad(np.ones((120, 80)), ((40, 40), (0, 0)))
    body[50:150, 10:30] = disc(100, 50)[:, 40:60] > 0
    front = np.clip(body, 0, 1)
    solid = carved(Recipe(roundness=1), front=front, left=np.ones((200, 100)))
    assert thickness(solid, 1, 0.5, -0.4) < 0.25
    assert thickness(solid, 1, 0.5, 0) > 0.45


@pytest.mark.parametrize("pixels", [1, 2, 5])
def test_thin_parts_survive(pixels):
    front = np.zeros((400, 200))
    front[200:] = 1
    front[:200, 150 : 150 + pixels] = 1
    solid = carved(front=front, left=front)
    high = solid.vertices[solid.vertices[:, 2] > 0.6]
    assert high[:, 2].max() == pytest.approx(1, abs=0.02)
    assert high[:, 0].mean() == pytest.approx((150 + pixels / 2) / 400 - 0.25, abs=0.01)
    for height in np.linspace(0.6, 0.98, 40):
        assert (np.abs(high[:, 2] - height) < 0.02).any()


def test_rows_that_only_one_view_has_are_kept():
    whole, gap = np.ones((200, 80)), np.ones((200, 80))
    gap[90:110] = 0
    assert volume(carved(front=whole, left=gap)) == pytest.approx(0.4**2, rel=0.04)
    assert volume(carved(front=gap, left=gap)) == pytest.approx(0.4**2 * 0.9, rel=0.04)


def test_front_and_back_alone_are_inflated():
    solid = carved(front=DISC, back=DISC)
    assert np.array_equal(solid.vertices, inflate(DISC, DRAFT).vertices)


def test_front_outline_is_kept_whatever_the_side_shows():
    ring = np.clip(DISC - disc(200, 60), 0, 1)
    views = {"front": cut_out(ring), "left": cut_out(np.pad(TALL, 20)), "right": cut_out(np.pad(DISC, 30))}
    aligned = silhouettes(views, {name: picture[..., 3] / 255 for name, picture in views.items()})
    solid = carve(aligned, Recipe())
    assert agreement(silhouette(solid, 200, 1.0), ring) > 0.97
