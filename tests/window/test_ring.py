"""The rings above placeholders in a real window, and the question when one of those is removed."""

import pytest


@pytest.fixture(scope="module")
def seen(play):
    return play("ring").facts


def test_rings_are_drawn_only_while_something_waits(seen):
    assert (seen["before"], seen["meanwhile"], seen["after"]) == (False, True, False)


def test_a_placeholder_that_is_removed_is_asked_about_once_and_an_undo_brings_it_back(seen):
    assert (seen["questions"], seen["removed"], seen["states"]) == (1, True, ["running", "running"])
    assert (seen["undone"], seen["questions_after_undo"]) == (True, 1)


def test_the_answer_can_be_to_cancel_the_task(seen):
    assert seen["states_later"] == ["cancelled", "running"]


@pytest.fixture(scope="module")
def made(play):
    return play("menu").facts


def test_one_click_shows_the_textures(made):
    assert made["shading"] == ["SOLID", "TEXTURE"]


def test_regenerate_lands_in_the_objects_place(made):
    assert made["regenerated"][:2] == [1, True]
    assert made["again"] is False, "one at a time"


def test_a_variant_is_chosen(made):
    assert made["variant"] == [True, 1]


def test_the_source_image_is_shown_in_the_image_editor(made):
    assert made["editor"].startswith("front")
