"""What ModelsLab's answers mean: refusals, which may come with HTTP 200, ids, and the addresses of model files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..core.flow import Json
from ..core.provider import TaskStatus
from ..core.reading import amount
from ..core.refusal import kind_of
from ..core.source import is_link

REFUSED = frozenset({"error", "failed"})
"""Words of `status` that are a refusal or a failure, whatever the HTTP status says."""
_MEANINGS = {
    kind: re.compile(words, re.IGNORECASE)
    for kind, words in {
        "content": r"nsfw|polic(y|ies)|moderation|inappropriate|prohibited content",
        "later": r"rate limit|too many requests|queued requests",
        "key": r"(invalid|wrong|missing|incorrect).{0,20}\bapi[ _]?key|\bapi[ _]?key.{0,20}(invalid|wrong|required)",
        "credits": r"insufficient|(add|buy|out of|enough|more).{0,20}(credit|balance|fund)",
        "forbidden": r"subscription|premium",
        "missing": r"\b(request|record|task|id)\b.{0,20}(not found|not exist)|no such (request|record|task)",
    }.items()
}
"""What a refusal means by its words: with HTTP 200, 400 and 403 its status says only that it is one."""
_NO_MODELS = (".mtl", ".mp4", ".webm", ".gif", ".png", ".jpg", ".jpeg", ".webp", ".json", ".txt")
"""What stands beside a model: an OBJ's materials, what Render Video makes."""
_FETCH = re.compile(r"/3d/fetch/([A-Za-z0-9_-]+)/?$")
SAID = ("message", "messege", "error", "errors", "tip")


def kind_in(status: int, words: str) -> str:
    """Return the kind of a refusal; empty when it says no more than that it is one."""
    meant = next((kind for kind, pattern in _MEANINGS.items() if pattern.search(words)), "")
    return meant if meant and (status < 400 or status in (400, 403, 422)) else kind_of(status)


def word_in(body: Json) -> str:
    """Return the answer's `status` in small letters; empty when it has none."""
    told = body.get("status") if isinstance(body, dict) else None
    return told.strip().lower() if isinstance(told, str) else ""


def task_in(body: Mapping[str, Any]) -> str:
    """Return the task's id, or the end of the address where its result shall be fetched; empty without either."""
    task = body.get("id")
    if type(task) in (int, str) and task != "":
        return str(task)
    named = _FETCH.search(str(body.get("fetch_result")))
    return named[1] if named else ""


def succeeded(body: Mapping[str, Any], suffix: str) -> TaskStatus | None:
    """Return the finished model's addresses, files of that kind first.

    None while it is not there, which `success` alone does not promise.
    """
    if word_in(body) != "success" or not links(body.get("output")):
        return None
    found = (link for name in ("output", "proxy_links", "future_links") for link in links(body.get(name)))
    models = dict.fromkeys(link for link in found if not _file(link).endswith(_NO_MODELS))
    # a ZIP may hold the textures that a lone OBJ has left behind
    best = (".zip", f".{suffix}") if suffix == "obj" else (f".{suffix}",)
    ranks = {link: next((at for at, end in enumerate(best) if _file(link).endswith(end)), len(best)) for link in models}
    return TaskStatus("succeeded", 100, tuple(sorted(models, key=lambda link: ranks[link]))) if models else None


def _file(link: str) -> str:
    """Return the address without its query and fragment, in small letters."""
    return link.lower().partition("?")[0].partition("#")[0]


def links(value: Any) -> list[str]:
    """Return the addresses in a list, or the one that stands alone."""
    found = value if isinstance(value, list) else [value]
    return [link for link in found if isinstance(link, str) and is_link(link)]


def eta(body: Mapping[str, Any], least: float, most: float) -> float | None:
    """Return when to ask again, seconds: what ModelsLab expects, within bounds; None when it does not say."""
    seconds = amount(body.get("eta"))
    return None if seconds is None else max(least, min(float(seconds), most))
