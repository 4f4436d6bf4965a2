"""Next Steps in a real window: a model of Tripo's is rigged and animated; its simulator answers from this process."""

import pytest
from corpus.sound import glb_animated
from simulators.tripo import Tripo


@pytest.fixture(scope="module")
def seen(play):
    with Tripo() as tripo:
        tripo.results = {kind: glb_animated().build() for kind in ("animate_rig", "animate_retarget")}
        account = {"MAQUETTE_TRIPO_BASE_URL": tripo.base_url, "MAQUETTE_TRIPO_API_KEY": tripo.key}
        played = play("next_steps", flags=[], size="1150x1650", MAQUETTE_POLL_S="0.2", **account)
        yield played.facts, tripo


def test_a_model_is_rigged_and_animated_in_its_place(seen):
    facts, _ = seen
    assert facts["made"] == [
        ["toadstool", "succeeded", "", "30 credits"],
        ["Rig · toadstool", "succeeded", "", "25 credits"],
        ["Animate · toadstool", "succeeded", "", "10 credits"],
    ]
    assert facts["bones"] and facts["actions"]


def test_what_was_shown_was_sent_once(seen):
    _, tripo = seen
    model, rig, _ = tripo.tasks
    assert tripo.creates[1:] == [
        {"input": model, "model": "v1.0-20240301"},
        {"input": rig, "animation": "preset:biped:walk", "export_with_geometry": True},
    ]
    assert tripo.paid == 3 and tripo.leaks == []


def test_it_was_looked_at_in_a_narrow_sidebar(seen):
    assert seen[0]["narrow"] < 200


def test_a_dialog_opens_although_its_options_do_not_fit_together(seen):
    assert seen[0]["opened"] == ["RUNNING_MODAL"]


def test_a_dialog_that_is_left_sends_nothing(seen):
    assert seen[0]["left"] == 2
