"""An artist who does to Blender, while a task runs, whatever Blender allows. One Blender plays it all.

That no traceback was printed is checked by the fixture `play`.
"""

import pytest

HOLDS = ("sculpt mode", "pose mode", "playback", "modal operator", "render", "bake", "file dialog")


@pytest.fixture(scope="module")
def hostile(play):
    return play("hostile", size="900x1100").facts


def test_nothing_went_wrong(hostile):
    assert not hostile["troubles"], "\n".join(hostile["troubles"])


@pytest.mark.fault("U06")
def test_undo_and_redo_while_a_task_runs_are_the_artists_own(hostile):
    assert hostile["work_while_running"] == [False, True, "running"]


@pytest.mark.fault("U05")
def test_one_undo_takes_everything_of_the_model_away(hostile):
    assert hostile["undone_is_before"] == [True, True]


@pytest.mark.fault("U05")
def test_redo_brings_it_back_and_it_lands_once(hostile):
    assert hostile["redone_is_landed"]
    assert hostile["after_redo"] == ["succeeded", "landed", 1]


@pytest.mark.fault("U01", "U02", "X20")
@pytest.mark.parametrize("name", HOLDS)
def test_a_model_that_arrives_at_the_wrong_moment_waits_and_lands_once(hostile, name):
    assert (hostile["held"][name], hostile["landings"][name]) == (0, 1)


@pytest.mark.fault("U04")
def test_a_task_lands_in_the_scene_of_the_window_it_was_started_in(hostile):
    assert hostile["landings"]["two windows"] == 1
    assert hostile["scenes_of_two_windows"] == ["Other"]


@pytest.mark.fault("U04")
def test_a_scene_that_was_renamed_or_deleted_is_no_trouble(hostile):
    assert [hostile["landings"][name] for name in ("renaming the scene", "deleting the scene")] == [1, 1]
    assert hostile["state_after_deleting"] == ["succeeded", ""]


@pytest.mark.fault("U04", "U15")
def test_nothing_lands_in_a_linked_scene_and_it_lands_afterwards(hostile):
    assert hostile["linked"] == [False, False]
    assert hostile["landings"]["a linked scene"] == 1


@pytest.mark.fault("U17")
def test_another_language_changes_nothing(hostile):
    assert hostile["landings"]["another language"] == 1
    assert hostile["shaders_in_german"]


@pytest.mark.fault("U03", "X15", "X16")
def test_a_task_outlives_files_and_reloaded_scripts(hostile):
    assert hostile["landings"]["save as, revert, new, open, reload"] == 1
    assert hostile["last"] == ["succeeded", ""]
    assert hostile["unfinished"] == []


@pytest.mark.fault("U03")
def test_a_task_belongs_to_the_file_as_it_was_saved(hostile):
    assert set(hostile["made_for"].values()) == {"castle.blend"}


@pytest.mark.fault("P34")
def test_an_unconfirmed_task_is_shown(hostile):
    assert hostile["unconfirmed"] == "unconfirmed"
