"""What earlier tasks tell of the next one: how long a provider usually takes."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from .task import Task

LATEST = 9
"""Of a provider: as many tasks count, so that one that waited for its computer to wake up does not."""


def began(task: Task) -> float:
    """Return when the provider had the task, Unix time in seconds; when it was made here as long as nobody knows."""
    return task.sent or task.created


def usual_s(tasks: Iterable[Task]) -> dict[str, float]:
    """Return provider → how long its latest tasks took until their model was ready, seconds, in the middle of them.

    The tasks come newest first. What was only fetched here says nothing.
    """
    took: dict[str, list[float]] = {}
    for task in tasks:
        if task.made and not task.elsewhere and len(found := took.setdefault(task.provider, [])) < LATEST:
            found.append(max(0.0, task.made - began(task)))
    return {provider: median(found) for provider, found in took.items() if found}
