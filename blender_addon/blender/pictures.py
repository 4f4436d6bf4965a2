"""Source images as files: what the artist picked, and images of the .blend written out for a task."""

from __future__ import annotations

import re
import tempfile
from array import array
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bpy

from ..core.errors import InputError
from ..core.source import check_picture, check_size

VIEWS = ("front", "left", "back", "right")

_checked: dict[Path, tuple[tuple[int, int], str]] = {}


def given(chosen: Any, view: str) -> bool:
    """Tell whether the artist has picked something for the view."""
    slot = getattr(chosen, view)
    return bool(slot.path if chosen.source == "FILE" else slot.image)


def file_of(path: str) -> Path:
    """Return the file that a path property names; `//` is the .blend's folder."""
    return Path(bpy.path.abspath(path))


def problem(chosen: Any, view: str) -> str:
    """Return why the picked image cannot be used, as a sentence; empty when it can. Cheap enough for each redraw."""
    slot = getattr(chosen, view)
    try:
        if chosen.source == "FILE":
            return _file_problem(file_of(slot.path))
        return _image_problem(slot.image)
    except InputError as error:
        return error.message


def _image_problem(image: Any) -> str:
    """Return the sentence for an image of the .blend. Raises InputError for a size that cannot be used."""
    if image.source not in {"FILE", "GENERATED"}:
        return f"The image {image.name} is no single picture. Choose a still image."
    if not image.size[0]:
        return f"The image {image.name} cannot be loaded. Choose another one."
    check_size(image.name, tuple(image.size))
    return ""


def _file_problem(path: Path) -> str:
    """Look into the file only when it has changed since the last redraw."""
    try:
        facts = path.stat()
    except OSError:
        return f"There is no image {path.name}. Choose another one."
    stamp = (facts.st_mtime_ns, facts.st_size)
    if _checked.get(path, (None, ""))[0] != stamp:
        try:
            check_picture(path)
            _checked[path] = (stamp, "")
        except InputError as error:
            _checked[path] = (stamp, error.message)
    return _checked[path][1]


@contextmanager
def files(chosen: Any, views: tuple[str, ...]) -> Iterator[Mapping[str, Path]]:
    """Give a file for each view that was picked; those written for it are removed afterwards. Raises InputError."""
    picked = [view for view in VIEWS if view in views and given(chosen, view)]
    if chosen.source == "FILE":
        yield {view: file_of(getattr(chosen, view).path) for view in picked}
        return
    with tempfile.TemporaryDirectory(prefix="maquette-") as folder:
        yield {view: _written(getattr(chosen, view).image, Path(folder) / view) for view in picked}


def _written(image: bpy.types.Image, folder: Path) -> Path:
    """Return a file that holds the image as it is in Blender now; the image itself stays as it is."""
    on_disk = Path(bpy.path.abspath(image.filepath, library=image.library)) if image.filepath else None
    if on_disk and on_disk.is_file() and not image.is_dirty and not image.packed_file:
        return on_disk
    folder.mkdir()
    name = Path(re.sub(r'[\\/:*?"<>|\0]', "_", image.name)).stem or "Image"
    path = folder / f"{name}.png"  # its content decides what it is: a packed JPEG stays one
    try:
        _save_copy(image, path)
    except (RuntimeError, TypeError) as error:
        raise InputError(
            f"The image {image.name} cannot be written out. Save it as PNG and choose the file."
        ) from error
    return path


def _save_copy(image: Any, path: Path) -> None:
    """Write the image to the path; it stays as it is."""
    if "save_copy" in bpy.types.Image.bl_rna.functions["save"].parameters:
        image.save(filepath=str(path), save_copy=True)
        return
    # Blender 4.2's save() turns a generated image into one of a file: a twin is saved there.
    twin = bpy.data.images.new(image.name, *image.size, alpha=True, float_buffer=image.is_float)
    try:
        values = array("f", bytes(4 * len(image.pixels)))
        image.pixels.foreach_get(values)
        twin.colorspace_settings.name = image.colorspace_settings.name
        twin.pixels.foreach_set(values)
        twin.file_format = "OPEN_EXR" if image.is_float else "PNG"
        twin.save(filepath=str(path))
    finally:
        bpy.data.images.remove(twin)
