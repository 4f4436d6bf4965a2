"""Measures Maquette on this machine: figures are ratios, or stand beside what they are compared with in the same run.

python3 scripts/bench.py local FOLDER     pictures in the folder and known meshes: likeness, closedness, time
python3 scripts/bench.py landing          landing a 1.5 M triangle model against importing it
python3 scripts/bench.py startup [4.2 …]  enabling the add-on, in Blender 4.2, 4.5 and 5.0 or those named
python3 scripts/bench.py scale [4.2 …]    200 tasks at once, in the same Blenders: threads, and the step of each 0.25 s
Exit code: 0 all targets met, 1 one missed, 2 it could not be set up.
"""

from __future__ import annotations

import subprocess
import sys

from _layout import SCRIPTS, SetupError, say
from _setup import environment, package_environment

VERSIONS = ("4.2", "4.5", "5.0")


def main() -> int:
    """Run the bench and return its exit code."""
    given = sys.argv[1:]
    try:
        if len(given) == 2 and given[0] == "local":
            return run("local", "run", given[1])
        if given == ["landing"]:
            return run("landing", "run")
        if given[:1] in (["startup"], ["scale"]) and set(given[1:]) <= set(VERSIONS):
            return max([run(given[0], f"test-{version}") for version in given[1:] or VERSIONS])
    except SetupError as error:
        say(str(error))
        return 2
    say(__doc__ or "")
    return 2


def run(bench: str, name: str, *arguments: str) -> int:
    """Run a bench in the environment of that name and return its exit code. Raises SetupError."""
    command = [str(environment(name)), str(SCRIPTS / "benches" / f"{bench}.py"), *arguments]
    return subprocess.call(command, env=package_environment())


if __name__ == "__main__":
    sys.exit(main())
