"""Writes the README's tables of providers and of covered parameters, which are made from the code.

python3 scripts/tables.py            writes them
python3 scripts/tables.py --check    exit code 1 and a sentence when they are stale or a parameter is not covered
"""

from __future__ import annotations

import subprocess
import sys

from _layout import SCRIPTS, SetupError, say
from _setup import environment, package_environment


def main() -> int:
    """Do it in the environment that has what the package needs, and return the exit code."""
    if sys.argv[1:] not in ([], ["--check"]):
        say(__doc__ or "")
        return 2
    try:
        python = environment("dev")
    except SetupError as error:
        say(str(error))
        return 2
    return subprocess.call(
        [str(python), str(SCRIPTS / "readme" / "tables.py"), *sys.argv[1:]], env=package_environment()
    )


if __name__ == "__main__":
    sys.exit(main())
