"""Cropping and placing: pixels get the place they have, views the same height, mirror images the same outline."""

import numpy as np
import pytest
from local_pictures import cut_out, disc

from blender_addon.local.align import WORK_SIDE, reduced, resample, shrink, silhouettes, symmetric
from blender_addon.local.shapes import PictureRefused


def box(rows, columns, at):
    mask = np.zeros((rows, columns))
    mask[at[0] : at[1], at[2] : at[3]] = 1
    return mask


def placed(**masks):
    return silhouettes({name: cut_out(mask) for name, mask in masks.items()}, masks)


def test_views_are_cropped_and_brought_to_the_fronts_height():
    views = placed(front=box(100, 80, (10, 90, 20, 60)), left=box(60, 60, (5, 45, 10, 20)))
    assert views["front"].mask.shape == (80, 40)
    assert views["front"].width == pytest.approx(0.5)
    assert views["left"].mask.shape == (80, 20)
    assert views["left"].width == pytest.approx(0.25)
    assert (views["left"].mask == 1).all()
    assert (views["left"].picture[..., :3] == (200, 60, 30)).all()


def test_opposite_views_have_the_same_width():
    views = placed(front=box(100, 80, (0, 100, 0, 50)), back=box(100, 80, (0, 100, 0, 54)))
    assert views["back"].width == views["front"].width == 0.5


def test_empty_mask_is_refused_by_name():
    with pytest.raises(PictureRefused, match="left view"):
        placed(front=box(20, 20, (5, 15, 5, 15)), left=np.zeros((20, 20)))


def test_symmetric_unites_a_view_with_its_mirror_image():
    bent = box(40, 40, (0, 40, 10, 30)) + box(40, 40, (0, 10, 0, 10)) + box(40, 40, (0, 10, 30, 40))
    bent += box(40, 40, (20, 30, 30, 36))
    views = symmetric(placed(front=bent, left=box(40, 40, (0, 40, 0, 12))))
    assert (views["front"].mask == views["front"].mask[:, ::-1]).all()
    assert views["front"].mask.sum() == bent.sum() + 60
    assert views["left"].mask.shape == (40, 12)


def test_symmetric_unites_the_sides():
    left, right = box(40, 12, (0, 40, 0, 8)), box(40, 12, (0, 40, 0, 8))
    left[0, 8:], right[0, :] = 1, 1
    right[30, 8:] = 1
    views = symmetric(placed(front=box(40, 40, (0, 40, 0, 40)), left=left, right=right))
    assert (views["left"].mask == views["right"].mask[:, ::-1]).all()


def test_resample_keeps_means_and_ramps():
    values = np.random.default_rng(1).random((50, 30))
    assert resample(values, 20, 7).mean() == pytest.approx(values.mean())
    assert resample(values, 50, 30) is not None
    ramp = np.linspace(0, 1, 10)[:, None] * np.ones(3)
    assert np.diff(resample(ramp, 40, 3)[5:-5, 0]) == pytest.approx(1 / 36)


def test_shrink_weighs_colours_by_alpha():
    picture = np.zeros((2, 2, 4), dtype=np.uint8)
    picture[0, 0] = (200, 100, 50, 255)
    picture[1, 1] = (90, 90, 90, 0)
    assert shrink(picture, 2).tolist() == [[[200, 100, 50, 64]]]


def test_only_large_pictures_are_reduced():
    small = cut_out(disc(64, 20))
    assert reduced(small) is small
    assert reduced(np.zeros((WORK_SIDE * 2, 10, 4), dtype=np.uint8)).shape == (WORK_SIDE, 5, 4)
