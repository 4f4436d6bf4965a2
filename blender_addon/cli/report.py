"""What the command line prints: JSON lines for programs, a progress bar and sentences for people.

stdout holds results, stderr the rest.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ..core.errors import UNTOUCHED, MaquetteError
from ..core.events import Cancelled, Failed, Progressed, Submitted, Succeeded, TaskEvent, Waiting
from ..core.price import amount
from ..core.redact import visible
from .called import typed

EXIT = {
    "input": 2,
    "account": 3,
    "credits": 3,
    "rejected": 1,
    "provider": 1,
    "model_file": 1,
    "network": 4,
    "timeout": 4,
    "disk": 4,
}
"""Exit code of each kind of error."""
INTERRUPTED = 130
BAR = 30


class Report:
    """Prints events as they come."""

    def __init__(self, jsonl: bool) -> None:
        """Choose JSON lines or sentences."""
        self._jsonl = jsonl
        self._bar = False

    def event(self, event: TaskEvent) -> None:
        """Print one event."""
        if isinstance(event, Failed):
            event = replace(event, message=_for_terminal(event.message))
        if self._jsonl:
            if not isinstance(event, Waiting):
                self._line(event.as_json())
            return
        if isinstance(event, Progressed):
            self._progress(event)
            return
        text = _words(event)
        if text:
            self._end_bar()
            print(text, file=sys.stderr)
        if isinstance(event, Succeeded):
            for path in event.outputs:
                print(path)
            for warning in event.warnings:
                self.note(warning)

    def error(self, error: MaquetteError) -> int:
        """Print an error that no task has, and return the exit code."""
        message = _for_terminal(error.message)
        if self._jsonl:
            self._line({"event": "failed", "task": None, "kind": error.kind, "message": message})
        else:
            self._end_bar()
            print(visible(f"maquette: {message}"), file=sys.stderr)
        return EXIT[error.kind]

    def note(self, text: str) -> None:
        """Say something to people; programs are not told."""
        if not self._jsonl:
            self._end_bar()
            print(visible(typed(text), kept="\n"), file=sys.stderr)

    def _line(self, values: dict[str, Any]) -> None:
        print(json.dumps(values), flush=True)  # ASCII: safe in every encoding a pipe may have

    def _progress(self, event: Progressed) -> None:
        """Draw the bar on a terminal; a log gets nothing."""
        if not sys.stderr.isatty():
            return
        percent = event.percent or 0
        filled = "█" * (percent * BAR // 100)
        print(f"\r{filled:░<{BAR}} {percent:3d} %  {event.state:<10}", end="", file=sys.stderr, flush=True)
        self._bar = True

    def _end_bar(self) -> None:
        if self._bar:
            print(file=sys.stderr)
            self._bar = False


def _for_terminal(message: str) -> str:
    """Return an error's sentence for a terminal, which has no scene and in which commands are typed."""
    return typed(message.replace(UNTOUCHED, ""))


def _words(event: TaskEvent) -> str:
    """Return the sentence for people; empty for what they need not know."""
    if isinstance(event, Submitted):
        return f"Task {event.task} has started."
    if isinstance(event, Succeeded):
        counts = {"triangle": event.triangles, "material": event.materials, "texture": event.images}
        parts = ", ".join(f"{count:,} {word}{'s' * (count != 1)}" for word, count in counts.items())
        cost = f" It cost {amount(Decimal(str(event.credits)))}." if event.credits else ""
        return f"Done in {event.seconds:.1f} s: {parts}.{cost}"
    if isinstance(event, Failed):
        return visible(f"maquette: {event.message}")
    if isinstance(event, Cancelled):
        return "Cancelled."
    if isinstance(event, Waiting):
        return visible(event.message)
    return ""


def table(rows: list[tuple[str, ...]]) -> str:
    """Return the rows as columns of text; a file's name may hold what a terminal would act on."""
    rows = [tuple(map(visible, row)) for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
