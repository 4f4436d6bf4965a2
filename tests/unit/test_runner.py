"""The Runner: from the source image to a .blend, with every step in the journal before it is told."""

import errno
import sqlite3
import threading

import pytest
from pictures import bmp
from scripted import STATISTICS, Here, Paid, Server, done, find

from blender_addon.core.errors import (
    KINDS,
    CreditsError,
    DiskError,
    MaquetteError,
    ModelFileError,
    NetworkError,
    RejectedError,
    UnconfirmedError,
    UnreachableError,
    rebuild,
)
from blender_addon.core.events import Progressed


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setenv("MAQUETTE_POLL_S", "0.001")


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def here(data_folder, server):
    return Here(data_folder, server)


def test_the_whole_way(here, server, image):
    task = here.run(here.prepare("paid", image))
    assert server.seen == [
        *("upload", "create", "created", "warm_up", "poll", "poll", "download", "downloaded", "convert", "converted"),
    ]
    lines = [one.as_json() for one in here.events]
    folder = here.journal.folder_of(task.id)
    assert lines == [
        {"event": "submitted", "task": task.id, "provider_task": "paid-1"},
        {"event": "progressed", "task": task.id, "state": "running", "percent": 50},
        {"event": "progressed", "task": task.id, "state": "running", "percent": 100},
        {"event": "downloaded", "task": task.id, "path": str(folder / "model.glb"), "bytes": 100},
        {"event": "progressed", "task": task.id, "state": "ready", "percent": 100},
        {"event": "ready", "task": task.id, "blend": str(folder / "model.blend")},
    ]
    assert (task.stage, task.blend, task.model_file, task.statistics) == (
        *("ready", "model.blend", "model.glb", STATISTICS),
    )
    assert task.provider_task == "paid-1"
    assert not here.journal.owned_elsewhere(task.id)
    assert sorted(one.name for one in folder.iterdir()) == ["front.png", "model.blend", "model.glb", "task.json"]


def test_the_background_blender_is_told_where_it_comes_from(here, server, image):
    task = here.run(here.prepare("paid", image))
    assert server.converted["provenance"] == {
        "provider": "paid",
        "task": task.id,
        "provider_task": "paid-1",
        "image": "castle.png",
        "options": {"depth": 1.0},
    }
    assert (server.converted["name"], server.converted["front_axis"]) == ("castle", "+X")
    assert (server.converted["parts"], server.converted["height"]) == (False, None)


def test_the_background_blender_is_told_how_tall_and_whether_in_parts(here, server, image, monkeypatch):
    monkeypatch.setattr(find("paid"), "parts_option", "depth")  # on, as far as it is not 0
    here.run(here.prepare("paid", image, height=1.8))
    assert (server.converted["parts"], server.converted["height"]) == (True, 1.8)


@pytest.mark.fault("X01", "D13")
def test_submitting_is_in_the_journal_before_the_create_leaves(here, server, image):
    task = here.prepare("paid", image)
    stages = {}

    def look(point):
        return lambda halt: stages.setdefault(point, here.kept(task))

    server.at_point = {point: look(point) for point in ("upload", "create", "poll", "download", "convert")}
    here.run(task)
    assert [one.stage for one in stages.values()] == [
        *("uploading", "submitting", "submitted", "downloading", "converting"),
    ]
    assert stages["create"].sent is not None
    assert stages["create"].provider_task is None
    assert server.creates == [{"image": "image-1", "key": task.key, "depth": 1.0}], "with its idempotency key"
    assert stages["poll"].provider_task == "paid-1"


def test_other_formats_are_converted_before_they_are_sent(here, server, tmp_path):
    image = tmp_path / "scan.png"
    image.write_bytes(bmp(64, 64))
    sent = []
    send = server.send
    server.send = lambda request, halt: sent.append(request) or send(request, halt)
    here.run(here.prepare("paid", image))
    assert server.seen[:2] == ["picture", "upload"]
    assert sent[0].json == {"front": "front_converted.png"}


@pytest.mark.fault("P18")
def test_percent_never_goes_back_and_stays_within_its_bounds(here, server, image):
    told = [None, 10.4, 40.0, 30.0, None, 35.0, 99.6, 150.0, -5.0]
    server.polls = [*({"state": "running", "percent": one} for one in told), done(None)]
    task = here.run(here.prepare("paid", image))
    percents = [one.percent for one in here.events if isinstance(one, Progressed)]
    assert percents == [None, 10, 40, 100, 100]
    assert task.percent == 100


def test_nothing_is_told_twice(here, server, image):
    server.polls = [*[{"state": "running", "percent": 7.0}] * 20, done()]
    here.run(here.prepare("paid", image))
    lines = [str(one) for one in here.events]
    assert len(set(lines)) == len(lines)


def test_a_queue_at_the_provider_is_told(here, server, image):
    server.polls = [{"state": "queued"}, {"state": "running", "percent": 1.0}, done()]
    states = []
    server.at_point["poll"] = lambda halt: states.append(here.journal.all()[0].state)
    here.run(here.prepare("paid", image))
    assert states == ["queued", "queued", "running"]


ERRORS = [one("What happened.", "the log") for one in KINDS.values()]


@pytest.mark.fault("P02")
@pytest.mark.parametrize("error", ERRORS, ids=[one.kind for one in ERRORS])
@pytest.mark.parametrize("point", ["upload", "poll", "download", "convert"])
def test_an_error_is_told_with_its_kind_and_kept(here, server, image, error, point):
    server.raise_at(point, error)
    task = here.run(here.prepare("paid", image))
    last = here.events[-1].as_json()
    more = {"account": " The task is saved", "rejected": " Paid does not say", "provider": " Paid does not say"}
    said = "What happened." + (more.get(error.kind, "") if point == "poll" else "")
    assert last == {"event": "failed", "task": task.id, "kind": error.kind, "message": last["message"]}
    assert last["message"].startswith(said) and (len(last["message"]) == len(said)) == (said == "What happened.")
    assert task.error == {"kind": error.kind, "message": last["message"], "details": "the log"}
    paid = point != "upload"  # a key that was changed meanwhile does not give up what is paid for
    assert (task.stage == "failed") == (
        error.kind not in ("network", "timeout", "disk", *(["account", "input"] * paid))
    )
    assert here.journal.claim(task.id), "it was released"


def test_an_error_can_be_rebuilt():
    for error in ERRORS:
        again = rebuild(error.kind, error.message, error.details)
        assert (type(again), again.message, again.details) == (type(error), "What happened.", "the log")
    assert rebuild("of tomorrow", "x").kind == "provider"


@pytest.mark.parametrize("error", [RejectedError("No."), CreditsError("No."), RejectedError("No.")])
def test_a_refused_create_has_failed(here, server, image, error):
    server.raise_at("create", error)
    assert here.run(here.prepare("paid", image)).stage == "failed"


@pytest.mark.fault("N04")
def test_a_create_that_never_left_may_be_sent_again(here, server, image):
    server.raise_at("create", UnreachableError("No connection."))
    task = here.run(here.prepare("paid", image))
    assert (task.stage, task.error["kind"], len(server.creates)) == ("prepared", "network", 0)
    server.at_point.clear()
    assert here.run(task).stage == "ready"
    assert len(server.creates) == 1


@pytest.mark.fault("N05")
def test_a_create_that_may_have_happened_is_unconfirmed(here, server, image):
    server.raise_at("created", UnconfirmedError("Look there first."))
    task = here.run(here.prepare("paid", image))
    assert task.stage == "unconfirmed"
    here.run(task)
    assert len(server.creates) == 1


def test_a_mistake_of_ours_is_one_sentence_with_details(here, server, image):
    server.raise_at("upload", KeyError("task_id"))
    task = here.run(here.prepare("paid", image))
    assert here.told() == ["failed"]
    assert here.events[0].message == ("Maquette made a mistake (KeyError). Please report it with the details.")
    assert "Traceback" in task.error["details"]
    assert task.stage == "failed"


@pytest.mark.fault("X13")
@pytest.mark.parametrize("point", ["poll", "download", "convert"])
def test_a_mistake_of_ours_does_not_lose_what_is_paid_for(here, data_folder, server, image, point):
    server.raise_at(point, KeyError("new field"))
    task = here.run(here.prepare("paid", image))
    assert here.events[-1].kind == "provider"
    assert task.state in ("queued", "running")
    server.at_point.clear()
    assert Here(data_folder, server).run(task).stage == "ready"
    assert len(server.creates) == 1


@pytest.mark.fault("D02")
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
@pytest.mark.parametrize("point", ["poll", "download", "convert"])
def test_a_full_disk_keeps_the_task(here, data_folder, server, image, number, point):
    server.raise_at(point, OSError(number, "No space left on device"))
    task = here.run(here.prepare("paid", image))
    assert here.events[-1].kind == "disk"
    assert ("The disk is full" in here.events[-1].message) == (number != errno.EIO)
    server.at_point.clear()
    again = Here(data_folder, server)
    task = again.run(task)
    assert (task.stage, task.error, len(server.creates)) == ("ready", None, 1)


def test_a_journal_that_cannot_be_written_is_told_all_the_same(here, server, image, monkeypatch):
    """The full disk is the one the journal is on."""
    task = here.prepare("paid", image)

    def full(*_, **__):
        raise sqlite3.OperationalError("database or disk is full")

    def fill(halt):
        for name in ("update", "release"):
            monkeypatch.setattr(here.journal, name, full)

    server.at_point["download"] = fill
    here.runner.run(task.id, here.halt)
    assert here.told()[-1] == "failed"
    assert here.events[-1].kind == "disk"
    assert here.kept(task).stage == "downloading"


@pytest.mark.parametrize("name", ["claim", "release", "cancel_asked"])
def test_a_runner_never_raises(here, server, image, monkeypatch, name):
    task = here.prepare("paid", image)

    def locked(*_):
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(here.journal, name, locked)
    here.runner.run(task.id, here.halt)
    assert here.told()[-1] == ("ready" if name == "release" else "failed")


def test_a_model_file_that_is_none_is_refused(here, server, image, monkeypatch):
    monkeypatch.setattr("scripted.GLB", b"<!DOCTYPE html><title>Sign in</title>")
    task = here.run(here.prepare("paid", image))
    assert here.events[-1].kind == ModelFileError.kind
    assert "is a web page" in here.events[-1].message
    assert task.stage == "failed"


def test_a_task_that_runs_elsewhere_is_left_alone(here, data_folder, server, image):
    other = Here(data_folder, server)
    task = here.prepare("paid", image)
    assert other.journal.claim(task.id)
    here.run(task)
    assert (here.events, server.seen) == ([], [])
    assert other.kept(task).error is None


def test_a_provider_that_is_gone_is_a_sentence(here, server, image):
    task = here.prepare("paid", image)
    here.journal.update(task.id, provider="tripod")
    here.run(task)
    assert here.events[-1].message == "There is no provider tripod."


def test_time_that_ran_out_keeps_the_task(here, data_folder, server, image, monkeypatch):
    polls, server.polls = server.polls, [{"state": "running", "percent": 1.0}]
    task = here.run(here.prepare("paid", image, timeout_s=0.05))
    assert here.events[-1].kind == "timeout"
    assert task.stage == "running"
    server.polls = polls
    again = Here(data_folder, server)
    again.journal.update(task.id, timeout_s=60.0)
    assert again.run(task).stage == "ready"
    assert len(server.creates) == 1


def test_the_provider_says_how_long_it_may_take(here, server, image, monkeypatch):
    monkeypatch.setattr(Paid, "timeout_s", 0.05)
    server.polls = [{"state": "running"}]
    here.run(here.prepare("paid", image))
    assert here.events[-1].kind == "timeout"


def test_many_tasks_share_one_runner(here, server, image):
    tasks = [here.prepare("free", image) for _ in range(4)]
    server.polls = [done()]
    threads = [threading.Thread(target=here.run, args=(one,)) for one in tasks]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert {here.kept(one).stage for one in tasks} == {"ready"}
    assert len({here.kept(one).provider_task for one in tasks}) == 4


def test_every_error_is_of_the_tree():
    assert all(issubclass(one, MaquetteError) for one in KINDS.values())
    assert [one.kind for one in (NetworkError, UnconfirmedError, DiskError)] == ["network", "network", "disk"]
