"""Fetches a model file: all of it or nothing, without the API key, from places that are safe."""

from __future__ import annotations

import contextlib
import os
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import requests

from ..core.errors import AccountError, LinkError, NetworkError, ProviderError
from ..core.halt import Halt
from ..core.worker import Percent
from .address import check_result, origin
from .waiting import Call
from .wire import REDIRECTS, LostError, announced, proxies, reason, sent

CHUNK = 2**15
STALL_S = 30.0
"""A chunk must come within it, which is 1 KB a second; single bytes now and then never run into a time-out."""
LARGEST = 2 * 2**30
"""Bytes. Larger than any model that a provider makes."""


class Download:
    """One try to fetch a file."""

    def __init__(self, url: str, base_url: str, headers: dict[str, str], own: bool) -> None:
        """`own`: the address is the provider's API, and the headers hold the key."""
        self._url, self._base, self._headers, self._own = url, base_url, headers, own
        self._percent, self._moved = 0.0, time.monotonic()

    def fetch(self, target: Path, halt: Halt, percent: Percent) -> int:
        """Write the file and return its size in bytes; nothing is left behind when it is given up or fails.

        Raises LinkError when the link works no longer, LostError when it may be tried again, Halted.
        """
        for stale in target.parent.glob(f"{target.name}.*"):  # of a process that was killed
            _remove(stale)
        part = target.with_name(f"{target.name}.{uuid.uuid4().hex[:8]}")  # one that was given up may still be writing

        def meanwhile() -> None:
            percent(self._percent)
            if time.monotonic() - self._moved > STALL_S:
                raise LostError("it comes too slowly. The task is kept.")

        try:
            size = Call(lambda given_up: self._run(part, given_up)).wait(halt, meanwhile)
            part.replace(target)  # here and not in the call, which may end after nobody waits for it any more
        except requests.exceptions.RequestException as error:
            raise LostError(f"{reason(error)}. The task is kept.") from None
        finally:
            _remove(part)
        return size

    def _run(self, part: Path, given_up: threading.Event) -> int:
        try:
            with self._opened() as answer, part.open("xb") as file:
                whole, size = announced(answer), 0
                if (whole or 0) > LARGEST:
                    raise _too_large()
                for chunk in answer.iter_content(CHUNK):
                    if given_up.is_set():
                        break
                    file.write(chunk)
                    size, self._moved = size + len(chunk), time.monotonic()
                    if size > LARGEST:
                        raise _too_large()
                    self._percent = 100 * size / whole if whole else 0.0
                file.flush()
                os.fsync(file.fileno())
        finally:
            if given_up.is_set():
                _remove(part)
        if whole is not None and size < whole:
            raise LostError(f"it ended early ({size:,} of {whole:,} bytes). The task is kept.")
        return size

    @contextlib.contextmanager
    def _opened(self) -> Iterator[requests.Response]:
        url, headers = self._url, self._headers
        for _ in range(REDIRECTS):
            if not self._own or url != self._url:
                check_result(url, self._base, proxied=bool(proxies(url)))
            with sent(requests.Request("GET", url, headers=headers).prepare()) as answer:
                if not answer.is_redirect:
                    _check(answer)
                    yield answer
                    return
            before, url = url, _joined(url, answer.headers["Location"])
            if not _same(before, url):  # the key is for the API's own host only
                headers = {"User-Agent": headers["User-Agent"]}
        raise NetworkError("The model file's link redirects without end. Try again later.")


def _joined(url: str, location: str) -> str:
    """Return where a redirect leads; an address that is none is refused by whoever checks it."""
    with contextlib.suppress(ValueError):
        return urljoin(url, location)
    return ""


def _same(one: str, other: str) -> bool:
    with contextlib.suppress(ValueError):
        return origin(one) == origin(other)
    return False


def _remove(part: Path) -> None:
    """Remove the file; where it is still open on Windows, whoever writes it removes it."""
    with contextlib.suppress(OSError):
        part.unlink(missing_ok=True)


def _check(answer: requests.Response) -> None:
    """Raise for every answer that is no file."""
    status = answer.status_code
    if status == 407:
        raise AccountError("Your network's proxy asks for a login. The task is kept.")
    if status in (408, 429) or status >= 500:
        raise LostError(f"its server has trouble (HTTP {status}). The task is kept.", f"HTTP {status}")
    if status >= 400:
        raise LinkError("The model file's link works no longer. Resume the task for a new one.", f"HTTP {status}")
    if status != 200:
        raise NetworkError(f"The model file could not be fetched (HTTP {status}). The task is kept.")


def _too_large() -> ProviderError:
    return ProviderError(f"The model file is larger than {LARGEST // 2**30} GB and was not downloaded.")
