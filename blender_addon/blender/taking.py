"""An image of the .blend as it is now: taken in an instant, written by whoever has the time."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import bpy

from . import encoding

MARKED = {"PNG", "JPEG", "WEBP", "BMP", "TIFF", "OPEN_EXR", "OPEN_EXR_MULTILAYER", "HDR", "JPEG2000"}
"""Blender's names of formats that a picture's first bytes tell, for it is written without a suffix that does."""
_AS_WRITTEN = {"sRGB", "Non-Color"}
"""Color spaces whose bytes Blender writes as they are."""


def take(image: Any, path: Path) -> Callable[..., None]:
    """Take the image, and return what writes it to the path, in any thread; the image stays as it is.

    Blender encodes for seconds what it copies in no time. It encodes itself only what is no RGB, a photo that was
    painted on (as PNG it would be many times as large), and unusual color spaces. Raises RuntimeError and TypeError.
    """
    if pixels := _pixels(image):
        return partial(encoding.write_png, pixels, path)
    _save(image, path)
    return lambda *_check: None


def _pixels(image: Any) -> encoding.Pixels | None:
    """Return a copy of the pixels; None where Blender has to write the image."""
    is_data, linear = image.colorspace_settings.is_data, image.is_float
    if image.channels != 4 or image.depth not in ((96, 128) if linear else (24, 32)) or _stays_jpeg(image):
        return None
    if not (_rec709() if linear else image.colorspace_settings.name in _AS_WRITTEN):
        return None
    values = encoding.room(len(image.pixels))
    image.pixels.foreach_get(values)
    packed = image.source == "FILE" and image.alpha_mode == "CHANNEL_PACKED"
    return encoding.Pixels(
        values,
        tuple(image.size),
        opaque=image.depth in (24, 96),
        associated=linear and not packed,
        linear=linear and not is_data,
    )


def _rec709() -> bool:
    """Tell whether linear light in this file is that of sRGB; Blender 5.0 has other working spaces too."""
    spaces: Any = getattr(bpy.data, "colorspace", None)
    return spaces is None or spaces.working_space == "Linear Rec.709"


def _stays_jpeg(image: Any) -> bool:
    return image.file_format == "JPEG" and image.depth != 32 and _saves_copies()


def _saves_copies() -> bool:
    return "save_copy" in bpy.types.Image.bl_rna.functions["save"].parameters


def _save(image: Any, path: Path) -> None:
    """Let Blender write the image."""
    clear = image.file_format == "JPEG" and image.depth == 32  # one that was a PSD: a JPEG is opaque
    if image.file_format in MARKED and not clear and _saves_copies():
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
