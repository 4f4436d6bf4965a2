"""Where the scripts keep things, and which environments they make out of which lock files."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

SCRIPTS = Path(__file__).resolve().parent
ROOT = SCRIPTS.parent
LOCKS = SCRIPTS / "locks"


class Build(NamedTuple):
    """One way to make an environment: a Python, and the lock files that go into it."""

    python: str
    locks: tuple[str, ...]


# The bpy wheels are each made for one Python: 3.11 up to Blender 5.0, 3.13 since 5.1. First choice first.
ENVIRONMENTS: dict[str, tuple[Build, ...]] = {
    "run": (Build("3.11", ("common", "bpy-5.0")), Build("3.13", ("common", "bpy-5.2"))),
    "dev": (Build("3.11", ("common", "pytest", "dev")), Build("3.13", ("common", "pytest", "dev"))),
    "node": (Build("3.11", ("node",)), Build("3.13", ("node",))),
    "test-4.2": (Build("3.11", ("common", "pytest", "bpy-4.2")),),
    "test-4.5": (Build("3.11", ("common", "pytest", "bpy-4.5")),),
    "test-5.0": (Build("3.11", ("common", "pytest", "bpy-5.0")),),
    "test-5.2": (Build("3.13", ("common", "pytest", "bpy-5.2")),),
}


class SetupError(Exception):
    """Something is missing on this machine; the message is one sentence that says what to do."""


class NoPythonError(SetupError):
    """There is no suitable Python, and no way to fetch one."""


@contextmanager
def told_in_a_sentence() -> Iterator[None]:
    """Turn what this machine refuses during a set-up (a folder, room on the disk, time) into SetupError."""
    try:
        yield
    except subprocess.TimeoutExpired as error:
        program = error.cmd if isinstance(error.cmd, str) else Path(error.cmd[0]).name
        raise SetupError(f"The set-up stopped: {program} had not ended after {error.timeout:.0f} s.") from None
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        belongs = f"what is set up belongs in {cache_folder()}, or where MAQUETTE_CACHE_DIR says"
        raise SetupError(f"The set-up stopped: {place}{error.strerror or error} ({belongs}).") from None


def cache_folder() -> Path:
    """Return the folder that everything made here lives in; it may be deleted at any time."""
    chosen = os.environ.get("MAQUETTE_CACHE_DIR")
    if chosen:
        return Path(chosen).expanduser().absolute()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "maquette" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "maquette"
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (base if base.is_absolute() else Path.home() / ".cache") / "maquette"  # a relative one is to be ignored


def say(text: str) -> None:
    """Tell the person at the terminal; stdout is kept for results."""
    print(text, file=sys.stderr, flush=True)


def clean_environment() -> dict[str, str]:
    """Return the process environment without what would lead another Python astray."""
    astray = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")
    kept = {name: value for name, value in os.environ.items() if name not in astray}
    kept["PIP_USER"] = "0"
    return kept
