"""Known solids, photographed by Blender's own cameras and rebuilt: how much of their volume and outline comes back."""

import numpy as np
import pytest
from known_meshes import inside, make, photograph, silhouette_iou, volume_iou
from solids import is_closed, volume

from blender_addon.local.align import silhouettes
from blender_addon.local.background import find_mask
from blender_addon.local.hull import carve
from blender_addon.local.inflate import inflate
from blender_addon.local.reconstruct import reconstruct
from blender_addon.local.shapes import Recipe, Solid

TARGETS = {"sphere": 0.95, "cone": 0.95, "cube": 0.97, "torus": 0.85, "torus sideways": 0.85, "suzanne": 0.58}


@pytest.fixture(scope="module")
def photographed():
    """Return a function that makes a known solid and its four aligned views, once."""
    made = {}

    def get(name):
        if name not in made:
            solid = make(name)
            views = photograph(solid)
            masks = {view: find_mask(picture) for view, picture in views.items()}
            made[name] = solid, views, silhouettes(views, masks)
        return made[name]

    return get


@pytest.mark.parametrize(("name", "wanted"), TARGETS.items())
def test_four_views_bring_the_volume_back(photographed, name, wanted):
    true, _, views = photographed(name)
    solid = carve(views, Recipe())
    assert is_closed(solid)
    assert volume_iou(true, solid) >= wanted
    for view in views.values():
        assert silhouette_iou(solid, view) >= 0.97


@pytest.mark.parametrize(("name", "wanted"), [("cylinder", 0.95), ("mug", 0.85), ("angle", 0.95), ("figure", 0.85)])
def test_other_shapes_come_back_too(photographed, name, wanted):
    true, _, views = photographed(name)
    assert volume_iou(true, carve(views, Recipe())) >= wanted


@pytest.mark.parametrize("name", ["cube", "sphere", "torus", "suzanne"])
def test_automatic_sections_stay_near_the_better_choice(photographed, name):
    true, _, views = photographed(name)
    automatic, box, ellipse = (volume_iou(true, carve(views, Recipe(roundness=r))) for r in (None, 0.0, 1.0))
    assert automatic >= max(box, ellipse) - 0.06
    assert automatic > min(box, ellipse) + 0.1


def test_two_views_are_enough_and_sides_are_not_swapped(photographed):
    true, _, views = photographed("mug")
    for chosen in (("front", "left"), ("front", "right"), ("front", "back", "left")):
        assert volume_iou(true, carve({name: views[name] for name in chosen}, Recipe())) >= 0.7
    true, _, views = photographed("suzanne")
    good = volume_iou(true, carve({name: views[name] for name in ("front", "left")}, Recipe()))
    turned = Solid(true.vertices * (1, -1, 1), true.faces[:, ::-1])
    assert good > volume_iou(turned, carve({name: views[name] for name in ("front", "left")}, Recipe())) + 0.05


def test_a_ball_comes_back_from_its_disc(photographed):
    true, _, views = photographed("sphere")
    solid = inflate(views["front"].mask, Recipe())
    assert is_closed(solid)
    assert volume_iou(true, solid) >= 0.95
    assert silhouette_iou(solid, views["front"]) >= 0.97


def test_finished_model_keeps_volume_and_outline(photographed):
    true, pictures, views = photographed("cube")
    model = reconstruct(pictures, Recipe(texture_size=256, height=2.0), None, lambda share: None)
    solid = Solid(model.vertices / 2, model.faces)
    assert is_closed(solid)
    assert volume_iou(true, solid) >= 0.97
    assert silhouette_iou(solid, views["front"]) >= 0.97


def test_the_measure_can_tell():
    """A ruler that always says yes would make every test here worthless."""
    ball, cube = make("sphere"), make("cube")
    assert volume_iou(ball, ball) == 1
    assert volume_iou(ball, cube) == pytest.approx(np.pi / 6, rel=0.01)
    assert volume(ball) == pytest.approx(np.pi / 6, rel=0.01)
    line = (np.arange(50) + 0.5) / 50
    assert inside(cube, [line - 0.5, line - 0.5, line]).all()
    lying = make("torus lying")
    middle = [np.array([0.0]), np.array([0.0]), line]
    assert not inside(lying, middle).any()
