"""Measures Maquette on this machine: figures are ratios, or stand beside what they are compared with in the same run.

python3 scripts/bench.py local FOLDER           pictures in the folder and known meshes: likeness, closedness, time
python3 scripts/bench.py landing [4.2 …] [50k …]   landing 50 k to 2 M triangles against importing them
python3 scripts/bench.py startup [4.2 …]        enabling the add-on, and its options
python3 scripts/bench.py scale [4.2 …]          200 tasks at once: threads, and the step of each quarter of a second
python3 scripts/bench.py taking [4.2 …]         a painted image of 4K and 8K: what Blender stands still for at Generate
Blender 4.2, 4.5 and 5.0 and all sizes (50k 500k 1500k 2000k), or those named.
Exit code: 0 all targets met, 1 one missed, 2 it could not be set up.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

from _layout import SCRIPTS, SetupError, say
from _setup import environment, package_environment

VERSIONS = ("4.2", "4.5", "5.0")
SIZES = ("50k", "500k", "1500k", "2000k")


def main() -> int:
    """Run the bench and return its exit code."""
    name, given = "".join(sys.argv[1:2]), sys.argv[2:]
    versions = [one for one in given if one in VERSIONS] or list(VERSIONS)
    sizes = [one for one in given if one in SIZES]
    wrong = set(given) - set(VERSIONS) - set(SIZES)
    try:
        if name == "local" and len(given) == 1:
            return run(name, "run", given[0])
        if name in ("startup", "scale", "taking") and not wrong and not sizes:
            return max([run(name, f"test-{one}") for one in versions])
        if name == "landing" and not wrong:
            with tempfile.TemporaryDirectory(prefix="maquette-") as folder:
                return max([run(name, f"test-{one}", folder, *sizes) for one in versions])
    except SetupError as error:
        say(str(error))
        return 2
    say(__doc__ or "")
    return 2


def run(bench: str, name: str, *arguments: str) -> int:
    """Run a bench in the environment of that name and return its exit code. Raises SetupError."""
    command = [str(environment(name)), str(SCRIPTS / "benches" / f"{bench}.py"), *arguments]
    code = subprocess.call(command, env=package_environment())
    if hasattr(os, "getloadavg") and os.getloadavg()[0] > (os.cpu_count() or 1):
        print(f"This machine is busy (load {os.getloadavg()[0]:.0f}): times are longer than they need be.", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
