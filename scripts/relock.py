"""Writes locks/*.txt anew from locks/*.in, for all platforms: python3 scripts/relock.py [--upgrade]."""

from __future__ import annotations

import subprocess
import sys

from _layout import ENVIRONMENTS, LOCKS, SetupError, say
from _uv import find_uv

OPTIONS = ("--quiet", "--no-config", "--universal", "--generate-hashes", "--no-annotate", "--only-binary", ":all:")


def oldest_pythons() -> dict[str, str]:
    """Return each lock's name with the oldest Python that it is installed for."""
    uses: dict[str, list[str]] = {}
    for build in (build for builds in ENVIRONMENTS.values() for build in builds):
        for name in build.locks:
            uses.setdefault(name, []).append(build.python)
    return {name: min(pythons) for name, pythons in uses.items()}


def compile_lock(uv: str, name: str, python: str) -> bool:
    """Resolve one .in file; pins that still fit are kept unless --upgrade is given; False: it failed.

    All are held to the versions of common.txt, with which they are installed together.
    """
    command = [uv, "pip", "compile", *OPTIONS, "--custom-compile-command", "python3 scripts/relock.py"]
    command += ["--python-version", python, *sys.argv[1:]]
    held = [] if name == "common" else ["--constraint", "common.txt"]
    return subprocess.call(command + held + [name + ".in", "--output-file", name + ".txt"], cwd=str(LOCKS)) == 0


def main() -> int:
    """Resolve every lock file, common.txt first."""
    try:
        uv = find_uv(say)
    except SetupError as error:
        say(str(error))
        return 2
    for name, python in sorted(oldest_pythons().items(), key=lambda item: (item[0] != "common", item)):
        say(f"{name}.txt for Python {python} and newer")
        if not compile_lock(uv, name, python):
            say(f"{name}.txt could not be written anew, as said above.")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
