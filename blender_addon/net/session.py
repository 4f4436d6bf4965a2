"""HTTP sessions as this project wants them."""

from __future__ import annotations

import urllib.request

import requests

from .address import host_of, is_loopback


def session(url: str) -> requests.Session:
    """Return a session for the address that knows the system's proxies (never for this computer) and no logins."""
    made = requests.Session()
    made.trust_env = False  # it would send logins from .netrc
    if not is_loopback(url) and not urllib.request.proxy_bypass(host_of(url)):
        made.proxies = {name: proxy for name, proxy in urllib.request.getproxies().items() if name != "no"}
    return made
