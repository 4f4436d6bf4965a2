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


def test_panels_are_looked_at_narrow_and_large(play):
    assert play("looks", size="1000x1300").facts["narrow"] <= 200
