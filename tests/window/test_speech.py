"""Maquette in Chinese, in a narrow sidebar, at twice the size: what can be judged is, the rest is looked at."""

import pytest


@pytest.fixture(scope="module")
def speech(play):
    return play("speech").facts


def test_the_texts_come_with_the_language_and_go_with_it(speech):
    assert speech["before"] == ["Choose an image first", True]
    assert speech["chinese"] == ["放入场景", "普通", "约 20 积分"]
    assert speech["switched_off"] == "About 20 credits"
    assert speech["after"] == "Land Again"


@pytest.fixture(scope="module")
def looks(play):
    return play("looks", size="1000x1300").facts


def test_panels_are_looked_at_narrow_and_large(looks):
    assert looks["narrow"] <= 200


def test_the_height_of_the_preferences_is_said_in_the_words_that_there_is_room_for(looks):
    said = [looks[f"height_{name}"] for name in ("usual", "narrow", "large")]
    assert said == ["1.8 m (Preferences)", "1.8 m", "1.8 m"]


def test_what_an_empty_list_says_takes_as_many_lines_as_it_needs(looks):
    assert set(looks["empty"]) == {"Models that you generate appear here"}
