"""Measures Maquette on this machine: figures are ratios, or stand beside what they are compared with in the same run.

python3 scripts/bench.py local FOLDER     pictures in the folder and known meshes: likeness, closedness, time
python3 scripts/bench.py landing          landing a 1.5 M triangle model against importing it
Exit code: 0 all targets met, 1 one missed, 2 it could not be set up.
"""

from __future__ import annotations

import subprocess
import sys

from _layout import SCRIPTS, SetupError, say
from _setup import environment, package_environment

BENCHES = {"local": ["FOLDER"], "landing": []}


def main() -> int:
    """Run the bench named in the environment that has Blender and return its exit code."""
    given = sys.argv[1:]
    if not given or given[0] not in BENCHES or len(given) - 1 != len(BENCHES[given[0]]):
        say(__doc__ or "")
        return 2
    try:
        python = environment("run")
    except SetupError as error:
        say(str(error))
        return 2
    bench = SCRIPTS / "benches" / f"{given[0]}.py"
    return subprocess.call([str(python), str(bench), *given[1:]], env=package_environment())


if __name__ == "__main__":
    sys.exit(main())
