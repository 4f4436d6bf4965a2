"""The extension as an artist meets it: the built zip in a real Blender with a window, clicked through.

Times are printed, never judged. The screenshots are kept (MAQUETTE_SHOTS names the folder) to be looked at.
"""

import json

import pytest
from key_search import holding

KEY = "tsk_" + "a1b2c3d4" * 5


@pytest.fixture(scope="module")
def model(play):
    return play("model").facts


@pytest.fixture(scope="module")
def manners(play):
    return play("manners").facts


@pytest.fixture(scope="module")
def disabled(play):
    return play("disabled").facts


@pytest.fixture(scope="module")
def resumed(play):
    left = play("leave", data="kept").facts
    return left | play("resumed", data="kept").facts


def test_an_image_becomes_an_object_in_the_scene(model):
    assert (model["state"], model["message"]) == ("succeeded", "")
    assert model["new_objects"] == ["toadstool"]


def test_the_pictures_of_the_readme_can_be_taken(play):
    portrait = play("portrait", size="1400x1150")
    assert portrait.facts["state"] == "succeeded"
    assert (portrait.shots / "portrait.png").stat().st_size > 100_000
    assert (portrait.shots / "waiting.png").stat().st_size > 50_000
    assert (portrait.shots / "preferences.png").stat().st_size > 10_000


def test_the_window_goes_on_meanwhile(model):
    print(f"longest gap between two timer ticks: {model['longest_gap_ms']} ms; without a task: {model['idle']}")
    assert model["draws"] > 5, "the viewport was drawn again and again while the task ran"


def test_landing_by_itself_leaves_the_selection_alone(model):
    assert model["selected"] == ["Cube"]


@pytest.mark.fault("U05")
def test_one_undo_takes_the_model_away_and_brings_back_what_stood_there(model):
    assert model["after_undo"] == ["toadstool (Maquette)"]
    assert model["image_after_undo"].endswith("toadstool.png")


@pytest.mark.fault("U05", "U07")
def test_landing_by_a_click_selects_the_object(model):
    assert model["selected_again"] == ["toadstool"]


@pytest.mark.fault("U09")
def test_a_broken_image_cannot_be_sent(manners):
    assert (manners["tasks_of_broken"], manners["calls_of_broken"]) == (0, 0)
    assert manners["calls_of_picture"] == 1


@pytest.mark.fault("U01")
def test_edit_mode_holds_the_landing_up(manners):
    assert (manners["mode"], manners["waits"]) == ("EDIT_MESH", "ready")
    assert manners["active_stays"] == "Cube"


def test_cancel_ends_the_task(manners):
    assert manners["cancelled"] == "cancelled"


def test_a_failed_task_says_why(manners):
    assert manners["failure"].endswith(".")


@pytest.fixture(scope="module")
def autosave(play):
    account = {"provider": "tripo", "key": KEY}
    return play("autosave", MAQUETTE_TEST_ACCOUNT=json.dumps(account))


def test_autosave_happens_during_a_long_task(autosave):
    facts = autosave.facts
    print(f"autosave after {facts['seconds']} s; longest gap {facts['longest_gap_ms']:.0f} ms")
    assert facts["saved"]
    assert facts["state_when_saved"] == "running"


@pytest.mark.fault("S01")
def test_no_key_is_in_an_autosave(autosave):
    profile = autosave.folder.parents[1]
    assert {name for name, _ in holding([profile], KEY)} == {"accounts.json"}
    kept = {one.name for one in (autosave.folder / "kept").rglob("*.blend")}
    assert kept == set(autosave.facts["saved"]), "it was searched as well"


@pytest.mark.fault("X16")
def test_the_task_is_watched_again_in_another_file(resumed):
    assert resumed["percent_later"] > resumed["percent_before"]


@pytest.mark.fault("X03", "U14")
def test_a_task_that_was_left_goes_on_at_the_next_start(resumed):
    assert resumed["state_when_left"] == "running"
    assert resumed["state_resumed"] == "ready"


@pytest.mark.fault("U03", "X16")
def test_it_does_not_barge_into_another_file(resumed):
    assert resumed["objects_before_land"] == ["Camera", "Cube", "Light"]
    assert resumed["objects_after_land"] == ["Camera", "Cube", "Light", "toadstool"]


@pytest.mark.fault("U06")
def test_undo_works_while_a_task_runs(resumed):
    assert resumed["after_undo"] == ["Camera", "Cube", "Light", "toadstool (Maquette)"]


def test_a_step_that_fails_ends_its_turn_with_its_timer_and_the_task_is_watched_again(disabled):
    assert (disabled["modal_after_a_failed_step"], disabled["timers_removed_after_a_failed_step"]) == ([], 1)


@pytest.mark.fault("X15")
def test_disabling_ends_everything_at_once(disabled):
    print(f"disabling took {disabled['disabling_s']} s")
    assert (disabled["left"], disabled["threads_left"], disabled["modal_left"]) == ([], [], [])
    assert (disabled["timers_left"], disabled["window_timers_removed"]) == ([], 1)


@pytest.mark.fault("X15")
def test_enabling_takes_the_task_up_again(disabled):
    assert disabled["state_again"] == "ready"
