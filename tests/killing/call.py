"""One call of the command line as a process of its own, whose events can be read while it runs."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .tree import kill_tree

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 120.0
"""Only there so that a broken product ends a test."""
LOOK_S = 0.002


def program_of(background: Sequence[str], before: str = "") -> str:
    """Return the program that is the command line, with that background Blender; `before` is run first."""
    call = f"main(sys.argv[1:], program={tuple(background)!r})"
    return f"import sys\n{before}\nfrom blender_addon.cli.main import main\nsys.exit({call})"


class Call:
    """A call that runs, or ran; its output goes to files, so that nobody has to read while it writes."""

    def __init__(self, program: str, arguments: Sequence[object], environment: Mapping[str, str], said: Path) -> None:
        """Start it; `said` is the file for its standard output."""
        self._said, self._complained = said, said.with_suffix(".err")
        with said.open("wb") as out, self._complained.open("wb") as complaints:
            self.process = subprocess.Popen(
                [sys.executable, "-c", program, *map(str, arguments)],
                cwd=ROOT,
                env=os.environ | environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=complaints,
            )

    @property
    def events(self) -> list[dict[str, Any]]:
        """Return the JSON lines that it has printed so far; a line that was cut off by its death is none."""
        found = []
        for line in self._said.read_text("utf-8").splitlines():
            with contextlib.suppress(ValueError):
                found.append(json.loads(line))
        return found

    @property
    def words(self) -> str:
        """Return all that it has printed, for a failed test."""
        return self._said.read_text("utf-8") + self._complained.read_text("utf-8", "replace")

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def until(self, happens: Callable[[], object]) -> bool:
        """Wait for something that happens while it runs; False when it ended before. Fails a test that hangs."""
        ends = time.monotonic() + LIMIT_S
        while not happens():
            if not self.running:
                return False
            assert time.monotonic() < ends, f"nothing happens any more:\n{self.words}"
            time.sleep(LOOK_S)
        return True

    def end(self) -> int:
        """Wait for its end and return the exit code. Fails a test that hangs."""
        try:
            return self.process.wait(LIMIT_S)
        except subprocess.TimeoutExpired:
            kill_tree(self.process)
            raise AssertionError(f"it does not end:\n{self.words}") from None

    def kill(self) -> bool:
        """Kill it with all that it has started; False when it had ended by itself."""
        return kill_tree(self.process)
