"""Pictures to arrays and back, with Blender's readers. Values stay as they are in the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import numpy.typing as npt

from ..core.errors import InputError
from ..core.source import Picture, check_picture, check_size
from . import orientation

ByteArray = npt.NDArray[np.uint8]
FloatArray = npt.NDArray[np.float32]

_LINEAR = frozenset({"OpenEXR", "Radiance HDR"})
"""Kinds that hold linear light, with alpha multiplied in."""


def load(path: Path) -> ByteArray:
    """Return the picture, (H, W, 4) RGBA, sRGB with straight alpha, row 0 at the top, turned as its camera says.

    Raises InputError when it cannot be read or has an unusable size.
    """
    picture = check_picture(path)
    image: Any = bpy.data.images.load(str(path), check_existing=False)
    try:
        image.colorspace_settings.name = "Non-Color"  # or 16-bit values come back as linear light
        image.alpha_mode = "PREMUL" if picture.kind in _LINEAR else "CHANNEL_PACKED"  # neither changes a value
        pixels = _pixels(image, picture)
    finally:
        bpy.data.images.remove(image)
    if picture.kind in _LINEAR:
        pixels = _to_srgb(pixels)
    np.multiply(np.clip(pixels, 0, 1, out=pixels), 255, out=pixels)
    rows = np.rint(pixels, out=pixels).astype(np.uint8)[::-1]
    return np.ascontiguousarray(orientation.upright(rows, path) if picture.native else rows)


def _pixels(image: Any, picture: Picture) -> FloatArray:
    """Return what Blender read, (H, W, 4), row 0 at the bottom."""
    width, height = image.size
    if not width or not height:
        raise InputError(
            f"The {picture.path.stem} view begins like a {picture.kind} file and cannot be read: it is damaged or of "
            "an unusual kind. Save it again as PNG and choose that."
        )
    check_size(picture.path.name, (width, height))
    flat = np.empty(width * height * image.channels, np.float32)
    image.pixels.foreach_get(flat)
    rows: FloatArray = flat.reshape(height, width, image.channels)
    return _four_channels(np.nan_to_num(rows, copy=False)) if image.channels != 4 else rows


def _four_channels(rows: FloatArray) -> FloatArray:
    """Make RGBA of grey (1), grey and alpha (2) or RGB (3) channels."""
    full = np.ones((*rows.shape[:2], 4), np.float32)
    full[..., :3] = rows[..., :1] if rows.shape[2] < 3 else rows
    if rows.shape[2] == 2:
        full[..., 3] = rows[..., 1]
    return full


def _to_srgb(pixels: FloatArray) -> FloatArray:
    """Turn linear light with alpha multiplied in into sRGB with straight alpha."""
    alpha = pixels[..., 3:]
    light = np.clip(np.nan_to_num(pixels[..., :3]) / np.where(alpha > 0, alpha, 1), 0, 1)
    pixels[..., :3] = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return pixels


def image_of(rows: ByteArray, name: str, is_color: bool = True) -> Any:
    """Make a Blender image with these values, (H, W, 3 or 4), row 0 at the top."""
    height, width, channels = rows.shape
    image: Any = bpy.data.images.new(name, width, height, alpha=channels == 4)
    image.colorspace_settings.name = "sRGB" if is_color else "Non-Color"
    pixels = np.ones((height, width, 4), np.float32)
    np.divide(rows[::-1], 255, out=pixels[..., :channels], casting="unsafe")
    image.pixels.foreach_set(pixels.ravel())
    return image


def save(rows: ByteArray, path: Path, file_format: str = "PNG", is_color: bool = True, quality: int = 15) -> Path:
    """Write a picture, (H, W, 3 or 4) with straight alpha, row 0 at the top; `quality` is JPEG's, or PNG's compression.

    Returns the path.
    """
    image: Any = image_of(rows, path.name, is_color)
    image.file_format = file_format
    image.filepath_raw = str(path)
    image.save(quality=quality)
    bpy.data.images.remove(image)
    return path


def scaled(rows: ByteArray, factor: float) -> ByteArray:
    """Return the picture, (H, W, 3 or 4), made smaller by the factor (0–1), each new pixel the mean of the old ones.

    Colors are weighted with alpha, so that what is invisible does not bleed into the edge.
    """
    if factor >= 1:
        return rows
    size = [max(1, round(side * factor)) for side in rows.shape[:2]]
    alpha = weight = np.ones((1, 1), np.float32)
    if rows.shape[2] == 4:
        alpha = np.divide(rows[..., 3], 255, dtype=np.float32)
        weight = np.maximum(_resized(alpha, size), 1e-6)
    small = np.empty((*size, rows.shape[2]), np.uint8)
    for at in range(rows.shape[2]):  # one channel at a time: a 100 megapixel picture has to fit
        values = weight * 255 if at == 3 else _resized(alpha * rows[..., at], size) / weight
        small[..., at] = np.rint(np.clip(values, 0, 255))
    return small


def _resized(values: FloatArray, size: list[int]) -> FloatArray:
    return _averaged(_averaged(values, size[0], 0), size[1], 1)


def _averaged(values: FloatArray, count: int, axis: int) -> FloatArray:
    """Return the array with `count` entries along the axis, each the mean over its share of the old ones."""
    edges = np.linspace(0, values.shape[axis], count + 1)
    sums = np.concatenate([np.zeros_like(values.take([0], axis)), np.cumsum(values, axis, dtype=np.float64)], axis)
    low = np.minimum(edges.astype(int), values.shape[axis] - 1)
    shape = [1] * values.ndim
    shape[axis] = -1
    part = (edges - low).reshape(shape)
    at_edges = sums.take(low, axis) * (1 - part) + sums.take(low + 1, axis) * part
    means: FloatArray = (np.diff(at_edges, axis=axis) / (values.shape[axis] / count)).astype(np.float32)
    return means
