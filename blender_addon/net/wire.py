"""One HTTP request on the wire, and nothing that a session would add: no logins from .netrc, no cookies, no redirects.

A session reads the whole body of a redirect, and its target, even when it is told not to follow it.
"""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from ..core.errors import NetworkError, UnreachableError
from . import trust
from .address import host_of, is_loopback
from .trace import traced

CONNECT_S, READ_S = 10.0, 30.0
REDIRECTS = 5
AGENT = "Maquette (Blender extension)"
NO_NAME = re.compile("NameResolution|getaddrinfo|gaierror|Name or service|in name resolution|nodename nor servname")
"""What requests, of whatever age, says on whatever system when a name is not known."""
OUT_OF_DATE = re.compile("certificate has expired|certificate is not yet valid")


class LostError(NetworkError):
    """The connection failed on the way, and may work at the next try."""

    def __init__(self, message: str, details: str = "", wait_s: float | None = None, once: bool = False) -> None:
        """`wait_s`: how long the server asks to wait before that. `once`: it is not tried a third time."""
        super().__init__(message, details)
        self.wait_s, self.once = wait_s, once


class NoConnectionError(UnreachableError):
    """No connection came about, and may at the next try."""


class Adapter(HTTPAdapter):
    """Connects with our own certificates; which ones requests takes by itself depends on its version."""

    def cert_verify(self, conn: Any, url: str, verify: object, cert: object) -> None:
        """Have certificate and name checked, whatever `verify` says."""
        if url.lower().startswith("https"):
            conn.cert_reqs, conn.ca_certs, conn.ca_cert_dir = "CERT_REQUIRED", None, None
            conn.conn_kw["ssl_context"] = trust.context()


@traced
@contextmanager
def sent(request: requests.PreparedRequest) -> Iterator[requests.Response]:
    """Send it and give the answer, whose body is still to be read. TLS is always verified. Raises RequestException."""
    with closing(Adapter()) as adapter:
        timeout = (CONNECT_S, READ_S)
        with adapter.send(request, stream=True, timeout=timeout, proxies=proxies(str(request.url))) as answer:
            yield answer


def announced(answer: requests.Response) -> int | None:
    """Return the length that the body shall have, bytes. Older versions of requests take less without a word."""
    text = answer.headers.get("Content-Length", "")
    known = text.isascii() and text.isdigit() and not answer.headers.get("Content-Encoding")
    return int(text) if known else None


def proxies(url: str) -> dict[str, str]:
    """Return the system's proxies for the address, by scheme; none for this computer."""
    if is_loopback(url) or urllib.request.proxy_bypass(host_of(url)):
        return {}
    return {name: proxy for name, proxy in urllib.request.getproxies().items() if name != "no"}


def reason(error: Exception) -> str:
    """Return why a connection failed, in a few words."""
    words = repr(error)
    if isinstance(error, requests.exceptions.SSLError):
        return _unverified(words)
    if NO_NAME.search(words):
        return "its name was not found"
    if isinstance(error, requests.exceptions.ProxyError):
        login = "407" in words
        return "the network's proxy " + ("asks for a login" if login else "refused the connection")
    if isinstance(error, requests.exceptions.Timeout) or "timed out" in words.lower():
        return "it took too long"
    return "the connection was refused" if "refused" in words.lower() else "the connection was lost"


def _unverified(words: str) -> str:
    """Return why TLS failed, in a few words."""
    if OUT_OF_DATE.search(words):
        return (
            f"the server's certificate is out of date by this computer's clock, which says {date.today()}. Correct the "
            "clock if it is wrong"
        )
    what = "the secure connection could not be verified; a proxy or virus scanner may stand in between"
    remarks = trust.remarks()
    return f"{what}. {remarks.removesuffix('.')}" if remarks else what
