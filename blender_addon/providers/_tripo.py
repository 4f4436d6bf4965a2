"""What Tripo's API (v3) and gateways in its older dialect (v2) share: errors, task states, links.

Both dialects' forms are read everywhere, and whatever else an answer holds is no reason to lose a paid task.
Source: Tripo's documentation, migration guide and own client (tripo3d 1.0.0), read on 2026-11-21.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, urlsplit

from ..core.errors import MaquetteError
from ..core.flow import Request, Response, Upload
from ..core.provider import Created, TaskStatus
from ..core.reading import POLLED, amount, is_page, percent, seen
from ..core.refusal import details_of, kind_of, no_task, plain, refusal
from ..core.source import Accepts, View, is_link

ACCEPTS = Accepts(kinds=("PNG", "JPEG", "WebP"), min_side=20, max_side=6000, max_bytes=20_000_000)
LINK_KINDS = ("PNG", "JPEG")

_REQUEST = (1003, 1004, 2002, 2003, 2004, 2005, 2006, 2007, 2009, 2011, 2012, 2015, 2016, 2017, 2018, 2019, 2021, 2022)
_KINDS: dict[int, str] = {
    **dict.fromkeys((*_REQUEST, 4001), "request"),
    **dict.fromkeys((2, 1002), "key"),
    **dict.fromkeys((1005, 2013), "forbidden"),
    **dict.fromkeys((1007, 2000), "busy"),
    **dict.fromkeys((1000, 1001, 2014), "trouble"),
    2001: "missing",
    2008: "content",
    2010: "credits",
}
"""Tripo's own error codes; a code that is missing here stands back behind the HTTP status."""
_WORDS = (
    ("rate_limit", "busy"),
    ("quota", "credits"),
    ("balance", "credits"),
    ("credit", "credits"),
    ("content_policy", "content"),
    ("moderation", "content"),
    ("sensitive_words", "content"),
    ("nsfw", "content"),
    ("api_key", "key"),
)
"""What a gateway's codes, which are words, contain."""
_FINE = (None, "", 0, 200, "0", "200", "ok", "success")

_STATES = {
    **dict.fromkeys(("queued", "pending", "submitted", "waiting", "not_start"), "queued"),
    **dict.fromkeys(("success", "succeeded", "completed", "complete", "finished"), "succeeded"),
}
_ENDS = {
    **dict.fromkeys(("failed", "failure", "error"), "failed"),
    **dict.fromkeys(("cancelled", "canceled"), "cancelled"),
    "banned": "content",
    "expired": "expired",
}
_MODELS = ("pbr_model", "model", "base_model")
_SUFFIXES = frozenset({".glb", ".gltf", ".fbx", ".obj", ".stl", ".ply", ".usdz", ".zip"})


def upload(path: str, view: View) -> Request:
    """Describe the upload of one view. It starts and costs nothing, so it may be repeated."""
    assert view.path
    return Request("POST", path, upload=Upload("file", view.path, f"image{view.suffix}", view.mime), again=True)


def under(path: str, provider_task: str) -> str:
    """Return the address of a task; an id is somebody else's text and must not become a path of its own."""
    return f"{path}/{quote(provider_task, safe='')}"


def token_of(label: str, response: Response) -> str:
    """Return what an uploaded file is called from now on. Raises MaquetteError."""
    data = body_of(label, response, {"missing": "request"})
    token = _text(data.get("file_token")) or _text(data.get("image_token"))
    if not token:
        raise refusal(label, "trouble", "", seen(response))
    return token


def created(label: str, response: Response) -> Created:
    """Return the task that a create started. Raises MaquetteError."""
    if kind_in(response) == "trouble" and response.status not in range(400, 408):  # it failed inside: charged or not?
        raise no_task(label, response)
    data = body_of(label, response, {"missing": "request", "trouble": "request"})
    provider_task = _text(data.get("task_id")) or _text(data.get("id"))
    if not provider_task:
        raise no_task(label, response)
    return Created(provider_task)


def status_of(label: str, response: Response) -> TaskStatus:
    """Return where the task stands. Raises the error it ended with; an answer that tells nothing ends no task."""
    data = _failed_task(response) or body_of(label, response, POLLED)
    word = _word(data)
    if not word:
        raise refusal(label, "trouble", "", seen(response))
    if word in _ENDS:
        raise _ended(label, _ENDS[word], data, response)
    state, cost = _STATES.get(word, "running"), _cost(data)
    if state == "succeeded":
        return TaskStatus(state, 100.0, links_of(data), cost)  # the link may come a moment later
    return TaskStatus(state, percent(data.get("progress")), credits=cost)


def _failed_task(response: Response) -> dict[str, Any]:
    """Return the task of an answer that is a task which ended, told without envelope and name; {} for any other.

    Its own error must not be taken for one of the request. The word `error` stands in refusals too.
    """
    body = response.body if response.status < 400 and isinstance(response.body, dict) else {}
    return body if _ENDS.keys() - {"error"} >= {_word(body)} else {}


def _word(data: Mapping[str, Any]) -> str:
    """Return a task's status in small letters; empty when it has none."""
    word = data.get("status")
    return word.strip().lower() if isinstance(word, str) else ""


def links_of(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the addresses of the model file: with PBR maps first, then the model, then the base, then any other."""
    found = [(_rank(name, link), link) for name, link in _links(data)]
    return tuple(dict.fromkeys(link for rank, link in sorted(found, key=lambda one: one[0]) if rank <= len(_MODELS)))


def body_of(label: str, response: Response, instead: Mapping[str, str]) -> dict[str, Any]:
    """Return what an answer holds, {} for nothing of use. Raises MaquetteError; `instead` replaces kinds of it."""
    if kind := kind_in(response):
        raise _refused(label, instead.get(kind, kind), response)
    body = response.body if isinstance(response.body, dict) else {}
    data = body.get("data")
    return data if isinstance(data, dict) else body


def kind_in(response: Response) -> str:
    """Return the kind of refusal that was answered; empty when it is none."""
    body = response.body if isinstance(response.body, dict) else {}
    code, inner = body.get("code"), body.get("error")
    is_task = "task_id" in body or "id" in body  # a task's own error is what the task ended with
    complains = code not in _FINE or (not is_task and bool(inner or body.get("status") == "error"))
    if response.status < 400 and not complains:
        return ""
    if response.status in (401, 402):
        return kind_of(response.status)
    words = [code, *(inner.get(name) for name in ("code", "type"))] if isinstance(inner, dict) else [code, inner]
    told = next((_KINDS[number] for one in words if (number := _number(one)) in _KINDS), "")
    return told or _by_word(words) or kind_of(response.status) or "request"


def is_refusal(response: Response) -> bool:
    """Tell whether it is an error in Tripo's own form or in a gateway's, and not somebody else's."""
    body = response.body if isinstance(response.body, dict) else {}
    return body.get("code") not in _FINE or isinstance(body.get("error"), dict)


def _refused(label: str, kind: str, response: Response) -> MaquetteError:
    body = response.body
    said: Any = body if isinstance(body, str) else ""
    code = None
    if isinstance(body, dict):
        inner = body.get("error")
        code = inner.get("code") if isinstance(inner, dict) else body.get("code")
        said = _message(body)
    told = "" if code is None else f", code {plain(code, 80)}"
    return refusal(label, kind, "" if is_page(said) else said, details_of(response) + told)


def _message(data: Mapping[str, Any]) -> list[Any]:
    """Return what was said: by a task that failed, by the API (v2, v3) or nested (gateways)."""
    inner = data.get("error")
    inner = inner.get("message") if isinstance(inner, dict) else inner
    names = ("error_message", "error_msg", "message", "msg", "detail", "fail_reason")
    told = (inner, *(data.get(name) for name in names))
    return [next((one for one in told if one and not is_page(one)), ""), data.get("suggestion")]


def _ended(label: str, kind: str, data: Mapping[str, Any], response: Response) -> MaquetteError:
    """Make the error of a task that ended. v3 calls expired and banned tasks failed, and tells which by the code."""
    inner, said = data.get("error"), _message(data)
    words = [data.get("error_code"), *((inner.get("code"), inner.get("type")) if isinstance(inner, dict) else ())]
    numbers, text = {_number(one) for one in words}, plain(said).lower()
    if kind == "failed" and (2008 in numbers or _by_word([*words, text.replace(" ", "_")]) == "content"):
        kind = "content"
    elif kind == "failed" and 2018 in numbers and "complex" not in text:  # the code also means: too complex to remesh
        kind = "expired"
    codes = "".join(f", code {plain(one, 80)}" for one in words if one is not None)
    error = refusal(label, kind, said, details_of(response) + codes)
    error.credits = _cost(data)
    return error


def _by_word(words: list[Any]) -> str:
    text = " ".join(one for one in words if isinstance(one, str)).lower()
    return next((kind for word, kind in _WORDS if word in text), "")


def _links(node: Any, name: str = "", depth: int = 6) -> Iterator[tuple[str, str]]:
    """Yield every link with the name that it stands under; {"url": …} and lists stand under their own name."""
    if isinstance(node, str) and is_link(node):
        yield name, node
    elif isinstance(node, dict) and depth:
        for key, value in node.items():
            if key != "input":  # the source image, told back
                yield from _links(value, name if key == "url" else str(key), depth - 1)
    elif isinstance(node, list) and depth:
        for value in node:
            yield from _links(value, name, depth - 1)


def _rank(name: str, link: str) -> int:
    """Return the place in `_MODELS`, the one behind it for other model files, and a larger one for what is none."""
    kind = name.removesuffix("_url")
    if kind in _MODELS:
        return _MODELS.index(kind)
    try:
        suffix = PurePosixPath(urlsplit(link).path).suffix.lower()
    except ValueError:
        suffix = ""
    return len(_MODELS) + (suffix not in _SUFFIXES)


def _cost(data: Mapping[str, Any]) -> Decimal | None:
    told = (amount(data.get(name)) for name in ("credits_consumed", "consumed_credit"))
    return next((one for one in told if one is not None), None)


def _number(value: Any) -> int | None:
    """Return an error code that is a number; gateways send it as a text."""
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else None
    if isinstance(value, float):
        return int(value) if math.isfinite(value) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
