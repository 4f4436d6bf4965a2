"""`maquette tasks follow`: goes on with a model at the provider that has made it."""

from __future__ import annotations

import argparse
import time
from typing import Any

from .. import providers
from ..core import repeated
from ..core.errors import InputError
from ..core.follow_up import prepare_follow_up
from ..core.options import Options
from ..core.price import about
from ..core.provider import Provider
from ..core.task import Task
from ..core.tasks import find
from . import given
from .assembly import Assembly
from .follow import follow, perhaps_paid
from .report import Report


def follow_up(arguments: argparse.Namespace, assembly: Assembly, report: Report) -> int:
    """Make something of a finished task's model. Raises InputError before anything is sent."""
    started = time.monotonic()
    assembly.background.check()
    before = find(assembly.journal, arguments.id)
    step = _step(before, arguments.what)
    options = given.options(step, arguments.set)
    built = step.options.build(options)
    for remark in [*built.cautions(), *built.unused()]:
        report.note(remark)
    outputs, preview = given.outputs(arguments.out), given.preview(arguments.preview)
    assembly.connect(step)  # a missing API key is said before anything is written
    assembly.check_online(step)
    if not arguments.again:
        _refuse_twice(assembly, step, built, before)
    wishes = {"title": arguments.name.strip(), "height": arguments.height}
    facts = {"outputs": outputs, "preview": preview, "timeout_s": arguments.timeout, "again": arguments.again}
    facts |= {name: wish for name, wish in wishes.items() if wish}
    task = prepare_follow_up(assembly.journal, step, before, options, **facts)
    report.note(f"{about(built.credits())}.")
    assembly.tasks.start(task.id)
    return follow(assembly, task.id, report, started)


def _step(before: Task, what: str) -> type[Provider[Any]]:
    """Return the follow-up of that id, or of the part of it behind the provider's. Raises InputError."""
    offered = {one.id: one for one in providers.follow_ups_of(before.provider)}
    name = what if what in offered else f"{before.provider.partition('_')[0]}_{what}"
    if name not in offered:
        makers = {providers.find(one.owner).label for one in providers.every_follow_up()}
        words = f"What can: {', '.join(offered)}" if offered else f"Only models by {' and '.join(makers)} go on"
        raise InputError(f"Nothing called “{what}” can be made of the model of task {before.id}. {words}.")
    return offered[name]


def _refuse_twice(assembly: Assembly, step: type[Provider[Any]], options: Options, before: Task) -> None:
    """Raise InputError when the same may have been charged already, and nobody knows whether it was."""
    for task in repeated.alike(assembly.journal, step, options, (), follows=str(before.provider_task)):
        if task.stage == "unconfirmed":
            raise perhaps_paid(task)
