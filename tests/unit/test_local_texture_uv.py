"""The unwrap: nothing overlaps, nothing leaves the square, nothing is stretched far, gutters stay free."""

import numpy as np
import pytest
from texture_solids import ball, box, carved, moon, pebble, ramp, ring

from blender_addon.local import charts, directions
from blender_addon.local.raster import rasterise
from blender_addon.local.surface import smooth
from blender_addon.local.uv import BLIND_DENSITY, unwrap

SOLIDS = {make.__name__: make for make in (ball, box, ring, pebble, ramp, moon)}


@pytest.fixture(scope="module", params=SOLIDS)
def case(request):
    solid = SOLIDS[request.param]()
    return solid, unwrap(solid, ("front",))


def cross(one, two):
    return one[..., 0] * two[..., 1] - one[..., 1] * two[..., 0]


def most_faces_at_a_point(uvs, count=1500, seed=1):
    """Throw points at the square and count the faces that hold each, without the project's own rasteriser."""
    points = np.random.default_rng(seed).random((count, 2))
    held = np.zeros(count, dtype=int)
    for part in np.array_split(uvs, max(1, len(uvs) // 400)):
        a, b, c = part[:, None, 0], part[:, None, 1], part[:, None, 2]
        sides = [cross(b - a, points - a), cross(c - b, points - b), cross(a - c, points - c)]
        held += ((np.min(sides, axis=0) > 1e-12) | (np.max(sides, axis=0) < -1e-12)).sum(axis=0)
    return held.max(), held.astype(bool).mean()


def test_no_two_faces_overlap(case):
    most, filled = most_faces_at_a_point(case[1])
    assert most == 1
    assert filled > 0.3


def test_no_texel_is_covered_twice(case):
    samples = rasterise(case[1] * 1024)
    assert np.bincount(samples.row * 1024 + samples.column).max() == 1


def test_the_overlap_test_can_fail():
    solid = ramp()
    flat = solid.vertices[:, [0, 1]][solid.faces] * 0.5 + 0.5
    assert most_faces_at_a_point(flat)[0] > 1


def test_layers_of_one_direction_are_told_apart(monkeypatch):
    """Without the split into layers the ramp's turns would overlap: the tests above can fail."""
    solid = ramp()
    assert most_faces_at_a_point(unwrap(solid))[0] == 1
    monkeypatch.setattr(charts, "_layers", lambda samples, patch, corners, near: np.zeros(len(patch), dtype=np.intp))
    assert most_faces_at_a_point(unwrap(solid))[0] > 1


def test_everything_lies_in_the_square(case):
    assert case[1].min() >= 0
    assert case[1].max() <= 1


def test_no_face_is_flat_or_mirrored(case):
    areas = cross(case[1][:, 1] - case[1][:, 0], case[1][:, 2] - case[1][:, 0])
    assert areas.min() > 0


def test_stretch_is_bounded(case):
    solid, uvs = case
    a, b, c = (solid.vertices[solid.faces[:, corner]] for corner in range(3))
    areas = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    shown = cross(uvs[:, 1] - uvs[:, 0], uvs[:, 2] - uvs[:, 0])
    bound = (shown / areas).max() * BLIND_DENSITY**2 * 0.99
    assert (shown / areas).min() > bound * charts.SPECK_FACING
    assert areas[shown / areas < bound * charts.MIN_FACING].sum() < 0.01 * areas.sum()


def test_up_in_the_texture_is_up_on_the_front():
    solid = box()
    uvs, normals = unwrap(solid), charts.face_normals(solid)[0]
    corners = solid.vertices[solid.faces]
    for name, right in (("front", [1, 0, 0]), ("left", [0, 1, 0]), ("back", [-1, 0, 0]), ("right", [0, -1, 0])):
        faces = normals @ directions.TOWARD[directions.NAMES.index(name)] > 0.9
        place, spot = corners[faces] - corners[faces][:, :1], uvs[faces] - uvs[faces][:, :1]
        scale = np.abs(spot).max() / np.abs(place).max()
        assert np.allclose(spot[..., 0], place @ np.array(right) * scale, atol=1e-9)
        assert np.allclose(spot[..., 1], place[..., 2] * scale, atol=1e-9)


def test_pictured_sides_get_the_most_texels():
    solid = box()
    uvs, normals = unwrap(solid, ("front", "left")), charts.face_normals(solid)[0]
    areas = cross(uvs[:, 1] - uvs[:, 0], uvs[:, 2] - uvs[:, 0])
    front, left, back = (areas[normals @ directions.TOWARD[side] > 0.9].sum() for side in range(3))
    assert front == pytest.approx(left)
    assert back == pytest.approx(front * BLIND_DENSITY**2)
    assert front > 0.1


def test_charts_keep_a_gutter_of_eight_texels(case):
    solid, uvs = case
    chart = charts.cut(solid, ("front",)).chart
    samples = rasterise(uvs * 1024)
    sheet = np.zeros((1040, 1040), dtype=int)
    sheet[samples.row + 8, samples.column + 8] = chart[samples.face] + 1
    for step in range(1, 8):
        for way in ((step, 0), (0, step), (step, step), (step, -step)):
            other = np.roll(sheet, way, axis=(0, 1))
            assert not ((sheet > 0) & (other > 0) & (sheet != other)).any()


def test_a_smooth_solid_has_few_charts():
    assert charts.cut(smooth(ball(), 0.3), ("front",)).count == 6


def test_a_box_keeps_one_chart_a_side():
    assert charts.cut(box(), ("front",)).count == 6


def test_thin_parts_and_tiny_solids_unwrap():
    needle = carved(lambda x, y, z: 0.03 - np.hypot(x, y) + 0 * z, (0.1, 0.1), cells=24)
    assert most_faces_at_a_point(unwrap(needle))[0] == 1


def test_neighbours_share_an_edge():
    solid = ball(16)
    neighbours = charts.face_neighbours(solid.faces)
    for face in (0, 7, len(solid.faces) - 1):
        for other in neighbours[face]:
            assert len(set(solid.faces[face]) & set(solid.faces[other])) == 2


def test_two_triangles_fill_a_square_once():
    square = np.array([[[0, 0], [8, 0], [8, 8]], [[0, 0], [8, 8], [0, 8]]], dtype=float)
    samples = rasterise(square)
    assert (np.bincount(samples.row * 8 + samples.column, minlength=64) == 1).all()


def test_weights_give_the_place_back():
    triangle = np.array([[[1.3, 2.1], [17.2, 4.4], [6.6, 15.9]]])
    samples = rasterise(triangle)
    place = np.einsum("sk,kc->sc", samples.weights, triangle[0])
    assert len(place) > 60
    assert np.allclose(place, np.stack([samples.column + 0.5, samples.row + 0.5], axis=1), atol=1e-4)
