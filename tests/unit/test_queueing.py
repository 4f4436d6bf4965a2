"""Twenty tasks at once: sent politely, and whoever waits lets go at once."""

import threading

import pytest
from scripted import Paid, Server, polling, running
from waiting import LIMIT_S, until

from blender_addon.core import queueing, submitting
from blender_addon.core.flow import Response
from blender_addon.core.journal import Journal
from blender_addon.core.tasks import Tasks

TASKS = 20


class Busy(Server):
    """Counts who is there at a time, and lets nobody out before it is told to."""

    def __init__(self):
        super().__init__()
        self.inside, self.most, self.refused, self.limit = set(), 0, 0, TASKS
        self.open, self._turn = threading.Event(), threading.Lock()

    def send(self, request, halt):
        with self._turn:
            if request.creates:
                return self._create(request)
            if "/poll/" in request.url:
                return self._poll(request.url.rsplit("/", 1)[1])
        return super().send(request, halt)

    def _create(self, request):
        if len(self.inside) >= self.limit:
            self.refused += 1
            return Response(429, {"code": 2000})
        self.creates.append(request.json)
        name = f"paid-{len(self.creates)}"
        self.inside.add(name)
        self.most = max(self.most, len(self.inside))
        return Response(200, {"id": name})

    def _poll(self, name):
        if not self.open.is_set():
            return Response(200, {"state": "running"})
        self.inside.discard(name)
        return Response(200, {"state": "succeeded", "links": ["https://example.org/model.glb"]})


here, often = running(), polling(0.02)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(queueing, "WATCH_S", 0.02)


@pytest.fixture
def server():
    return Busy()


@pytest.fixture
def tasks(here):
    one = Tasks(here.journal, here.runner)
    yield one
    one.stop(LIMIT_S)


def stages(here):
    return [one.stage for one in here.journal.all()]


def start(here, tasks, image, count=TASKS):
    ids = [here.prepare("paid", image, again=True).id for _ in range(count)]
    for one in ids:
        tasks.start(one)
    return ids


@pytest.mark.fault("X19")
def test_twenty_tasks_are_sent_a_few_at_a_time(here, tasks, server, image):
    start(here, tasks, image)
    until(lambda: len(server.inside) == Paid.at_once, "the first ones are there")
    until(lambda: stages(here).count("running") == Paid.at_once, "they run")
    waiting = [one for one in here.journal.all() if one.stage == "prepared"]
    assert len(waiting) == TASKS - Paid.at_once and {one.state for one in waiting} == {"queued"}
    assert server.seen.count("upload") == Paid.at_once, "who waits has sent nothing"
    server.open.set()
    until(lambda: stages(here).count("ready") == TASKS, "all are made")
    assert server.most == Paid.at_once and len(server.creates) == TASKS and server.refused == 0


def ours():
    """Return the names of our threads, without what they start for a moment."""
    return {one.name for one in threading.enumerate() if one.name.startswith("maquette-")} - {"maquette-request"}


def test_who_waits_has_no_thread_of_its_own(here, tasks, server, image):
    others = ours()  # what another test left to end by itself
    ids = start(here, tasks, image, 60)
    until(lambda: len(server.inside) == Paid.at_once)
    inside = {f"maquette-{one}" for one in ids if here.journal.get(one).stage != "prepared"}
    assert ours() - others == {*inside, "maquette-line"} and len(inside) == Paid.at_once
    assert all(tasks.running(one) for one in ids)
    server.open.set()
    until(lambda: stages(here).count("ready") == 60, "all are made")
    until(lambda: not ours() - others, "no thread is left")
    assert server.most == Paid.at_once


def test_one_look_finds_all_that_was_cancelled_elsewhere(here, tasks, image, server, monkeypatch):
    looks = []
    look, look_closer = here.journal.wanted, here.journal.cancel_asked
    monkeypatch.setattr(here.journal, "wanted", lambda: looks.append(1) or look())
    monkeypatch.setattr(here.journal, "cancel_asked", lambda task_id: closer.append(task_id) or look_closer(task_id))
    closer = []
    ids = start(here, tasks, image, 60)
    until(lambda: len(server.inside) == Paid.at_once)
    looks.clear()
    until(lambda: len(looks) == 3, "the journal is looked at")
    closer.clear()
    Journal(here.journal.folder).ask_cancel(ids[-1])
    until(lambda: not tasks.running(ids[-1]), "it was told")
    assert stages(here).count("cancelled") == 1
    assert set(closer) == {ids[-1]}, "a task that nobody cancelled was asked about by itself"


@pytest.mark.fault("X19")
def test_who_comes_first_is_sent_first(here, tasks, server, image):
    ids = start(here, tasks, image, Paid.at_once + 1)
    until(lambda: len(server.inside) == Paid.at_once)
    late = [one for one in ids if here.journal.get(one).stage == "prepared"]
    last = start(here, tasks, image, 1)
    tasks.cancel(next(one for one in ids if one not in late))
    until(lambda: here.journal.get(late[0]).stage == "running", "the place goes to who waits longest")
    assert here.journal.get(last[0]).stage == "prepared"


@pytest.mark.fault("X19", "X15")
@pytest.mark.parametrize(("how", "stage"), [("cancel", "cancelled"), ("stop", "prepared")])
def test_who_waits_lets_go_at_once(here, tasks, server, image, how, stage):
    start(here, tasks, image, Paid.at_once + 3)
    until(lambda: len(server.inside) == Paid.at_once)
    waiting = [one.id for one in here.journal.all() if one.stage == "prepared"]
    if how == "cancel":
        tasks.cancel(waiting[1])
        tasks.wait(waiting[1])
        waiting = waiting[1:2]
    else:
        tasks.stop(LIMIT_S)
        assert not tasks.running()
    assert {here.journal.get(one).stage for one in waiting} == {stage}
    assert server.seen.count("upload") == Paid.at_once and not server.open.is_set()


@pytest.mark.fault("X19")
def test_what_the_provider_has_already_does_not_wait(here, tasks, server, image):
    """Links run out: after a restart all are asked for at once, and new ones wait until there is room."""
    resumed = [here.prepare("paid", image, again=True).id for _ in range(Paid.at_once + 3)]
    for number, one in enumerate(resumed):
        here.journal.update(one, stage="submitted", provider_task=f"old-{number}")
        tasks.start(one)
    until(lambda: stages(here).count("running") == len(resumed), "all are asked for")
    (new,) = start(here, tasks, image, 1)
    assert here.journal.get(new).stage == "prepared" and server.creates == []
    server.open.set()
    until(lambda: stages(here).count("ready") == len(resumed) + 1)


@pytest.mark.fault("X19", "P10")
def test_a_provider_that_takes_fewer_gets_all_in_the_end_and_each_once(here, tasks, server, image, monkeypatch):
    """Another program on the same account takes its share: code 2000, too many at once."""
    monkeypatch.setattr(queueing, "FIRST_S", 0.01)
    monkeypatch.setattr(queueing, "LONGEST_S", 0.05)
    monkeypatch.setattr(submitting, "BUSY_S", (0.01,) * 500)
    server.limit = 2
    start(here, tasks, image)
    until(lambda: server.refused, "somebody is refused")
    server.open.set()
    until(lambda: stages(here).count("ready") == TASKS, "all are made")
    assert server.most <= 2 and len(server.creates) == TASKS
    assert len({one["key"] for one in server.creates}) == TASKS


@pytest.mark.parametrize("where", ["its lane", "its thread"])
def test_one_that_cannot_go_on_keeps_nobody_waiting(here, tasks, server, image, monkeypatch, where):
    server.open.set()
    bad, good = (here.prepare("paid", image, again=True).id for _ in range(2))
    look, begin = here.runner.lane_of, threading.Thread.start

    def lane_of(task_id):
        return {}[task_id] if (where, task_id) == ("its lane", bad) else look(task_id)

    def start_thread(thread):
        if (where, thread.name) == ("its thread", f"maquette-{bad}"):
            raise RuntimeError("can't start new thread")
        begin(thread)

    monkeypatch.setattr(here.runner, "lane_of", lane_of)
    monkeypatch.setattr(threading.Thread, "start", start_thread)
    tasks.start(bad)
    until(lambda: not tasks.running(bad), "nobody waits for it")
    tasks.start(good)
    until(lambda: not tasks.running(good), "the next one is let in")
    assert (here.journal.get(bad).stage, here.journal.get(good).stage) == ("failed", "ready")
    assert here.told().count("failed") == 1 and not here.journal.owned_elsewhere(bad)


def test_who_finds_no_thread_for_the_line_has_not_entered_it(here, tasks, server, image, monkeypatch):
    server.open.set()
    one = here.prepare("paid", image).id

    def no_thread(_):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as full:
        full.setattr(threading.Thread, "start", no_thread)
        with pytest.raises(RuntimeError):
            tasks.start(one)
    assert not tasks.running(one)
    tasks.start(one)
    until(lambda: here.journal.get(one).stage == "ready", "it is made")
