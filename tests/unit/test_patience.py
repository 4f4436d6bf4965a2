"""A task that is paid for waits out whatever stands between here and its provider."""

import time
from dataclasses import replace

import pytest
import scripted
from scripted import HASTY, PATIENT, Here, done, polling, running, said

from blender_addon.core.errors import (
    BusyError,
    DiskError,
    LinkError,
    NetworkError,
    OfflineError,
    UnreachableError,
)
from blender_addon.core.patience import BRIEF, ENDLESS

TROUBLE = [UnreachableError("no name"), OfflineError("off"), NetworkError("nonsense"), BusyError("429")]

server, here, often = scripted.server, running(PATIENT), polling(0.001)


@pytest.mark.fault("N02", "N07", "N12", "P12", "P15", "P16")
@pytest.mark.parametrize("error", TROUBLE, ids=[type(one).__name__ for one in TROUBLE])
@pytest.mark.parametrize("point", ["poll", "download"])
def test_trouble_is_waited_out(here, server, image, point, error):
    left = server.raise_for_a_while(point, error)
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
    server.raise_for_a_while("poll", NetworkError("503"))
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
    wait = here.halt.wait

    def fall_asleep(seconds):
        if server.reached.is_set():
            asleep[0] = 3000.0  # longer than the time that the task is given
        wait(seconds)

    monkeypatch.setattr(here.halt, "wait", fall_asleep)
    task = here.prepare("paid", image)
    here.run(task)
    assert here.kept(task).stage == "ready"


# ---- what is downloaded


@pytest.mark.fault("N16", "N29")
def test_each_try_of_a_download_has_a_fresh_link(here, server, image):
    server.polls = [done() | {"links": [f"link-{number}"]} for number in range(40)]
    left = server.raise_for_a_while("download", NetworkError("broken off"), 5)
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
