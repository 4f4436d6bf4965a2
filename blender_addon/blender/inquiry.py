"""Questions to providers (is the key accepted, what is left, what would it cost), asked in threads.

No bpy in here: the threads run this file. What they find waits in a queue until the main thread collects it.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..core.halt import Halt, Halted
from .failures import sentence_of

Name: TypeAlias = tuple[str, ...]
"""What is asked and whom: ("balance", "tripo")."""


@dataclass(frozen=True)
class Answer:
    """What a question brought."""

    value: Any = None
    problem: str = ""
    """Why there is no answer, as a sentence; empty when there is one."""
    unasked: bool = False
    """Nobody was asked: the problem is this Blender's own, and may be gone."""


class Inquiries:
    """The questions under way and the answers to the others. Only the main thread uses it."""

    def __init__(self) -> None:
        """Start without any."""
        self._found: queue.SimpleQueue[tuple[Name, Halt, Answer]] = queue.SimpleQueue()
        self._open: dict[Name, tuple[Halt, threading.Thread]] = {}
        self._answers: dict[Name, Answer] = {}

    def ask(self, name: Name, work: Callable[[Halt], Any]) -> None:
        """Start the question in a thread unless it is under way; an earlier answer is forgotten."""
        if name in self._open:
            return
        self._answers.pop(name, None)
        halt = Halt()
        thread = threading.Thread(
            target=self._work, args=(name, halt, work), name=f"maquette-{'-'.join(name[:2])}", daemon=True
        )
        self._open[name] = halt, thread
        thread.start()

    def _work(self, name: Name, halt: Halt, work: Callable[[Halt], Any]) -> None:
        """Ask; this is what a thread runs."""
        try:
            answer = Answer(work(halt))
        except Halted:
            return
        except Exception as error:  # noqa: BLE001 - it is shown where the question was asked
            answer = Answer(problem=sentence_of(error))
        self._found.put((name, halt, answer))

    def collect(self) -> bool:
        """Take in what the threads have found and tell whether there was anything."""
        changed = False
        while not self._found.empty():
            name, halt, answer = self._found.get()
            if name in self._open and self._open[name][0] is halt:  # else it was forgotten meanwhile
                del self._open[name]
                self._answers[name] = answer
                changed = True
        return changed

    def asking(self, name: Name) -> bool:
        """Tell whether the question is under way."""
        return name in self._open

    def busy(self) -> bool:
        """Tell whether any question is under way."""
        return bool(self._open)

    def answer(self, name: Name) -> Answer | None:
        """Return the answer, or None as long as there is none."""
        return self._answers.get(name)

    def settle(self, name: Name, answer: Answer) -> None:
        """Keep an answer that nobody had to be asked for."""
        self._answers[name] = answer

    def forget(self, *start: str) -> None:
        """Forget every question whose name begins so, and its answer."""
        for name in [one for one in self._open if one[: len(start)] == start]:
            self._open.pop(name)[0].stop()
        for name in [one for one in self._answers if one[: len(start)] == start]:
            del self._answers[name]

    def wait(self, name: Name) -> Answer | None:
        """Wait for the answer. For background mode only: it holds everything up."""
        if name in self._open:
            self._open[name][1].join()
            self.collect()
        return self.answer(name)

    def stop(self) -> None:
        """Ask every thread to end; nothing is waited for."""
        self.forget()
