"""Requests described, not sent: a provider yields them, the transport sends them.

A flow is a generator that yields a `Request`, gets the `Response` back and returns its result, so retry, cancelling,
logging and redaction exist once, and a provider's test is JSON in, JSON out.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")
Json: TypeAlias = Any  # what json.loads returns


@dataclass(frozen=True)
class Upload:
    """One file of a multipart request."""

    field: str
    path: Path
    name: str
    """What the provider is told the file is called: never the artist's own file name."""
    mime: str


@dataclass(frozen=True)
class Request:
    """One request of a provider. The transport adds the API key; a provider never sees it."""

    method: str
    url: str
    """A path under the provider's base URL, or `local:…`."""
    json: Json = None
    upload: Upload | None = None
    """Sent as multipart/form-data instead of JSON."""
    creates: bool = False
    """This one starts the paid task: the journal is written before it leaves."""
    again: bool = False
    """May be sent again when its answer was lost: it only reads, or carries an idempotency key. Every GET may."""

    hurried: bool = False
    """Tried once only: whoever asks goes on without the answer as well."""

    @property
    def repeatable(self) -> bool:
        """Tell whether the transport may send it again by itself after a lost answer or a failing server."""
        return self.again or self.method == "GET"


@dataclass(frozen=True)
class Response:
    """The answer, already read."""

    status: int
    body: Json = None
    headers: Mapping[str, str] = field(default_factory=dict)
    repeated: bool = False
    """An earlier try of this very request may have reached the provider: what it answers now may be about that one."""
    wait_s: float | None = None
    """How long the provider asks to wait before the next request, seconds."""


Flow: TypeAlias = Generator[Request, Response, T]


def drive(flow: Flow[T], send: Callable[[Request], Response]) -> T:
    """Send what the flow yields until it returns; an error in sending is raised inside the flow, which may answer."""
    try:
        request = next(flow)
        while True:
            try:
                response = send(request)
            except Exception as error:  # noqa: BLE001 - handed on, not swallowed
                request = flow.throw(error)
            else:
                request = flow.send(response)
    except StopIteration as stop:
        result: T = stop.value
        return result
