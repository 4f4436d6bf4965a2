"""The placeholder in a real window: it shows, is moved, becomes the model, and comes and goes with undo."""

import pytest


@pytest.fixture(scope="module")
def seen(play):
    return play("placement").facts


def test_the_image_stands_where_the_model_will_land_and_nothing_is_selected_for_it(seen):
    assert seen["placeholder"] == {
        "place": {"toadstool (Maquette)": [2, -1, 0]},
        "selected": ["Cube"],
        "active": "Cube",
        "image": [512, 512],
    }


def test_the_model_takes_the_place_that_it_was_moved_to(seen):
    assert seen["landed"] == {"toadstool": [3, -1, 0]}
    assert seen["turned"] == [0, 0, 1.571]
    assert seen["images"] == []


@pytest.mark.fault("U05")
def test_one_undo_brings_the_placeholder_back_for_another_landing(seen):
    assert seen["undone"] == {"toadstool (Maquette)": [3, -1, 0]}
    assert seen["redone"] == seen["landed_again"] == {"toadstool": [3, -1, 0]}


def test_a_model_replaces_an_object_in_one_step(seen):
    before, after, place = seen["replaced"]
    assert (before, after, place) == ("Cube", "toadstool.001", [-3, 0, 0])
    assert seen["cube_is_back"] == "Cube"


def test_what_is_cancelled_leaves_nothing_behind_not_even_after_an_undo(seen):
    assert seen["cancelled"] == {"toadstool": [3, -1, 0]}
    assert seen["cancelled_and_undone"] == []


def test_the_surface_under_the_mouse_is_found(seen):
    assert seen["surface"] == {"top": [0, 0, 1], "ground": [2.5, -2.5, 0]}
