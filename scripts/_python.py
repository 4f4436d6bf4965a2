"""Finding a Python of a given version: the running one, on the PATH, or in the places where installers put it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from _layout import cache_folder, clean_environment

# Run in each candidate: what is called python3.13 may be a pyenv shim with nothing behind it, a 32-bit
# or a free-threaded build, or PyPy; wheels fit none of those. Debian cuts ensurepip out of its Python.
_PROBE = """
import json, sys, sysconfig
fits = sys.implementation.name == "cpython" and sys.maxsize > 2**32 and not sysconfig.get_config_var("Py_GIL_DISABLED")
try:
    import ensurepip, venv
    pip = True
except ImportError:
    pip = False
print(json.dumps({"version": "%d.%d" % sys.version_info[:2], "path": sys.executable, "fits": fits, "pip": pip}))
"""


class Interpreter(NamedTuple):
    """A Python that was tried and runs."""

    path: str
    has_pip: bool


def running_version() -> str:
    """Return the version of this very Python, as in "3.11"."""
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def probe(command: list[str], version: str) -> Interpreter | None:
    """Run a candidate and return it when it is a Python of that version that wheels are made for."""
    try:
        ran = subprocess.run(
            [*command, "-c", _PROBE], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
            timeout=30, env=clean_environment(),
        )  # fmt: skip
        found = json.loads(ran.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    suits = found["fits"] and found["version"] == version
    return Interpreter(found["path"], found["pip"]) if suits else None


def running(version: str) -> Interpreter | None:
    """Return this very Python when it is of that version."""
    return probe([sys.executable], version) if running_version() == version else None


def installed(version: str) -> Interpreter | None:
    """Return the first Python of that version found on this machine."""
    tried = (probe(command, version) for command in _candidates(version))
    return next((interpreter for interpreter in tried if interpreter), None)


def _candidates(version: str) -> Iterator[list[str]]:
    for name in ("python" + version, "python3", "python"):
        path = shutil.which(name)
        if path:
            yield [path]
    if sys.platform == "win32" and shutil.which("py"):
        yield ["py", "-" + version]
    for place in _usual_places(version):
        if os.access(str(place), os.X_OK):
            yield [str(place)]


def _usual_places(version: str) -> Iterator[Path]:
    """Yield where pyenv, uv, Homebrew and python.org put a Python whose folder is not on the PATH."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or str(Path.home() / ".pyenv"))
    yield from sorted(pyenv.glob(f"versions/{version}.*/bin/python"), reverse=True)
    for folder in (cache_folder() / "pythons", Path.home() / ".local" / "share" / "uv" / "python"):
        for program in ("bin/python" + version, "python.exe"):
            yield from sorted(folder.glob(f"cpython-{version}.*/{program}"), reverse=True)
    if sys.platform == "darwin":
        for prefix in ("/opt/homebrew", "/usr/local"):
            yield Path(prefix) / "bin" / ("python" + version)
        yield Path(f"/Library/Frameworks/Python.framework/Versions/{version}/bin/python{version}")
