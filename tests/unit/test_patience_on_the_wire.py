"""The patience of a command and of the add-on, with each hosted provider at the other end of real sockets."""

import time

import hosted_line
import pytest
from command_line import PROGRAM, end
from waiting import until

from blender_addon.cli.assembly import Assembly
from blender_addon.core.patience import ENDLESS
from blender_addon.core.prepare import prepare
from blender_addon.net import http
from blender_addon.providers import find

line = hosted_line.line


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
    with line.polling() as run:
        assert line.maquette("tasks", "cancel", line.task["id"]).code == 0
        heard = end(run)
    assert "may still charge" in heard.err and f"tasks resume {line.task['id']}" in heard.err
    line.finish()
    assert line.maquette("tasks", "resume", line.task["id"]).code == 0
    assert line.sim.paid == 1


@pytest.mark.fault("N02")
def test_online_access_that_is_switched_off_pauses_a_task(line, monkeypatch, data_folder):
    """Blender's add-on has the same assembly, and a patience without end."""
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
