"""HTTP: sends what a provider describes, adds its API key, and repeats what may be repeated.

The key goes to the base URL's host and nowhere else: redirects are followed by hand, links are fetched without it, and
whatever an answer echoes of it is blotted out before anybody sees the answer.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import requests

from ..core.errors import OFFLINE, NetworkError, OfflineError, UnconfirmedError, UnreachableError
from ..core.flow import Request, Response
from ..core.halt import Halt
from ..core.provider import Auth
from ..core.redact import blotted, spellings
from ..core.refusal import plain
from ..core.worker import Percent
from .address import shown
from .download import Download
from .exchange import Exchange, RedirectError
from .part import Part
from .pauses import asked_to_wait, spread
from .waiting import Call
from .wire import AGENT, LostError, NoConnectionError, reason

PAUSES_S = (0.5, 1.0, 2.0, None)
"""Between the tries of what may be repeated; the last one is the last."""
TRIES = 5
"""Connections to a model file in a row that bring no byte more of it."""


class HttpTransport:
    """Keeps core.worker.Transport's promise for one hosted provider."""

    def __init__(
        self, label: str, base_url: str, key: str, auth: Auth, online: Callable[[], bool], own: bool = False
    ) -> None:
        """Take what every request needs; nothing is connected yet. `online` tells whether the network may be used.

        `own`: the base URL is not the provider's but was set by the artist.
        """
        self._where = f" and the base URL, {shown(base_url)}" if own else ""
        self._label, self._base, self._key, self._auth, self._online = label, base_url, key, auth, online
        self._spelt = spellings(key)

    # ---- requests
    def send(self, request: Request, halt: Halt) -> Response:
        """Send it; wait and repeat it as long as that is free. Raises NetworkError, UnconfirmedError, Halted.

        A create that is answered 429 is handed back: nothing was started, and whoever waits then writes that down.
        """
        lost: LostError | None = None
        repeated = False
        for pause_s in (None,) if request.hurried else PAUSES_S:
            self.check_online()
            asked_s = None
            try:
                response = self._once(request, halt)
            except (LostError, NoConnectionError) as error:
                lost = error if isinstance(error, LostError) else lost
                repeated |= lost is not None
                if pause_s is None:
                    raise (lost or error) from None  # "nothing was charged" is true only when no try got through
            else:
                if pause_s is None or not _again(request, response.status):
                    return self._settled(request, replace(response, repeated=repeated))
                asked_s = response.wait_s
                repeated |= response.status >= 500
            halt.wait(spread(asked_s or pause_s or 0.0))
        raise AssertionError("the last try returns or raises")

    def check_online(self) -> None:
        """Raise OfflineError when Blender's user has switched network access off."""
        if not self._online():
            raise OfflineError(OFFLINE.format(label=self._label))

    def _once(self, request: Request, halt: Halt) -> Response:
        """Send it once. Raises LostError and NoConnectionError when it may be sent again, NetworkError otherwise."""
        with contextlib.ExitStack() as files:
            exchange = Exchange(self._dressed(request, files))
            try:
                answer, content = Call(exchange.run).wait(halt, exchange.check_time)
            except RedirectError as error:
                raise self._misled(request, error) from None
            except requests.exceptions.RequestException as error:
                raise self._lost(request, error, exchange.left) from None  # the cause holds the request, and the key
        headers = {name: self._blotted(value) for name, value in answer.headers.items()}
        body = self._parsed(content)
        return Response(answer.status_code, body, headers, wait_s=asked_to_wait(headers, body))

    def _dressed(self, request: Request, files: contextlib.ExitStack) -> requests.Request:
        """Return the request with the API key where this provider wants it."""
        made = requests.Request(request.method, self._base + request.url, json=request.json)
        made.headers = {"User-Agent": AGENT, "Accept": "application/json"}
        if self._auth.field:
            made.json = {self._auth.field: self._key, **(request.json or {})}
        else:
            made.headers[self._auth.header] = self._auth.prefix + self._key
        if one := request.upload:
            made.json, made.files = None, {one.field: (one.name, files.enter_context(one.path.open("rb")), one.mime)}
        return made

    def _settled(self, request: Request, response: Response) -> Response:
        """Return the answer. Raises UnconfirmedError for a create that a failing server may have carried out."""
        if request.creates and not request.repeatable and response.status >= 500:
            raise self._unconfirmed(f"HTTP {response.status}", plain(response.body, 1000))
        page = isinstance(response.body, str) and response.body.lstrip().startswith("<")
        if page and response.status < 300 and not request.creates:
            raise NetworkError(
                f"A web page came in place of {self._label}'s answer. Is there a page to log in to this network, or is "
                "the base URL wrong? Nothing that was started is lost.",
                f"HTTP {response.status}",
            )
        return response

    def _parsed(self, content: bytes) -> Any:
        """Return the JSON, or the text where it is none. An answer may repeat the key that it was sent: it is taken out
        of what was parsed, because JSON knows several ways to write a letter."""
        text = content.decode("utf-8", "replace")
        try:
            return json.loads(self._blotted(json.dumps(json.loads(text), ensure_ascii=False)))
        except (ValueError, RecursionError):
            return self._blotted(text)

    def _blotted(self, text: str) -> str:
        return blotted(text, self._spelt)

    # ---- what went wrong
    def _misled(self, request: Request, error: RedirectError) -> NetworkError:
        """Return the error of a redirect that was not followed."""
        details = f"HTTP {error.status}"
        done = error.status == 303 or (error.status in (301, 302) and error.same)  # "done; see there for the result"
        if done and request.creates and not request.repeatable:
            return self._unconfirmed("it redirects", details)
        if error.endless:
            return NetworkError(f"{self._label} redirects without end. Try again later.", details)
        return UnreachableError(
            f"{self._label} redirects to another address, which was refused: the API key goes to its own host only."
            " Check the base URL in the preferences.",
            details,
        )

    def _lost(self, request: Request, cause: Exception, left: bool) -> NetworkError:
        """Return the error of a request without an answer."""
        what = reason(cause)
        if request.creates and not request.repeatable and left:
            return self._unconfirmed(what)
        found = f"{self._label} cannot be reached: {what}. Check the connection{self._where}"
        if not _unreached(cause):
            found = f"{self._label} did not answer: {what}. Try again in a few minutes"
        if left or not (request.creates or _unreached(cause)):
            return LostError(f"{found}.")
        return NoConnectionError(f"{found}; nothing was charged for this." if request.creates else f"{found}.")

    def _unconfirmed(self, what: str, details: str = "") -> UnconfirmedError:
        return UnconfirmedError(
            f"{self._label} did not answer when it was asked to start the task ({what}). It may have been charged: "
            "look at your tasks there before you send it again.",
            details,
        )

    # ---- model files
    def download(self, link: str, target: Path, halt: Halt, percent: Percent) -> int:
        """Fetch a model file. A path is under the base URL and gets the key; an address is fetched without it.

        What came before the connection was lost, or in another process, is continued.
        """
        own = link.startswith("/")
        key = {self._auth.header: self._auth.prefix + self._key} if own and not self._auth.field else {}
        most, vain, odd = Part(target).size, 0, False
        while True:
            self.check_online()
            try:
                size = Download(self._base + link if own else link, self._base, key, own).fetch(target, halt, percent)
            except LostError as error:
                came = Part(target).size
                vain, most = 0 if came > most else vain + 1, max(came, most)
                if vain >= TRIES or (odd and error.once):
                    raise NetworkError(f"The model file could not be fetched: {error.message}", error.details) from None
                odd |= error.once
                halt.wait(spread(error.wait_s or PAUSES_S[min(vain, 2)] or 0.0))
            else:
                percent(100.0)
                return size


def _unreached(error: Exception) -> bool:
    """Tell whether no connection came about: no name, no answer, no proxy, no TLS."""
    none = requests.exceptions.ConnectTimeout, requests.exceptions.SSLError, requests.exceptions.ProxyError
    return isinstance(error, none) or any(one in repr(error) for one in ("NewConnection", "NameResolution"))


def _again(request: Request, status: int) -> bool:
    """Tell whether a request with that answer is sent again."""
    return (status == 429 and not request.creates) or (status >= 500 and request.repeatable)
