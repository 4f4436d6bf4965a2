"""A large image of the .blend in a real window: Blender goes on while it becomes a file."""

import pytest


@pytest.fixture(scope="module")
def large(play):
    return play("large").facts


def test_the_image_is_sent_as_it_was_at_the_click(large):
    assert (large["as_at_the_click"], large["title"]) == (True, "painted")


def test_an_image_that_was_exchanged_meanwhile_is_not_sent(large):
    assert large["tasks_of_an_exchanged_image"] == 0


def test_what_will_be_sent_is_made_once_the_file_is_there(large):
    assert (large["preparing"], large["free_meanwhile"]) == (True, True)
    assert large["seen"] == ["PNG", "", "other one"]
