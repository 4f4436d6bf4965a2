"""The Runner when something goes wrong: one sentence, the kind of error, and nothing lost that is paid for."""

import errno
import sqlite3

import pytest
import scripted
from scripted import Here, polling, running

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

server, here, quick = scripted.server, running(), polling(0.001)

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


@pytest.mark.parametrize("name", ["claim", "release", "wanted"])
def test_a_runner_never_raises(here, server, image, monkeypatch, name):
    task = here.prepare("paid", image)

    def locked(*_):
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(here.journal, name, locked)
    here.runner.run(task.id, here.halt)
    assert here.told()[-1] == ("failed" if name == "claim" else "ready")


def test_a_model_file_that_is_none_is_refused(here, server, image, monkeypatch):
    monkeypatch.setattr("scripted.GLB", b"<!DOCTYPE html><title>Sign in</title>")
    task = here.run(here.prepare("paid", image))
    assert here.events[-1].kind == ModelFileError.kind
    assert "is a web page" in here.events[-1].message
    assert task.stage == "failed"


def test_every_error_is_of_the_tree():
    assert all(issubclass(one, MaquetteError) for one in KINDS.values())
    assert [one.kind for one in (NetworkError, UnconfirmedError, DiskError)] == ["network", "network", "disk"]
