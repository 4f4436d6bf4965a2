"""Whom a secure connection trusts: the bundle of requests, the system's store, and what the environment adds.

Checks are always on: nothing in the environment can switch them off, it can only add certificates. On Windows the
system's store is the one that a company's administrator fills; on macOS Python cannot read the keychain, and a
company's certificate is named in REQUESTS_CA_BUNDLE.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import ssl
from pathlib import Path

from requests.utils import DEFAULT_CA_BUNDLE_PATH

log = logging.getLogger(__name__)

NAMES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
"""Variables that name a file, or a folder, of certificates."""
STORES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""Where Linux distributions and macOS keep theirs: the OpenSSL inside Blender was built on another system."""


def context() -> ssl.SSLContext:
    """Return what connections are made with; it is made anew when a variable or the file that it names changes."""
    return _made(_named())[0]


def remarks() -> str:
    """Return sentences about variables that do not do what somebody hoped; empty when all is well."""
    told = list(_made(_named())[1])
    if os.environ.get("PYTHONHTTPSVERIFY", "1").strip() != "1":
        told.append("PYTHONHTTPSVERIFY is not followed: connections are always checked.")
    return " ".join(told)


def _named() -> tuple[tuple[str, str, float], ...]:
    """Return each variable that is set, with the age of what it names."""
    found = []
    for name in NAMES:
        for value in os.environ.get(name, "").strip().split(os.pathsep if name == "SSL_CERT_DIR" else "\0"):
            if value:
                age = 0.0
                with contextlib.suppress(OSError, ValueError):
                    age = Path(value).stat().st_mtime
                found.append((name, value, age))
    return tuple(found)


@functools.lru_cache(maxsize=2)
def _made(named: tuple[tuple[str, str, float], ...]) -> tuple[ssl.SSLContext, tuple[str, ...]]:
    """Return the context and what could not be used; loading the certificates takes 0.1 s."""
    made, told = ssl.create_default_context(), []  # checks certificate and name; loads the system's store
    made.verify_flags &= ~ssl.VERIFY_X509_STRICT  # on since Python 3.13: it refuses many companies' own certificates
    for store in (DEFAULT_CA_BUNDLE_PATH, next(filter(os.path.exists, STORES), "")):
        with contextlib.suppress(OSError):
            made.load_verify_locations(store)
    for name, value, _ in named:
        try:
            _add(made, Path(value))
        except (OSError, ValueError):
            told.append(f"{name} names {value}, where no certificates are; it is ignored, and the checks stay on.")
            log.warning("%s", told[-1])
    return made, tuple(told)


def _add(made: ssl.SSLContext, place: Path) -> None:
    """Trust what lies there: a file, or a folder as OpenSSL wants it or with any file names. Raises OSError."""
    if not place.is_dir():
        made.load_verify_locations(place)
        return
    made.load_verify_locations(capath=place)
    for one in place.iterdir():
        if one.suffix in (".pem", ".crt"):
            with contextlib.suppress(OSError):
                made.load_verify_locations(one)
