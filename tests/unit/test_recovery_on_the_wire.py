"""A create whose answer was lost, at the providers whose list of tasks can be looked through."""

import pytest
from hosted_cases import CASES
from hosted_line import calling

from blender_addon.core.provider import Provider
from blender_addon.providers import every, every_follow_up

LISTS = {"tripo": "GET /v3/account/usage", "csm": "GET /image-to-3d-sessions"}
line = calling(*(one for one in CASES if one.id in LISTS))


def test_who_can_be_asked_says_so():
    assert [one.id for one in every() if one.recovers] == sorted(LISTS)
    assert all(one.recovers == (one.recover is not Provider.recover) for one in (*every(), *every_follow_up()))


@pytest.mark.fault("N05", "P11")
def test_a_lost_task_is_found_among_older_ones_page_by_page(line):
    line.sim.script([line.case.done])
    for _ in range(12):
        body = {"image_url": "x"} if line.case.id == "csm" else {}
        line.sim.new_task("image_to_3d" if body else "image_to_model", body)
    for one in line.sim.tasks.values():
        one.created -= 200
    line.sim.creates.clear()
    line.sim.lose_next(line.case.create)
    assert line.is_made(line.generate())
    assert len(line.sim.requests(line.case.create)) == 1
    assert len(line.sim.requests(LISTS[line.case.id])) >= 1


@pytest.mark.fault("N05")
def test_a_foreign_task_of_another_kind_is_not_taken(line):
    other = {"topology": "quads"} if line.case.id == "csm" else {}
    kind = "image_to_3d" if line.case.id == "csm" else "multiview_to_model"
    foreign = line.sim.new_task(kind, {"image_url": "x", **other})
    line.sim.creates.clear()
    line.sim.answer_next(line.case.create, 502, "down")
    said = line.generate()
    assert (said.code, line.task["state"], line.task["provider_task"]) == (4, "unconfirmed", None)
    assert foreign.id not in said.last["message"] and "shows none" in said.last["message"]


@pytest.mark.fault("P34")
def test_the_artist_decides_what_cannot_be_found_out(line):
    line.sim.script([line.case.done])
    for _ in range(2):
        body = {"image_url": "x", "texture_model": "pbr"}
        line.sim.new_task("image_to_3d" if line.case.id == "csm" else "image_to_model", body)
    line.sim.lose_next(line.case.create)
    said = line.generate()
    ids = list(line.sim.tasks)
    assert said.code == 4 and all(one in said.last["message"] for one in ids) and len(ids) == 3
    twice = line.generate()
    assert (twice.code, twice.last["kind"]) == (2, "input")
    assert "may already have been charged" in twice.last["message"] and "--again" in twice.last["message"]
    assert len(line.sim.requests(line.case.create)) == 1
    assert line.resume().code == 4, "still several"
    for one in ids[:2]:
        del line.sim.tasks[one]
    task = line.task["id"]
    assert line.maquette("tasks", "resume", task).code == 0
    assert line.task["state"] == "succeeded" and len(line.sim.requests(line.case.create)) == 1
    assert line.generate().code == 0, "nothing stands in the way any more"


@pytest.mark.fault("P34")
def test_sending_again_is_the_artists_wish(line):
    line.sim.answer_next(line.case.create, 502, "down")
    assert line.generate().code == 4
    assert line.generate("--again").code == 0
    assert sorted(one["state"] for one in line.maquette.tasks()) == ["succeeded", "unconfirmed"]


@pytest.mark.fault("P34")
def test_resume_says_what_else_can_be_done(line):
    line.sim.answer_next(line.case.create, 502, "down")
    line.generate()
    said = line.maquette("tasks", "resume", line.task["id"])
    assert said.code == 4 and "--again" in said.err and "tasks forget" in said.err
    assert len(line.sim.requests(LISTS[line.case.id])) >= 4, "it has looked again"


@pytest.mark.fault("X02")
def test_a_create_that_was_answered_after_the_death_is_found(line):
    line.sim.script([line.case.done])
    line.kill_in_create()
    assert line.is_made(line.resume())
    assert len(line.sim.requests(line.case.create)) == 1


@pytest.mark.parametrize("body", [[], {}, {"data": None}, {"data": {"items": 3, "results": 3}}, "x", None])
def test_a_list_that_nobody_understands_adopts_nothing(line, body):
    line.sim.lose_next(line.case.create)
    line.sim.answer_next(LISTS[line.case.id], 200, body, times=9)
    said = line.generate()
    assert (said.code, line.task["state"]) == (4, "unconfirmed")
    assert "could not be read" in said.last["message"] and "Maquette made a mistake" not in said.last["message"]


def test_rows_that_nobody_understands_are_left_out(line):
    line.sim.lose_next(line.case.create)
    rows = [None, 3, {}, {"task_id": "a"}, {"session_code": "a"}, {"task_id": "a", "created_at": "now", "type": 3}]
    body = {"data": {"items": rows, "results": rows}}
    line.sim.answer_next(LISTS[line.case.id], 200, body, times=9)
    assert "shows none" in line.generate().last["message"]
