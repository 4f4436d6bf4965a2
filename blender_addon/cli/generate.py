"""`maquette generate` and `maquette import`."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

from .. import providers
from ..core import repeated
from ..core.encoded import is_whole
from ..core.errors import InputError, ModelFileError
from ..core.events import Submitted
from ..core.fetching import checked_id, enter, known
from ..core.folders import check_output
from ..core.halt import Halt
from ..core.model_file import identify
from ..core.options import Options
from ..core.prepare import check_views, prepare
from ..core.price import about
from ..core.provenance import provenance
from ..core.provider import Provider
from ..core.source import check_picture, is_link
from ..core.task import Task
from ..net.process import LONGER, ROOMIER
from .assembly import Assembly
from .follow import follow, write
from .report import Report

OUTPUTS = (".blend", ".glb", ".fbx", ".obj", ".usdz", ".stl")


def generate(arguments: argparse.Namespace, assembly: Assembly, report: Report) -> int:
    """Make a model from an image. Raises InputError before anything is sent."""
    started = time.monotonic()
    assembly.background.check()
    provider = providers.find(arguments.provider)
    views = {"front": arguments.image} | _views(arguments.view)
    options, height = _options(provider, arguments.set), arguments.height
    if provider.height_option and height is not None:  # it makes the model that tall by itself
        options, height = _with_height(provider, options, height), None
    built = provider.options.build(options)
    for remark in [*built.cautions(views), *built.unused(views)]:
        report.note(remark)
    outputs, preview = _outputs(arguments.out), _preview(arguments.preview)
    pictures = _pictures(provider, views, [*outputs, preview])
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
            raise InputError(
                f"An earlier request for the same (task {task.id}) may already have been charged. "
                f"`maquette tasks resume {task.id}` tells what can be found out; --again sends it once more, and "
                "it may be charged twice."
            )


def fetch(arguments: argparse.Namespace, assembly: Assembly, report: Report) -> int:
    """Fetch the model of a task that was made elsewhere. Nothing is created. Raises InputError."""
    started = time.monotonic()
    provider = providers.find(arguments.provider)
    name = checked_id(provider, arguments.id)
    outputs, preview = _outputs(arguments.out), _preview(arguments.preview)
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


def import_file(arguments: argparse.Namespace, assembly: Assembly, report: Report) -> int:
    """Land a model file as a provider's would be. Raises MaquetteError."""
    started = time.monotonic()
    model = Path(arguments.file).expanduser().absolute()
    if not arguments.out and not arguments.preview:
        raise InputError("Give --out FILE: it says where the landed model is written.")
    if model.is_dir():
        raise InputError(f"{model} is a folder. Give the model file in it.")
    if not model.is_file():
        raise InputError(f"There is no file {model}. Check the name or choose another one.")
    task = Task("", model.name, {}, {}, outputs=_outputs(arguments.out), preview=_preview(arguments.preview))
    _check_kept([model], [*task.outputs, task.preview])
    _check_model(model)
    with tempfile.TemporaryDirectory(prefix="maquette-") as folder:
        blend = Path(folder) / "model.blend"
        order: dict[str, Any] = {"model": str(model), "blend": str(blend), "name": task.name, "front_axis": "-Y"}
        order["up_axis"] = "Y" if model.is_relative_to(assembly.journal.tasks_folder) else "Z"  # providers' are Y up
        order |= {"provenance": provenance(task), "parts": arguments.parts, "height": arguments.height}
        done = _converted(assembly, order)
        task.warnings = done.get("warnings", [])
        report.event(write(assembly, task, blend, started))
    return 0


def _check_model(model: Path) -> None:
    """Raise InputError when the file is no model file."""
    try:
        identify(model)
    except ModelFileError as error:
        raise InputError(error.message, error.details) from error


def _converted(assembly: Assembly, order: dict[str, Any]) -> dict[str, Any]:
    """Convert a file that no task has; what would be said of a task is left out. Raises MaquetteError."""
    try:
        return assembly.background.call("convert", order, Halt(), lambda _: None)
    except ModelFileError as error:
        message = error.message.replace(LONGER, "").replace(ROOMIER, ROOMIER.replace("resume the task", "try again"))
        raise ModelFileError(message, error.details) from error


def _pictures(provider: type[Provider[Any]], views: dict[str, str], targets: list[str | None]) -> dict[str, Path | str]:
    """Return files and addresses of the views. Raises InputError for what cannot be sent, or would be written over."""
    pictures = {name: _picture(given) for name, given in views.items()}
    check_views(provider, pictures)
    files = [one for one in pictures.values() if isinstance(one, Path)]
    _check_kept(files, targets)
    _check_whole(files)
    return pictures


def _check_whole(pictures: list[Path]) -> None:
    """Raise InputError for a PNG that is cut off: it would be seen only after its task was started."""
    for one in pictures:
        if check_picture(one).kind == "PNG" and not is_whole(one.read_bytes()):
            raise InputError(f"The image {one.name} is damaged: it is not there to its end. Save it again.")


def _picture(given: str) -> Path | str:
    """Return the address, or the path. Raises InputError."""
    if is_link(given):
        return given
    if "://" in given:
        raise InputError(f"“{given}” is no address of an image. It looks like https://example.org/image.png.")
    return Path(given).expanduser()


def _pair(text: str, flag: str, form: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise InputError(f"{flag} takes {form}, not “{text}”.")
    return name.strip(), value


def _views(given: list[str]) -> dict[str, str]:
    pairs = [_pair(one, "--view", "NAME=IMAGE") for one in given]
    names = ["front", *(name for name, _ in pairs)]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise InputError(f"The {twice} view is given twice (IMAGE is the front). Leave one out.")
    return dict(pairs)


def _options(provider: type[Provider[Any]], settings: list[str]) -> dict[str, Any]:
    pairs = [_pair(one, "--set", "OPTION=VALUE") for one in settings]
    return {name: provider.options.parse(name, text) for name, text in pairs}


def _with_height(provider: type[Provider[Any]], options: dict[str, Any], height: float) -> dict[str, Any]:
    """Return the options with the height in the provider's own one. Raises InputError when that is given too."""
    if provider.height_option in options:
        raise InputError(f"The height is given twice, by --height and --set {provider.height_option}. Leave one out.")
    return options | {provider.height_option: height}


def _outputs(names: list[str]) -> list[str]:
    paths = [Path(name).expanduser().absolute() for name in names]
    for path in paths:
        if path.suffix.lower() not in OUTPUTS:
            raise InputError(f"{path.name} cannot be written. The formats are: {', '.join(OUTPUTS)}.")
        check_output(path)
    return [str(path) for path in paths]


def _check_kept(sources: list[Path], targets: list[str | None]) -> None:
    """Raise InputError when what is given would be written over."""
    for target in map(Path, filter(None, targets)):
        if any(target.exists() and one.exists() and target.samefile(one) for one in sources):
            raise InputError(f"{target} is the source itself and would be written over. Give another name.")


def _preview(name: str | None) -> str | None:
    if name is None:
        return None
    path = Path(name).expanduser().absolute()
    if path.suffix.lower() != ".png":
        raise InputError(f"The preview {path.name} is written as PNG. Give a name that ends in .png.")
    check_output(path)
    return str(path)
