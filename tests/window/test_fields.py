"""The panel's fields in a real window: every provider, what will be sent, and why Generate cannot be pressed."""

import pytest


@pytest.fixture(scope="module")
def fields(play):
    return play("fields", size="1150x1400", flags=[], MAQUETTE_TRIPO_API_KEY="tsk_nobody").facts


def test_what_will_be_sent_is_seen_before_anything_is(fields):
    assert fields["sent_local"].startswith("PNG · ")
    assert fields["sent_tripo"].startswith("PNG · ")


def test_the_reason_stands_at_the_button(fields):
    assert fields["reason"] == "Tripo needs the network. Allow Online Access in the preferences (System)"


def test_no_provider_s_state_is_cut_off(fields):
    """“API Key Missing” has no room beside any name in a sidebar of the usual width."""
    labels = {"csm": "CSM", "modelslab": "ModelsLab", "modelstream": "ModelStream", "triverse": "Triverse"}
    assert fields["titles"] == labels | {"tripo": "Tripo"}


def test_a_preset_and_the_money_are_shown(fields):
    assert fields["face_limit"] == 10_000
    assert fields["price"] == "About 30 credits (of 300 left)"


def test_the_options_used_last_are_there_when_blender_starts_and_no_undo_takes_them(fields):
    assert fields["carried"] == fields["carried_after_undo"] == ["csm", "quads"]
