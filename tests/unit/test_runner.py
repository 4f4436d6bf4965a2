"""The Runner: from the source image to a .blend, with every step in the journal before it is told."""

import threading
import time

import pytest
import scripted
from pictures import bmp
from scripted import STATISTICS, Here, Paid, done, find, polling, running

from blender_addon.core.events import Progressed

server, here, quick = scripted.server, running(), polling(0.001)


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
    assert task.provider_task == "paid-1" and task.created <= task.made <= time.time()
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


def test_a_task_that_runs_elsewhere_is_left_alone(here, data_folder, server, image):
    other = Here(data_folder, server)
    task = other.prepare("paid", image)
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
    task = here.run(here.prepare("paid", image, timeout_s=1.0))
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
