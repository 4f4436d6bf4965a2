"""The forms of Tripo's API v3: its envelopes, its JSON bodies, its ids and times."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from .wire import Answer, RefusedError, Seen


def success(data: Any) -> Answer:
    """Return Tripo's envelope."""
    return Answer(200, {"code": 0, "status": "success", "data": data})


def error(status: int, code: int, message: str) -> Answer:
    """Return Tripo's envelope of an error."""
    about = {"message": message, "suggestion": "Refer to the API documentation", "request_id": str(uuid.uuid4())}
    return Answer(status, {"code": code, "status": "error", **about})


def json_body(seen: Seen) -> Any:
    """Return the body, which must be JSON and say so."""
    if not seen.headers.get("content-type", "").startswith("application/json"):
        raise RefusedError(error(415, 1003, "The content type must be application/json"))
    if seen.json is None:
        raise RefusedError(error(400, 1003, "The body is malformed"))
    return seen.json


def is_uuid(text: str) -> bool:
    """Whether it is a bare UUID, which v3 takes for a task."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def iso(seconds: float) -> str:
    """Return seconds since 1970 as v3 writes them."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
