"""The rules of one provider's queue, by a clock of the test."""

import pytest
from shop import CREATE, POLL

from blender_addon.core import queueing
from blender_addon.core.flow import Request, Response, Upload
from blender_addon.core.halt import Halt, Halted
from blender_addon.core.queueing import Queue, QueuedTransport
from blender_addon.net import background
from blender_addon.providers import find


class Clock:
    """Seconds that pass when somebody waits for them."""

    def __init__(self):
        self.now, self.waits = 1000.0, []

    def __call__(self):
        return self.now

    def wait(self, seconds):
        self.waits.append(seconds)
        self.now += seconds


class Answering:
    """A transport that answers what the test says."""

    def __init__(self, *answers):
        self.answers, self.sent = list(answers), []

    def send(self, request, halt):
        self.sent.append(request)
        return self.answers.pop(0) if self.answers else Response(200)

    def download(self, link, target, halt, percent):
        return 4


def queued(clock, transport, at_once=5, uploads=None):
    return QueuedTransport(transport, Queue(at_once, uploads, clock))


@pytest.mark.fault("P09")
@pytest.mark.parametrize("asked_s", [1.0, 120.0, 300.0])
def test_what_one_create_is_told_holds_for_all_and_nobody_comes_earlier(asked_s):
    clock, wire = Clock(), Answering(Response(429, {"message": "busy"}, {"X": "1"}, True, asked_s))
    one = queued(clock, wire)
    told = one.send(CREATE, Halt())
    assert (told.status, told.body, told.headers, told.repeated) == (429, {"message": "busy"}, {"X": "1"}, True)
    assert asked_s <= told.wait_s <= asked_s * 1.25
    clock.now += asked_s / 2
    held = one.send(CREATE, Halt())
    assert held.status == 429 and asked_s / 2 <= held.wait_s <= asked_s / 2 * 1.25 and len(wire.sent) == 1
    assert one.send(POLL, Halt()).status == 200, "what is paid for is asked for as ever"
    clock.now += asked_s / 2
    assert one.send(CREATE, Halt()).status == 200


@pytest.mark.fault("P10")
def test_without_a_time_the_pauses_grow_to_five_minutes_and_are_never_the_same():
    clock, wire = Clock(), Answering(*[Response(429) for _ in range(12)])
    one, waits = queued(clock, wire), []
    for _ in range(12):
        waits.append(one.send(CREATE, Halt()).wait_s)
        clock.now += waits[-1]
    for number, wait_s in enumerate(waits):
        least = min(2.0 * 2**number, 300.0)
        assert least <= wait_s <= least * 1.25
    assert len(set(waits)) == 12 and len(wire.sent) == 12
    assert one.send(CREATE, Halt()).status == 200
    wire.answers.append(Response(429))
    assert one.send(CREATE, Halt()).wait_s <= 2.5, "one that was accepted ends it"


@pytest.mark.fault("P10")
def test_ten_days_are_five_minutes():
    assert 300.0 <= queued(Clock(), Answering(Response(429, wait_s=864_000.0))).send(CREATE, Halt()).wait_s <= 375.0


def test_nobody_is_let_in_while_the_provider_wants_quiet():
    clock = Clock()
    queue = Queue(5, None, clock)
    queue.shut(60.0)
    halt = Halt()
    halt.wait = clock.wait
    with queue.place(halt, begun=False):
        assert clock.now >= 1060.0
    queue.shut(60.0)
    with queue.place(halt, begun=True):
        assert clock.now < 1065.0, "what is there already is not new"


@pytest.mark.fault("X19")
def test_uploads_keep_to_their_rate(tmp_path):
    clock, wire, halt = Clock(), Answering(), Halt()
    halt.wait = clock.wait
    one = queued(clock, wire, uploads=10)
    picture = Request("POST", "/upload", upload=Upload("file", tmp_path / "a.png", "a.png", "image/png"))
    times = []
    for _ in range(25):
        one.send(picture, halt)
        times.append(clock.now)
        clock.now += 1.0
    assert all(later - first >= 60.0 for first, later in zip(times, times[10:], strict=False))
    assert len(clock.waits) == 2 and one.send(POLL, halt).status == 200
    assert one.download("/x", tmp_path, halt, lambda _: None) == 4


def test_an_upload_that_waits_lets_go_at_once(tmp_path):
    queue, halt = Queue(5, 1), Halt()
    queue.upload(halt)
    halt.cancel()
    with pytest.raises(Halted):
        queue.upload(halt)


def test_who_gives_up_in_the_queue_leaves_no_gap():
    queue, gone, halt = Queue(1, None), Halt(), Halt()
    gone.cancel()
    with queue.place(halt, begun=False), pytest.raises(Halted), queue.place(gone, begun=False):
        raise AssertionError("there was no room")
    with queue.place(halt, begun=False):
        pass


def test_each_provider_has_its_own_limits():
    """Tripo: its tables of limits; ModelsLab: its smallest plan; Triverse: its page on uploads. Read on 2026-11-21."""
    limits = {name: (find(name).at_once, find(name).uploads_a_minute) for name in LIMITS}
    assert limits == LIMITS and LIMITS["local"][0] == background.AT_ONCE
    queues = queueing.Queues()
    assert queues.of(find("tripo")) is queues.of(find("tripo")) is not queues.of(find("csm"))


LIMITS = {
    "tripo": (10, 10),
    "modelslab": (5, None),
    "csm": (5, None),
    "triverse": (5, 10),
    "modelstream": (5, None),
    "local": (2, None),
}
