"""How long a task that is paid for is asked about: what its provider says, and a journal that cannot keep its id."""

from dataclasses import replace
from decimal import Decimal

import pytest
import scripted
from scripted import PATIENT, done, full, polling, running, said
from waiting import until

from blender_addon.core.errors import AccountError, MissingError, ProviderError, RejectedError

server, here, often = scripted.server, running(PATIENT), polling(0.001)


@pytest.mark.fault("P05", "P23", "U14")
def test_a_task_that_its_provider_forgot_is_asked_for_a_few_times(here, server, image, monkeypatch):
    monkeypatch.setattr("blender_addon.core.following.LATE_S", 0.0)
    here.runner._patience = replace(PATIENT, missing_s=(0.001, 0.001, 0.001))
    left = server.raise_for_a_while("poll", MissingError("unknown"), 3)
    assert here.run(here.prepare("paid", image)).stage == "ready" and not left
    server.raise_at("poll", MissingError("unknown"))
    before = server.seen.count("poll")
    task = here.run(here.prepare("paid", image))
    assert (task.stage, server.seen.count("poll") - before) == ("failed", 4)
    assert "no longer knows this task (paid-2, sent 20" in task.error["message"]


@pytest.mark.fault("P21")
def test_a_task_that_is_finished_without_a_file_is_not_waited_for_for_ever(here, server, image):
    server.polls = [{"state": "succeeded", "percent": 100.0}]
    task = here.run(here.prepare("paid", image))
    assert task.stage == "failed" and server.seen.count("poll") > 1
    assert "finished the task without a model file" in task.error["message"] and "paid-1" in task.error["message"]
    server.polls = [{"state": "succeeded"}, {"state": "succeeded"}, done()]
    assert here.run(here.prepare("paid", image)).stage == "ready"


@pytest.mark.fault("P19")
def test_a_long_queue_is_no_time_out(here, server, image, monkeypatch):
    server.polls = [*[{"state": "queued"}] * 60, {"state": "running"}, done()]
    assert here.run(here.prepare("paid", image, timeout_s=0.2)).stage == "ready"
    assert said(here) == []
    monkeypatch.setattr("blender_addon.core.following.QUEUED_S", -1.0)
    server.polls = [*[{"state": "queued"}] * 3, {"state": "running"}, done()]
    assert here.run(here.prepare("paid", image)).stage == "ready"
    assert "Still queued at Paid after 0 hours. You can close Blender" in said(here)[0] and said(here)[-1] == ""


@pytest.mark.fault("P02")
def test_a_key_that_is_revoked_keeps_the_task_and_names_it(here, server, image):
    server.raise_at("poll", AccountError("No."))
    task = here.run(here.prepare("paid", image))
    assert (task.stage, task.error["kind"]) == ("submitted", "account")
    assert "saved there as paid-1: enter a working key of the same account" in task.error["message"]


@pytest.mark.fault("P20", "P07")
@pytest.mark.parametrize("error", [ProviderError, RejectedError])
@pytest.mark.parametrize(
    ("credits", "words"),
    [
        (None, "Paid does not say whether it was charged."),
        (Decimal("0.00"), "Nothing was charged for it."),
        (Decimal("30.0"), "It was charged: 30 credits."),
    ],
)
def test_a_task_that_failed_says_whether_it_was_charged(here, server, image, error, credits, words):
    failed = error("It did not work.")
    failed.credits = credits
    server.raise_at("poll", failed)
    task = here.run(here.prepare("paid", image))
    assert (task.stage, task.error["message"]) == ("failed", f"It did not work. {words}")
    assert task.credits == (None if credits is None else str(credits))


# ---- the journal's disk is full


@pytest.mark.fault("D04")
def test_an_id_that_cannot_be_written_down_is_kept_in_mind(here, server, image, monkeypatch):
    full(here, monkeypatch, 20)
    task = here.run(here.prepare("paid", image))
    assert (task.stage, task.provider_task, len(server.creates)) == ("ready", "paid-1", 1)
    assert "calls it paid-1" in said(here)[0] and "No space left" in said(here)[0] and said(here)[-1] == ""


@pytest.mark.fault("D04")
@pytest.mark.parametrize("cancelled", [True, False])
def test_who_cannot_wait_for_the_disk_is_told_the_id(here, server, image, monkeypatch, cancelled):
    full(here, monkeypatch)
    task = here.prepare("paid", image)
    server.at_point["created"] = lambda halt: server.reached.set()
    thread = here.start(task)
    until(lambda: said(here), "the id is told")
    here.halt.cancel() if cancelled else here.halt.stop()
    thread.join(10)
    kept = here.kept(task)
    assert kept.stage == ("unconfirmed" if cancelled else "submitting")
    assert not cancelled or "calls it paid-1" in kept.error["message"]
