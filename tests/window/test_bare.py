"""From the zip to a model as a new user gets there: Blender as it comes, one image, no instructions."""

import pytest


@pytest.fixture(scope="module")
def bare(play_bare):
    return play_bare("bare").facts


def test_two_acts_make_a_model_of_a_picture_that_is_dropped(bare):
    assert bare["by_drop"] == [2, ["chair"]]


def test_six_acts_make_a_model_by_the_panel(bare):
    assert bare["by_panel"] == [6, ["owl"]]
