"""HTTP: sends what a provider describes, adds its API key, and repeats what may be repeated.

The key goes to the base URL's host and nowhere else: redirects are followed by hand, links are fetched without it, and
whatever an answer echoes of it is blotted out before anybody sees the answer.
"""

from __future__ import annotations

import contextlib
import json
import random
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

from ..core.errors import NetworkError, UnconfirmedError
from ..core.flow import Request, Response
from ..core.halt import Halt
from ..core.provider import Auth
from ..core.worker import Percent
from .address import origin
from .download import Download
from .session import session
from .waiting import Call

CONNECT_S, READ_S = 10.0, 30.0
TRIES = 4
"""Of a request that may be repeated."""
LONGEST_WAIT_S = 30.0
REDIRECTS = 5
BLOT = "•••"
AGENT = "Maquette (Blender extension)"
_TRY_AGAIN = frozenset({429, 502, 503, 504})


class HttpTransport:
    """Keeps core.worker.Transport's promise for one hosted provider."""

    def __init__(self, label: str, base_url: str, key: str, auth: Auth, online: Callable[[], bool]) -> None:
        """Take what every request needs; nothing is connected yet. `online` tells whether the network may be used."""
        self._label, self._base, self._key, self._auth, self._online = label, base_url, key, auth, online

    # ---- requests
    def send(self, request: Request, halt: Halt) -> Response:
        """Send it; wait and repeat it as long as that is free. Raises NetworkError, UnconfirmedError, Halted."""
        self.check_online()
        wait_s, tries = 0.5, TRIES
        while True:
            tries -= 1
            try:
                response = self._once(request, halt)
            except UnconfirmedError:
                raise
            except NetworkError:
                if not tries:
                    raise
                pause_s = wait_s
            else:
                again = response.status == 429 or (request.repeatable and response.status in _TRY_AGAIN)
                if not again or not tries:
                    return self._settled(request, response)
                pause_s = min(_asked_to_wait(response) or wait_s, LONGEST_WAIT_S)
            halt.wait(pause_s * random.uniform(1.0, 1.25))
            wait_s *= 2

    def _settled(self, request: Request, response: Response) -> Response:
        """Return the answer. Raises UnconfirmedError for a create that a failing server may have carried out."""
        if request.creates and not request.repeatable and response.status >= 500:
            raise self._unconfirmed(f"HTTP {response.status}")
        return response

    def _once(self, request: Request, halt: Halt) -> Response:
        try:
            return Call(lambda _: self._exchange(request)).wait(halt)
        except requests.exceptions.RequestException as error:
            raise self._lost(request, error) from None  # the cause may hold the request, and with it the key

    def check_online(self) -> None:
        """Raise NetworkError when Blender's user has switched network access off."""
        if not self._online():
            raise NetworkError(
                f"{self._label} needs the network, and Blender's online access is off. Allow it in Blender's "
                "preferences (System > Network); nothing that was started is lost."
            )

    def _exchange(self, request: Request) -> Response:
        url = self._base + request.url
        with session(self._base) as http, contextlib.ExitStack() as files:
            headers, body = self._dressed(request)
            given: dict[str, Any] = {"headers": headers, "timeout": (CONNECT_S, READ_S), "allow_redirects": False}
            if request.upload:
                one = request.upload
                file = files.enter_context(one.path.open("rb"))
                given["files"] = {one.field: (one.name, file, one.mime)}
            elif body is not None:
                given["json"] = body
            for _ in range(REDIRECTS):
                answer = http.request(request.method, url, **given)
                if not answer.is_redirect:
                    return self._read(answer)
                url = self._followed(request, url, answer)
        raise NetworkError(f"{self._label} redirects without end. Try again later.")

    def _dressed(self, request: Request) -> tuple[dict[str, str], Any]:
        """Return headers and JSON body with the API key where this provider wants it."""
        headers = {"User-Agent": AGENT, "Accept": "application/json"}
        if not self._auth.field:
            return headers | {self._auth.header: self._auth.prefix + self._key}, request.json
        return headers, {self._auth.field: self._key, **(request.json or {})}

    def _followed(self, request: Request, url: str, answer: requests.Response) -> str:
        """Return where a redirect leads; only a GET is sent on, and only to the same host."""
        target = urljoin(url, answer.headers["Location"])
        try:
            same = origin(target) == origin(url)
        except ValueError:
            same = False
        if request.method != "GET" or not same:
            raise NetworkError(
                f"{self._label} redirects to another address, which was refused: the API key goes to its own host only."
                " Check the base URL in the preferences.",
                f"HTTP {answer.status_code}",
            )
        return target

    def _read(self, answer: requests.Response) -> Response:
        answer.encoding = "utf-8"
        text = self._blotted(answer.text)
        body: Any = text
        with contextlib.suppress(ValueError):
            body = json.loads(text)
        return Response(answer.status_code, body, dict(answer.headers.items()))

    def _blotted(self, text: str) -> str:
        """Return the text without the API key: an answer may repeat what it was sent."""
        return text.replace(self._key, BLOT)

    def _lost(self, request: Request, error: Exception) -> NetworkError:
        """Return the error of a request without an answer."""
        what = _reason(error)
        if _never_left(error):
            sentence = f"{self._label} cannot be reached: {what}. Check the connection"
            return NetworkError(f"{sentence}; nothing was charged for this." if request.creates else f"{sentence}.")
        if request.creates and not request.repeatable:
            return self._unconfirmed(what)
        return NetworkError(f"{self._label} did not answer: {what}. Try again in a few minutes.")

    def _unconfirmed(self, what: str) -> UnconfirmedError:
        return UnconfirmedError(
            f"{self._label} did not answer when it was asked to start the task ({what}). It may have been charged: "
            "look at your tasks there before you send it again."
        )

    # ---- model files
    def download(self, link: str, target: Path, halt: Halt, percent: Percent) -> int:
        """Fetch a model file. A path is under the base URL and gets the key; an address is fetched without it."""
        self.check_online()
        own = not link.lower().startswith(("http://", "https://"))
        headers = {"User-Agent": AGENT}
        if own and not self._auth.field:
            headers[self._auth.header] = self._auth.prefix + self._key
        work = Download(self._base + link if own else link, self._base, headers, own)
        call = Call(lambda given_up: work.run(target, given_up))
        try:
            size = call.wait(halt, lambda: percent(work.percent))
        except requests.exceptions.RequestException as error:
            what = _reason(error)
            raise NetworkError(f"The download from {self._label} stopped ({what}). The task is kept.") from None
        percent(100.0)
        return size


def _never_left(error: Exception) -> bool:
    """Tell whether the request provably never reached the server: no name, no connection, no TLS."""
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.SSLError):
        return True
    words = repr(error)
    return isinstance(error, requests.exceptions.ConnectionError) and any(
        one in words for one in ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError")
    )


def _reason(error: Exception) -> str:
    """Return why a connection failed, in a few words."""
    words = repr(error)
    if isinstance(error, requests.exceptions.SSLError):
        return "the secure connection could not be verified; a proxy or virus scanner may stand in between"
    if "NameResolutionError" in words:
        return "its name was not found"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the network's proxy refused the connection"
    if isinstance(error, requests.exceptions.Timeout):
        return "it took too long"
    return "the connection was refused" if "refused" in words.lower() else "the connection was lost"


def _asked_to_wait(response: Response) -> float | None:
    """Return how long the server asks to wait, seconds: Retry-After as a number or a date, or a field of the body."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    given = headers.get("retry-after") or (response.body.get("retry_after") if isinstance(response.body, dict) else "")
    try:
        return max(0.0, float(given)) if given else None
    except (TypeError, ValueError):
        pass
    try:
        return max(0.0, parsedate_to_datetime(str(given)).timestamp() - time.time())
    except ValueError:
        return None
