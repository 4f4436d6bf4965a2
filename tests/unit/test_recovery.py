"""A create whose answer was lost: the task is looked for at its provider, and nothing is ever sent twice for it."""

import time
from email.utils import formatdate

import pytest
import scripted
from scripted import PATIENT, Here, polling

from blender_addon.core.errors import AccountError, NetworkError, UnconfirmedError, UnreachableError
from blender_addon.core.events import Waiting
from blender_addon.core.flow import Request, Response, drive
from blender_addon.core.halt import Halt
from blender_addon.core.recent import Recent, Row, clock_ahead, moment, recent
from blender_addon.core.tasks import Tasks

server, paid, often = scripted.server, scripted.paid, polling(0.001)


@pytest.fixture
def listed(paid):
    """What the scripted provider lists; its create loses its answer."""
    rows: list[Row] = []

    def recover(self, options, views, since):
        answer = yield Request("GET", "/list")
        return answer.body

    paid(recovers=True, recover=recover)
    return rows


@pytest.fixture
def here(data_folder, server, listed):
    send = server.send

    def with_list(request, halt):
        if request.url == "/list":
            server.pass_by("list", halt)
            return Response(200, Recent(tuple(listed), whole=True))
        return send(request, halt)

    server.send = with_list
    server.raise_at("created", UnconfirmedError("No answer came."))
    return Here(data_folder, server)


def now(name="found-1", ago_s=0.0, alike=True):
    return Row(name, time.time() - ago_s, alike)


def lost(here, image, **changes):
    """A task that stays unconfirmed."""
    task = here.run(here.prepare("paid", image))
    assert task.stage == "unconfirmed"
    return here.journal.update(task.id, **changes) if changes else task


@pytest.mark.fault("N05", "N06", "P11", "P13")
def test_the_only_task_that_can_be_ours_is_adopted(here, server, image, listed):
    listed += [now(), now("old", 121), now("young", -121), now("other kind", alike=False)]
    task = here.run(here.prepare("paid", image))
    assert (task.stage, task.provider_task, task.error) == ("ready", "found-1", None)
    assert len(server.creates) == 1 and "submitted" in here.told()
    assert [bool(one.message) for one in here.events if isinstance(one, Waiting)] == [True, False]


@pytest.mark.fault("N05")
def test_a_list_that_is_late_is_looked_at_again(here, server, image, listed):
    looks = []
    server.at_point["list"] = lambda halt: (looks.append(1), len(looks) == 3 and listed.append(now()))
    assert here.run(here.prepare("paid", image)).provider_task == "found-1"
    assert len(server.creates) == 1


@pytest.mark.fault("N05", "P34")
def test_none_and_several_are_left_to_the_artist(here, server, image, listed):
    task = lost(here, image)
    assert task.error["message"].startswith("No answer came. Paid's list of tasks shows none")
    assert server.seen.count("list") == 3
    listed += [now("a"), now("b")]
    task = lost(here, image)
    assert task.error["message"].endswith("shows several that it could be: a, b.")
    assert task.error["kind"] == "network" and here.events[-1].message == task.error["message"]
    assert len(server.creates) == 2, "one a task"


def test_what_the_journal_knows_is_not_ours(here, server, image, listed):
    listed.append(now())
    first = here.run(here.prepare("paid", image))
    assert (first.stage, lost(here, image).provider_task) == ("ready", None)


@pytest.mark.parametrize("stage", ["submitting", "unconfirmed"])
def test_one_task_of_two_that_were_lost_belongs_to_nobody_for_sure(here, image, listed, stage):
    rival = lost(here, image, stage=stage)
    listed.append(now())
    task = lost(here, image)
    assert f"remove the task {rival.id} if it is not" in task.error["message"]
    here.journal.remove(rival.id)
    here.halt = Halt()  # the other one watched the task that is gone
    tasks = Tasks(here.journal, here.runner)
    assert here.run(tasks.look_again(task.id)).stage == "ready"


@pytest.mark.parametrize("error", [NetworkError("down"), AccountError("no key"), UnreachableError("no name")])
def test_a_list_that_cannot_be_read_is_said(here, server, image, error):
    server.raise_at("list", error)
    task = lost(here, image)
    assert f"could not be read, look again later: {error.message}" in task.error["message"]


@pytest.mark.fault("N05", "N07")
def test_a_patient_runner_looks_when_the_connection_is_back(data_folder, here, server, image, listed):
    listed.append(now())
    tries = []

    def unreachable(halt):
        tries.append(1)
        if len(tries) < 40:
            raise UnreachableError("no name")

    server.at_point["list"] = unreachable
    patient = Here(data_folder, server, PATIENT)
    assert patient.run(patient.prepare("paid", image)).stage == "ready"
    assert "Waiting for the connection; then Paid is asked" in str(patient.events)


@pytest.mark.fault("X02", "X04")
def test_a_task_found_at_submitting_is_looked_for_at_the_next_start(here, data_folder, server, image, listed):
    task = here.prepare("paid", image)
    here.journal.update(task.id, stage="submitting", sent=time.time() - 3600)
    assert here.run(task).stage == "unconfirmed" and server.seen.count("list") == 1, "it is not late any more"
    here.journal.update(task.id, stage="submitting")
    listed.append(now(ago_s=3500))
    assert Here(data_folder, server).run(task).stage == "ready"
    assert server.creates == []


@pytest.mark.parametrize("cancelled", [True, False])
def test_who_ends_the_search_gives_nothing_up(here, server, image, listed, cancelled):
    server.hold_at("list")
    task = here.prepare("paid", image)
    thread = here.start(task)
    here.halt.cancel() if cancelled else here.halt.stop()
    thread.join(10)
    assert here.kept(task).stage == ("unconfirmed" if cancelled else "submitting")
    server.at_point.clear()
    listed.append(now())
    here.halt = Halt()
    if cancelled:
        Tasks(here.journal, here.runner).look_again(task.id)
    assert here.run(task).stage == "ready" and len(server.creates) == 1


def test_only_what_is_unconfirmed_is_looked_for(here, image):
    task = here.prepare("paid", image)
    with pytest.raises(Exception, match="is not unconfirmed"):
        Tasks(here.journal, here.runner).look_again(task.id)


# ---- the list


def test_the_list_is_read_until_it_is_old_enough():
    asked = []
    pages = [[Row("c", 300.0, True), Row("b", 200.0, True)], [Row("b", 200.0, True), Row("a", 99.0, True)], []]

    def send(request):
        asked.append(request.url)
        return Response(200, pages[len(asked) - 1])

    flow = recent(lambda page: Request("GET", f"/{page}"), lambda answer: answer.body, 100.0)
    found = drive(flow, send)
    assert (asked, found.whole) == (["/0", "/1"], True)
    assert [one.provider_task for one in found.rows] == ["c", "b", "a"]


def test_a_list_without_end_is_given_up():
    number = iter(range(10**6))
    rows = lambda _: [Row(str(next(number)), 1000.0, True)]  # noqa: E731
    found = drive(recent(lambda page: Request("GET", f"/{page}"), rows, 100.0), lambda _: Response(200))
    assert not found.whole


@pytest.mark.fault("N31")
def test_a_providers_clock_may_be_off():
    wrong_s = 86400.0
    answer = Response(200, headers={"date": formatdate(time.time() + wrong_s)})
    assert abs(clock_ahead(answer) - wrong_s) < 5
    rows = lambda _: [Row("a", 1000.0 + wrong_s, True)]  # noqa: E731
    found = drive(recent(lambda page: Request("GET", "/"), rows, 5000.0), lambda _: answer)
    assert abs(found.rows[0].created - 1000) < 5
    assert [clock_ahead(Response(200, headers={"Date": one})) for one in ("", "soon", formatdate())] == [0, 0, 0]


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("2026-10-01T10:00:00Z", 1790848800.0),
        ("2026-10-01T10:00:00.500Z", 1790848800.5),
        ("2026-10-01T12:00:00+02:00", 1790848800.0),
        ("2026-10-01 10:00:00", 1790848800.0),
        (1790848800, 1790848800.0),
        ("1790848800", 1790848800.0),
        (1790848800123, 1790848800.123),
        *((one, None) for one in (None, "", "now", True, [], {}, float("nan"), float("inf"), -5, "9" * 99)),
    ],
)
def test_moments_are_read(told, meant):
    assert moment(told) == meant
