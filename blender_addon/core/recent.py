"""A provider's list of its latest tasks, read to find the one whose create got no answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from .flow import Flow, Request, Response

PAGES = 20
"""Most pages that are asked for."""


@dataclass(frozen=True)
class Row:
    """One task of the list."""

    provider_task: str
    created: float
    """Unix time, seconds; by the provider's clock, in `Recent` by ours."""
    alike: bool
    """It was made by the same kind of create."""


@dataclass(frozen=True)
class Recent:
    """What the list says of the time that was asked for."""

    rows: tuple[Row, ...]
    whole: bool
    """The list reached back to that time."""


def recent(page: Callable[[int], Request], rows: Callable[[Response], Sequence[Row]], since: float) -> Flow[Recent]:
    """Read a list, the newest first, page by page (from 0) until it is older than `since` (Unix time, our clock)."""
    found: dict[str, Row] = {}
    for number in range(PAGES):
        response = yield page(number)
        ahead_s = clock_ahead(response)
        new = [one for one in rows(response) if one.provider_task not in found]
        found |= {one.provider_task: Row(one.provider_task, one.created - ahead_s, one.alike) for one in new}
        if not new or min(found[one.provider_task].created for one in new) < since:
            return Recent(tuple(found.values()), whole=True)
    return Recent(tuple(found.values()), whole=False)


def clock_ahead(response: Response) -> float:
    """Return how far the provider's clock is ahead of ours, seconds; 0 where it does not tell."""
    told = next((text for name, text in response.headers.items() if name.lower() == "date"), "")
    try:
        ahead_s = parsedate_to_datetime(told).timestamp() - time.time()
    except (ValueError, TypeError, OverflowError, OSError):
        return 0.0
    return ahead_s if abs(ahead_s) > 1 else 0.0  # it counts whole seconds


def moment(value: Any) -> float | None:
    """Return the Unix time that is told as ISO 8601 (UTC, unless it says otherwise) or in seconds or milliseconds."""
    if isinstance(value, str) and not value.strip().isdigit():
        try:
            told = datetime.fromisoformat(value.strip())
            return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError, OSError):
            return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        seconds = float(value)
    except OverflowError:
        return None
    seconds = seconds / 1000 if seconds > 10**11 else seconds
    return seconds if 0 <= seconds < 10**11 else None
