"""A task that is paid for waits out whatever stands between here and its provider."""

import time
from dataclasses import replace
from decimal import Decimal

import pytest
from command_line import end
from hosted_cases import CASES
from hosted_line import HostedLine, enter
from scripted import HASTY, Here, Server, done
from waiting import until

from blender_addon.core.errors import (
    AccountError,
    BusyError,
    DiskError,
    LinkError,
    MissingError,
    NetworkError,
    OfflineError,
    ProviderError,
    RejectedError,
    UnreachableError,
)
from blender_addon.core.events import Waiting
from blender_addon.core.patience import BRIEF, ENDLESS
from blender_addon.net import http

PATIENT = replace(HASTY, trouble_s=None)
TROUBLE = [UnreachableError("no name"), OfflineError("off"), NetworkError("nonsense"), BusyError("429")]


@pytest.fixture(autouse=True)
def often(monkeypatch):
    monkeypatch.setenv("MAQUETTE_POLL_S", "0.001")


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def here(data_folder, server):
    return Here(data_folder, server, PATIENT)


def for_a_while(server, point, error, times=30):
    """Let that happen there so often, then no more."""
    left = [error] * times

    def fail(halt):
        if left:
            raise left.pop()

    server.at_point[point] = fail
    return left


def said(here):
    return [one.message for one in here.events if isinstance(one, Waiting)]


@pytest.mark.fault("N02", "N07", "N12", "P12", "P15", "P16")
@pytest.mark.parametrize("error", TROUBLE, ids=[type(one).__name__ for one in TROUBLE])
@pytest.mark.parametrize("point", ["poll", "download"])
def test_trouble_is_waited_out(here, server, image, point, error):
    left = for_a_while(server, point, error)
    task = here.run(here.prepare("paid", image))
    assert (task.stage, task.error, left, len(server.creates)) == ("ready", None, [], 1)
    if isinstance(error, UnreachableError):
        sentence = "Paused while" if isinstance(error, OfflineError) else "Waiting for the connection; the task goes on"
        assert said(here)[0].startswith(sentence) and said(here)[-1] == ""
    else:
        assert said(here) == [], "a moment's trouble at the provider is not worth a word"


@pytest.mark.fault("P12")
def test_trouble_that_lasts_is_said(here, server, image, monkeypatch):
    monkeypatch.setattr("blender_addon.core.trouble.QUIET_S", 0.0)
    for_a_while(server, "poll", NetworkError("503"))
    assert here.run(here.prepare("paid", image)).stage == "ready"
    assert said(here) == ["Paid has trouble, still trying. The task is safe.", ""]


@pytest.mark.fault("N07")
def test_time_without_a_connection_is_not_the_providers(here, server, image):
    ends = time.monotonic() + 0.6

    def away(halt):
        if time.monotonic() < ends:
            raise UnreachableError("no name")

    server.at_point["poll"] = away
    assert here.run(here.prepare("paid", image, timeout_s=0.3)).stage == "ready"


@pytest.mark.fault("N07", "P12")
def test_a_command_does_not_wait_for_ever(data_folder, server, image):
    here = Here(data_folder, server, replace(HASTY, trouble_s=0.2))
    server.raise_at("poll", UnreachableError("no name"))
    began = time.monotonic()
    task = here.run(here.prepare("paid", image))
    assert (task.stage, task.error["kind"], task.error["message"]) == ("submitted", "network", "no name")
    assert time.monotonic() - began >= 0.2 and server.seen.count("poll") > 2
    task = here.run(here.prepare("paid", image, timeout_s=0.05))
    assert task.error["kind"] == "network", "the time given is shorter, and the trouble is what is told"


def test_pauses_grow_to_a_minute(monkeypatch):
    from blender_addon.core.trouble import Trouble

    monkeypatch.delenv("MAQUETTE_POLL_S")
    waited = []

    class Run:
        class provider:
            base_url, label = "x", "Paid"

        patience, asked_s, deadline = ENDLESS, 0.0, 1e9
        say = staticmethod(lambda message: None)
        wait = staticmethod(waited.append)

    trouble = Trouble(Run())
    for _ in range(8):
        trouble.wait(NetworkError("x"))
    Run.asked_s = 120.0
    trouble.wait(NetworkError("x"))
    Run.asked_s = 10.0**6
    trouble.wait(NetworkError("x"))
    assert waited == [2, 4, 8, 16, 32, 60, 60, 60, 120, 300]


def test_how_patient_each_is():
    assert (BRIEF.trouble_s, sum(BRIEF.missing_s), ENDLESS.trouble_s, sum(ENDLESS.missing_s)) == (30, 5, None, 600)
    assert BRIEF.linkless_s == ENDLESS.linkless_s == 300


@pytest.mark.fault("N08", "N09")
@pytest.mark.parametrize("clock", ["time", "monotonic"])
def test_after_a_computers_sleep_the_provider_is_asked_at_once(here, server, image, monkeypatch, clock):
    """Some systems' monotonic clock stands still while the computer sleeps, some systems' goes on."""
    import blender_addon.core.run as run

    monkeypatch.delenv("MAQUETTE_POLL_S")  # the scripted provider's own pace is an hour
    monkeypatch.setattr(run, "SLICE_S", 0.01)
    asleep, real = [0.0], getattr(time, clock)
    server.at_point["poll"] = lambda halt: server.reached.set()

    class Clock:
        time, monotonic = staticmethod(time.time), staticmethod(time.monotonic)

    setattr(Clock, clock, staticmethod(lambda: real() + asleep[0]))
    monkeypatch.setattr(run, "time", Clock)
    task = here.prepare("paid", image)
    thread = here.start(task)
    until(lambda: here.kept(task).stage == "running", "the first answer is in the journal")
    asleep[0] = 3000.0  # longer than the time that the task is given
    thread.join(10)
    assert here.kept(task).stage == "ready"


# ---- what is downloaded


@pytest.mark.fault("N16", "N29")
def test_each_try_of_a_download_has_a_fresh_link(here, server, image):
    server.polls = [done() | {"links": [f"link-{number}"]} for number in range(40)]
    left = for_a_while(server, "download", NetworkError("broken off"), 5)
    asked, download = [], server.download
    server.download = lambda link, *more: (asked.append(link), download(link, *more))[1]
    assert here.run(here.prepare("paid", image)).stage == "ready" and not left
    assert asked == [f"link-{number}" for number in range(6)]


@pytest.mark.fault("P22")
def test_links_that_stay_dead_end_even_an_endless_patience(here, server, image):
    server.raise_at("download", LinkError("gone"))
    task = here.run(here.prepare("paid", image))
    assert (task.stage, task.error["kind"], server.seen.count("download")) == ("downloading", "network", 2)


@pytest.mark.fault("P27", "F01")
def test_a_web_page_in_place_of_the_model_is_asked_for_once_more(here, server, image):
    pages, download = [b"<!DOCTYPE html><title>Sign in</title>"], server.download

    def page_first(link, target, halt, percent):
        size = download(link, target, halt, percent)
        if pages:
            target.write_bytes(pages.pop())
        return size

    server.download = page_first
    assert here.run(here.prepare("paid", image)).stage == "ready"
    assert server.seen.count("download") == 2


@pytest.mark.fault("D02")
def test_a_full_disk_is_the_artists_matter(here, server, image):
    server.raise_at("download", DiskError("full"))
    task = here.run(here.prepare("paid", image))
    assert (task.stage, task.error["kind"], server.seen.count("download")) == ("downloading", "disk", 1)


# ---- what the provider says


@pytest.mark.fault("P05", "P23", "U14")
def test_a_task_that_its_provider_forgot_is_asked_for_a_few_times(here, server, image, monkeypatch):
    monkeypatch.setattr("blender_addon.core.following.LATE_S", 0.0)
    here.runner._patience = replace(PATIENT, missing_s=(0.001, 0.001, 0.001))
    left = for_a_while(server, "poll", MissingError("unknown"), 3)
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


def full(here, monkeypatch, times):
    """Let the journal be unable to keep the provider's id so often."""
    left, update = [OSError(28, "No space left on device")] * times, here.journal.update

    def refuse(task_id, **changes):
        if changes.get("stage") == "submitted" and left:
            raise left.pop()
        return update(task_id, **changes)

    monkeypatch.setattr(here.journal, "update", refuse)


@pytest.mark.fault("D04")
def test_an_id_that_cannot_be_written_down_is_kept_in_mind(here, server, image, monkeypatch):
    full(here, monkeypatch, 20)
    task = here.run(here.prepare("paid", image))
    assert (task.stage, task.provider_task, len(server.creates)) == ("ready", "paid-1", 1)
    assert "calls it paid-1" in said(here)[0] and "No space left" in said(here)[0] and said(here)[-1] == ""


@pytest.mark.fault("D04")
@pytest.mark.parametrize("cancelled", [True, False])
def test_who_cannot_wait_for_the_disk_is_told_the_id(here, server, image, monkeypatch, cancelled):
    full(here, monkeypatch, 10**6)
    task = here.prepare("paid", image)
    server.at_point["created"] = lambda halt: server.reached.set()
    thread = here.start(task)
    until(lambda: said(here), "the id is told")
    here.halt.cancel() if cancelled else here.halt.stop()
    thread.join(10)
    kept = here.kept(task)
    assert kept.stage == ("unconfirmed" if cancelled else "submitting")
    assert not cancelled or "calls it paid-1" in kept.error["message"]


# ---- on the wire


@pytest.fixture(params=CASES, ids=lambda case: case.id)
def line(request, monkeypatch, maquette, image):
    with request.param.simulator() as sim:
        enter(monkeypatch, request.param, sim)
        yield HostedLine(request.param, sim, maquette, image)
        assert sim.leaks == []


@pytest.mark.fault("N07", "P12")
def test_a_server_that_is_down_for_some_seconds_costs_nothing(line):
    line.sim.answer_next(line.case.poll, 503, {"message": "down"}, times=12)
    assert line.is_made(line.generate())
    line.sim.answer_next("/results/*", 503, "down", times=12)
    line.out.unlink()
    assert line.generate("--again").code == 0


@pytest.mark.fault("N07")
def test_a_command_gives_up_after_its_time_and_keeps_the_task(line, monkeypatch):
    line.sim.answer_next(line.case.poll, 503, {"message": "down"}, times=10**4)
    said = line.generate("--timeout", "0.5")
    assert (said.code, said.last["kind"], line.task["state"]) == (4, "network", "queued")
    line.sim._orders.clear()
    assert line.is_made(line.resume())


@pytest.mark.fault("P35")
def test_who_cancels_is_told_that_it_may_be_charged(line):
    line.sim.script([line.sim.SCRIPT[0]])
    run = line.maquette.start("generate", line.image, "--provider", line.case.id, "--out", line.out)
    try:
        until(lambda: line.sim.requests(line.case.poll), "it polls")
        assert line.maquette("tasks", "cancel", line.task["id"]).code == 0
        heard = end(run)
    finally:
        run.kill()
    assert "may still charge" in heard.err and f"tasks resume {line.task['id']}" in heard.err
    line.finish()
    assert line.maquette("tasks", "resume", line.task["id"]).code == 0
    assert line.sim.paid == 1


@pytest.mark.fault("N02")
def test_online_access_that_is_switched_off_pauses_a_task(line, monkeypatch, data_folder):
    """Blender's add-on has the same assembly, and a patience without end."""
    from command_line import PROGRAM

    from blender_addon.cli.assembly import Assembly
    from blender_addon.core.prepare import prepare
    from blender_addon.providers import find

    monkeypatch.setattr(http, "PAUSES_S", (None,))
    line.sim.script([line.sim.SCRIPT[0]])
    assembly = Assembly(data_folder, PROGRAM, ENDLESS)
    task = prepare(assembly.journal, find(line.case.id), {"front": line.image}, {})
    assembly.tasks.start(task.id)
    try:
        until(lambda: line.sim.requests(line.case.poll), "it polls")
        assembly.online = False
        until(lambda: "Paused while" in str(assembly.events.get(timeout=30)), "it says so")
        sent = len(line.sim.seen)
        time.sleep(0.3)
        assert len(line.sim.seen) <= sent + 1, "no request leaves but the one that was under way"
        line.finish()
        assembly.online = True
        until(lambda: assembly.journal.get(task.id).stage == "ready", "it goes on by itself")
    finally:
        assembly.close(5)
    assert line.sim.paid == 1
