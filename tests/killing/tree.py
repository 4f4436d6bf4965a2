"""Ends a process with everything that it has started, at once and without asking: a crash, a power cut, kill -9."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterable

LIMIT_S = 30.0


def kill_tree(process: subprocess.Popen[bytes]) -> bool:
    """Kill the process and all that it started; False when it had ended by itself already."""
    if process.poll() is not None:
        return False
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
        process.wait(LIMIT_S)
        return True
    os.kill(process.pid, signal.SIGSTOP)  # this is the moment; what it starts is looked for while it stands still
    for one in (*_started_by(process.pid), process.pid):
        _kill(one)
    return process.wait(LIMIT_S) == -signal.SIGKILL


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _started_by(pid: int) -> Iterable[int]:
    """Return the children, their children and so on, whatever session they are in."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, check=True, text=True).stdout
    parents = [tuple(map(int, line.split())) for line in listed.splitlines()]
    found = [pid]
    for one in found:
        found += [child for child, parent in parents if parent == one]
    return found[1:]
