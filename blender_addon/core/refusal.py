"""What a provider's refusal means to the artist: one sentence for each kind, the same for all providers.

Source of the kinds: the providers' error tables, read on 2026-11-21.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from .errors import (
    AccountError,
    BusyError,
    CreditsError,
    MaquetteError,
    MissingError,
    NetworkError,
    ProviderError,
    RejectedError,
    UnconfirmedError,
)
from .flow import Response

_SENTENCES: dict[str, tuple[type[MaquetteError], str]] = {
    "key": (
        AccountError,
        "{label} does not accept the API key. Check it, in Maquette's preferences or in the environment",
    ),
    "forbidden": (AccountError, "{label} does not allow this with your API key"),
    "credits": (CreditsError, "There are not enough credits at {label}: add some and generate again"),
    "content": (RejectedError, "{label} refused the image for its content. Choose another one"),
    "request": (ProviderError, "{label} refused the request"),
    "missing": (MissingError, "{label} does not know this task; it may belong to another API key"),
    "conflict": (
        ProviderError,
        "{label} was asked for the same a moment ago. Wait a little, or say that you want to pay for it once more "
        "(--again on the command line)",
    ),
    "failed": (ProviderError, "{label} could not make the model. Try another image or other options"),
    "cancelled": (ProviderError, "The task was cancelled at {label}"),
    "expired": (ProviderError, "The task expired at {label} before it was made. Generate it again"),
    "busy": (BusyError, "{label} has too much to do. Try again in a minute; nothing was charged for this"),
    "later": (NetworkError, "{label} has too much to do to answer. The task is kept: resume it in a minute"),
    "trouble": (NetworkError, "{label} has trouble answering. Try again in a few minutes"),
}
KINDS = frozenset(_SENTENCES)
_BY_STATUS = {401: "key", 402: "credits", 403: "forbidden", 404: "missing", 409: "conflict", 429: "busy"}
_TRACES = ("x-tripo-trace-id", "x-request-id", "request-id")


def kind_of(status: int) -> str:
    """Return the kind that an HTTP status stands for when the body says nothing better; empty for success."""
    if status < 400:
        return ""
    return _BY_STATUS.get(status, "trouble" if status >= 500 or status == 408 else "request")


def refusal(label: str, kind: str, said: Any = "", details: str = "") -> MaquetteError:
    """Make the error of that kind; `said` is the provider's own message (text, or a tree of texts)."""
    error, sentence = _SENTENCES[kind]
    words = plain(said)
    return error(sentence.format(label=label) + (f". It says: {words}" if words else ".") + _stop(words), details)


def _stop(words: str) -> str:
    return "" if not words or words[-1] in ".!?…" else "."


def plain(said: Any, longest: int = 300) -> str:
    """Return what a provider said as one line of text: validation errors may come as lists and objects."""
    if isinstance(said, dict):
        said = _joined(plain(one) for one in said.values())
    elif isinstance(said, list | tuple):
        said = _joined(plain(one) for one in said)
    text = "" if said is None else str(said)
    kept = "".join(" " if unicodedata.category(letter).startswith("C") else letter for letter in text[:2000])
    line = " ".join(kept.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _joined(parts: Iterable[str]) -> str:
    """Return the parts as one text: a whole sentence ends by itself."""
    text = ""
    for part in filter(None, parts):
        text += f"{' ' if not _stop(text) else '; '}{part}" if text else part
    return text


def details_of(response: Response) -> str:
    """Return what a bug report needs of an answer: its status, and its number at the provider."""
    return ", ".join([f"HTTP {response.status}", *traces(response.headers)])


def traces(headers: Mapping[str, str]) -> list[str]:
    """Return the answer's numbers at the provider, each behind its header's name."""
    return [f"{name} {plain(value, 100)}" for name, value in headers.items() if name.lower() in _TRACES]


def no_task(label: str, response: Response) -> UnconfirmedError:
    """Make the error of a create that was answered without a task: nobody knows what became of it."""
    return UnconfirmedError(
        f"{label} answered without saying which task it started. It may have been charged: look at your tasks there "
        "before you send it again.",
        f"{details_of(response)}: {plain(response.body, 1000)}",
    )
