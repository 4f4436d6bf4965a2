"""The whole way from pictures to a model: choice of method, checks, face limit, place and size."""

import tracemalloc

import numpy as np
import pytest
from local_pictures import cut_out, disc, on_ground
from solids import is_closed, volume

from blender_addon.local.align import silhouettes
from blender_addon.local.reconstruct import reconstruct
from blender_addon.local.shapes import PictureRefused, Recipe, Solid
from blender_addon.local.surface import face_areas

BALL = cut_out(disc(120, 50))
WIDE = cut_out(np.repeat(disc(120, 50), 2, axis=1))
DRAFT = {"detail": "draft", "texture_size": 64}


def made(views, reduce=None, **recipe):
    return reconstruct(views, Recipe(**DRAFT, **recipe), reduce, lambda share: None)


@pytest.mark.parametrize(
    ("views", "method"),
    [
        ({"front": BALL}, "auto"),
        ({"front": BALL}, "extrude"),
        ({"front": BALL}, "relief"),
        ({"front": BALL, "back": BALL}, "auto"),
        ({"front": BALL, "left": BALL}, "auto"),
        ({"front": BALL, "left": BALL, "back": BALL, "right": BALL}, "auto"),
        ({"front": BALL, "left": BALL}, "inflate"),
    ],
)
def test_model_is_closed_and_stands_where_it_should(views, method):
    model = made(views, method=method, height=1.8)
    solid = Solid(model.vertices, model.faces)
    assert is_closed(solid)
    assert volume(solid) > 0
    assert face_areas(Solid(model.vertices.astype(np.float32).astype(float), model.faces)).min() > 0
    low, high = model.vertices.min(axis=0), model.vertices.max(axis=0)
    assert (low[2], high[2]) == (0, pytest.approx(1.8))
    assert (low + high)[:2] == pytest.approx((0, 0), abs=1e-9)
    assert model.uvs.shape == (len(model.faces), 3, 2)
    assert model.base_color.shape == (64, 64, 3)


def test_a_side_view_sets_the_depth():
    assert np.ptp(made({"front": BALL}).vertices[:, 1]) == pytest.approx(1, abs=0.05)
    assert np.ptp(made({"front": BALL, "left": WIDE}).vertices[:, 1]) == pytest.approx(2, abs=0.1)
    assert np.ptp(made({"front": BALL, "left": WIDE}, method="inflate").vertices[:, 1]) == pytest.approx(1, abs=0.05)


def test_symmetry_makes_mirror_images():
    lopsided = cut_out(np.maximum(disc(120, 30), disc(120, 15, (100, 90))))
    vertices = made({"front": lopsided}, symmetry=True).vertices
    assert np.ptp(vertices[:, 0]) == pytest.approx(2 * vertices[:, 0].max())
    for side in (1, -1):
        foot = vertices[(vertices[:, 0] * side > 0.4)]
        assert len(foot) > 20
    mirrored = vertices * (-1, 1, 1)
    nearest = [np.linalg.norm(vertices - point, axis=1).min() for point in mirrored[::20]]
    assert max(nearest) < 0.01


def test_face_limit_goes_to_reduce_only_when_it_is_exceeded():
    asked = []

    def reduce(solid, faces):
        asked.append(faces)
        return solid

    made({"front": BALL}, reduce, face_limit=1000)
    made({"front": BALL}, reduce, face_limit=1_000_000)
    made({"front": BALL}, reduce)
    assert asked == [1000]


def test_progress_rises_from_0_to_1():
    shares = []
    reconstruct({"front": BALL}, Recipe(**DRAFT), None, shares.append)
    assert shares == sorted(shares)
    assert 0 <= shares[0] < 0.5
    assert shares[-1] == 1


def test_missing_views_are_named():
    with pytest.raises(PictureRefused, match="no front view"):
        made({"left": BALL})
    with pytest.raises(PictureRefused, match="add a left or right view"):
        made({"front": BALL, "back": BALL}, method="hull")


def test_refusal_names_the_view_when_there_are_several():
    plain = on_ground(np.zeros((60, 60)), (0.5, 0.5, 0.5))
    with pytest.raises(PictureRefused, match=r"^Left view: The background could not be told"):
        made({"front": BALL, "left": plain})
    with pytest.raises(PictureRefused, match=r"^The background could not be told"):
        made({"front": plain})


def test_what_is_too_small_is_refused():
    """Lone pixels have no shape; a line thinner than the grid can show vanishes between its samples."""
    spots = np.zeros((400, 400))
    spots[10, 10] = spots[380, 300] = 1
    for method in ("auto", "extrude"):
        with pytest.raises(PictureRefused, match="No object was found"):
            made({"front": cut_out(spots)}, method=method)
    line = np.zeros((400, 400))
    line[20:380, 200:202] = 1
    with pytest.raises(PictureRefused, match="too small or too thin"):
        made({"front": cut_out(line)}, method="extrude")


LONG = np.pad(np.ones((20, 800)), 8)
"""40 : 1."""


def test_long_objects_take_no_more_memory_than_square_ones():
    peaks = {}
    square = np.pad(np.ones((800, 800)), 8)
    for name, mask in {"square": square, "wide": LONG, "tall": LONG.T}.items():
        tracemalloc.start()
        made({"front": cut_out(mask)})
        peaks[name] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peaks["wide"] < peaks["square"] and peaks["tall"] < peaks["square"], peaks


def test_a_long_side_view_keeps_the_size_of_its_picture():
    """Not that of a front with many more rows, to whose scale it is brought."""
    masks = {"front": np.ones((800, 800)), "left": np.ones((20, 800))}
    found = silhouettes({name: cut_out(mask) for name, mask in masks.items()}, masks)
    assert found["front"].mask.shape[0] == found["left"].mask.shape[0] < 100
    assert found["left"].mask.shape[1] < 4000 and found["left"].width == 40
