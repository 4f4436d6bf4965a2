"""`maquette generate`, and `maquette tasks fetch`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from .. import providers
from ..core import repeated
from ..core.errors import InputError
from ..core.events import Submitted
from ..core.fetching import checked_id, enter, known
from ..core.options import Options
from ..core.prepare import prepare
from ..core.price import about
from ..core.provider import Provider
from . import given
from .assembly import Assembly
from .follow import follow, perhaps_paid
from .report import Report


def generate(arguments: argparse.Namespace, assembly: Assembly, report: Report) -> int:
    """Make a model from an image. Raises InputError before anything is sent."""
    started = time.monotonic()
    assembly.background.check()
    provider = providers.find(arguments.provider)
    if provider.follows:
        raise InputError(f"{provider.title} needs a finished model: `maquette tasks follow ID {provider.id}`.")
    views = {"front": arguments.image} | given.views(arguments.view)
    options, height = given.options(provider, arguments.set), arguments.height
    if provider.height_option and height is not None:  # it makes the model that tall by itself
        options, height = given.with_height(provider, options, height), None
    built = provider.options.build(options)
    for remark in [*built.cautions(views), *built.unused(views)]:
        report.note(remark)
    outputs, preview = given.outputs(arguments.out), given.preview(arguments.preview)
    pictures = given.pictures(provider, views, [*outputs, preview])
    assembly.connect(provider)  # a missing API key is said before anything is written
    assembly.check_online(provider)
    assembly.check_links(provider, pictures)
    if provider.base_url and not arguments.again:
        _refuse_twice(assembly, provider, built, pictures, (arguments.remove_background, arguments.crop))
    task = prepare(
        assembly.journal,
        provider,
        pictures,
        options,
        outputs=outputs,
        preview=preview,
        height=height,
        **_wishes(arguments),
    )
    if provider.base_url:
        unknown = f"{provider.label} tells the price with the task."
        report.note(unknown if provider.quotes else f"{about(built.credits())}.")
    assembly.tasks.start(task.id)
    return follow(assembly, task.id, report, started)


def _wishes(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return what is asked for besides pictures and options, as fields of a task."""
    return {
        "again": arguments.again,
        "timeout_s": arguments.timeout,
        "title": arguments.name.strip(),
        "cut_out": arguments.remove_background,
        "crop": arguments.crop,
    }


def _refuse_twice(
    assembly: Assembly,
    provider: type[Provider[Any]],
    options: Options,
    pictures: dict[str, Path | str],
    chosen: tuple[bool, bool],
) -> None:
    """Raise InputError when the same may have been charged already, and nobody knows whether it was."""
    for task in repeated.alike(assembly.journal, provider, options, pictures, chosen):
        if task.stage == "unconfirmed" and repeated.same_pictures(assembly.journal, task, pictures):
            raise perhaps_paid(task)


def fetch(arguments: argparse.Namespace, assembly: Assembly, report: Report) -> int:
    """Fetch the model of a task that was made elsewhere. Nothing is created. Raises InputError."""
    started = time.monotonic()
    provider = providers.find(arguments.provider)
    name = checked_id(provider, arguments.id)
    outputs, preview = given.outputs(arguments.out), given.preview(arguments.preview)
    assembly.background.check()
    assembly.connect(provider)
    assembly.check_online(provider)
    if before := known(assembly.journal, provider, name):
        raise InputError(f"{provider.label}'s task {name} is here already: `maquette tasks resume {before.id}`.")
    facts = {"timeout_s": arguments.timeout, "height": arguments.height}
    task = enter(assembly.journal, provider, name, arguments.name, outputs=outputs, preview=preview, **facts)
    report.event(Submitted(task.id, name))
    assembly.tasks.start(task.id)
    return follow(assembly, task.id, report, started)
