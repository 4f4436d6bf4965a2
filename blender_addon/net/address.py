"""Which addresses may be spoken to: where a key may go, and where a model file may come from."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from ..core.errors import NetworkError, ProviderError


def host_of(url: str) -> str:
    """Return the host in lower case; empty when the address has none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port. Raises ValueError for an address that is none."""
    parts = urlsplit(url)
    return parts.scheme.lower(), (parts.hostname or "").lower(), parts.port or {"http": 80}.get(parts.scheme, 443)


def is_loopback(url: str) -> bool:
    """Tell whether the address names this computer."""
    host = host_of(url)
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_base(url: str) -> str:
    """Return what is wrong with a base URL, as the end of a sentence; empty when a key may go there."""
    try:
        scheme, host, _ = origin(url)
    except ValueError:
        return "is no address"
    if not host:
        return "is no address"
    if "@" in urlsplit(url).netloc or urlsplit(url).query:
        return "must hold neither a user name nor a query"
    if scheme != "https" and not (scheme == "http" and is_loopback(url)):
        return "must begin with https://"
    return ""


def check_result(url: str, base_url: str) -> None:
    """Raise when a model file must not be fetched from there: https to public addresses only.

    With a base URL on this computer (a simulator, a gateway of one's own), http and this computer are accepted too.
    """
    try:
        scheme, host, port = origin(url)
    except ValueError:
        scheme = host = ""
        port = 0
    if is_loopback(base_url) and scheme in ("http", "https") and is_loopback(url):
        return
    if scheme != "https" or not host:
        raise ProviderError("The provider gave a link that is not safe (no https), and it was not followed.")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NetworkError(f"{host} was not found. Check the connection; the task is kept.", str(error)) from error
    if not all(ipaddress.ip_address(str(one[4][0]).partition("%")[0]).is_global for one in found):
        raise ProviderError("The provider gave a link into a private network, and it was not followed.", host)
