"""A model file that came damaged is fetched once more, and one that took too long is given more time when resumed."""

import pytest
from command_line import PROGRAM
from scripted import Here, Server

from blender_addon.core.errors import DamagedError, ModelFileError
from blender_addon.core.halt import Halt
from blender_addon.core.tasks import Tasks
from blender_addon.net import background
from blender_addon.net.background import BackgroundBlenders


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def here(data_folder, server, monkeypatch):
    monkeypatch.setenv("MAQUETTE_POLL_S", "0.001")
    return Here(data_folder, server)


def fail(server, error, times):
    """Let the next conversions end so."""
    left = [error] * times

    def convert(halt):
        if left:
            raise left.pop()

    server.at_point["convert"] = convert


@pytest.mark.fault("F02", "F03", "F21")
def test_a_model_file_that_came_damaged_is_fetched_once_more(here, server, image):
    fail(server, DamagedError("It is incomplete."), 1)
    task = here.run(here.prepare("paid", image))
    assert (task.stage, task.error, task.fetched_again) == ("ready", None, True)
    assert (server.seen.count("downloaded"), len(server.creates)) == (2, 1)


@pytest.mark.fault("F02", "F21")
def test_one_that_stays_damaged_has_failed_until_it_is_resumed(here, server, image):
    fail(server, DamagedError("It is incomplete."), 3)
    task = here.run(here.prepare("paid", image))
    assert (task.stage, task.error["kind"], server.seen.count("downloaded")) == ("failed", "model_file", 2)
    Tasks(here.journal, here.runner).reopen(task.id)
    assert here.run(task).stage == "ready"
    assert (server.seen.count("downloaded"), len(server.creates)) == (3, 1)


@pytest.mark.parametrize(("provider", "error"), [("paid", ModelFileError), ("free", DamagedError)])
def test_what_another_download_cannot_help_is_not_fetched_again(here, server, image, provider, error):
    fail(server, error("It has too many parts."), 1)
    assert here.run(here.prepare(provider, image)).stage == "failed"
    assert server.seen.count("downloaded") == 1


@pytest.mark.fault("F34", "X06")
def test_a_resumed_conversion_is_given_more_time_each_time(here, server, image):
    fail(server, ModelFileError("It took too long."), 2)
    given = []
    task = here.prepare("paid", image)
    call = server.call
    server.call = lambda work, arguments, *rest: given.append(arguments["patience"]) or call(work, arguments, *rest)
    for _ in range(3):
        here.run(task)
        if here.kept(task).stage == "failed":
            Tasks(here.journal, here.runner).reopen(task.id)
    assert given == [1, 2, 3]
    assert (here.kept(task).stage, server.seen.count("downloaded")) == ("ready", 1)


@pytest.mark.fault("F34", "X06")
def test_an_artist_is_told_how_a_model_gets_more_time(folder, monkeypatch):
    monkeypatch.setitem(background._LIMITS_S, "convert", 0.4)
    blenders = BackgroundBlenders(PROGRAM)
    order = {"do": "hang", "patience": 2}
    try:
        with pytest.raises(ModelFileError, match=r"longer than 1 s and was stopped.*Resume the task to give it more"):
            blenders.call("convert", order, Halt(), lambda _: None)
    finally:
        blenders.close()


def test_an_error_says_whether_the_file_is_damaged(folder):
    blenders = BackgroundBlenders(PROGRAM)
    facts = {"kind": "model_file", "message": "It is incomplete.", "details": "9 bytes"}
    try:
        for damaged, kind in ((True, DamagedError), (False, ModelFileError)):
            with pytest.raises(ModelFileError) as caught:
                blenders.call("convert", {"do": facts | {"damaged": damaged}}, Halt(), lambda _: None)
            assert (type(caught.value), caught.value.details) == (kind, "9 bytes")
    finally:
        blenders.close()
