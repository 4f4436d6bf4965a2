"""One background Blender: a process given work on its stdin, answering on its stdout, a JSON object a line."""

from __future__ import annotations

import collections
import contextlib
import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import IO, Any

from ..core.errors import UNTOUCHED, DamagedError, MaquetteError, ModelFileError, ProviderError, rebuild
from ..core.halt import Halt
from ..core.worker import Percent
from .memory import free_bytes, keep_below, resident_bytes

MEMORY_LIMIT = 4 * 2**30
"""Bytes. A 1.5 million triangle model with three 4K textures stays well below; a bomb does not."""
LEAST_MEMORY = 2**30
"""Bytes that it may have however little is free: it begins with a quarter of that."""
MEMORY_MARGIN = 2 * 2**30
"""Bytes above the limit that the system refuses where it can: stacks and what is only reserved count there too. A bomb
is quicker than the looks."""
MEMORY_LOOK_S = 0.5
LAST_WORDS = 200
"""Lines of stderr that are kept."""
LONGER = " Resume the task to give it more time."
ROOMIER = " Close other programs and resume the task: it may use half of the memory that is free."
_BLEND = b"BLENDER"
_LONGEST_LINE = 2**16
"""Bytes. What floods its output without an end of line must not fill the parent's memory."""
_ENVIRONMENT = {"NUMPY_MADVISE_HUGEPAGE": "0"}
"""Where memory is in pieces, the kernel takes longer to gather huge pages than numpy gains by them."""
_SECRET = ("KEY", "TOKEN", "SECRET", "PASSWORD", "CREDENTIAL")


class ProcessGone(Exception):  # noqa: N818 - a state of the process; its cause is the error
    """The process has died or was ended; it cannot be used again."""


class BlenderProcess:
    """A started background Blender. One piece of work at a time."""

    def __init__(self, program: Sequence[str]) -> None:
        """Start it and return at once. Raises ProviderError when it cannot be started."""
        self._words: collections.deque[str] = collections.deque(maxlen=LAST_WORDS)
        self._answers: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._number = 0
        started: Future[subprocess.Popen[bytes]] = Future()
        threading.Thread(target=self._start, args=(program, started), daemon=True).start()
        try:
            self._process = started.result()
        except OSError as error:
            raise ProviderError(f"The background Blender could not be started: {error}.", " ".join(program)) from error
        self._words_reader = threading.Thread(target=self._read_words, args=(self._process.stderr,), daemon=True)
        self._words_reader.start()

    def _start(self, program: Sequence[str], started: Future[subprocess.Popen[bytes]]) -> None:
        """Start it and read its answers until it ends: Linux ends it with the thread that started it."""
        try:
            process = subprocess.Popen(
                program,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={name: value for name, value in os.environ.items() if not _secret(name)} | _ENVIRONMENT,
                start_new_session=True,  # Ctrl-C in the terminal is the parent's to answer
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # no console flashes up on Windows
            )
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            started.set_exception(error)
            return
        started.set_result(process)
        assert process.stdout
        self._read_answers(process.stdout)

    def _read_answers(self, stream: IO[bytes]) -> None:
        while line := stream.readline(_LONGEST_LINE):
            if line.startswith(b"{"):  # Blender's own start prints the rest
                with contextlib.suppress(ValueError):
                    self._answers.put(json.loads(line))
        self._answers.put(None)

    def _read_words(self, stream: IO[bytes]) -> None:
        while line := stream.readline(_LONGEST_LINE):
            self._words.append(line[:500].decode("utf-8", "replace").rstrip())

    @property
    def alive(self) -> bool:
        """Tell whether the process runs."""
        return self._process.poll() is None

    def call(
        self, work: str, arguments: dict[str, Any], halt: Halt, percent: Percent, limit_s: float
    ) -> dict[str, Any]:
        """Give it work and wait for the answer.

        Raises the error that it reports, Halted, and ProcessGone (caused by the error for the artist) when it died or
        went over a limit.
        """
        self._number += 1
        line = json.dumps({"id": self._number, "work": work, "arguments": arguments})
        try:
            assert self._process.stdin
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError):  # it died, or it was ended by another thread and its stdin is closed
            halt.check()
            self._gone(work, "stopped")
        ends, look = time.monotonic() + limit_s, 0.0
        most = self._limit_memory()
        while True:
            halt.check()
            answer = self._next_answer(work, halt)
            if answer is not None and answer.get("id") == self._number:
                if "done" in answer:
                    self._check_made(work, arguments)
                    return dict(answer["done"])
                if "error" in answer:
                    raise _rebuilt(**answer["error"])
                percent(float(answer["percent"]))
            now = time.monotonic()
            if now > ends:
                self._gone(work, f"took longer than {limit_s:.0f} s and was stopped", LONGER)
            if now < look:
                continue
            look = now + MEMORY_LOOK_S
            if (resident_bytes(self._process.pid) or 0) > most:
                what = f"needed more than {most / 2**30:.2g} GB of memory and was stopped"
                self._gone(work, what, ROOMIER if most < MEMORY_LIMIT else "")

    def _limit_memory(self) -> int:
        """Return how much memory it may hold from now on: half of what is free, and never more than enough, bytes."""
        free = free_bytes()
        most = MEMORY_LIMIT if free is None else min(MEMORY_LIMIT, max(LEAST_MEMORY, free // 2))
        keep_below(self._process.pid, most + MEMORY_MARGIN)
        return most

    def _check_made(self, work: str, arguments: dict[str, Any]) -> None:
        """Treat it as dead when it says that the model is ready and there is no .blend (a virus scanner took it)."""
        if work != "convert":
            return
        try:
            with Path(arguments["blend"]).open("rb") as file:
                if file.read(len(_BLEND)) == _BLEND:
                    return
        except OSError:
            pass
        self._gone(work, "ended without a result")

    def _next_answer(self, work: str, halt: Halt) -> dict[str, Any] | None:
        """Return the next line, or None when there was none for a moment."""
        try:
            answer = self._answers.get(timeout=0.1)
        except queue.Empty:
            return None
        if answer is None:
            halt.check()  # it was ended together with everything else
            self._gone(work, f"stopped unexpectedly (exit code {self._process.wait(5)})")
        return answer

    def _gone(self, work: str, what: str, advice: str = "") -> None:
        """End the process and raise ProcessGone, caused by the sentence for the artist; `advice` is on model files."""
        self.kill()
        self._words_reader.join(1.0)  # its last words may still be in the pipe
        kind: type[MaquetteError] = ModelFileError if work == "convert" else ProviderError
        subject = "Reading the model file" if work == "convert" else f"The background Blender's work ({work})"
        told = f"{subject} {what}.{UNTOUCHED}{advice if work == 'convert' else ''}"
        raise ProcessGone(what) from kind(told, "\n".join(self._words))

    def kill(self) -> None:
        """End it now."""
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        with contextlib.suppress(OSError):
            if self._process.stdin:
                self._process.stdin.close()


def _rebuilt(kind: str, message: str, details: str, damaged: bool = False) -> MaquetteError:
    return DamagedError(message, details) if damaged else rebuild(kind, message, details)


def _secret(name: str) -> bool:
    """Tell whether an environment variable may hold a secret, which the background Blender has no use for."""
    return any(word in name.upper() for word in _SECRET)
