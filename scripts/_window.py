"""Starts a real Blender with a window: the machine's own, or the chroot's on a virtual screen."""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from _debian import PRIVATE, SUITES, chroot_of, is_ready, mount_system, run
from _layout import ROOT, SetupError, cache_folder, told_in_a_sentence

OLDEST = (4, 2)
LIMIT_REACHED = 124  # as timeout(1) has it
SCREEN_SECONDS = 60


class Start(NamedTuple):
    """What to start, and how; what JSON can carry."""

    command: list[str]
    size: str
    limit_s: float
    variables: dict[str, str]
    root: str
    home: str
    binds: list[str]


def which_blender(wanted: str | None = None) -> str:
    """Return "own" or the suite of a chroot: the first that can be started here; raises SetupError with the reason."""
    wanted = wanted or os.environ.get("MAQUETTE_WINDOW") or ("own" if os.environ.get("MAQUETTE_BLENDER") else None)
    problems = []
    for kind in [wanted] if wanted else [SUITES[0], "own"]:
        problem = _problem(kind)
        if not problem:
            return kind
        problems.append(problem)
    raise SetupError("; ".join(problems) + " (scripts/window_blender.py setup makes one on Debian and Ubuntu)")


def _problem(kind: str) -> str:
    """Return why a Blender cannot be started, or nothing."""
    if kind == "own":
        return _problem_of_own()
    if kind not in SUITES:
        return f"there is no Blender called {kind}, only own, {', '.join(SUITES)}"
    if not is_ready(kind):
        return f"no Blender of Debian {kind} in {chroot_of(kind)}"
    is_root = sys.platform != "win32" and os.geteuid() == 0
    return "" if is_root else "the chroot's Blender can be started by root only"


def own_blender() -> str:
    """Return MAQUETTE_BLENDER, or the Blender on the PATH, or nothing."""
    return os.environ.get("MAQUETTE_BLENDER") or shutil.which("blender") or ""


def _problem_of_own() -> str:
    blender = own_blender()
    if not blender:
        return "no Blender on the PATH or in MAQUETTE_BLENDER"
    try:
        ran = subprocess.run([blender, "--version"], stdout=subprocess.PIPE, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{blender} does not start ({error})"
    version = re.search(r"^Blender (\d+)\.(\d+)", ran.stdout.decode("utf-8", "replace"), re.MULTILINE)
    if not version or (int(version[1]), int(version[2])) < OLDEST:
        return f"{blender} is not Blender {OLDEST[0]}.{OLDEST[1]} or newer"
    return "" if _has_screen() or shutil.which("Xvfb") else "there is no screen here, and no Xvfb"


def _has_screen() -> bool:
    named = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return named or not sys.platform.startswith("linux")


@told_in_a_sentence()
def start(kind: str, wanted: Start) -> int:
    """Start it and return its exit code."""
    if kind == "own":
        return _start_own(wanted)
    home = Path(wanted.home or str(cache_folder() / ("window-home-" + kind)))  # kept: it has Mesa's shader cache
    home.mkdir(parents=True, exist_ok=True)
    wanted = wanted._replace(root=str(chroot_of(kind)), home=str(home.absolute()))
    inside = [sys.executable, str(Path(__file__).resolve()), json.dumps(wanted._asdict())]
    os.execvp("unshare", [*PRIVATE, *inside])
    return None


def _start_own(wanted: Start) -> int:
    variables = dict(os.environ, **wanted.variables)
    if _has_screen():
        return _wait(wanted, wanted.command, variables)
    with _screen([], wanted.size, variables) as display:
        return _wait(wanted, wanted.command, dict(variables, DISPLAY=display, LIBGL_ALWAYS_SOFTWARE="1"))


def _start_inside(wanted: Start) -> int:
    """Mount what belongs into the chroot and start there; runs as the first process of its own namespaces."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # a namespace's first process ignores it otherwise
    root = Path(wanted.root)
    mount_system(root)
    run(["mount", "-t", "tmpfs", "tmpfs", str(root / "tmp")])  # two at once would share their screens' sockets
    for folder in (*wanted.binds, wanted.home):
        inside = root / Path(folder).relative_to("/")
        inside.mkdir(parents=True, exist_ok=True)
        run(["mount", "--rbind", folder, str(inside)])
    variables = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": wanted.home, "PYTHONUNBUFFERED": "1",
        "LIBGL_ALWAYS_SOFTWARE": "1", "TERM": os.environ.get("TERM", "dumb"),
    }  # fmt: skip
    enter = ["chroot", wanted.root]
    here = str(Path.cwd()) if (root / Path.cwd().relative_to("/")).is_dir() else "/"
    with _screen(enter, wanted.size, variables) as display:
        command = [*enter, "env", "--chdir=" + here, *wanted.command]
        return _wait(wanted, command, dict(variables, DISPLAY=display, **wanted.variables))


def _wait(wanted: Start, command: list[str], variables: dict[str, str]) -> int:
    process = subprocess.Popen(command, env=variables)
    try:
        code = process.wait(timeout=wanted.limit_s)
        return code if code >= 0 else 128 - code
    except subprocess.TimeoutExpired:
        print(f"Blender was ended after {wanted.limit_s:.0f} s.", file=sys.stderr, flush=True)
        return LIMIT_REACHED
    finally:
        process.kill()
        process.wait()


@contextmanager
def _screen(enter: list[str], size: str, variables: dict[str, str]) -> Iterator[str]:
    """Run a virtual screen for the length of the block and give its name."""
    reader, writer = os.pipe()
    command = [*enter, "Xvfb", "-displayfd", str(writer), "-screen", "0", size + "x24", "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=[writer], env=variables, stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        told, _, _ = select.select([reader], [], [], SCREEN_SECONDS)
        number = os.read(reader, 16).decode("ascii").strip() if told else ""
        if not number:
            raise SetupError("The virtual screen (Xvfb) did not start.")
        yield ":" + number
    finally:
        os.close(reader)
        process.terminate()
        process.wait()


def default_binds() -> list[str]:
    """Return the folders that are shown inside unless told otherwise: this checkout, and where the command is typed."""
    here = str(Path.cwd())
    return [str(ROOT)] + ([here] if here != "/" and ROOT not in (Path.cwd(), *Path.cwd().parents) else [])


if __name__ == "__main__":
    try:
        sys.exit(_start_inside(Start(**json.loads(sys.argv[1]))))
    except (SetupError, subprocess.CalledProcessError) as failure:
        print(failure, file=sys.stderr)
        sys.exit(125)
