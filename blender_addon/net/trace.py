"""One line in the log for each HTTP request: where it went, what came back, how long it took, its number there."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeAlias
from urllib.parse import urlsplit

import requests

from ..core.redact import redacted
from ..core.refusal import traces

log = logging.getLogger(__name__)
Send: TypeAlias = Callable[[requests.PreparedRequest], AbstractContextManager[requests.Response]]


def traced(send: Send) -> Send:
    """Return the same with a line in the log for each request, as soon as it is answered or has failed."""

    @contextmanager
    def one(request: requests.PreparedRequest) -> Iterator[requests.Response]:
        parts, started, answered = urlsplit(str(request.url)), time.monotonic(), False
        where = f"{request.method} {parts.netloc.rpartition('@')[2]}{parts.path}"  # a query may be a signature
        try:
            with send(request) as answer:
                answered = True
                told = " ".join(traces(answer.headers))
                log.info("%s %s %s %s", where, answer.status_code, _seconds(started), redacted(told))
                yield answer
        except requests.exceptions.RequestException as error:
            if not answered:
                log.info("%s %s %s", where, type(error).__name__, _seconds(started))
            raise

    return one


def _seconds(started: float) -> str:
    return f"{time.monotonic() - started:.2f} s"
