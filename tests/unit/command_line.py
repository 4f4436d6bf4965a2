"""The command line, called with a stand-in for Blender: in this process, or as one that can be killed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from waiting import LIMIT_S

from blender_addon.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, str(Path(__file__).with_name("stand_in_blender.py")))
CALL = f"import sys; from blender_addon.cli.main import main; sys.exit(main(sys.argv[1:], program={PROGRAM!r}))"


class Said(NamedTuple):
    """What a call returned and printed."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Return stdout as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def last(self) -> dict[str, Any]:
        """Return the last JSON line."""
        return self.lines[-1]


class CommandLine:
    """Calls `maquette`; `script` tells the stand-in what to do instead of its work."""

    def __init__(self, folder: Path, capsys: Any) -> None:
        self.folder, self._capsys = folder, capsys

    def __call__(self, *arguments: object) -> Said:
        self._capsys.readouterr()
        code = main([str(one) for one in arguments], PROGRAM)
        return Said(code, *self._capsys.readouterr())

    def start(self, *arguments: object) -> "subprocess.Popen[str]":
        """Call it as a process of its own."""
        return self.start_in(sys.executable, "-c", CALL, *arguments)

    def start_in(self, *command: object) -> "subprocess.Popen[str]":
        """Start a command that calls it."""
        return subprocess.Popen(
            [str(one) for one in command],
            cwd=ROOT,
            env=os.environ | {"PYTHONIOENCODING": "utf-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def script(self, **works: Any) -> None:
        """Tell the stand-in what each work shall do: hang, die, noise, or an error to report."""
        (self.folder / "script.json").write_text(json.dumps(works))

    def tasks(self) -> list[dict[str, Any]]:
        """Return `tasks --json`."""
        said = self("tasks", "--json")
        assert said.code == 0
        return json.loads(said.out)


def end(process: "subprocess.Popen[str]") -> Said:
    """Wait for the end of a process and return what it said."""
    out, err = process.communicate(timeout=LIMIT_S)
    return Said(process.returncode, out, err)
