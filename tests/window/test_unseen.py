"""What opens for a moment only, in a real window: screenshots to be looked at, and what a click does."""

import pytest


@pytest.fixture(scope="module")
def unseen(play):
    return play("unseen").facts


def test_a_preset_is_chosen_by_two_clicks(unseen):
    assert (unseen["before"], unseen["after"]) == (20_000, 5_000)


def test_a_question_that_is_left_removes_nothing(unseen):
    assert (unseen["remove_dark"], unseen["remove_light"]) == (0, 0)
