"""The one place where secrets are taken out of text that people may read: the log, bug reports, what is printed.

A secret is every API key that this process has read or entered, whatever follows the name of a header or field that
carries one, and the query of an address: a signed link works for everybody who has it.
"""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

BLOT = "•••"
SHORTEST = 8
"""Letters. A shorter text is no key, and stands in other text by chance."""
_FIELD = re.compile(
    r"""(?ix) ( authorization | api[-_]?key | ["']key(?=\\?["']) )
    ( \\?["']? \s* [:=] \s* (?: b?\\?["'] )? ) ( (?:bearer|basic|token) \s+ )? [^\s"',;&}\\]+"""
)
"""A header or field that carries a key, as text, JSON or Python shows it; ModelsLab's is called "key"."""
_QUERY = re.compile(r"""(?<=[^\s?])\?[\w.%~+\[\]-]+=[^\s"'<>)]*|(?<=://)([^\s?"'<>]+)\?[^\s"'<>)]*""")
_FOR_ADDRESSES = str.maketrans("+/", "-_")
"""The other alphabet of base64."""
_hidden: set[str] = set()


def hide(secret: str) -> None:
    """Take that secret out of everything from now on. Safe in any thread."""
    _hidden.update(spellings(secret))


def redacted(text: str) -> str:
    """Return the text without any secret."""
    text = _FIELD.sub(rf"\1\2{BLOT}", blotted(text, _hidden.copy()))
    return _QUERY.sub(lambda found: found[1] or "", text)


def blotted(text: str, spelt: Iterable[str]) -> str:
    """Return the text without what `spellings` returned."""
    for one in sorted(spelt, key=len, reverse=True):  # a short one may be part of a long one
        text = text.replace(one, BLOT)
    return text


def spellings(secret: str) -> set[str]:
    """Return how a secret may be written: raw, in JSON, in an address, in hex, in base64; nothing of a short text."""
    if len(secret) < SHORTEST:
        return set()
    raw = secret.encode("utf-8", "surrogatepass")
    found = {secret, json.dumps(secret)[1:-1], quote(secret, safe="", errors="replace"), raw.hex(), raw.hex().upper()}
    for before in range(3):  # a user's name and a colon, for instance: three letters of it become four of base64
        packed = base64.b64encode(bytes(before) + raw).decode()
        own = packed[-(-before * 4 // 3) : (before + len(raw)) * 4 // 3]  # what its neighbours do not change
        found |= {own, own.translate(_FOR_ADDRESSES)}
    return found


def visible(text: str, kept: str = "") -> str:
    """Return the text with every control and formatting character but those `kept` spelt out.

    Escape codes would act on a terminal, line ends would forge lines, and others turn the writing direction round.
    """
    return "".join(one if one in kept or unicodedata.category(one)[0] != "C" else _spelt(one) for one in text)


def _spelt(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")
