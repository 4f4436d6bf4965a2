"""What can be read in a provider's answer, which may hold anything: amounts, percent, words for people.

Nothing here raises, and nothing returns what a person or the journal could not use.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from .flow import Response
from .refusal import details_of, plain

LARGEST = 10**9
"""No account holds so much: what is larger is an error, or meant to be one."""
DECIMALS = 6
POLLED = {"request": "trouble", "conflict": "trouble", "credits": "trouble", "busy": "later"}
"""Kind of refusal → what it is where a task is only asked for: the task is not over because the asking was refused."""
_LONGEST = 64
"""Letters of an amount that comes as text."""


def amount(value: Any) -> Decimal | None:
    """Return an amount of credits, money or seconds, 0 to below a billion; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and len(value) > _LONGEST:
        return None
    try:
        number = Decimal(str(value).strip())
    except (InvalidOperation, ValueError):  # the latter for whole numbers that are too long to be written
        return None
    if not number.is_finite() or not 0 <= number < LARGEST:
        return None
    _, _, exponent = number.as_tuple()
    kept = round(number, DECIMALS) if isinstance(exponent, int) and exponent < -DECIMALS else number
    return abs(kept) + 0  # + 0 writes 1E+3 out


def percent(value: Any) -> float | None:
    """Return percent, 0–100, told as a number or as “40%”; None for everything else."""
    number = amount(value.strip().removesuffix("%") if isinstance(value, str) else value)
    return None if number is None else float(min(number, Decimal(100)))


def held(value: Any) -> str:
    """Return the note of a balance about credits that running tasks hold back; empty when there are none."""
    number = amount(value)
    return f"{number.normalize():f} more are held for tasks that are running" if number else ""


def said(body: Any, names: Sequence[str] = ("message", "detail", "error")) -> Any:
    """Return what an answer says for people, a text or a tree of texts; a web page says nothing.

    `names` are the fields where it may stand, the best first; a suggestion that stands beside it is kept.
    """
    if isinstance(body, dict):
        told = (body.get(name) for name in names)
        found = next((one for one in told if one and not is_page(one)), None)
        return [found, body.get("suggestion")] if found else None
    return body if isinstance(body, str) and not is_page(body) else None


def is_page(value: Any) -> bool:
    """Tell whether it is the text of a web page, which a server in between may put in the answer's place."""
    return isinstance(value, str) and value.lstrip("\ufeff \t\r\n").startswith("<")


def seen(response: Response) -> str:
    """Return what a bug report needs of an answer that nobody understood."""
    return f"{details_of(response)}: {plain(response.body, 1000)}"
