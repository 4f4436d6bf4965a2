"""The command line with one hosted provider, whose simulator stands at the other end of real sockets."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from command_line import PROGRAM, CommandLine, Said, end
from hosted_cases import CASES, Case
from waiting import until

from blender_addon.core import queueing, submitting
from blender_addon.net import http, pauses

__all__ = ["PROGRAM", "HostedLine", "calling", "enter", "line"]


class HostedLine:
    """Calls `maquette` for one provider."""

    def __init__(self, case: Case, sim: Any, maquette: CommandLine, image: Path) -> None:
        self.case, self.sim, self.maquette, self.image = case, sim, maquette, image
        self.out = image.with_name("made.glb")

    def generate(self, *arguments: object, image: object = None) -> Said:
        """Generate, with the model at `out` in the end."""
        given = [str(one).replace("{image}", str(self.image)) for one in arguments]
        return self.maquette(
            "generate", image or self.image, "--provider", self.case.id, "--out", self.out, "--jsonl", *given
        )

    def resume(self) -> Said:
        """Resume whatever there is."""
        return self.maquette("tasks", "resume", "--jsonl")

    def kill_when(self, reached: Callable[[], object], what: str) -> "subprocess.Popen[str]":
        """Generate in a process of its own and kill it when that is so."""
        run = self.maquette.start("generate", self.image, "--provider", self.case.id, "--out", self.out, "--jsonl")
        try:
            until(reached, what)
        finally:
            run.kill()
        return run

    @contextmanager
    def polling(self) -> "Iterator[subprocess.Popen[str]]":
        """Generate in a process of its own, which polls a task that does not end, for as long as this lasts."""
        self.sim.script([self.sim.SCRIPT[0]])
        run = self.maquette.start("generate", self.image, "--provider", self.case.id, "--out", self.out)
        try:
            until(lambda: self.sim.requests(self.case.poll), "it polls")
            yield run
        finally:
            run.kill()

    def kill_in_create(self) -> None:
        """Kill the process after the create has been carried out and before its answer."""
        self.sim.delay_next(self.case.create, 600)
        end(self.kill_when(lambda: self.sim.paid, "the create arrives"))
        self.sim.release()

    @property
    def task(self) -> dict[str, Any]:
        """The only task there is."""
        (one,) = self.maquette.tasks()
        return one

    def finish(self) -> None:
        """Let every task be done at its next poll."""
        for task in self.sim.tasks.values():
            task.steps = [self.case.done]

    def is_made(self, said: Said) -> bool:
        """Whether the call ended with the model in its file, and one task was paid."""
        assert said.code == 0, said.out + said.err
        assert self.out.read_bytes() == b"BLENDER" + self.sim.result
        return said.last["event"] == "succeeded" and self.sim.paid == 1 and self.task["state"] == "succeeded"


def enter(monkeypatch: pytest.MonkeyPatch, case: Case, sim: Any) -> None:
    """Let the environment lead to the simulator with its key."""
    monkeypatch.setenv(f"MAQUETTE_{case.id.upper()}_BASE_URL", sim.base_url)
    monkeypatch.setenv(f"MAQUETTE_{case.id.upper()}_API_KEY", sim.key)
    monkeypatch.setattr(http, "PAUSES_S", (0.01, 0.01, 0.01, None))
    monkeypatch.setattr(submitting, "BUSY_S", (0.01, 0.01, 0.01, None))
    for module, name in (
        (pauses, "LONGEST_WAIT_S"),
        (submitting, "LONGEST_WAIT_S"),
        (queueing, "FIRST_S"),
        (queueing, "LONGEST_S"),
    ):
        monkeypatch.setattr(module, name, 0.01)


def calling(*cases: Case) -> Any:
    """Return a fixture: the command line for each of these providers; the key must stay where it may be."""

    @pytest.fixture(params=cases, ids=lambda case: case.id)
    def line(request: Any, monkeypatch: pytest.MonkeyPatch, maquette: CommandLine, image: Path) -> Iterator[HostedLine]:
        with request.param.simulator() as sim:
            enter(monkeypatch, request.param, sim)
            yield HostedLine(request.param, sim, maquette, image)
            assert sim.leaks == []

    return line


line = calling(*CASES)
