"""The surface: closed, outward, without thin faces, whatever the field; near the truth when there is one."""

import numpy as np
import pytest
from solids import is_closed, volume

from blender_addon.local.shapes import Solid
from blender_addon.local.surface import extract, face_areas, smooth


def ball(cells=48):
    axis = np.linspace(-1, 1, cells + 1)
    x, y, z = np.meshgrid(axis, axis, axis, indexing="ij")
    return extract(0.81 - x**2 - y**2 - z**2, (-1, -1, -1), 2 / cells)


def noise(seed):
    return extract(np.random.default_rng(seed).normal(size=(9, 10, 11)), (0, 0, 0), 1.0)


def test_ball_has_its_true_size():
    solid = ball()
    assert is_closed(solid)
    assert volume(solid) == pytest.approx(4 / 3 * np.pi * 0.9**3, rel=0.005)
    assert np.linalg.norm(solid.vertices, axis=1) == pytest.approx(0.9, abs=0.003)


@pytest.mark.parametrize("seed", range(12))
def test_noise_still_closes(seed):
    solid = noise(seed)
    assert is_closed(solid)
    assert volume(solid) > 0
    assert face_areas(solid).min() > 0


def test_every_pattern_of_one_cell_closes():
    for case in range(256):
        solid = extract(np.where(case >> np.arange(8) & 1, 1.0, -1.0).reshape(2, 2, 2), (0, 0, 0), 1.0)
        assert is_closed(solid)
        assert volume(solid) > 0 or case == 0


def test_every_vertex_is_the_hub_of_one_fan():
    """Two sheets may not touch in a vertex: the faces at each hang together edge by edge."""
    faces = noise(3).faces
    for vertex in range(faces.max() + 1):
        fan = faces[(faces == vertex).any(axis=1)]
        after = {f[(k + 1) % 3]: f[(k + 2) % 3] for f in fan.tolist() for k in range(3) if f[k] == vertex}
        start = here = next(iter(after))
        seen = 1
        while (here := after[here]) != start:
            seen += 1
        assert seen == len(fan)


def test_field_that_reaches_its_border_is_closed_there():
    solid = extract(np.ones((3, 4, 5)), (0, 0, 0), (1.0, 2.0, 3.0))
    assert is_closed(solid)
    assert (np.ptp(solid.vertices, axis=0) >= (2, 6, 12)).all()


def test_nothing_inside_gives_no_faces():
    solid = extract(-np.ones((3, 3, 3)), (0, 0, 0), 1.0)
    assert len(solid.faces) == 0
    assert smooth(solid, 1) is solid


def test_a_value_of_exactly_0_is_outside():
    field = np.full((5, 5, 5), -1.0)
    field[2, 2, 2] = 1
    field[2, 2, 3] = 0
    solid = extract(field, (0, 0, 0), 1.0)
    assert is_closed(solid)
    assert face_areas(solid).min() > 0


def test_smoothing_softens_and_keeps_the_volume():
    rough = ball()
    shaken = Solid(rough.vertices + np.random.default_rng(1).normal(size=rough.vertices.shape) * 0.004, rough.faces)
    soft = smooth(shaken, 0.5)
    assert np.linalg.norm(soft.vertices, axis=1).std() < np.linalg.norm(shaken.vertices, axis=1).std() / 2
    assert volume(soft) == pytest.approx(volume(rough), rel=0.01)


@pytest.mark.parametrize("seed", range(4))
def test_smoothing_leaves_no_thin_faces(seed):
    assert face_areas(smooth(noise(seed), 1.0)).min() > 0


def test_holes_flips_and_doubles_are_noticed():
    solid = ball(12)
    flipped = solid.faces.copy()
    flipped[0] = flipped[0, ::-1]
    assert not is_closed(Solid(solid.vertices, solid.faces[1:]))
    assert not is_closed(Solid(solid.vertices, flipped))
    assert not is_closed(Solid(solid.vertices, np.concatenate([solid.faces, solid.faces[:1]])))
    assert volume(Solid(solid.vertices, solid.faces[:, ::-1])) < 0
