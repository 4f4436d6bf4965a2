"""One task on its way from the source image to a .blend that can be landed: what all its steps share.

Each stage has one step (steps.py); a step ends by writing the next stage to the journal, so a task goes on from
wherever it was left. Nothing here knows Blender or the network: requests go to the transport, files to the background
Blender.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from typing import Any

from .errors import MaquetteError, TaskTimeoutError
from .events import Progressed, TaskEvent, Waiting
from .flow import Flow, Request, Response, drive
from .halt import Halt
from .journal import Journal
from .options import Options
from .patience import Patience
from .provider import Provider, TaskStatus
from .task import Task
from .worker import Background, Transport

Emit = Callable[[TaskEvent], None]
SLICE_S = 1.0
"""Of a wait, between two looks at the clock."""
AGAIN_S = 5.0
"""Between two tries to write to the journal."""
SLEPT_S = 30.0
"""A slice that took so much longer was a computer's sleep."""


class Run:
    """One task while it runs in this process."""

    def __init__(
        self,
        task: Task,
        provider: Provider[Any],
        journal: Journal,
        transport: Transport,
        background: Background,
        emit: Emit,
        halt: Halt,
        patience: Patience,
    ) -> None:
        """Take the task up; `emit` is told what happens, `halt` tells when to end."""
        self.task, self.provider, self.halt, self.patience = task, provider, halt, patience
        self.journal, self.transport, self.background, self.emit = journal, transport, background, emit
        self.folder = journal.folder_of(task.id)
        self.told: TaskStatus | None = None
        """What the create's answer told besides the id."""
        self.asked_s = 0.0
        """How long the last answer asked to wait."""
        self.repeated = False
        """The create was sent more than once, and an earlier one may have been carried out."""
        self._said = ""
        self._pace = provider.pace.first
        limit_s = task.timeout_s or provider.timeout_s
        self.deadline = time.monotonic() + limit_s

    @property
    def options(self) -> Options:
        """Return the task's options."""
        built: Options = self.provider.options.build(self.task.options)
        return built

    def write(self, **changes: Any) -> None:
        """Write to the journal first, then tell when state or percent changed. Raises Halted when it is not ours."""
        before = (self.task.state, self.task.percent)
        self.task = self.written(lambda: self.journal.update(self.task.id, mine=True, **changes), _no_journal)
        if before != (self.task.state, self.task.percent):
            self.emit(Progressed(self.task.id, self.task.state, self.task.percent))

    def written(self, write: Callable[[], Task], words: Callable[[Exception], str]) -> Task:
        """Write as soon as the journal can be written. Raises what patience does not cover, Halted."""
        began, waited = time.monotonic(), False
        while True:
            try:
                task = write()
            except (OSError, sqlite3.OperationalError) as error:
                if self.patience.trouble_s is not None and time.monotonic() >= began + self.patience.trouble_s:
                    raise
                self.say(words(error))
                self.wait(paced(AGAIN_S))
                waited = True
            else:
                if waited:
                    self.say("")
                    self.deadline += time.monotonic() - began
                return task

    def say(self, message: str) -> None:
        """Tell what is waited for; nothing takes it back."""
        if message != self._said:
            self._said = message
            self.emit(Waiting(self.task.id, message))

    # ---- asking
    def drive(self, flow: Flow[Any], send: Callable[[Request], Response] | None = None) -> Any:
        """Send what the flow yields and return its result."""
        return drive(flow, send or self.send)

    def send(self, request: Request) -> Response:
        """Send one request."""
        self.halt.check()  # the journal may have kept us waiting
        self.asked_s = 0.0
        response = self.transport.send(request, self.halt)
        self.asked_s = response.wait_s or 0.0
        return response

    # ---- time
    def pause(self, wait_s: float | None) -> None:
        """Wait until the provider is asked again, a little longer each time."""
        self.check_time()
        self.wait(paced(wait_s or self._pace))
        self._pace = min(self._pace * self.provider.pace.factor, self.provider.pace.longest)

    def wait(self, seconds: float) -> None:
        """Wait; a computer that slept meanwhile goes on at once, and its sleep is not the provider's time."""
        ends = time.monotonic() + seconds
        while True:
            wall, ticks = time.time(), time.monotonic()
            self.halt.wait(max(0.0, min(ends - ticks, SLICE_S)))
            passed = time.monotonic() - ticks
            if max(time.time() - wall, passed) > SLEPT_S:  # some clocks stand still in a computer's sleep, some do not
                self.deadline += passed
                return
            if time.monotonic() >= ends:
                return

    def check_time(self) -> None:
        """Raise TaskTimeoutError when the time for this task has run out."""
        if time.monotonic() > self.deadline:
            raise TaskTimeoutError(
                f"{self.provider.label} did not finish in the time given. The task is kept: resume it to wait longer."
            )


def _no_journal(error: Exception) -> str:
    return f"The task cannot be written down just now ({error}). It is safe, and goes on when that works again."


def paced(seconds: float) -> float:
    """Return how long to wait before something is asked again, seconds; tests are in a hurry."""
    return float(os.environ.get("MAQUETTE_POLL_S") or seconds)


def longer(error: MaquetteError, *sentences: str) -> MaquetteError:
    """Return the error with more to say."""
    return type(error)(" ".join(filter(None, (error.message, *sentences))), error.details)
