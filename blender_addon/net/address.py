"""Which addresses may be spoken to: where a key may go, and where a model file may come from."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from ..core.errors import NetworkError, ProviderError

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv4 addresses as networks without IPv4 write them."""


def host_of(url: str) -> str:
    """Return the host in lower case; empty when the address has none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port. Raises ValueError for an address that is none, or that others may read otherwise.

    A backslash or a control character ends the host for some readers and not for others.
    """
    parts = urlsplit(url)
    if any(letter in url for letter in "\\\t\r\n") or any(letter.isspace() for letter in parts.netloc):
        raise ValueError(f"no address: {url!r}")
    port = {"http": 80}.get(parts.scheme, 443) if parts.port is None else parts.port
    return parts.scheme.lower(), (parts.hostname or "").lower(), port


def shown(url: str) -> str:
    """Return the address of a server for a sentence: scheme, host and port, without login, path or query."""
    try:
        scheme, host, _ = origin(url)
        port = urlsplit(url).port
    except ValueError:
        return "which is no address"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}{f':{port}' if port else ''}"


def is_loopback(url: str) -> bool:
    """Tell whether the address names this computer."""
    host = host_of(url)
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_private(url: str) -> bool:
    """Tell whether the address is one of this computer or network by its name alone; nobody is asked."""
    host = host_of(url)
    try:
        return not is_public(host)
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".lan", ".internal", ".home.arpa"))


def check_base(url: str) -> str:
    """Return what is wrong with a base URL, as the end of a sentence; empty when a key may go there."""
    try:
        scheme, host, _ = origin(url)
        parts = urlsplit(url)
    except ValueError:
        return "is no address"
    if not host:
        return "is no address"
    if "@" in parts.netloc or parts.query or parts.fragment:
        return "must hold neither a user name nor a query"
    if scheme != "https" and not (scheme == "http" and is_loopback(url)):
        return "must begin with https://"
    return ""


def check_result(url: str, base_url: str, proxied: bool = False) -> None:
    """Raise when a model file must not be fetched from there: https to public addresses only.

    With a base URL on this computer (a simulator, a gateway of one's own), http and this computer are accepted too.
    `proxied`: a proxy fetches it, and may know names that this computer does not.
    """
    try:
        scheme, host, port = origin(url)
    except ValueError:
        scheme, host, port = "", "", 0
    safe = bool(host) and "@" not in urlsplit(url).netloc
    if safe and scheme in ("http", "https") and is_loopback(base_url) and is_loopback(url):
        return
    if not safe or scheme != "https" or not (port == 443 or port >= 1024):  # below are other services than the web
        raise ProviderError("The provider gave a link that is not safe (no https address), and it was not followed.")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        if proxied:
            return
        raise NetworkError(f"{host} was not found. Check the connection; the task is kept.", str(error)) from error
    if not all(is_public(str(one[4][0])) for one in found):
        raise ProviderError("The provider gave a link into a private network, and it was not followed.", host)


def is_public(text: str) -> bool:
    """Tell whether an IP address is one of the internet; one of IPv4 may hide in one of IPv6."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        hidden = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            hidden = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if hidden:
            return is_public(str(hidden))
    return address.is_global and not address.is_multicast
