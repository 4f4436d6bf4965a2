"""`maquette tasks`: list, resume, cancel, forget."""

from __future__ import annotations

import argparse
import json
import time
from datetime import datetime
from typing import Any

from .. import providers
from ..core.details import bpy_version, details, public
from ..core.errors import rebuild
from ..core.events import Failed
from ..core.journal import Journal
from ..core.kept import lookable
from ..core.task import ENDED, WAITING, Task
from ..core.tasks import find
from .assembly import Assembly
from .follow import charged, ended, follow, land
from .report import EXIT, Report, table


def list_tasks(arguments: argparse.Namespace, assembly: Assembly, report: Report) -> int:
    """Print every task, the newest first."""
    tasks = assembly.journal.all()
    if arguments.json:
        print(json.dumps([_without_secrets(one.public()) for one in tasks], indent=2))
    elif tasks:
        print(
            table(
                [
                    ("TASK", "PROVIDER", "STATE", "%", "NAME", "IMAGE", "CREATED"),
                    *(_row(one, assembly.journal) for one in tasks),
                ]
            )
        )
    else:
        report.note("There are no tasks yet.")
    return 0


def _without_secrets(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the same with an error that may be shown to anybody; its details may quote what a provider sent."""
    error = facts["error"]
    return facts | {"error": error and {name: public(text) for name, text in error.items()}}


def show_details(arguments: argparse.Namespace, assembly: Assembly, _report: Report) -> int:
    """Print what a bug report about the task needs."""
    print(details(find(assembly.journal, arguments.id), assembly.journal.folder, {"Blender": bpy_version()}))
    return 0


def _row(task: Task, journal: Journal) -> tuple[str, ...]:
    goes_on = task.stage in ENDED | WAITING or journal.owned_elsewhere(task.id)
    state = task.state if goes_on else "stopped: resume it"
    created = datetime.fromtimestamp(task.created).strftime("%Y-%m-%d %H:%M")
    percent = "-" if task.percent is None else str(task.percent)
    return task.id, task.provider, state, percent, task.name, task.image, created


def resume(arguments: argparse.Namespace, assembly: Assembly, report: Report) -> int:
    """Carry on the tasks named, or all that are unfinished, one by one; return the first failure's code."""
    chosen = [find(assembly.journal, one) for one in dict.fromkeys(arguments.ids)] or assembly.journal.unfinished()
    codes = [_resume_one(find(assembly.journal, one.id), arguments, assembly, report) for one in chosen]
    if not codes:
        report.note("There is nothing to resume.")
    return next((code for code in codes if code), 0)


def _resume_one(task: Task, arguments: argparse.Namespace, assembly: Assembly, report: Report) -> int:
    started = time.monotonic()
    if task.stage == "landed":
        return ended(assembly, task, report)
    if task.stage in ENDED:
        task = assembly.tasks.reopen(task.id)
    if task.stage == "ready":
        if task.outputs or task.preview or arguments.ids:
            return land(assembly, task.id, report, started)
        return 0  # the panel's: it waits there for the artist
    if task.stage == "unconfirmed":
        if not lookable(task, providers.find(task.provider)):
            return _undecided(task, report)
        assembly.tasks.look_again(task.id)
    assembly.journal.update(task.id, timeout_s=arguments.timeout)  # without one the provider's: it may take longer now
    assembly.tasks.start(task.id)
    code = follow(assembly, task.id, report, started)
    if find(assembly.journal, task.id).stage == "unconfirmed":
        report.note(_choices(task))
    return code


def _undecided(task: Task, report: Report) -> int:
    """Say that only a person can find out what became of the task, and return the exit code."""
    error = rebuild(**(task.error or {"kind": "network", "message": f"Task {task.id} is unconfirmed."}))
    report.event(Failed(task.id, error.kind, error.message))
    report.note(_choices(task))
    return EXIT[error.kind]


def _choices(task: Task) -> str:
    return (
        f"`maquette generate IMAGE … --again` sends it once more and may be charged twice; `maquette tasks forget "
        f"{task.id}` removes it."
    )


def cancel(arguments: argparse.Namespace, assembly: Assembly, report: Report) -> int:
    """Cancel the tasks, wherever they run, up to the first that cannot be cancelled."""
    for one in dict.fromkeys(arguments.ids):
        assembly.tasks.cancel(one)
        asked = find(assembly.journal, one).stage != "cancelled"
        report.note(f"Task {one} is {'being ' if asked else ''}cancelled.")
        if words := charged(assembly, one):
            report.note(words)
    return 0


def forget(arguments: argparse.Namespace, assembly: Assembly, report: Report) -> int:
    """Remove the tasks and their files, up to the first that cannot be removed."""
    for one in dict.fromkeys(arguments.ids):
        assembly.tasks.forget(one)
        report.note(f"Task {one} and its files are removed.")
    return 0
