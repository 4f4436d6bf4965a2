"""Makes the environments that the scripts run in: once, pinned by hash, and whole or not at all.

An environment is built in a folder of its own beside its place, renamed into it, tried, and stamped last; without the
stamp it is not one, and is made anew. One process at a time makes it. It is only ever run as `python -m …`, because
the other programs in a venv carry the path that it was made at.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _layout import (
    ENVIRONMENTS,
    LOCKS,
    ROOT,
    Build,
    NoPythonError,
    SetupError,
    cache_folder,
    clean_environment,
    say,
    told_in_a_sentence,
)
from _lock import locked
from _python import Interpreter, installed, running
from _uv import find_uv

INSTALLED, READY = "maquette-installed", "maquette-ready"
KEPT_UNUSED_DAYS = 30
LIBRARIES = (
    "where a library is missing on Debian or Ubuntu: sudo apt install libegl1 libgl1 libgl1-mesa-dri libgomp1 "
    "libice6 libsm6 libxext6 libxfixes3 libxi6 libxkbcommon0 libxrender1 libxxf86vm1"
)


@told_in_a_sentence()
def environment(name: str, fetch: bool = True) -> Path:
    """Return the Python of a ready environment, made first when there is none.

    `fetch=False` makes do with the Pythons of this machine. Raises SetupError.
    """
    for build in ENVIRONMENTS[name]:
        if is_ready(folder_of(name, build)):
            return _use(folder_of(name, build))
    build, interpreter = _choose(ENVIRONMENTS[name], fetch)
    return make(folder_of(name, build), build, interpreter)


def folder_of(name: str, build: Build) -> Path:
    """Return an environment's place; its name changes with the lock files, so that a changed lock makes a new one."""
    digest = hashlib.sha256()
    for path in lock_files(build):
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return cache_folder() / "environments" / (f"{name}-py{build.python}-{digest.hexdigest()[:10]}")


def lock_files(build: Build) -> list[Path]:
    """Return the requirement files of a build."""
    return [LOCKS / (lock + ".txt") for lock in build.locks]


def python_in(folder: Path) -> Path:
    """Return the path of an environment's Python."""
    return folder / "Scripts" / "python.exe" if sys.platform == "win32" else folder / "bin" / "python"


def is_ready(folder: Path) -> bool:
    """Tell whether an environment is stamped and the Python that it was made from is still installed."""
    return (folder / READY).exists() and _base_exists(folder)


def _base_exists(folder: Path) -> bool:
    try:
        lines = (folder / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    home = next((line.partition("=")[2].strip() for line in lines if line.startswith("home")), "")
    return python_in(folder).exists() and Path(home).exists()


def _use(folder: Path) -> Path:
    os.utime(str(folder / READY))  # tells _forget_unused that it is still wanted
    return python_in(folder)


def _choose(builds: tuple[Build, ...], fetch: bool) -> tuple[Build, Interpreter | None]:
    """Return what to build and with which Python; None leaves finding one to uv."""
    for find in (running, installed):
        for build in builds:
            interpreter = find(build.python)
            if interpreter:
                return build, interpreter
    if fetch:
        return builds[0], None
    raise NoPythonError(f"There is no Python {builds[0].python} on this machine.")


def make(folder: Path, build: Build, interpreter: Interpreter | None) -> Path:
    """Make an environment and return its Python; waits when another process is making it."""
    label = folder.name.partition("-py")[0]
    waiting = f"Another process is setting up the environment “{label}”; waiting for it…"
    with locked(cache_folder() / "locks" / (folder.name + ".lock"), lambda: say(waiting)):
        if is_ready(folder):
            return _use(folder)
        if not ((folder / INSTALLED).exists() and _base_exists(folder)):
            started = time.monotonic()
            say(f"Setting up the environment “{label}” with Python {build.python}, once (in {folder.parent})…")
            _build_beside(folder, build, interpreter)
            say(f"The environment “{label}” took {time.monotonic() - started:.0f} s.")
        _try_out(folder, build)
        (folder / READY).touch()
        _forget_unused(folder)
        return python_in(folder)


def _build_beside(folder: Path, build: Build, interpreter: Interpreter | None) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left in folder.parent.glob(folder.name + ".building-*"):  # by one that was killed: the lock is ours
        shutil.rmtree(str(left), ignore_errors=True)
    # A name of its own each time: a pip whose killed parent freed the lock may still be writing into the last one.
    beside = Path(tempfile.mkdtemp(prefix=folder.name + ".building-", dir=str(folder.parent)))
    try:
        _install(beside, build, interpreter)
        (beside / INSTALLED).touch()
        shutil.rmtree(str(folder), ignore_errors=True)
        _rename(beside, folder)
    finally:
        shutil.rmtree(str(beside), ignore_errors=True)


def _install(folder: Path, build: Build, interpreter: Interpreter | None) -> None:
    requirements = ["--require-hashes", "--no-deps", "--only-binary", ":all:"]
    for path in lock_files(build):
        requirements += ["-r", str(path)]
    python = str(python_in(folder))
    no_packages = SetupError("The packages could not be installed, as said above; mend that and run this again.")
    if interpreter and interpreter.has_pip:
        _run([interpreter.path, "-m", "venv", str(folder)], _no_venv(build))
        pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        return _run(pip + requirements, no_packages)
    uv = _uv_or_sentence(build, interpreter)
    wanted, failure = (interpreter.path, _no_venv(build)) if interpreter else (build.python, _no_python(build))
    _run([uv, "venv", "--no-project", "--allow-existing", "--python", wanted, str(folder)], failure)
    return _run([uv, "pip", "install", "--python", python, *requirements], no_packages)


def _uv_or_sentence(build: Build, interpreter: Interpreter | None) -> str:
    try:
        return find_uv(say)
    except SetupError as error:
        say(str(error))
        raise (_no_venv(build) if interpreter else _no_python(build)) from None


def _no_python(build: Build) -> SetupError:
    return NoPythonError(
        f"Python {build.python} is needed, is not on this machine and could not be fetched: "
        "install it from https://www.python.org/downloads/ and run this again."
    )


def _no_venv(build: Build) -> SetupError:
    return SetupError(
        f"Python {build.python} here cannot make environments: "
        f"install the package python{build.python}-venv or uv, and run this again."
    )


def _run(command: list[str], failure: SetupError) -> None:
    """Run a step with its output on stderr, where it shows its progress; raises the failure after its last words."""
    env = clean_environment()
    env.setdefault("UV_PYTHON_INSTALL_DIR", str(cache_folder() / "pythons"))
    env.setdefault("UV_CACHE_DIR", str(cache_folder() / "uv-cache"))
    # In the cache folder: uv would read the settings of whatever project it is started in.
    code = subprocess.call(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, env=env, cwd=str(cache_folder()))
    if code:
        raise failure


def _rename(beside: Path, folder: Path) -> None:
    for _ in range(20):  # a virus scanner on Windows holds new files for a moment
        try:
            beside.rename(folder)
            return
        except PermissionError:
            time.sleep(0.5)
    beside.rename(folder)


def _try_out(folder: Path, build: Build) -> None:
    """Import Blender as a module once, which shows the system's missing libraries now rather than amid a task."""
    module = "bpy" if any(lock.startswith("bpy") for lock in build.locks) else "sys"
    tried = subprocess.run(
        [str(python_in(folder)), "-c", "import " + module], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, env=clean_environment(), timeout=300,
    )  # fmt: skip
    if tried.returncode:
        say(tried.stdout.decode("utf-8", "replace").strip())
        raise SetupError(f"Blender's module does not start here, as said above; {LIBRARIES}")


def _forget_unused(folder: Path) -> None:
    """Delete environments of older lock files that nobody has used for a month; each is about 1 GB."""
    oldest = time.time() - KEPT_UNUSED_DAYS * 24 * 3600
    for stamp in folder.parent.glob("*/" + READY):
        if stamp.parent != folder and stamp.stat().st_mtime < oldest:
            shutil.rmtree(str(stamp.parent), ignore_errors=True)


def package_environment() -> dict[str, str]:
    """Return the environment variables that let an environment's Python find the add-on of this checkout."""
    return dict(clean_environment(), PYTHONPATH=str(ROOT))
