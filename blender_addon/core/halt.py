"""How a task is told to end: cancelled by the artist, or stopped because Blender quits (the task is kept)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

WATCH_S = 0.25
"""How often the watches are asked during a long wait."""


class Halted(Exception):  # noqa: N818 - not an error: somebody asked for it
    """The work was asked to end."""

    def __init__(self, cancelled: bool) -> None:
        """Keep whether the artist cancelled (True) or the program ends (False)."""
        super().__init__("cancelled" if cancelled else "stopped")
        self.cancelled = cancelled


class Halt:
    """Every wait of a task goes through here, so that cancel, disable and quit act at once."""

    def __init__(self) -> None:
        """Start un-halted."""
        self._event = threading.Event()
        self._cancelled = False
        self._watches: list[Callable[[], bool]] = []

    def cancel(self) -> None:
        """End the task for good."""
        self._cancelled = True
        self._event.set()

    def stop(self) -> None:
        """End the work in this process; the task is kept and can be resumed."""
        self._event.set()

    def watch(self, cancelled: Callable[[], bool]) -> None:
        """Also ask this at each wait (another process may cancel through the journal)."""
        self._watches.append(cancelled)

    def check(self) -> None:
        """Raise Halted when somebody asked for the end."""
        self.wait(0)

    def wait(self, seconds: float) -> None:
        """Wait, or raise Halted as soon as somebody asks for the end."""
        ends = time.monotonic() + seconds
        while True:
            left = ends - time.monotonic()
            if self._event.wait(max(0.0, min(left, WATCH_S))):
                raise Halted(self._cancelled)
            if any(asked() for asked in self._watches):
                self.cancel()
                raise Halted(True)
            if left <= WATCH_S:
                return
