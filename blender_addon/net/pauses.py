"""How long to wait before something is sent again."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

LONGEST_WAIT_S = 300.0
"""A server that asks for more is asked again after this long."""
SPREAD = 1.25
"""Many clients that were sent away together must not come back together."""


def asked_to_wait(headers: Mapping[str, str], body: Any = None) -> float | None:
    """Return how long the server asks to wait, seconds: Retry-After as a number or a date, or a field of the body.

    What is neither is None; nothing is longer than LONGEST_WAIT_S.
    """
    names = {name.lower(): value for name, value in headers.items()}
    given = names.get("retry-after") or (body.get("retry_after") if isinstance(body, dict) else "")
    asked = _number(given)
    return asked if asked is None else max(0.0, min(asked, LONGEST_WAIT_S))


def spread(wait_s: float) -> float:
    """Return a little more than that, by chance: never less than was asked for."""
    return wait_s * random.uniform(1.0, SPREAD)


def _number(given: Any) -> float | None:
    if not given or isinstance(given, bool):
        return None
    try:
        number = float(given)
    except (TypeError, ValueError):
        pass
    else:
        return number if number == number else None
    try:
        return parsedate_to_datetime(str(given)).timestamp() - time.time()
    except (TypeError, ValueError, OverflowError, OSError):
        return None
