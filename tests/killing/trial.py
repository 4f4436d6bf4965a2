"""One task that is hit on its way and carried on: a provider's simulator, a data folder, calls of the command line."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest import mock

from hosted_cases import Case
from models import plain_png
from simulators.server import Simulator

from blender_addon.cli.main import main

from .call import Call, program_of
from .moments import RESULT, Moment

SETTLED = ("succeeded", "unconfirmed", "failed", "cancelled")
RESUMES = 5
POLL_S = "0.02"
OPENS = """
import sys
from pathlib import Path
from time import sleep
from blender_addon.core.journal import Journal
while True:
    Journal(Path(sys.argv[1])).close()
    sleep(0.005)
"""


class Trial:
    """Everything that belongs to one task. Tests look at its attributes."""

    def __init__(
        self,
        case: Case,
        sim: Simulator,
        folder: Path,
        background: Sequence[str],
        seed: str = "",
        before: str = "",
    ) -> None:
        """Prepare it; nothing runs yet. `background` is the background Blender; `before` is run first in each call."""
        self.case, self.sim, self.folder = case, sim, folder
        self.random = random.Random(seed)
        self.calls: list[Call] = []
        self.before: dict[str, int] = dict.fromkeys(("any", "upload", "create", "poll", "result"), 0)
        self.out = folder / "made.glb"
        self._program = program_of(background, before)
        self._image = folder / "castle.png"
        self._stand_in = folder / "stand_in"
        self._stand_in.mkdir(parents=True)
        self._image.write_bytes(plain_png((10, 90, 10), side=64))
        self._environment = {
            "MAQUETTE_DATA_DIR": str(folder / "data"),
            f"MAQUETTE_{case.id.upper()}_BASE_URL": sim.base_url,
            f"MAQUETTE_{case.id.upper()}_API_KEY": sim.key,
            "MAQUETTE_POLL_S": POLL_S,
            "STAND_IN": str(self._stand_in),
            "PYTHONIOENCODING": "utf-8",
        }

    # ---- what moments ask and arrange
    @property
    def call(self) -> Call:
        """Return the call that was started last."""
        return self.calls[-1]

    def match(self, part: str) -> str:
        """Return which requests belong to a part of the way."""
        case = self.case
        parts = {"upload": case.upload or case.create, "create": case.create, "poll": case.poll, "result": RESULT}
        return parts.get(part, "*")

    def count(self, part: str) -> int:
        """Return how many requests of that part have been seen."""
        return len(self.sim.requests(self.match(part)))

    def worked(self, work: str) -> bool:
        """Whether the stand-in was asked for that work."""
        calls = self._stand_in / "calls"
        return calls.exists() and work in calls.read_text()

    def tell(self, works: dict[str, str]) -> None:
        """Tell the stand-in what each work shall do instead."""
        (self._stand_in / "script.json").write_text(json.dumps(works))

    # ---- calls
    def beside(self) -> Call:
        """Start another process that opens the journal over and over, as each Blender and each command does."""
        return Call(OPENS, [self.folder / "data"], self._environment, self.folder / "beside.jsonl")

    def start(self, *arguments: object) -> Call:
        """Start a call of the command line."""
        self.before = {part: self.count(part) for part in self.before}
        said = self.folder / f"said-{len(self.calls)}.jsonl"
        self.calls.append(Call(self._program, arguments, self._environment, said))
        return self.call

    def generate(self) -> Call:
        """Start the paid task, as an artist would; the outputs are asked for."""
        return self.start("generate", self._image, "--provider", self.case.id, "--out", self.out, "--jsonl")

    def resume(self) -> Call:
        """Carry on whatever there is."""
        return self.start("tasks", "resume", "--jsonl")

    def until(self, moment: Moment) -> bool:
        """Start the task and return at the moment; False when the run has ended before."""
        moment.arrange(self)
        self.generate()
        moment.wait(self)
        return self.call.running

    def clear(self) -> None:
        """Let everything go its way from now on: nothing is held, slowed or cut any more, and the task is done."""
        self.sim._orders.clear()
        self.sim.release()
        self.sim.script(self.sim.SCRIPT)
        for task in list(self.sim.tasks.values()):
            task.steps = [self.case.done]
        self.tell({})

    def finish(self) -> bool:
        """Carry the task on until it is settled; whether it had to be started anew, as nothing had been written."""
        anew = False
        for _ in range(RESUMES):
            self.resume().end()
            tasks = self.tasks()
            if tasks and tasks[0]["state"] in SETTLED:
                break
            if not tasks and not anew:
                anew = True
                self.generate().end()
        return anew

    def tasks(self) -> list[dict[str, Any]]:
        """Return `tasks --json`."""
        out = io.StringIO()
        with mock.patch.dict(os.environ, self._environment), contextlib.redirect_stdout(out):
            assert main(["tasks", "--json"], ("none",)) == 0
        return list(json.loads(out.getvalue()))

    @property
    def stage(self) -> str:
        """Return the task's stage as the journal has it now."""
        return next((one["stage"] for one in self.tasks()), "not written yet")
