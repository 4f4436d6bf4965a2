"""Thumbnails of image files and of images of the .blend."""

from __future__ import annotations

from typing import Any

import bpy
import bpy.utils.previews

from .pictures import file_of, given, link

_files: Any = None


def icon(chosen: Any, view: str) -> int:
    """Return the icon that shows the view's picture, 0 when there is none. Blender loads it in the background.

    A public address has none: nothing is fetched that the artist did not ask for.
    """
    if not given(chosen, view) or link(chosen, view):
        return 0
    slot = getattr(chosen, view)
    if chosen.source == "FILE":
        return _file_icon(slot.path)
    return 0 if slot.image.source == "VIEWER" else int(slot.image.preview_ensure().icon_id)  # a render has an empty one


def _file_icon(text: str) -> int:
    preview = _preview(text)
    return int(preview.icon_id) if preview else 0


def _preview(text: str) -> Any:
    """Return the file's thumbnail, or None when there is no such file."""
    path = file_of(text)
    try:
        stamp = path.stat().st_mtime_ns
    except OSError:
        return None
    key = f"{path}?{stamp}"  # a file that was painted over gets a new thumbnail
    files = _collection()
    return files.get(key) or files.load(key, str(path), "IMAGE")


def _collection() -> Any:
    """Return the collection that holds the files' thumbnails."""
    global _files
    if _files is None:
        _files = bpy.utils.previews.new()
    return _files


def unregister() -> None:
    """Free the thumbnails."""
    global _files
    if _files is not None:
        bpy.utils.previews.remove(_files)
        _files = None
