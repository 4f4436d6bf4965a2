"""Fetches a model file: all of it or nothing, without the API key, from places that are safe."""

from __future__ import annotations

import os
import threading
import uuid
from pathlib import Path
from urllib.parse import urljoin

import requests

from ..core.errors import AccountError, LinkError, NetworkError, ProviderError
from .address import check_result, origin
from .session import session

CONNECT_S, READ_S = 10.0, 30.0
REDIRECTS = 5
CHUNK = 2**18
LARGEST = 2 * 2**30
"""Bytes. Larger than any model that a provider makes."""
_GONE = frozenset({401, 403, 404, 410})


class Download:
    """One download; `percent` tells how far it is."""

    def __init__(self, url: str, base_url: str, headers: dict[str, str], own: bool) -> None:
        """`own`: the address is the provider's API, and the headers hold the key."""
        self._url, self._base, self._headers, self._own = url, base_url, headers, own
        self.percent = 0.0

    def run(self, target: Path, given_up: threading.Event) -> int:
        """Write the file and return its size in bytes; nothing is left behind when it is given up or fails.

        Raises LinkError when the link works no longer, NetworkError when less came than was announced.
        """
        part = target.with_name(f"{target.name}.{uuid.uuid4().hex[:8]}")  # one that was given up may still be writing
        try:
            size = self._fetch(part, given_up)
            if given_up.is_set():
                raise NetworkError("The download was given up.")
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        return size

    def _fetch(self, part: Path, given_up: threading.Event) -> int:
        with session(self._url) as http, self._opened(http) as answer, part.open("xb") as file:
            announced, size = _announced(answer), 0
            for chunk in answer.iter_content(CHUNK):
                if given_up.is_set():
                    break
                file.write(chunk)
                size += len(chunk)
                if size > LARGEST:
                    raise _too_large()
                self.percent = 100 * size / announced if announced else 0.0
            file.flush()
            os.fsync(file.fileno())
        if announced and size < announced and not given_up.is_set():
            raise NetworkError(f"The download ended early ({size:,} of {announced:,} bytes). The task is kept.")
        return size

    def _opened(self, http: requests.Session) -> requests.Response:
        url, headers = self._url, self._headers
        for _ in range(REDIRECTS):
            if not self._own or url != self._url:
                check_result(url, self._base)
            answer = http.get(url, headers=headers, stream=True, timeout=(CONNECT_S, READ_S), allow_redirects=False)
            if not answer.is_redirect:
                return _checked(answer)
            answer.close()
            before, url = url, urljoin(url, answer.headers["Location"])
            if origin(url) != origin(before):  # the key is for the API's own host only
                headers = {"User-Agent": headers["User-Agent"]}
        raise NetworkError("The model file's link redirects without end. Try again later.")


def _checked(answer: requests.Response) -> requests.Response:
    status = answer.status_code
    if status == 200:
        return answer
    answer.close()
    if status in _GONE:
        raise LinkError(
            "The model file's link works no longer. Resume the task for a new one.", f"HTTP {status}"
        )
    if status == 407:
        raise AccountError("Your network's proxy asks for a login. The task is kept.")
    raise NetworkError(f"The model file could not be fetched (HTTP {status}). The task is kept.")


def _announced(answer: requests.Response) -> int | None:
    """Return the length that was announced, bytes, or None. Raises when it is more than can be right or fits."""
    text = answer.headers.get("Content-Length", "")
    if not text.isdigit() or answer.headers.get("Content-Encoding"):
        return None
    if int(text) > LARGEST:
        raise _too_large()
    return int(text)


def _too_large() -> ProviderError:
    return ProviderError(f"The model file is larger than {LARGEST // 2**30} GB and was not downloaded.")
