"""What a run does around the create of a hosted provider: what may be sent again, and what is never given up."""

from decimal import Decimal

import pytest
import scripted
from scripted import done, full, polling, running, said

from blender_addon.core.errors import (
    BusyError,
    NetworkError,
    UnreachableError,
)
from blender_addon.core.flow import Request, Response
from blender_addon.core.provider import Created, TaskStatus
from blender_addon.core.run import Run

server, paid = scripted.server, scripted.paid
here, often = running(), polling(0.01)


def test_a_create_that_is_finished_at_once_is_not_polled(here, server, image, paid):
    def submit(self, source, options):
        yield Request("POST", "/create", json={}, creates=True)
        return Created("t", TaskStatus("succeeded", 100, ("https://x.org/a",), Decimal("2.5")))

    paid(submit=submit)
    task = here.run(here.prepare("paid", image))
    assert (task.stage, task.credits, "poll" in server.seen) == ("ready", "2.5", False)


def test_the_cost_that_a_create_tells_is_kept(here, server, image, paid):
    def submit(self, source, options):
        yield Request("POST", "/create", json={}, creates=True)
        return Created("t", TaskStatus("queued", credits=Decimal(120)))

    paid(submit=submit)
    server.polls = [done()]
    assert here.run(here.prepare("paid", image)).credits == "120"


def refusing(server, status, body=None):
    """Let the create be answered with that status, which the provider turns into an error."""
    send = server.send

    def answer(request, halt):
        if request.creates:
            server.seen.append("refused")
            return Response(status, body)
        return send(request, halt)

    server.send = answer


@pytest.mark.fault("P09")
def test_a_create_that_was_told_to_wait_is_sent_again_by_resume(here, server, image, paid, monkeypatch):
    def submit(self, source, options):
        answer = yield Request("POST", "/create", json={}, creates=True)
        if answer.status == 429:
            raise BusyError("busy")
        return Created(answer.body["id"])

    paid(submit=submit)
    monkeypatch.setattr("blender_addon.core.submitting.BUSY_S", (0.01, 0.01, None))
    plain = server.send
    refusing(server, 429)
    task = here.run(here.prepare("paid", image))
    assert (task.stage, task.sent) == ("prepared", None) and server.seen.count("refused") == 3
    server.send = plain
    assert here.run(task).stage == "ready" and len(server.creates) == 1


@pytest.mark.fault("N04")
def test_a_provider_that_knows_our_key_is_told_that_the_create_may_have_come(here, server, image, paid):
    seen = []

    def submit(self, source, options):
        seen.append((source.key, source.sent_before))
        yield Request("POST", "/create", json={}, creates=True, again=True)
        return Created("t")

    paid(submit=submit, repeatable=True)
    plain = server.send
    server.send = lambda request, halt: (_ for _ in ()).throw(NetworkError("lost"))
    task = here.run(here.prepare("paid", image))
    assert task.stage == "prepared" and task.sent
    server.send = plain
    assert here.run(task).stage == "ready"
    assert seen == [(task.key, False), (task.key, True)]


@pytest.mark.fault("P09", "X01")
def test_who_quits_while_a_create_has_to_wait_has_nothing_to_look_for(here, server, image):
    refusing(server, 429)
    stages = []

    def stop(halt):
        stages.append(here.journal.all()[0].stage)

    plain, here.halt.wait = here.halt.wait, lambda s: (stop(None), here.halt.stop(), plain(s)) if s else plain(s)
    task = here.run(here.prepare("paid", image))
    assert stages == ["uploading"] and (task.stage, task.sent) == ("uploading", None)


@pytest.mark.fault("N04", "P11")
@pytest.mark.parametrize(
    ("error", "stage"),
    [(BusyError("x"), "prepared"), (UnreachableError("x"), "prepared"), (NetworkError("nonsense"), "unconfirmed")],
)
def test_only_what_started_nothing_is_sent_again(here, server, image, paid, error, stage):
    def submit(self, source, options):
        yield Request("POST", "/create", json={}, creates=True)
        raise error

    paid(submit=submit)
    assert here.run(here.prepare("paid", image)).stage == stage


@pytest.mark.fault("N30")
def test_an_upload_that_failed_is_simply_done_again(here, server, image):
    server.raise_at("upload", NetworkError("lost"))
    assert here.run(here.prepare("paid", image)).stage == "prepared"


@pytest.mark.fault("P13")
@pytest.mark.parametrize("name", ["", " ", "..", "a\ud800b", "line\nbreak", "\u202e"])
def test_an_id_that_cannot_be_written_into_an_address_is_no_id(here, server, image, paid, name):
    def submit(self, source, options):
        yield Request("POST", "/create", json={}, creates=True)
        return Created(name)

    paid(submit=submit)
    assert here.run(here.prepare("paid", image)).stage == "unconfirmed"


@pytest.mark.fault("D04")
def test_an_id_that_cannot_be_written_down_is_told(here, server, image, monkeypatch):
    full(here, monkeypatch)
    task = here.run(here.prepare("paid", image))
    assert task.stage == "unconfirmed" and "paid-1" in task.error["message"] and "paid-1" in here.events[-1].message


def test_a_mistake_of_ours_after_the_create_left_gives_nothing_up(here, server, image, paid):
    def submit(self, source, options):
        yield Request("POST", "/create", json={}, creates=True)
        raise ZeroDivisionError

    paid(submit=submit)
    assert here.run(here.prepare("paid", image)).stage == "unconfirmed"


def test_the_time_given_covers_the_upload(here, server, image):
    server.at_point["upload"] = lambda halt: halt.wait(0.3)
    task = here.run(here.prepare("paid", image, timeout_s=0.2))
    assert task.error["kind"] == "timeout" and not server.creates and task.stage == "uploading"


@pytest.mark.fault("P09", "P10")
@pytest.mark.parametrize(
    ("asked_s", "given_s", "waited"),
    [(120.0, 1000.0, [120.0]), (10.0**6, 1000.0, [300.0]), (None, 1000.0, [0.01]), (120.0, 60.0, [])],
)
def test_a_create_is_not_sent_again_before_it_may_be(here, server, image, paid, monkeypatch, asked_s, given_s, waited):
    def submit(self, source, options):
        answer = yield Request("POST", "/create", json={}, creates=True)
        if answer.status == 429:
            raise BusyError("busy")
        return Created("t")

    paid(submit=submit)
    monkeypatch.setattr("blender_addon.core.submitting.BUSY_S", (0.01, None))
    monkeypatch.setattr("blender_addon.core.runner.QueuedTransport", lambda transport, queue: transport)
    pauses, send, answers = [], server.send, [429]

    def busy_first(request, halt):
        if request.creates and answers:
            return Response(answers.pop(), wait_s=asked_s)
        return send(request, halt)

    server.send = busy_first
    monkeypatch.setattr(Run, "wait", lambda self, seconds: pauses.append(seconds))
    task = here.run(here.prepare("paid", image, timeout_s=given_s))
    assert pauses[: len(waited)] == waited
    assert (task.stage, len(server.creates)) == (("ready", 1) if waited else ("prepared", 0))
    told = said(here)
    assert any("the next try is in" in one for one in told) == bool(waited and asked_s)
