"""Fetches a model file: all of it or nothing, without the API key, from places that are safe.

What has come stays (see part.py), and the rest is asked for with Range and If-Range: over a new connection, a fresh
link or a new process alike.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import requests

from ..core.errors import AccountError, LinkError, NetworkError, ProviderError
from ..core.halt import Halt
from ..core.worker import Percent
from .address import check_result, origin
from .entity import content_range, delimited, digest, sent_short, validator
from .part import Part, Version
from .pauses import asked_to_wait
from .waiting import Call
from .wire import AGENT, REDIRECTS, LostError, announced, proxies, reason, sent

CHUNK = 2**13
HEAD_S = 120.0
"""For the answer to begin: several addresses of a host may have to be tried, each for a while."""
STALL_S, SLOWEST = 30.0, 1000
"""In that time so many bytes a second must come: single ones now and then never run into a time-out of the socket."""
LARGEST = 2 * 2**30
"""Bytes. Larger than any model that a provider makes."""


class Download:
    """One try to fetch a file."""

    def __init__(self, url: str, base_url: str, key: dict[str, str], own: bool) -> None:
        """`own`: the address is the provider's API; `key` is the header with the API key, for it alone."""
        self._url, self._base, self._key, self._own = url, base_url, key, own
        self._percent, self._limit_s = 0.0, HEAD_S
        self._since, self._had = time.monotonic(), 0

    def fetch(self, target: Path, halt: Halt, percent: Percent) -> int:
        """Write the file and return its size in bytes; what has come when it is given up or fails is kept.

        Raises LinkError when the link works no longer, LostError when it may be tried again, DiskError, Halted.
        """
        part = Part(target)

        def meanwhile() -> None:
            percent(self._percent)
            self._check_speed(part)

        try:
            Call(lambda _: self._run(part)).wait(halt, meanwhile)
            return part.finish(halt)  # here and not in the call, which may end after nobody waits for it any more
        except requests.exceptions.RequestException as error:
            raise LostError(f"{reason(error)}. The task is kept.") from None
        finally:
            part.close()

    def _check_speed(self, part: Part) -> None:
        """Raise LostError when too little has come lately."""
        now = time.monotonic()
        if now - self._since < self._limit_s:
            return
        if part.size - self._had < SLOWEST * self._limit_s:
            raise LostError("it comes too slowly. The task is kept.")
        self._since, self._had = now, part.size

    def _run(self, part: Part) -> None:
        with self._opened(part) as answer:
            if self._placed(part, answer):
                self._receive(part, answer)
            if part.damaged():
                part.drop()
                raise LostError("it arrived damaged, twice. The task is kept.", once=True)

    def _receive(self, part: Part, answer: requests.Response) -> None:
        """Write what comes. Raises LostError when it is less, or more, than it should be."""
        whole = part.version.whole if part.version else None
        self._since, self._had, self._limit_s = time.monotonic(), part.size, STALL_S
        for chunk in answer.iter_content(CHUNK):
            part.write(chunk)
            if part.size > (whole or LARGEST):
                part.drop()
                raise _too_large() if whole is None else LostError("it is larger than announced.", once=True)
            self._percent = 100 * part.size / whole if whole else 0.0
        part.sync()
        if whole is not None and part.size < whole:
            raise LostError(f"it ended early ({part.size:,} of {whole:,} bytes). The task is kept.")
        if sent_short(answer) or (whole is None and not delimited(answer) and part.ended_early()):
            raise LostError(f"it ended early (after {part.size:,} bytes). The task is kept.")

    # ---- where the answer's bytes belong
    def _placed(self, part: Part, answer: requests.Response) -> bool:
        """Open the part where this answer goes on; False when it is whole already. Raises LostError."""
        version = part.version
        if version is None or answer.status_code == 200:
            part.begin(self._version(answer))
            return True
        first, whole = content_range(answer)
        same = validator(answer) in ("", version.validator) and (not whole or whole == (version.whole or whole))
        if answer.status_code == 416 and same and whole == part.size:
            return False
        if answer.status_code == 206 and same and first == part.size:
            part.go_on(whole)
            return True
        part.drop()
        raise LostError("its server did not go on where it ended. The task is kept.")

    def _version(self, answer: requests.Response) -> Version:
        """Return what is about to come. Raises ProviderError when it is too large."""
        whole = announced(answer)
        if (whole or 0) > LARGEST:
            raise _too_large(whole)
        if answer.headers.get("Content-Encoding"):  # tag, length and digest may be of what travels, not of the file
            return Version()
        return Version(validator(answer), whole, self._place(), digest(answer))

    def _place(self) -> str:
        return hashlib.sha256(self._url.partition("?")[0].encode()).hexdigest()

    def _rest_of(self, part: Part) -> dict[str, str]:
        """Return the headers that ask for the rest; what cannot be continued is dropped."""
        version = part.version
        if not version:
            return {}
        usable = version.validator and (not version.by_date or version.place == self._place())
        if usable and 0 < part.size <= (version.whole or LARGEST):
            return {"Range": f"bytes={part.size}-", "If-Range": version.validator}
        part.drop()
        return {}

    @contextlib.contextmanager
    def _opened(self, part: Part) -> Iterator[requests.Response]:
        url, key = self._url, self._key
        wanted = {"User-Agent": AGENT, "Accept-Encoding": "identity", **self._rest_of(part)}
        for _ in range(REDIRECTS):
            if not self._own or url != self._url:
                check_result(url, self._base, proxied=bool(proxies(url)))
            request = requests.Request("GET", url, headers={**wanted, **key})
            with sent(request.prepare()) as answer:
                if not answer.is_redirect:
                    _check(answer, bool(part.version))
                    yield answer
                    return
            before, url = url, _joined(url, answer.headers["Location"])
            if not _same(before, url):  # the key is for the API's own host only
                key = {}
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


def _check(answer: requests.Response, continued: bool) -> None:
    """Raise for every answer that is no file, and no rest of one where that was asked for."""
    status = answer.status_code
    if status == 407:
        raise AccountError("Your network's proxy asks for a login. The task is kept.")
    if status in (408, 429) or status >= 500:
        wait_s = asked_to_wait(answer.headers)
        raise LostError(f"its server has trouble (HTTP {status}). The task is kept.", f"HTTP {status}", wait_s)
    if status == 200 or (continued and status in (206, 416)):
        return
    if status >= 400:
        raise LinkError("The model file's link works no longer. Resume the task for a new one.", f"HTTP {status}")
    raise NetworkError(f"The model file could not be fetched (HTTP {status}). The task is kept.")


def _too_large(whole: int | None = None) -> ProviderError:
    limit = f"{LARGEST // 2**30} GB"
    if whole is None:
        return ProviderError(f"The model file is larger than {limit}, and the rest was not downloaded.")
    return ProviderError(f"The model file has {whole / 1e9:,.1f} GB, which is larger than {limit}: not downloaded.")
