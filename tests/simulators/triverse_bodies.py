"""What Triverse's four endpoints take, and when two requests ask for the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .schema import Field, Fields, InvalidError, check

IMAGE = Field(str, 1, required=True)
COMMON: Fields = {
    "model_version": Field(str, choices=("v2",)),
    "polygon_limit": Field(int, 1_000, 1_500_000),
    "turbo": Field(bool),
    "client_order_id": Field(str),
    "allow_duplicate": Field(bool),
}
TEXTURE: Fields = {"texture_size": Field(int, 1024, 4096)}
OTHER_VIEWS = ("right_image_file", "back_image_file", "left_image_file")
VIEWS: Fields = {"front_image_file": IMAGE, **dict.fromkeys(OTHER_VIEWS, Field(str, 1))}
FLOWS: dict[str, Fields] = {
    "image-to-model": {"image_file": IMAGE, **COMMON, **TEXTURE},
    "image-to-model-mv": {**VIEWS, **COMMON, **TEXTURE},
    "image-to-mesh": {"image_file": IMAGE, **COMMON},
    "image-to-mesh-mv": {**VIEWS, **COMMON},
}
FILES = ("image_file", *VIEWS)


def check_create(flow: str, body: Any) -> dict[str, Any]:
    """Return the body of a create. Raises InvalidError."""
    body = check(body, FLOWS[flow])
    if flow.endswith("-mv") and not any(view in body for view in OTHER_VIEWS):
        raise InvalidError("front_image_file", "needs at least one of the right, back or left image beside it")
    for name in FILES:
        if not body.get(name, "https://").startswith(("tasks/", "https://", "http://")):
            raise InvalidError(name, "must be a file_key or a public URL")
    _check_order_id(body)
    return body


def check_quote(flow: str, params: dict[str, Any]) -> None:
    """Check a quote's parameters, from which the files may be missing. Raises InvalidError."""
    stand_ins = {name: "-" for name, field in FLOWS[flow].items() if field.required}
    check({**stand_ins, **params}, FLOWS[flow])
    _check_order_id(params)


def wish(flow: str, body: dict[str, Any], bytes_of: Mapping[str, str]) -> dict[str, Any]:
    """Return what a create asks for; `bytes_of` replaces the key of an uploaded file."""
    rest = {name: value for name, value in body.items() if name not in ("client_order_id", "allow_duplicate")}
    return {"flow": flow, **rest, **{name: bytes_of.get(body[name], body[name]) for name in FILES if name in body}}


def _check_order_id(body: dict[str, Any]) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", body.get("client_order_id", "-")):
        raise InvalidError("client_order_id", "must be 1-64 letters, numbers, underscores or hyphens")
