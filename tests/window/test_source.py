"""Images come in any way there is, in a real window."""

import pytest


@pytest.fixture(scope="module")
def seen(play):
    return play("source").facts


def test_nothing_failed(seen):
    assert [f"{name}: {error}" for name, error in seen.items() if name.startswith("failed")] == []


def test_a_dropped_picture_becomes_a_model_where_it_was_dropped(seen):
    assert seen["landed"] == {"chair": [2.5, -2.5, 0.0]}
    assert seen["views"] == ["chair.png", "chair_left.png"], "its other view was found before it was sent"


def test_a_picture_that_is_dropped_on_the_sidebar_is_only_set(seen):
    assert (seen["cleared"], seen["on_panel"], seen["forgotten"]) == ("", ["chair.png", 0], "")


def test_a_path_is_pasted_and_a_shopping_list_is_not(seen):
    assert (seen["pasted"], seen["pasted_nothing"]) == ("chair_left.png", "chair_left.png")


def test_a_captured_viewport_is_the_source_and_nothing_else_has_changed(seen):
    assert (seen["captured"], seen["captured_px"]) == (["Viewport 1.png", True], 1024)


def test_several_subjects_stand_beside_each_other(seen):
    first, second, third = (seen["kit"][f"{name} (Maquette)"] for name in ("barrel", "crate", "lamp"))
    assert first == [0, -3, 0]
    assert (second[0] > 1, second[1], third[0], third[1] > -2) == (True, -3, 0, True)


def test_a_painted_image_becomes_a_model_from_the_image_editor(seen):
    assert seen["painted"] == ["IMAGE", "chair"]


def test_a_drop_that_cannot_start_sets_the_image(seen):
    assert seen["refused"] == ["chair.png", 0]


def test_an_area_is_lent_and_given_back(seen):
    assert (seen["lent"], seen["given_back"]) == ("IMAGE_EDITOR", True)


def test_the_shortcut_asks_for_an_image(seen):
    assert seen["shortcut"]
