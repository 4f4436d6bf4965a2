"""Source images: files and public addresses that the artist picked, and images of the .blend written out for a task."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

from ..core.encoded import NATIVE, kind_of
from ..core.errors import InputError
from ..core.source import CONVERTED, Picture, check_link, check_picture, check_sides, check_size, is_link
from . import captured, encoding, taking
from .properties import VIEWS

if TYPE_CHECKING:
    from ..core.provider import Provider

_checked: dict[Path, tuple[tuple[int, int], Picture | str]] = {}
"""File → when and how large it was, and what it is or why it cannot be used."""


def given(chosen: Any, view: str) -> bool:
    """Tell whether the artist has picked something for the view."""
    slot = getattr(chosen, view)
    return bool(slot.path if chosen.source == "FILE" else slot.image)


def file_of(path: str) -> Path:
    """Return the file that a path property names; `//` is the .blend's folder."""
    return Path(bpy.path.abspath(without_quotes(path)))


def without_quotes(text: str) -> str:
    """Return the path or address without the quotes around it with which Windows copies paths."""
    bare = text.strip()
    return bare[1:-1].strip() if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'" else text


def meant(path: str) -> Path | str:
    """Return the file that a path property names, or the public address as text."""
    return address if is_link(address := without_quotes(path).strip()) else file_of(path)


def link(chosen: Any, view: str) -> str:
    """Return the public address that the artist gave for the view; empty when it is none."""
    path = without_quotes(getattr(chosen, view).path).strip()
    return path if chosen.source == "FILE" and is_link(path) else ""


def links(chosen: Any, views: tuple[str, ...]) -> dict[str, str]:
    """Return view → public address; a view that is none has an empty text."""
    return {view: link(chosen, view) for view in views}


def problem(chosen: Any, view: str, provider: type[Provider[Any]] | None = None) -> str:
    """Return why the picked image cannot be used, as a sentence; empty when it can. Cheap enough for each redraw."""
    slot = getattr(chosen, view)
    try:
        if address := link(chosen, view):
            if provider and provider.link_kinds:  # who takes no addresses at all says so when asked to
                check_link(address, provider.link_kinds, provider.label)
        elif chosen.source == "FILE":
            return _file_problem(file_of(slot.path), provider)
        else:
            return _image_problem(slot.image, provider)
    except InputError as error:
        return error.message
    return ""


def _image_problem(image: Any, provider: type[Provider[Any]] | None) -> str:
    """Return the sentence for an image of the .blend. Raises InputError for a size that cannot be used."""
    if image.source == "VIEWER":  # Blender tells nothing of a render; whether there is one is seen when it is written
        return ""
    if image.source not in {"FILE", "GENERATED"}:
        return f"The image {image.name} is no single picture. Choose a still image."
    # An image that is not loaded would be decoded to tell its size: its file's first bytes tell it too.
    if not image.has_data and image.source == "FILE" and (path := on_disk(image)):
        return _file_problem(path, provider)
    if not image.has_data and image.packed_file:  # as soon as it is written out, its file tells it
        return ""
    if not image.size[0]:
        return f"The image {image.name} cannot be loaded. Choose another one."
    size: tuple[int, int] = tuple(image.size)
    check_size(image.name, size)
    if provider:
        check_sides(image.name, size, provider.accepts, provider.label)
    return ""


def _file_problem(path: Path, provider: type[Provider[Any]] | None) -> str:
    """Look into the file only when it has changed since the last redraw."""
    try:
        facts = path.stat()
    except OSError:
        return f"There is no image {path.name}. Choose another one."
    stamp = (facts.st_mtime_ns, facts.st_size)
    if _checked.get(path, (None, ""))[0] != stamp:
        try:
            _checked[path] = (stamp, check_picture(path))
        except InputError as error:
            _checked[path] = (stamp, error.message)
    found = _checked[path][1]
    if isinstance(found, str):
        return found
    if found.size and provider:
        check_sides(path.name, found.size, provider.accepts, provider.label)
    return ""


@contextmanager
def files(chosen: Any, views: tuple[str, ...]) -> Iterator[Mapping[str, Path | str]]:
    """Give a file, or a public address as text, for each view that was picked. Raises InputError.

    Files that are written for it are removed afterwards.
    """
    picked = [view for view in VIEWS if view in views and given(chosen, view)]
    if chosen.source == "FILE":
        yield {view: meant(getattr(chosen, view).path) for view in picked}
        return
    with tempfile.TemporaryDirectory(prefix="maquette-") as folder:
        yield {view: written(getattr(chosen, view).image, Path(folder) / view) for view in picked}


def on_disk(image: bpy.types.Image) -> Path | None:
    """Return the file that holds the image as it is in Blender now, if there is one."""
    path = Path(bpy.path.abspath(image.filepath, library=image.library)) if image.filepath else None
    return path if path and path.is_file() and not image.is_dirty and not image.packed_file else None


def written(image: bpy.types.Image, folder: Path) -> Path:
    """Return a file that holds the image as it is in Blender now; the image itself stays as it is."""
    path, rest = taken(image, folder)
    rest()
    return path


def taken(image: bpy.types.Image, folder: Path) -> tuple[Path, Callable[..., None]]:
    """Take the image as it is in Blender now: the main thread's part of writing it, as short as can be.

    Return the file that will hold it, and what writes it, in any thread, which may be given something that it calls
    often and that may raise. Both raise InputError.
    """
    if path := on_disk(image):
        return path, encoding.nothing
    folder.mkdir()
    name = Path(re.sub(r'[\\/:*?"<>|\0]', "_", image.name)).stem or "Image"
    path = folder / f"{name}.png"  # its content decides what it is: a packed JPEG stays one
    trouble = f"The image {image.name} cannot be written out. Save it as PNG and choose the file."
    try:
        if image.source == "VIEWER":
            rest = captured.take_render(bpy.context.scene, image, path)
        elif content := _packed(image):
            rest = partial(encoding.write_bytes, content, path)
        else:
            rest = taking.take(image, path)
    except (RuntimeError, TypeError, OSError) as error:
        raise InputError(trouble) from error
    return path, partial(encoding.finish, rest, trouble)


def _packed(image: Any) -> bytes:
    """Return the file that the .blend holds, where the image is as that and its first bytes tell what it is."""
    if image.source != "FILE" or image.is_dirty or not image.packed_file:
        return b""
    content: bytes = image.packed_file.data
    return content if kind_of(content[:16]) in {*NATIVE, *CONVERTED} else b""
