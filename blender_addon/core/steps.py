"""Which step belongs to which stage, and the last of them: the model file becomes a .blend."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from .errors import DamagedError
from .events import Ready
from .following import follow
from .provenance import provenance
from .provider import Provider
from .run import Run
from .submitting import submit, take_up
from .task import Task

log = logging.getLogger(__name__)


def order(task: Task, provider: type[Provider[Any]]) -> dict[str, Any]:
    """Return how the task's model is landed, as the background Blender's work "convert" takes it."""
    return {
        "name": task.name,
        "front_axis": provider.front_axis,
        "parts": provider.in_parts or task.in_parts,
        "height": task.height,
        "provenance": provenance(task, provider.options),
    }


def convert(run: Run) -> None:
    """Turn the model file into a tidy .blend, in the background Blender; what came damaged is fetched once more.

    Each time takes longer than the last: an artist who resumes a task that took too long means it.
    """
    run.write(stage="converting", conversions=run.task.conversions + 1)
    target = run.folder / "model.blend"
    given = {
        "model": str(run.folder / str(run.task.model_file)),
        "blend": str(target),
        **order(run.task, type(run.provider)),
        "patience": run.task.conversions,
    }
    try:
        done = run.background.call("convert", given, run.halt, lambda _: None)
    except DamagedError as error:
        if not run.provider.base_url or run.task.fetched_again:
            raise
        log.info("task %s: the model file is fetched once more: %s %s", run.task.id, error.message, error.details)
        run.write(stage="downloading", fetched_again=True)
        return
    facts = {"statistics": done["statistics"], "warnings": [*run.task.warnings, *done.get("warnings", [])]}
    run.write(stage="ready", blend=target.name, made=run.task.made or time.time(), **facts)


STEPS: dict[str, Callable[[Run], None]] = {
    "prepared": submit,
    "uploading": submit,
    "submitting": take_up,
    "submitted": follow,
    "running": follow,
    "downloading": follow,
    "downloaded": convert,
    "converting": convert,
}


def to_ready(run: Run) -> None:
    """Take step after step until the .blend is ready. Raises MaquetteError, Halted."""
    while (step := STEPS.get(run.task.stage)) is not None:
        run.halt.check()
        step(run)
    if run.task.stage == "ready":
        run.emit(Ready(run.task.id, str(run.folder / str(run.task.blend))))
