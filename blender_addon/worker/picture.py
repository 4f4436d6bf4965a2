"""Work "picture": any picture that Blender can read becomes one that the provider takes."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np

from ..core.encoded import NATIVE
from ..core.errors import InputError
from ..core.metadata import cleaned, profile, with_profile
from ..core.source import MIN_SIDE, Accepts, Picture, check_picture, check_sides
from . import cutting, fence, pictures
from .pictures import ByteArray

_JPEG_QUALITY, _PNG_EFFORT = 92, 15
"""Percent."""
_CLOSE = 0.95
"""Part of the side that the sizes so far promise: a smaller picture has more detail in each pixel."""
_HOPELESS = 1.1
"""A PNG this many times too large by our guess, which errs by less, is not even written."""


def picture(arguments: dict[str, Any], _: Callable[[float], None]) -> dict[str, Any]:
    """Write the source beside `target` (given without suffix): upright, without metadata, its color profile kept.

    A picture of which nothing but metadata has to go keeps its kind and every pixel. Any other becomes 8 bits a
    channel: a JPEG when it was one, otherwise a PNG, alpha kept; a picture that is opaque and too large becomes a JPEG.
    With `cut_out` (optional) the background is transparent, with `crop` (optional) the picture ends around the object.
    Sides stay within `min_side` (optional) and `max_side` pixels, the file within `max_bytes`; its kind is among
    `kinds` (optional). Returns the path. Raises InputError when the source cannot be used.
    """
    source, target = Path(arguments["source"]), Path(arguments["target"])
    accepts = Accepts(
        tuple(arguments.get("kinds", NATIVE)),
        int(arguments.get("min_side", MIN_SIDE)),
        int(arguments["max_side"]),
        int(arguments["max_bytes"]),
    )
    found = check_picture(source)
    cut_out, crop = bool(arguments.get("cut_out")), bool(arguments.get("crop"))
    with fence.files_only_in(source.resolve().parent):
        content = source.read_bytes()
        plain = None if cut_out or crop else cleaned(content)
        if plain is None or not accepts.takes(found, len(plain)):
            plain, rows = None, pictures.load(source)
    if plain is not None:
        path = target.with_suffix(NATIVE[found.kind])
        path.write_bytes(plain)
        return {"path": str(path)}
    if cut_out or crop:
        rows = cutting.object_alone(rows, cut_out, crop)
    return {"path": str(_written(rows, target, found, accepts, profile(content)))}


def _written(rows: ByteArray, target: Path, source: Picture, accepts: Accepts, icc: bytes) -> Path:
    """Write the picture, (H, W, 4), as large as the limits allow. Raises InputError when they allow none."""
    name = source.path.name
    check_sides(name, (rows.shape[1], rows.shape[0]), accepts, "the provider")
    if (rows[..., 3] == 255).all():
        rows = rows[..., :3]
    elif "PNG" not in accepts.kinds:
        rows = _on_white(rows)
    may_be_jpeg = rows.shape[2] == 3 and "JPEG" in accepts.kinds
    kind = "JPEG" if may_be_jpeg and (source.kind == "JPEG" or "PNG" not in accepts.kinds) else "PNG"
    factor = min(1.0, accepts.max_side / max(rows.shape[:2]))
    while True:
        small = pictures.scaled(rows, factor)
        if min(small.shape[:2]) < accepts.min_side:
            raise InputError(
                f"The image {name} cannot be made to fit: the provider takes {accepts.max_bytes / 10**6:.3g} MB "
                f"at most and {accepts.min_side} pixels a side at least. Crop it or choose another one."
            )
        path = target.with_suffix(NATIVE[kind])
        size = _saved(small, path, kind, accepts.max_bytes, icc)
        if size <= accepts.max_bytes:
            return path
        path.unlink(missing_ok=True)
        if kind == "PNG" and may_be_jpeg:
            kind = "JPEG"
        else:
            factor *= sqrt(accepts.max_bytes / size) * _CLOSE


def _saved(rows: ByteArray, path: Path, kind: str, max_bytes: int, icc: bytes) -> float:
    """Write the file and return its size in bytes; or only a guess, without a file, when it is far too large."""
    if kind == "PNG" and (guess := _png_bytes(rows)) > _HOPELESS * max_bytes:
        return guess
    pictures.save(rows, path, kind, quality=_JPEG_QUALITY if kind == "JPEG" else _PNG_EFFORT)
    return path.write_bytes(with_profile(path.read_bytes(), icc))


def _png_bytes(rows: ByteArray) -> float:
    """Guess the size of the PNG from up to 32 pairs of lines, as the better of two of its filters packs them."""
    first = np.unique(np.linspace(0, len(rows) - 2, 32).astype(int))
    upper, lower = rows[first], rows[first + 1]
    above, before = lower - upper, np.diff(lower, axis=1, prepend=0)  # bytes wrap, as PNG's do
    return min(len(zlib.compress(lines.tobytes(), 1)) for lines in (above, before)) * len(rows) / len(first)


def _on_white(rows: ByteArray) -> ByteArray:
    """Return the picture, (H, W, 3), as it looks on white paper."""
    alpha = rows[..., 3:].astype(np.uint16)
    mixed: ByteArray = ((rows[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
    return mixed
