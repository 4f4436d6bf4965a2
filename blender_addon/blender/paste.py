"""What is on the clipboard: a picture where the system lets Blender have it, else the path or address of one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import bpy

from ..core.errors import InputError
from ..core.families import families
from . import captured, declared, draft, pictures, slots, taking
from .properties import VIEWS

NOTHING = (
    "There is no picture on the clipboard, and no path or address of one. Copied pictures come through on Windows, "
    "macOS and Wayland, the path of a file everywhere."
)


def paste(context: bpy.types.Context, view: str) -> str:
    """Let what was copied be that view, and return its name. Raises InputError when nothing can be used."""
    if can_paste():
        path = captured.new_file("Clipboard")
        _write_picture(context, path)
        slots.put(context.scene, view, str(path))
        return path.name
    text = context.window_manager.clipboard.strip()
    if pictures.is_link(link := pictures.without_quotes(text)):
        return _paste_link(context.scene, view, link)
    return _paste_files(context.scene, view, paths(text))


def can_paste() -> bool:
    """Tell whether there is a picture on the clipboard that Blender can have."""
    operator: Any = bpy.ops.image.clipboard_paste
    return bool(operator.poll())


def _paste_link(scene: bpy.types.Scene, view: str, link: str) -> str:
    declared.ensure()  # with a shortcut this may come before the panel was ever drawn
    provider = draft.current_provider(scene)
    if not provider.link_kinds:
        raise InputError(f"{provider.label} takes image files only. Save the image and choose the file.")
    pictures.check_link(link, provider.link_kinds, provider.label)
    slots.put(scene, view, link)
    return link


def _paste_files(scene: bpy.types.Scene, view: str, files: list[Path]) -> str:
    if not files:
        raise InputError(NOTHING)
    if gone := next((path for path in files if not path.is_file()), None):
        raise InputError(f"There is no image {gone}. Copy the path of one that is there.")
    if len(files) == 1:
        pictures.check_picture(files[0])
        slots.put(scene, view, str(files[0]))
        return files[0].name
    (views, *others) = families(files)
    if others:
        raise InputError(f"The clipboard names {len(files)} pictures. Drop them on the viewport for a model of each.")
    slots.replace(scene, views)
    return views[VIEWS[0]].name


def paths(text: str) -> list[Path]:
    """Return the files that the text names, a line each: paths with or without quotes, or file:// addresses."""
    lines = [pictures.without_quotes(line.strip()) for line in text.splitlines() if line.strip()]
    found = [_local(line) for line in lines[:100]]
    return [path for path in found if path] if all(found) else []


def _local(line: str) -> Path | None:
    """Return the file, or None when the line is no absolute path."""
    if line.lower().startswith("file:"):
        line = unquote(line[5:])
        host, slash, rest = line[2:].partition("/") if line.startswith("//") else ("", "", line)
        line = rest if not slash else f"/{rest}" if host in ("", "localhost") else f"//{host}/{rest}"
        if os.name == "nt" and line[2:3] == ":":  # /C:/…
            line = line[1:]
    try:
        path = Path(line).expanduser()
        with suppress(FileNotFoundError, NotADirectoryError, PermissionError):  # a path all the same
            path.stat()
    except (ValueError, RuntimeError, OSError):  # too long for one: a picture as base64 begins with a slash
        return None
    return path if path.is_absolute() else None


def _write_picture(context: bpy.types.Context, path: Path) -> None:
    """Let Blender read the copied picture and write it to the path. Raises InputError."""
    before = set(bpy.data.images)
    with image_editor(context):
        bpy.ops.image.clipboard_paste()
    for image in set(bpy.data.images) - before:
        try:
            taking.take(image, path)()
        finally:
            bpy.data.images.remove(image)
    if not path.is_file():
        raise InputError("The picture on the clipboard cannot be read. Save it as a file and choose that.")


@contextmanager
def image_editor(context: bpy.types.Context) -> Iterator[None]:
    """Work in an Image Editor meanwhile, for Blender pastes pictures nowhere else; without one an area lends itself."""
    areas: list[Any] = [(window, area) for window in context.window_manager.windows for area in window.screen.areas]
    window, area = min(areas, key=lambda one: (one[1].type != "IMAGE_EDITOR", one[1] == context.area))
    kind = area.ui_type
    area.type = "IMAGE_EDITOR"
    shown = area.spaces.active.image
    try:
        region = next(one for one in area.regions if one.type == "WINDOW")
        with context.temp_override(window=window, area=area, region=region):
            yield
    finally:
        area.spaces.active.image = shown
        area.ui_type = kind
