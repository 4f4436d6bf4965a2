"""Credits in words, the same in the panel and on the command line."""

from __future__ import annotations

from decimal import Decimal


def amount(credits: Decimal) -> str:
    """Return credits in words: `30 credits`."""
    return f"{number(credits)} credit{'' if credits == 1 else 's'}"


def number(value: Decimal) -> str:
    """Return the number without the zeros that JSON leaves at its end."""
    return f"{value.normalize():,f}"


def about(estimate: Decimal | None) -> str:
    """Return what a task will probably cost; None is unknown."""
    return "Price unknown" if estimate is None else f"About {amount(estimate)}"
