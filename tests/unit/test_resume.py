"""A task goes on from wherever it was left, and a create that costs is sent once, whatever happens."""

import pytest
import scripted
from scripted import Died, Here, Server
from waiting import until

from blender_addon.core.errors import InputError, ModelFileError
from blender_addon.core.halt import Halt
from blender_addon.core.journal import Journal
from blender_addon.core.steps import STEPS
from blender_addon.core.task import ENDED, STATES, WAITING
from blender_addon.core.tasks import Tasks

POINTS = ("upload", "create", "created", "poll", "download", "downloaded", "convert", "converted")
BEFORE_THE_ID = ("create", "created")
"""At these nobody knows whether the create was carried out."""

server = scripted.server


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setenv("MAQUETTE_POLL_S", "0.001")


def crash(data_folder, server, image, provider, point):
    """Let a first process die at the point; return the task as it stands then."""
    first = Here(data_folder, server)
    task = first.prepare(provider, image)
    server.raise_at(point, Died())
    with pytest.raises(Died):
        first.runner.run(task.id, first.halt)
    first.journal.close()  # its lock goes with it
    server.at_point.clear()
    return first.kept(task)


@pytest.mark.fault("X01", "X02", "X04")
@pytest.mark.parametrize("provider", ["paid", "free"])
@pytest.mark.parametrize("point", POINTS)
def test_a_crash_loses_nothing_and_pays_nothing_twice(data_folder, server, image, quick, provider, point):
    task = crash(data_folder, server, image, provider, point)
    creates = len(server.creates)
    again = Here(data_folder, server)
    task = again.run(task)
    if provider == "paid" and point in BEFORE_THE_ID:
        assert task.stage == "unconfirmed"
        assert again.told() == ["failed"]
        assert "may have been charged" in again.events[-1].message
        assert len(server.creates) == creates, "it is never repeated by itself"
        again.run(task)
        assert len(server.creates) == creates
        return
    assert task.stage == "ready"
    assert again.told()[-1] == "ready"
    assert len(server.creates) == (2 if point == "created" else 1)
    assert (again.journal.folder_of(task.id) / str(task.model_file)).read_bytes().startswith(b"glTF")


@pytest.mark.fault("X01")
@pytest.mark.parametrize("stage", STEPS)
def test_every_stage_that_is_not_an_end_goes_on(data_folder, server, image, quick, stage):
    here = Here(data_folder, server)
    task = here.prepare("free", image)
    (here.journal.folder_of(task.id) / "model.glb").write_bytes(b"glTF")
    here.journal.update(task.id, stage=stage, provider_task="free-1", model_file="model.glb")
    assert here.run(task).stage == "ready"


def test_every_stage_has_a_step_or_waits_or_has_ended():
    assert set(STATES) == set(STEPS) | WAITING | ENDED
    assert set(STEPS).isdisjoint(WAITING | ENDED)


@pytest.mark.parametrize("stage", sorted(ENDED | {"unconfirmed"}))
def test_what_has_ended_is_left_alone(data_folder, server, image, stage):
    here = Here(data_folder, server)
    task = here.prepare("paid", image)
    here.journal.update(task.id, stage=stage)
    here.run(task)
    assert (server.seen, here.told()) == ([], [])


HELD = (*POINTS[:4], "download", "convert", "picture", "pause")


def hold(here, server, image, point, provider="paid"):
    """Start a task and return it with its thread, standing at the point."""
    task = here.prepare(provider, image)
    if point == "picture":
        (here.journal.folder_of(task.id) / "front.png").write_bytes(b"II*\0" + bytes(32))
    if point == "pause":  # an hour until it asks again
        server.at_point["poll"] = lambda halt: server.reached.set()
    elif point not in ("upload", "create", "created", "poll", "picture"):
        server.polls = server.polls[-1:]
    if point != "pause":
        server.hold_at(point)
    thread = here.start(task)
    if point == "pause":
        until(lambda: here.kept(task).stage == "running", "the first answer is in the journal")
    return task, thread


KNOWN = [point for point in HELD if point not in BEFORE_THE_ID]


@pytest.mark.fault("P35")
@pytest.mark.parametrize("point", BEFORE_THE_ID)
def test_a_create_that_is_cancelled_may_have_been_charged(data_folder, server, image, point):
    here = Here(data_folder, server)
    task, thread = hold(here, server, image, point)
    here.halt.cancel()
    until(lambda: not thread.is_alive(), "the task ends")
    assert here.kept(task).stage == "unconfirmed"
    assert "may have been charged" in here.kept(task).error["message"]


@pytest.mark.parametrize("point", KNOWN)
def test_cancel_ends_a_task_at_every_stage(data_folder, server, image, point):
    here = Here(data_folder, server)
    task, thread = hold(here, server, image, point)
    here.halt.cancel()
    until(lambda: not thread.is_alive(), "the task ends")
    assert here.kept(task).stage == "cancelled"
    assert here.kept(task).ended
    assert here.told()[-1] == "cancelled"
    assert not here.journal.owned_elsewhere(task.id)


@pytest.mark.parametrize("point", KNOWN)
def test_another_process_cancels_a_task_at_every_stage(data_folder, server, image, point):
    here = Here(data_folder, server)
    task, thread = hold(here, server, image, point)
    Journal(data_folder).ask_cancel(task.id)
    until(lambda: not thread.is_alive(), "the task ends")
    assert here.kept(task).stage == "cancelled"
    assert here.told()[-1] == "cancelled"


@pytest.mark.fault("X03")
@pytest.mark.parametrize("point", HELD)
def test_stop_keeps_a_task_at_every_stage(data_folder, server, image, monkeypatch, point):
    here = Here(data_folder, server)
    task, thread = hold(here, server, image, point, "free")
    stage = here.kept(task).stage
    here.halt.stop()
    until(lambda: not thread.is_alive(), "the task ends")
    assert here.kept(task).stage == stage
    assert here.told()[-1] == "paused"
    server.at_point.clear()
    monkeypatch.setenv("MAQUETTE_POLL_S", "0.001")
    assert Here(data_folder, server).run(task).stage == "ready"


def test_a_task_that_was_removed_meanwhile_ends(data_folder, server, image):
    here = Here(data_folder, server)
    task, thread = hold(here, server, image, "pause")
    Journal(data_folder).remove(task.id)
    until(lambda: not thread.is_alive(), "the task ends")
    assert here.journal.all() == []
    assert here.told()[-1] == "cancelled"


@pytest.fixture
def tasks(data_folder, server):
    here = Here(data_folder, server)
    one = Tasks(here.journal, here.runner)
    yield one
    one.stop(10)


def a_task(tasks, image, **changes):
    here = Here(tasks.journal.folder, Server())
    task = here.prepare("free", image)
    return here.journal.update(task.id, **changes) if changes else task


def test_tasks_run_in_threads_and_stop_together(tasks, server, image):
    server.hold_at("poll")
    ids = [a_task(tasks, image).id for _ in range(3)]
    for one in ids:
        tasks.start(one)
        tasks.start(one)
    until(lambda: server.seen.count("poll") == 3, "all three are polled")
    assert all(tasks.running(one) for one in ids)
    tasks.stop(10)
    assert not tasks.running()
    assert {one.stage for one in tasks.journal.all()} == {"submitted"}
    assert len(server.creates) == 3


def test_resume_takes_what_waits_for_nobody(tasks, server, image):
    server.hold_at("poll")
    left = {stage: a_task(tasks, image, stage=stage, provider_task="x").id for stage in STATES}
    elsewhere = Journal(tasks.journal.folder)
    elsewhere.claim(left["running"])
    assert set(tasks.resume()) == {left[one] for one in STEPS if one != "running"}


def test_cancel_finds_the_task_wherever_it_runs(tasks, server, image):
    server.hold_at("poll")
    here, there, nowhere = (a_task(tasks, image).id for _ in range(3))
    tasks.start(here)
    until(server.reached.is_set)
    elsewhere = Journal(tasks.journal.folder)
    elsewhere.claim(there)
    for one in (here, there, nowhere):
        tasks.cancel(one)
    until(lambda: not tasks.running(), "the task here ends")
    assert tasks.journal.get(here).stage == tasks.journal.get(nowhere).stage == "cancelled"
    assert tasks.journal.get(nowhere).ended
    assert tasks.journal.get(there).stage == "prepared"
    assert elsewhere.cancel_asked(there)
    with pytest.raises(InputError, match="has ended already"):
        tasks.cancel(here)
    with pytest.raises(InputError, match="There is no task nothing"):
        tasks.cancel("nothing")


@pytest.mark.fault("X05")
def test_a_task_that_failed_at_convert_is_converted_again_without_a_second_create(tasks, server, image, quick):
    server.raise_at("convert", ModelFileError("It took too long."))
    here = Here(tasks.journal.folder, server)
    task = here.run(here.prepare("paid", image))
    assert task.stage == "failed"
    server.at_point.clear()
    assert here.run(tasks.reopen(task.id)).stage == "ready"
    assert (len(server.creates), server.seen.count("download")) == (1, 1)


@pytest.mark.fault("P35")
def test_a_cancelled_task_is_asked_for_again_without_a_second_create(tasks, server, image, quick):
    here = Here(tasks.journal.folder, server)
    task, thread = hold(here, server, image, "poll")
    here.halt.cancel()
    until(lambda: not thread.is_alive(), "the task ends")
    server.at_point.clear()
    here.halt = Halt()
    assert here.run(tasks.reopen(task.id)).stage == "ready"
    assert len(server.creates) == 1


def test_what_was_never_sent_is_not_taken_up_again(tasks, image):
    task = a_task(tasks, image, stage="failed")
    with pytest.raises(InputError, match="Generate it again"):
        tasks.reopen(task.id)


def test_a_finished_model_cannot_be_cancelled(tasks, image):
    task = a_task(tasks, image, stage="ready", blend="model.blend")
    with pytest.raises(InputError, match="has ended already"):
        tasks.cancel(task.id)
    assert tasks.journal.get(task.id).stage == "ready"


def test_forget_removes_task_and_files_and_refuses_while_it_runs(tasks, server, image):
    server.hold_at("poll")
    running, ready = a_task(tasks, image).id, a_task(tasks, image, stage="ready").id
    tasks.start(running)
    until(server.reached.is_set)
    with pytest.raises(InputError, match=r"is running. Cancel it first"):
        tasks.forget(running)
    tasks.forget(ready)
    assert tasks.journal.get(ready) is None
    assert not tasks.journal.folder_of(ready).exists()
    assert tasks.journal.folder_of(running).is_dir()
