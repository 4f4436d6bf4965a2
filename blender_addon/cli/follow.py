"""Follows tasks to their end and writes the files that were asked for: the command line's way of landing."""

from __future__ import annotations

import queue
import time
from pathlib import Path

from .. import providers
from ..core.details import bpy_release
from ..core.errors import InputError, MaquetteError
from ..core.events import Cancelled, Failed, Ready, Succeeded
from ..core.halt import Halt
from ..core.kept import finished_model
from ..core.task import ENDED, Task
from ..core.tasks import find
from .assembly import Assembly
from .report import EXIT, Report


def follow(assembly: Assembly, task_id: str, report: Report, started: float) -> int:
    """Print the events of a task that runs until it ends, and return the exit code."""
    while True:
        try:
            event = assembly.events.get(timeout=0.2)
        except queue.Empty:
            if assembly.tasks.running(task_id) or not assembly.events.empty():
                continue
            return _not_ours(assembly, task_id, report)
        if event.task != task_id:
            continue
        if isinstance(event, Ready):
            assembly.tasks.wait(task_id)
            return land(assembly, task_id, report, started)
        report.event(event)
        if isinstance(event, Failed):
            return _failed(assembly, event, report)
        if isinstance(event, Cancelled):
            if words := charged(assembly, task_id):
                report.note(words)
            return 1


def land(assembly: Assembly, task_id: str, report: Report, started: float) -> int:
    """Write the outputs of a task that is ready; it stays ready when that fails."""
    if not assembly.journal.claim(task_id):
        return _not_ours(assembly, task_id, report)
    try:
        task = find(assembly.journal, task_id)
        return _land(assembly, task, report, started) if task.stage == "ready" else ended(assembly, task, report)
    finally:
        assembly.journal.release(task_id)


def charged(assembly: Assembly, task_id: str) -> str:
    """Return what an artist should know of a task that was cancelled after its provider had it; empty for others."""
    task = assembly.journal.get(task_id)
    provider = providers.find(task.provider) if task and task.provider_task else None
    if provider is None or not provider.base_url:
        return ""
    return (
        f"{provider.label} goes on with it and may still charge. `maquette tasks resume {task_id}` fetches the model."
    )


def perhaps_paid(task: Task) -> InputError:
    """Return the refusal to send once more what an unconfirmed task may have paid for."""
    return InputError(
        f"An earlier request for the same (task {task.id}) may already have been charged. "
        f"`maquette tasks resume {task.id}` tells what can be found out; --again sends it once more, and "
        "it may be charged twice."
    )


def elsewhere(task_id: str, report: Report) -> int:
    """Say that another process runs the task, and return the exit code."""
    return report.error(
        InputError(
            f"Task {task_id} is being run by another process. `maquette tasks` tells how far it is, `maquette tasks "
            f"cancel {task_id}` stops it."
        )
    )


def _not_ours(assembly: Assembly, task_id: str, report: Report) -> int:
    """Say that another process runs the task, or has just brought it to its end, and return the exit code."""
    task = find(assembly.journal, task_id)
    return ended(assembly, task, report) if task.stage in ENDED else elsewhere(task_id, report)


def ended(assembly: Assembly, task: Task, report: Report) -> int:
    """Say that the task has ended and where its model is, and return the exit code."""
    report.note(f"Task {task.id} has ended already ({task.state}).")
    _tell_kept(assembly, task, report)
    return 0 if task.stage == "landed" else 1


def _tell_kept(assembly: Assembly, task: Task, report: Report) -> None:
    """Say where the model is kept, and how it is written in another format."""
    folder = assembly.journal.folder_of(task.id)
    if task.stage == "landed" and (folder / (task.model_file or "")).is_file():
        blend, model = folder / (task.blend or ""), folder / (task.model_file or "")
        report.note(f'The model is kept in {blend}. `maquette import "{model}" --out FILE` writes it in any format.')


def _failed(assembly: Assembly, event: Failed, report: Report) -> int:
    """Say how a task goes on that is kept, and return the exit code."""
    task = assembly.journal.get(event.task)
    if task and task.stage not in ENDED and task.stage != "unconfirmed":
        report.note(f"`maquette tasks resume {task.id}` goes on with it.")
    return EXIT[event.kind]


def _land(assembly: Assembly, task: Task, report: Report, started: float) -> int:
    task_id = task.id
    try:
        blend = finished_model(assembly.journal, task, bpy_release())
        event = write(assembly, task, blend, started)
    except MaquetteError as error:
        report.event(failed := Failed(task_id, error.kind, error.message))
        return _failed(assembly, failed, report)
    task = assembly.journal.update(
        task_id, stage="landed", ended=time.time(), statistics=task.statistics | _counts(event)
    )
    report.event(event)
    if not task.outputs:
        _tell_kept(assembly, task, report)
    return 0


def write(assembly: Assembly, task: Task, blend: Path, started: float) -> Succeeded:
    """Land the .blend in an empty scene and write the outputs from there. Raises MaquetteError."""
    done = assembly.background.call(
        "write",
        {"blend": str(blend), "outputs": task.outputs, "preview": task.preview},
        Halt(),
        lambda _: None,
    )
    return Succeeded(
        task=task.id,
        **done["statistics"],
        credits=None if task.credits is None else float(task.credits),
        outputs=[*task.outputs, *([task.preview] if task.preview else [])],
        seconds=round(time.monotonic() - started, 3),
        main_thread_ms=round(done["main_thread_ms"], 3),
        warnings=[*task.warnings, *done.get("warnings", [])],
    )


def _counts(event: Succeeded) -> dict[str, int]:
    return {name: getattr(event, name) for name in ("objects", "triangles", "materials", "images")}
