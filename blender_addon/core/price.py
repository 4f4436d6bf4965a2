"""Credits in words, the same in the panel and on the command line."""

from __future__ import annotations

import time
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from .history import began

if TYPE_CHECKING:
    from .task import Task


Charge = tuple[float, Decimal]
"""When a task was sent, or made if it was not, Unix time in seconds, and what it counts, credits."""


def amount(credits: Decimal) -> str:
    """Return credits in words: `30 credits`."""
    return f"{number(credits)} credit{'' if credits == 1 else 's'}"


def number(value: Decimal) -> str:
    """Return the number without the zeros that JSON leaves at its end."""
    return f"{value.normalize():,f}"


def about(estimate: Decimal | None) -> str:
    """Return what a task will probably cost; None is unknown."""
    return "Price unknown" if estimate is None else f"About {amount(estimate)}"


def spent_today(tasks: Iterable[Task], forgotten: Iterable[Charge] = ()) -> Decimal:
    """Return the credits of the tasks that were sent since midnight, forgotten ones too, of all providers together.

    One that is still to be sent counts on the day on which it was made. What a task has cost counts; as long as nobody
    knows, what it was to cost. One that failed and named no cost counts nothing, and neither does one whose price
    nobody knows.
    """
    since = _midnight()
    charges = (*((began(task), charged(task)) for task in tasks), *forgotten)
    return sum((credits for at, credits in charges if at >= since), Decimal(0))


def is_of_today(task: Task) -> bool:
    """Tell whether the task counts among what is spent today."""
    return began(task) >= _midnight()


def _midnight() -> float:
    now = time.localtime()
    return time.mktime((now.tm_year, now.tm_mon, now.tm_mday, 0, 0, 0, 0, 0, -1))


def charged(task: Task) -> Decimal:
    """Return what the task counts, see `spent_today`."""
    if task.elsewhere:  # and when it was paid for, nobody has said
        return Decimal(0)
    unsent = task.stage == "cancelled" and task.sent is None and not task.provider_task
    told = task.credits if task.credits is not None else None if task.stage == "failed" or unsent else task.estimate
    return Decimal(told or 0)
