"""What an answer's headers say of the file in it: which version, which part, how long, with which digest."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

import requests

SETTLED_S = 60.0
"""A date of change that was younger than this when the answer left may stand for two versions."""
_RANGE = re.compile(r"bytes (?:(\d+)-\d+|\*)/(?:(\d+)|\*)", re.ASCII)
_DIGESTS = (
    ("Repr-Digest", re.compile(r"sha-256=:([A-Za-z0-9+/]+=*):"), "sha256"),
    ("x-goog-hash", re.compile(r"md5=([A-Za-z0-9+/]+=*)"), "md5"),
)
"""Header, where the digest stands in it, and its kind. Both are of the whole file, also when a part is sent."""


def validator(answer: requests.Response) -> str:
    """Return what names exactly these bytes: a strong entity tag, else a date of change that is settled, else "".

    Source: RFC 9110, 8.8.
    """
    tag = answer.headers.get("ETag", "").strip()
    if tag:
        return tag if len(tag) > 2 and tag[0] == tag[-1] == '"' else ""
    changed = answer.headers.get("Last-Modified", "").strip()
    try:
        age = parsedate_to_datetime(answer.headers.get("Date", "")) - parsedate_to_datetime(changed)
    except (TypeError, ValueError):
        return ""
    return changed if age.total_seconds() >= SETTLED_S else ""


def content_range(answer: requests.Response) -> tuple[int | None, int | None]:
    """Return the number of the first byte sent and the length of the whole; None where it does not tell."""
    found = _RANGE.fullmatch(answer.headers.get("Content-Range", "").strip())
    first, whole = found.groups() if found else (None, None)
    return int(first) if first else None, int(whole) if whole else None


def digest(answer: requests.Response) -> str:
    """Return the whole file's digest as `sha256 BASE64`; empty when it is not told."""
    for header, pattern, kind in _DIGESTS:
        if found := pattern.search(answer.headers.get(header, "")):
            return f"{kind} {found[1]}"
    return ""


def sent_short(answer: requests.Response) -> bool:
    """Tell whether fewer bytes came than the body was said to have: older versions of requests say nothing then."""
    text = answer.headers.get("Content-Length", "")
    return text.isascii() and text.isdigit() and answer.raw.tell() < int(text)


def delimited(answer: requests.Response) -> bool:
    """Tell whether the body says itself where it ends; otherwise a lost connection looks like its end."""
    chunked = "chunked" in answer.headers.get("Transfer-Encoding", "").lower()
    return chunked or answer.headers.get("Content-Length", "").isdigit()
