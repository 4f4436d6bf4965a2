"""Lets a task leave a blocking call at once when it is cancelled or Blender quits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from ..core.halt import Halt

T = TypeVar("T")
LOOK_S = 0.05


class Call(Generic[T]):
    """One blocking call in a thread of its own; whoever waits for it may go at any time."""

    def __init__(self, work: Callable[[threading.Event], T]) -> None:
        """Start it. `work` gets an event that is set when nobody waits for it any more."""
        self.given_up = threading.Event()
        self._done = threading.Event()
        self._result: list[T] = []
        self._error: BaseException | None = None
        self._work = work
        whose = threading.current_thread().name  # the log tells by it to which task a request belongs
        name = f"{whose if whose.startswith('maquette-') else 'maquette'}-request"
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def _run(self) -> None:
        try:
            self._result.append(self._work(self.given_up))
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            self._error = error
        finally:
            self._done.set()

    def wait(self, halt: Halt, meanwhile: Callable[[], None] = lambda: None) -> T:
        """Return what the call returned, or raise what it raised. Raises Halted as soon as somebody asks for the end.

        `meanwhile` is called every moment and may raise to give the call up.
        """
        try:
            while not self._done.wait(LOOK_S):
                halt.check()
                meanwhile()
        except BaseException:  # Halted, somebody's Ctrl-C, whatever `meanwhile` raises
            self.given_up.set()
            raise
        if self._error is not None:
            raise self._error
        return self._result[0]
