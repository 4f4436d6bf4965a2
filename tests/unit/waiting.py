"""Waiting for a condition in tests; the limit is only there so that a broken test ends."""

import time
from collections.abc import Callable

LIMIT_S = 30.0


def until(condition: Callable[[], object], what: str = "", limit_s: float = LIMIT_S) -> None:
    """Return as soon as the condition holds. Fails the test when it never does."""
    ends = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < ends, f"never happened: {what or condition}"
        time.sleep(0.01)
