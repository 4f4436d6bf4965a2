"""What a test tells a simulator to do with the next requests, instead of what its provider would do."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from .wire import Answer, Match, Seen


@dataclass
class Order:
    """One thing to do with the next requests that match."""

    what: str
    """`answer`, `drop`, `lose`, `delay` or `cut`."""
    match: Match
    times: int = 1
    answer: Answer | None = None
    seconds: float = 0.0
    size_bytes: int = 0


class Orders:
    """Keeps a test's orders until requests come that match them; the first given is the first used."""

    def __init__(self) -> None:
        """Start without any."""
        self._orders: list[Order] = []
        self._lock = threading.Lock()
        self._go = threading.Event()

    def answer_next(
        self, match: Match, status: int, body: Any = b"", headers: Mapping[str, str] | None = None, times: int = 1
    ) -> None:
        """Answer the next requests with this: nothing is checked, made or paid."""
        self._add(Order("answer", match, times, Answer(status, body, dict(headers or {}))))

    def redirect_next(self, match: Match, location: str, status: int = 302, times: int = 1) -> None:
        """Send the next requests elsewhere."""
        self._add(Order("answer", match, times, Answer(status, b"", {"Location": location})))

    def drop_next(self, match: Match, times: int = 1) -> None:
        """Close the connection as soon as the next requests' headers are read: nothing is made or paid."""
        self._add(Order("drop", match, times))

    def lose_next(self, match: Match, times: int = 1) -> None:
        """Do all that the next requests ask for, a paid task too, and close the connection without an answer."""
        self._add(Order("lose", match, times))

    def delay_next(self, match: Match, seconds: float, times: int = 1) -> None:
        """Do what the next requests ask for, and hold the answer back, until `release` at the longest."""
        self._go.clear()
        self._add(Order("delay", match, times, seconds=seconds))

    def cut_next(self, match: Match, size_bytes: int, seconds: float = 0.0, times: int = 1) -> None:
        """Send the headers and the first bytes of the next answers, wait (`release` ends it), close the connection."""
        self._go.clear()
        self._add(Order("cut", match, times, seconds=seconds, size_bytes=size_bytes))

    def release(self) -> None:
        """Let go of all that is held back."""
        self._go.set()

    def take(self, what: str, seen: Seen) -> Order | None:
        """Return the first order of this sort that the request matches, and count it as used once."""
        with self._lock:
            order = next((one for one in self._orders if one.what == what and matches(one.match, seen)), None)
            if order:
                order.times -= 1
                self._orders = [one for one in self._orders if one.times > 0]
            return order

    def wait(self, seconds: float) -> None:
        """Hold a request back."""
        self._go.wait(seconds)

    def _add(self, order: Order) -> None:
        with self._lock:
            self._orders.append(order)


def matches(match: Match, seen: Seen) -> bool:
    """Whether the glob fits the request: `METHOD /path`, or the path alone."""
    return fnmatchcase(f"{seen.method} {seen.path}" if " " in match else seen.path, match)
