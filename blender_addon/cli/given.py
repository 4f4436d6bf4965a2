"""Reads what was given on the command line: pictures, options, and the files to write. Raises InputError."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..core.errors import InputError
from ..core.folders import check_output
from ..core.prepare import check_views, check_whole
from ..core.provider import Provider
from ..core.source import check_picture, is_link

OUTPUTS = (".blend", ".glb", ".fbx", ".obj", ".usdz", ".stl")


def pictures(provider: type[Provider[Any]], views: dict[str, str], targets: list[str | None]) -> dict[str, Path | str]:
    """Return files and addresses of the views. Raises InputError for what cannot be sent, or would be written over."""
    pictures = {name: _picture(given) for name, given in views.items()}
    check_views(provider, pictures)
    files = [one for one in pictures.values() if isinstance(one, Path)]
    check_kept(files, targets)
    _check_whole(files)
    return pictures


def _check_whole(pictures: list[Path]) -> None:
    """Raise InputError for a PNG that is cut off: it would be seen only after its task was started."""
    for one in pictures:
        if (picture := check_picture(one)).kind == "PNG":
            check_whole(picture)


def _picture(given: str) -> Path | str:
    """Return the address, or the path. Raises InputError."""
    if is_link(given):
        return given
    if "://" in given:
        raise InputError(f"“{given}” is no address of an image. It looks like https://example.org/image.png.")
    path = Path(given).expanduser()
    if path.is_dir():
        raise InputError(
            f"{path} is a folder. Give one image in it: on the command line each has a call of its own. Blender's "
            "panel takes a whole folder and makes a task of each image."
        )
    return path


def _pair(text: str, flag: str, form: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise InputError(f"{flag} takes {form}, not “{text}”.")
    return name.strip(), value


def views(given: list[str]) -> dict[str, str]:
    """Return view → picture as given. Raises InputError."""
    pairs = [_pair(one, "--view", "NAME=IMAGE") for one in given]
    names = ["front", *(name for name, _ in pairs)]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice == "front":
        raise InputError("The front view is given twice: IMAGE is the front, so leave --view front=… out.")
    if twice:
        raise InputError(f"The {twice} view is given twice, by two --view {twice}=…. Leave one out.")
    return dict(pairs)


def options(provider: type[Provider[Any]], settings: list[str]) -> dict[str, Any]:
    """Return option → value. Raises InputError."""
    pairs = [_pair(one, "--set", "OPTION=VALUE") for one in settings]
    return {name: provider.options.parse(name, text) for name, text in pairs}


def with_height(provider: type[Provider[Any]], options: dict[str, Any], height: float) -> dict[str, Any]:
    """Return the options with the height in the provider's own one. Raises InputError when that is given too."""
    if provider.height_option in options:
        raise InputError(f"The height is given twice, by --height and --set {provider.height_option}. Leave one out.")
    return options | {provider.height_option: height}


def outputs(names: list[str]) -> list[str]:
    """Return the paths of the files to write. Raises InputError for one that cannot be written."""
    paths = [Path(name).expanduser().absolute() for name in names]
    for path in paths:
        if path.suffix.lower() not in OUTPUTS:
            raise InputError(f"{path.name} cannot be written. The formats are: {', '.join(OUTPUTS)}.")
        check_output(path)
    return [str(path) for path in paths]


def check_kept(sources: list[Path], targets: list[str | None]) -> None:
    """Raise InputError when what is given would be written over."""
    for target in map(Path, filter(None, targets)):
        if any(target.exists() and one.exists() and target.samefile(one) for one in sources):
            raise InputError(f"{target} is the source itself and would be written over. Give another name.")


def preview(name: str | None) -> str | None:
    """Return the path of the picture to write, if any. Raises InputError."""
    if name is None:
        return None
    path = Path(name).expanduser().absolute()
    if path.suffix.lower() != ".png":
        raise InputError(f"The preview {path.name} is written as PNG. Give a name that ends in .png.")
    check_output(path)
    return str(path)
