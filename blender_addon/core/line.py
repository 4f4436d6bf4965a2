"""The line in front of the providers: as many threads as there are places, and one in which all other tasks wait."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field

from .halt import WATCH_S, Halt, Halted
from .runner import Lane, Runner


@dataclass(eq=False)
class Visit:
    """One task while it is in this process."""

    task_id: str
    halt: Halt = field(default_factory=Halt)
    ended: threading.Event = field(default_factory=threading.Event)
    """This process has let go of it."""
    lane: Lane | None = None
    """None until this process owns the task."""


class Line:
    """All tasks in this process. The threads are daemons: they never keep Blender from quitting."""

    def __init__(self, runner: Runner) -> None:
        """Start with nobody in it."""
        self._runner = runner
        self._turn = threading.Lock()
        self._knock = threading.Event()
        self._visits: dict[str, Visit] = {}
        self._waiting: list[Visit] = []
        self._inside: Counter[str] = Counter()
        """Provider → how many of its tasks have a thread."""
        self._porter: threading.Thread | None = None

    def enter(self, task_id: str) -> None:
        """Let the task wait until it may go on. Does nothing when it is here already."""
        with self._turn:
            if task_id in self._visits:
                return
            if self._porter is None:
                porter = threading.Thread(target=self._let_in, name="maquette-line", daemon=True)
                porter.start()  # raises RuntimeError where the system has no thread left: then nobody has entered
                self._porter = porter
            self._visits[task_id] = visit = Visit(task_id)
            self._waiting.append(visit)
        self.knock()

    def find(self, task_id: str) -> Visit | None:
        """Return the task's visit, or None when it is not here."""
        return self._visits.get(task_id)

    def every(self) -> list[Visit]:
        """Return all that are here."""
        with self._turn:
            return list(self._visits.values())

    def knock(self) -> None:
        """Let the line's thread look at once: somebody came, left or was halted."""
        self._knock.set()

    def _let_in(self) -> None:
        """Let one after the other in until nobody waits; this is what the line's thread runs."""
        while True:
            self._knock.clear()
            full: set[str] = set()
            gone = [visit for visit in list(self._waiting) if self._goes(visit, full)]
            with self._turn:
                self._waiting = [visit for visit in self._waiting if visit not in gone]
                if not self._waiting:
                    self._porter = None
                    return
            self._knock.wait(WATCH_S)

    def _goes(self, visit: Visit, full: set[str]) -> bool:
        """Let the task go on if it may, and tell whether it waits no longer. Never raises: others wait behind it.

        `full`: providers that had no place for somebody before it; one that becomes free meanwhile is not for it.
        """
        try:
            return self._goes_on(visit, full)
        except Exception as error:  # noqa: BLE001 - see above
            self._runner.give_up(visit.task_id, error)
            self._leave(visit)
            return True

    def _goes_on(self, visit: Visit, full: set[str]) -> bool:
        if visit.lane is None:
            if not self._runner.take(visit.task_id, visit.halt):
                self._leave(visit)
                return True
            visit.lane = self._runner.lane_of(visit.task_id)
        lane = visit.lane
        if _halted(visit.halt):  # which ends at once
            self._runner.carry_on(visit.task_id, visit.halt)
            self._leave(visit)
            return True
        if not lane.begun and (lane.provider in full or self._inside[lane.provider] >= lane.places):
            full.add(lane.provider)
            return False
        name = f"maquette-{visit.task_id}"
        threading.Thread(target=self._go_on, args=(visit, lane), name=name, daemon=True).start()
        with self._turn:  # after the start, which may raise; nobody but this thread reads it
            self._inside[lane.provider] += 1
        return True

    def _go_on(self, visit: Visit, lane: Lane) -> None:
        """Carry on with the task; this is what its thread runs."""
        try:
            self._runner.carry_on(visit.task_id, visit.halt)
        finally:
            with self._turn:
                self._inside[lane.provider] -= 1
            self._leave(visit)

    def _leave(self, visit: Visit) -> None:
        with self._turn:
            del self._visits[visit.task_id]
        visit.ended.set()
        self.knock()


def _halted(halt: Halt) -> bool:
    """Tell whether the task was told to end."""
    try:
        halt.check()
    except Halted:
        return True
    return False
