"""Thumbnails of image files and of images of the .blend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import bpy.utils.previews

from .pictures import file_of, given, link

_files: Any = None
_missing: set[str] = set()
"""Kept files that are no longer there."""


def icon(chosen: Any, view: str) -> int:
    """Return the icon that shows the view's picture, 0 when there is none. Blender loads it in the background.

    A public address has none: nothing is fetched that the artist did not ask for.
    """
    if not given(chosen, view) or link(chosen, view):
        return 0
    slot = getattr(chosen, view)
    if chosen.source == "FILE":
        return of_file(slot.path)
    return 0 if slot.image.source == "VIEWER" else int(slot.image.preview_ensure().icon_id)  # a render has an empty one


def of_file(path: str) -> int:
    """Return the icon that shows an image file, 0 when there is none."""
    preview = _preview(path)
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


def kept(path: str) -> int:
    """Return the icon that shows a file which nobody changes, such as a task's; 0 when there is none.

    The disk is asked once, not at each redraw.
    """
    if not path or path in _missing:
        return 0
    preview = _collection().get(path)
    if preview is None:
        if not Path(path).is_file():
            _missing.add(path)
            return 0
        preview = _collection().load(path, path, "IMAGE")
    return int(preview.icon_id)


def forget(path: str) -> None:
    """Look at the file again when it is shown next: it is new, or has been written over."""
    _missing.discard(path)
    if _files is not None and path in _files:
        del _files[path]


def _collection() -> Any:
    """Return the collection that holds the files' thumbnails."""
    global _files
    if _files is None:
        _files = bpy.utils.previews.new()
    return _files


def unregister() -> None:
    """Free the thumbnails."""
    global _files
    _missing.clear()
    if _files is not None:
        bpy.utils.previews.remove(_files)
        _files = None
