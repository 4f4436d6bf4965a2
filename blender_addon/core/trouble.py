"""Waiting out trouble between here and the provider; the task that was paid for goes on there meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from .errors import LinkError, NetworkError, OfflineError, UnconfirmedError, UnreachableError
from .run import Run, paced

T = TypeVar("T")
FIRST_S, LONGEST_S = 2.0, 60.0
"""Pauses between two tries, doubled from the first to the longest."""
ASKED_S = 300.0
"""The longest that a provider may ask to wait."""
QUIET_S = 120.0
"""A provider's own trouble is not worth a word before."""


class Trouble:
    """One bout of it."""

    def __init__(self, run: Run, known: bool = True) -> None:
        """Begin without any; `known`: the provider has the task for sure."""
        self._run, self._known = run, known
        self._since: float | None = None
        self._mark = 0.0
        self._pause_s = FIRST_S

    def wait(self, error: NetworkError) -> None:
        """Wait before the next try. Raises the error when patience is at its end or would be of no use, Halted."""
        run, now = self._run, time.monotonic()
        if not run.provider.base_url:  # nothing between here and it
            raise error
        if self._since is None:
            self._since = self._mark = now
        left = self._left(self._since, now)
        if left <= 0:
            raise error
        run.say(self._words(error, now - self._since))
        asked_s = min(run.asked_s, ASKED_S)
        run.wait(min(left, max(paced(self._pause_s), asked_s)))
        self._pause_s = min(2 * self._pause_s, LONGEST_S)
        if run.patience.endless:  # the provider cannot help it
            run.deadline += time.monotonic() - self._mark
        self._mark = time.monotonic()

    def _left(self, since: float, now: float) -> float:
        """Return how long it may go on, seconds."""
        if self._run.patience.trouble_s is None:
            return float("inf")
        return min(since + self._run.patience.trouble_s, self._run.deadline) - now

    def _words(self, error: NetworkError, lasted_s: float) -> str:
        label = self._run.provider.label
        goes_on = f"the task goes on at {label}" if self._known else f"then {label} is asked whether it has the task"
        if isinstance(error, OfflineError):
            return f"Paused while Blender's online access is off; {goes_on}."
        if isinstance(error, UnreachableError):
            return f"Waiting for the connection; {goes_on}."
        return f"{label} has trouble, still trying. The task is safe." if lasted_s >= QUIET_S else ""


def patiently(run: Run, work: Callable[[], T]) -> T:
    """Do it again until no trouble gets in the way. Raises what the Runner has no patience for, Halted."""
    trouble = Trouble(run)
    while True:
        try:
            return work()
        except (UnconfirmedError, LinkError):
            raise
        except NetworkError as error:
            trouble.wait(error)
