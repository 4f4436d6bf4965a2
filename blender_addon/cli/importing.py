"""`maquette import`."""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from .. import providers
from ..core.errors import InputError, ModelFileError
from ..core.halt import Halt
from ..core.model_file import identify
from ..core.provenance import provenance
from ..core.source import check_picture
from ..core.steps import order
from ..core.task import Task
from ..net.process import LONGER, ROOMIER
from . import given
from .assembly import Assembly
from .follow import write
from .report import Report

SAYS_NOTHING = {"asset", "download", "file", "mesh", "model", "object", "output", "result", "scene", "untitled"}
"""Names of model files that name nothing, in small letters."""


def import_file(arguments: argparse.Namespace, assembly: Assembly, report: Report) -> int:
    """Land a model file as a provider's would be; a task's own one as that task's. Raises MaquetteError."""
    started = time.monotonic()
    model = Path(arguments.file).expanduser().absolute()
    _check_model(model)
    if not arguments.out and not arguments.preview:
        raise InputError("Say what to write: --out FILE writes the model, --preview PNG a picture of it, or give both.")
    outputs, preview = given.outputs(arguments.out), given.preview(arguments.preview)
    given.check_kept([model], [*outputs, preview])
    task = assembly.journal.task_with(model) or Task("", model.name, {}, {})
    task = replace(task, outputs=outputs, preview=preview, warnings=[], credits=None)
    task.title, task.height = arguments.name.strip() or task.title, arguments.height or task.height
    if task.name.lower() in SAYS_NOTHING:
        report.note(f"The model is called “{task.name}”, like its file; --name gives it another name.")
    with tempfile.TemporaryDirectory(prefix="maquette-") as folder:
        blend = Path(folder) / "model.blend"
        wanted = {"model": str(model), "blend": str(blend), **_order(task)}
        wanted["parts"] = wanted["parts"] or arguments.parts
        done = _converted(assembly, wanted)
        task.warnings = done.get("warnings", [])
        report.event(write(assembly, task, blend, started))
    return 0


def _order(task: Task) -> dict[str, Any]:
    """Return how the model is landed: as its provider's are, or as Blender writes those that nobody made here."""
    if task.provider:
        return order(task, providers.find(task.provider))
    facing = {"front_axis": "-Y", "up_axis": "Z", "parts": False}
    return {"name": task.name, "height": task.height, "provenance": provenance(task), **facing}


def _check_model(model: Path) -> None:
    """Raise InputError when there is no such file, or it is no model file."""
    if model.is_dir():
        raise InputError(f"{model} is a folder. Give the model file in it.")
    if not model.is_file():
        raise InputError(f"There is no file {model}. Check the name or choose another one.")
    try:
        identify(model)
    except ModelFileError as error:
        message = f"{model.name} is an image: `maquette generate` makes a model from one." if _is_image(model) else ""
        raise InputError(message or error.message, error.details) from error


def _is_image(path: Path) -> bool:
    """Tell whether `maquette generate` could take the file."""
    try:
        return bool(check_picture(path))
    except InputError:
        return False


def _converted(assembly: Assembly, wanted: dict[str, Any]) -> dict[str, Any]:
    """Convert a file that no task has; what would be said of a task is left out. Raises MaquetteError."""
    try:
        return assembly.background.call("convert", wanted, Halt(), lambda _: None)
    except ModelFileError as error:
        message = error.message.replace(LONGER, "").replace(ROOMIER, ROOMIER.replace("resume the task", "try again"))
        raise ModelFileError(message, error.details) from error
