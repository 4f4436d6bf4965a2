"""What was or may have been paid for is never given up: not for a lost key, a wrong address, a cancel or a refusal."""

import os

import hosted_line
import pytest
from hosted_cases import CASES
from hosted_line import calling

from blender_addon.core.journal import Journal

line = hosted_line.line
TRIVERSE = next(one for one in CASES if one.id == "triverse")
triverse = calling(TRIVERSE)


def name_of(line, what):
    return f"MAQUETTE_{line.case.id.upper()}_{what}"


def settled(line):
    """Tell whether the task is made, or plainly unconfirmed, and paid for once."""
    if line.task["state"] == "unconfirmed":
        return "may have been charged" in line.task["error"]["message"] and line.sim.paid == 1
    return line.task["state"] == "succeeded" and line.sim.paid == 1


@pytest.mark.fault("P02", "X02")
@pytest.mark.parametrize(("what", "wrong"), [("API_KEY", ""), ("BASE_URL", "ftp://nowhere")])
def test_a_lost_create_outlives_a_resume_that_cannot_connect(line, monkeypatch, what, wrong):
    line.kill_in_create()
    right = os.environ[name_of(line, what)]
    monkeypatch.setenv(name_of(line, what), wrong)
    assert line.resume().code in (2, 3)
    assert (line.task["stage"], line.task["error"]["kind"]) == ("submitting", "input" if wrong else "account")
    monkeypatch.setenv(name_of(line, what), right)
    line.resume()
    assert settled(line)


@pytest.mark.fault("P02")
@pytest.mark.parametrize(("what", "wrong"), [("API_KEY", ""), ("BASE_URL", "ftp://nowhere")])
def test_a_paid_task_outlives_a_resume_that_cannot_connect(line, monkeypatch, what, wrong):
    line.sim.script([line.sim.SCRIPT[0]])
    line.generate("--timeout", "0.3")
    right = os.environ[name_of(line, what)]
    monkeypatch.setenv(name_of(line, what), wrong)
    assert line.resume().code in (2, 3)
    monkeypatch.setenv(name_of(line, what), right)
    line.finish()
    assert line.is_made(line.resume())


def test_a_task_that_was_not_sent_outlives_a_resume_without_a_key(line, monkeypatch):
    line.sim.answer_next(line.case.create, 429, {"message": "Rate limit exceeded"}, times=4)
    assert line.generate().code == 4
    key = os.environ[name_of(line, "API_KEY")]
    monkeypatch.delenv(name_of(line, "API_KEY"))
    assert line.resume().code == 3 and line.task["stage"] == "prepared"
    monkeypatch.setenv(name_of(line, "API_KEY"), key)
    assert line.is_made(line.resume())


@pytest.mark.fault("P03", "P35")
def test_a_refused_create_leaves_nothing_to_look_for(line):
    line.sim.answer_next(line.case.create, 402, {"message": "Not enough credits"})
    said = line.generate()
    assert (said.code, said.last["kind"], line.task["state"]) == (3, "credits", "failed")
    assert "Generate it again" in line.maquette("tasks", "resume", line.task["id"]).err


@pytest.mark.fault("P35")
def test_cancelling_what_died_in_its_create_does_not_hide_that_it_may_be_charged(line):
    line.kill_in_create()
    line.maquette("tasks", "cancel", line.task["id"])
    assert line.task["state"] == "unconfirmed" and "may have been charged" in line.task["error"]["message"]
    said = line.maquette("tasks", "cancel", line.task["id"])
    assert said.code == 2 and "may have been charged" in said.err and line.task["state"] == "unconfirmed"


@pytest.mark.parametrize(
    ("match", "status"),
    [("*/upload/image", 400), (TRIVERSE.create, 403), (TRIVERSE.create, 401), (TRIVERSE.create, 400)],
)
def test_a_refusal_says_nothing_about_an_earlier_try(triverse, match, status):
    triverse.sim.lose_next(TRIVERSE.create, times=4)
    assert triverse.generate().code == 4 and triverse.sim.paid == 1
    triverse.sim.answer_next(match, status, {"code": {403: 2010}.get(status, 1004), "message": "No"})
    triverse.resume()
    assert triverse.task["state"] in ("queued", "unconfirmed"), triverse.task
    assert triverse.is_made(triverse.resume())


def test_a_lost_create_is_not_forgotten_when_the_next_try_is_told_to_wait(triverse):
    """Carried out and lost, then too many requests, then a conflict that names no task."""
    triverse.sim.lose_next(TRIVERSE.create)
    triverse.sim.answer_next(TRIVERSE.create, 429, {"code": 2000, "message": "busy"})
    triverse.sim.answer_next(TRIVERSE.create, 409, {"code": 2005, "message": "conflict"})
    triverse.generate()
    assert triverse.task["state"] == "unconfirmed"
    assert triverse.is_made(triverse.resume())


def test_what_was_held_for_a_task_that_failed_is_given_back(triverse):
    triverse.sim.fail_tasks()
    said = triverse.generate()
    assert said.code == 1 and "Nothing was charged" in said.last["message"]
    assert triverse.task["credits"] == 0


@pytest.mark.fault("D04")
def test_a_task_whose_id_was_found_later_is_followed(line, data_folder):
    """The journal could not be written after the create; the task's note was, and the journal has taken it over."""
    line.sim.script([line.sim.SCRIPT[0]])
    line.generate("--timeout", "0.3")
    journal = Journal(data_folder)
    journal.update(line.task["id"], stage="unconfirmed")
    journal.close()
    line.finish()
    assert line.is_made(line.resume())


@pytest.mark.fault("P27", "F01")
def test_what_was_sent_in_place_of_a_model_is_called_so(line):
    line.sim.result = b"<!DOCTYPE html><p>Hello</p>"
    said = line.generate()
    if line.case.id == "csm":  # which has the model in other formats too
        assert said.code == 0 and line.sim.paid == 1
        return
    assert (said.code, said.last["kind"]) == (1, "model_file")
    assert "sent is a web page" in said.last["message"] and line.sim.paid == 1
