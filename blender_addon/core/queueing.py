"""The queue in front of each provider: so many tasks at a time, so many uploads a minute, all wait when one is told to.

Twenty tasks that are started at once would otherwise be refused, or make the provider refuse somebody else's.
"""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .flow import Request, Response
from .halt import WATCH_S, Halt
from .provider import Provider
from .worker import Percent, Transport

MINUTE_S = 60.0
FIRST_S, LONGEST_S = 2.0, 300.0
"""All creates of a provider pause for so long after a refused one: twice as long each time, until one is accepted."""


class Queue:
    """The queue in front of one provider, shared by all threads of this process."""

    def __init__(self, at_once: int, uploads_a_minute: int | None, now: Callable[[], float] = time.monotonic) -> None:
        """Start with nobody in it."""
        self._at_once, self._uploads_a_minute, self._now = at_once, uploads_a_minute, now
        self._turn = threading.Lock()
        self._waiting: deque[object] = deque()
        self._inside = 0
        self._uploads: deque[float] = deque()
        self._shut_until, self._pause_s = 0.0, FIRST_S

    @contextmanager
    def place(self, halt: Halt, begun: bool) -> Iterator[None]:
        """Hold a place while the task is at the provider; who comes first is let in first. Raises Halted.

        `begun`: the provider has it already, so it counts and does not wait: its links would run out.
        """
        if begun:
            with self._turn:
                self._inside += 1
        else:
            self._wait(halt)
        try:
            yield
        finally:
            with self._turn:
                self._inside -= 1

    def _wait(self, halt: Halt) -> None:
        me = object()
        with self._turn:
            self._waiting.append(me)
        try:
            while not self._let_in(me):
                halt.wait(WATCH_S)
        except BaseException:
            with self._turn:
                self._waiting.remove(me)
            raise

    def _let_in(self, me: object) -> bool:
        with self._turn:
            shut = self._shut_until > self._now()
            if shut or self._waiting[0] is not me or self._inside >= self._at_once:
                return False
            self._waiting.popleft()
            self._inside += 1
            return True

    def upload(self, halt: Halt) -> None:
        """Wait until one more upload is within the rate. Raises Halted."""
        while (wait_s := self._until_upload()) > 0:
            halt.wait(wait_s)

    def _until_upload(self) -> float:
        with self._turn:
            now = self._now()
            while self._uploads and self._uploads[0] <= now - MINUTE_S:
                self._uploads.popleft()
            if self._uploads_a_minute and len(self._uploads) >= self._uploads_a_minute:
                return self._uploads[0] + MINUTE_S - now
            self._uploads.append(now)
            return 0.0

    def shut_s(self) -> float:
        """Return for how long no create is sent."""
        with self._turn:
            return max(0.0, self._shut_until - self._now())

    def shut(self, asked_s: float | None) -> float:
        """Send no create for as long as the provider asks, or for longer each time. Return how long that is."""
        with self._turn:
            wait_s = self._pause_s if asked_s is None else min(asked_s, LONGEST_S)
            self._pause_s = min(self._pause_s * 2, LONGEST_S)
            self._shut_until = max(self._shut_until, self._now() + wait_s)
            return max(0.0, self._shut_until - self._now())

    def open(self) -> None:
        """Take note that a create was accepted: the next pause is a short one again."""
        with self._turn:
            self._pause_s = FIRST_S


class QueuedTransport:
    """A transport that keeps the queue's rules. A create that must wait is answered 429 here, without being sent.

    So whoever wants to send it writes down that nothing was started, and waits where a quit leaves nothing in doubt.
    """

    def __init__(self, transport: Transport, queue: Queue) -> None:
        """Stand in front of the transport."""
        self._transport, self._queue = transport, queue

    def send(self, request: Request, halt: Halt) -> Response:
        """Send the request when it may be sent."""
        if request.upload:
            self._queue.upload(halt)
        if not request.creates:
            return self._transport.send(request, halt)
        if wait_s := self._queue.shut_s():
            return Response(429, wait_s=_spread(wait_s))
        response = self._transport.send(request, halt)
        if response.status == 429:
            return Response(429, response.body, response.headers, response.repeated, self._shut(response.wait_s))
        self._queue.open()
        return response

    def _shut(self, asked_s: float | None) -> float:
        return _spread(self._queue.shut(asked_s))

    def download(self, link: str, target: Path, halt: Halt, percent: Percent) -> int:
        """Fetch a model file, which is never rationed: its link may run out."""
        return self._transport.download(link, target, halt, percent)


class Queues:
    """The queues of all providers in this process."""

    def __init__(self) -> None:
        """Start without any."""
        self._queues: dict[str, Queue] = {}
        self._turn = threading.Lock()

    def of(self, provider: type[Provider[Any]]) -> Queue:
        """Return the provider's queue."""
        with self._turn:
            if provider.id not in self._queues:
                self._queues[provider.id] = Queue(provider.at_once, provider.uploads_a_minute)
            return self._queues[provider.id]


def _spread(wait_s: float) -> float:
    """Return a little more, by chance: those that were sent away together must not come back together."""
    return wait_s * random.uniform(1.0, 1.25)
