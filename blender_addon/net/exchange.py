"""One request on the wire: redirects are followed by hand, and whether it left is known for sure."""

from __future__ import annotations

import contextlib
import io
import threading
import time
from typing import Any, cast
from urllib.parse import urljoin

import requests

from .address import origin
from .wire import REDIRECTS, announced, sent

LARGEST = 16 * 2**20
"""Bytes of an answer; a task's status has a few thousand."""
TOTAL_S = 120.0
"""For a request and its answer, however they drip."""
UPLOAD_BYTES_S = 30_000
"""A slow line takes so many; a request has the time for that besides."""


class RedirectError(Exception):
    """The server sends the request somewhere it must not go."""

    def __init__(self, status: int, endless: bool, same: bool = True) -> None:
        """Keep the status, whether it was only one redirect too many, and whether it leads to the same host."""
        super().__init__(status)
        self.status, self.endless, self.same = status, endless, same


class Body(io.BytesIO):
    """A request's body that notes whether it was read, which happens only when the connection stands.

    Being read in pieces it also has the time-out for each piece; bytes would have to leave as a whole within it.
    """

    read_once = False
    given_up = threading.Event()

    def read(self, size: int | None = -1) -> bytes:
        """Return the next bytes. Raises RequestException when nobody wants them sent any more."""
        if self.given_up.is_set():
            raise requests.exceptions.RequestException("given up")
        self.read_once = True
        return super().read(size)


class Exchange:
    """Sends one request and reads its answer."""

    def __init__(self, request: requests.Request) -> None:
        """Take the request with all its headers; nothing is connected yet."""
        self._request = request
        self._body = Body()
        self._ends = time.monotonic() + TOTAL_S

    @property
    def left(self) -> bool:
        """Tell whether the server may have got the whole request, and acted on it."""
        return self._body.read_once

    def check_time(self) -> None:
        """Raise ReadTimeout when it takes too long altogether: a server may send a byte now and then, for ever."""
        if time.monotonic() > self._ends:
            raise requests.exceptions.ReadTimeout("timed out")

    def run(self, given_up: threading.Event) -> tuple[requests.Response, bytes]:
        """Return the answer and its body. Raises RedirectError, RequestException."""
        prepared = self._request.prepare()
        if isinstance(prepared.body, bytes):
            self._body = Body(prepared.body)
            self._body.given_up = given_up
            self._ends += len(prepared.body) / UPLOAD_BYTES_S
            prepared.body = cast(Any, self._body)  # requests takes every file; its type stubs know of bytes only
        for _ in range(REDIRECTS):
            self._body.seek(0)
            with sent(prepared) as answer:
                if not answer.is_redirect:
                    return answer, self._read(answer, given_up)
            prepared.prepare_url(_followed(prepared, answer), None)
        raise RedirectError(answer.status_code, endless=True)

    def _read(self, answer: requests.Response, given_up: threading.Event) -> bytes:
        content = bytearray()
        for piece in answer.iter_content(2**14):
            content += piece
            if len(content) > LARGEST or given_up.is_set():
                raise requests.exceptions.ContentDecodingError(f"more than {len(content)} bytes")
        if len(content) < (announced(answer) or 0):
            raise requests.exceptions.ChunkedEncodingError("it ended early")
        return bytes(content)


def _followed(request: requests.PreparedRequest, answer: requests.Response) -> str:
    """Return where a redirect leads; only a GET is sent on, and only to the same host. Raises RedirectError."""
    target, same = "", False
    with contextlib.suppress(ValueError):
        target = urljoin(str(request.url), answer.headers["Location"])
        same = origin(target) == origin(str(request.url))
    if request.method != "GET" or not same:
        raise RedirectError(answer.status_code, endless=False, same=same)
    return target
