"""The background Blenders of this process: started when needed, shared by its tasks, two at a time at most."""

from __future__ import annotations

import contextlib
import importlib.util
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..core.errors import InputError, MaquetteError
from ..core.halt import Halt
from ..core.worker import Percent
from .process import BlenderProcess, ProcessGone

AT_ONCE = 2
IDLE_S = 30.0
"""An idle background Blender holds about 265 MB; it is kept that long for the task's next step."""
_LIMITS_S = {"picture": 60.0, "reconstruct": 600.0, "convert": 120.0, "write": 600.0, "thumbnail": 60.0}
"""Each as many times as the arguments' `patience` says."""
_LARGE = 100 * 2**20
"""Bytes. A conversion may take a second more for each megabyte above."""
_MAIN = Path(__file__).parents[1] / "worker" / "__main__.py"


def blender_program(binary: str) -> tuple[str, ...]:
    """Return the command line of a background Blender, for a Blender program at `binary`."""
    flags = ("--background", "--factory-startup", "--offline-mode", "--disable-autoexec", "--python-exit-code", "1")
    return (binary, *flags, "--python", str(_MAIN))


def python_program() -> tuple[str, ...]:
    """Return the same for the running Python, when it has Blender as a module. Raises InputError when it has not."""
    if importlib.util.find_spec("bpy") is None:
        raise InputError(
            "This Python has no Blender in it (the module bpy). Run scripts/maquette.py, which sets one up, "
            "or use `blender --command maquette …`."
        )
    return (sys.executable, str(_MAIN))


class BackgroundBlenders:
    """Keeps core.worker.Background's promise with processes."""

    def __init__(self, program: Sequence[str] = ()) -> None:
        """Remember the command line (default: this Python's bpy); nothing is started yet."""
        self._program = tuple(program)
        self._lock = threading.Lock()
        self._idle: list[BlenderProcess] = []
        self._busy: set[BlenderProcess] = set()
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self._sweeper: threading.Timer | None = None
        self._closed = False

    def call(self, work: str, arguments: dict[str, Any], halt: Halt, percent: Percent) -> dict[str, Any]:
        """Do the work in a background Blender; one that failed in an unknown way is not used again."""
        while not self._slots.acquire(timeout=0.1):
            halt.check()
        try:
            return self._call(self._take(), work, arguments, halt, percent)
        finally:
            self._slots.release()

    def _call(
        self, process: BlenderProcess, work: str, arguments: dict[str, Any], halt: Halt, percent: Percent
    ) -> dict[str, Any]:
        try:
            return process.call(work, arguments, halt, percent, limit_s(work, arguments))
        except ProcessGone as gone:
            assert gone.__cause__
            raise gone.__cause__ from None
        except BaseException:
            process.kill()
            raise
        finally:
            self._give_back(process)

    def idle(self) -> bool:
        """Tell whether none of them is at work: what is in no hurry can be asked for."""
        return not self._busy

    def check(self) -> None:
        """Raise InputError when there is no Blender to run."""
        self._program = self._program or python_program()

    def warm_up(self) -> None:
        """Start one now unless one waits already. Never raises: the task is paid for, and `call` tells the error."""
        with self._lock, contextlib.suppress(MaquetteError):
            if not self._closed and not self._idle and len(self._busy) < AT_ONCE:
                self._idle.append(self._start())
        self._sweep_later()

    def _start(self) -> BlenderProcess:
        self.check()
        return BlenderProcess(self._program)

    def _take(self) -> BlenderProcess:
        with self._lock:
            while self._idle:
                process = self._idle.pop()
                if process.alive:
                    break
            else:
                process = self._start()
            self._busy.add(process)
        return process

    def _give_back(self, process: BlenderProcess) -> None:
        with self._lock:
            self._busy.discard(process)
            if process.alive:
                self._idle.append(process)
        self._sweep_later()

    def _sweep_later(self) -> None:
        """End the idle ones when nothing was asked of them for a while."""
        with self._lock:
            if self._sweeper:
                self._sweeper.cancel()
            if self._closed:
                return
            self._sweeper = threading.Timer(IDLE_S, self._end_idle)
            self._sweeper.daemon = True
            self._sweeper.start()

    def _end_idle(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for process in idle:
            process.kill()

    def close(self) -> None:
        """End all of them, the busy ones too."""
        with self._lock:
            self._closed = True
            if self._sweeper:
                self._sweeper.cancel()
            every, self._idle = [*self._idle, *self._busy], []
        for process in every:
            process.kill()


def limit_s(work: str, arguments: dict[str, Any]) -> float:
    """Return how long the work may take, seconds."""
    size = 0
    with contextlib.suppress(OSError):  # the work will say it
        size = Path(arguments.get("model", "")).stat().st_size
    return (_LIMITS_S[work] + max(0, size - _LARGE) / 2**20) * float(arguments.get("patience", 1))
