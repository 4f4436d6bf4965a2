"""Work "picture": any picture that Blender can read becomes one that the provider takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import fence, pictures
from .pictures import ByteArray

_JPEG_QUALITY = 92
_SMALLER = 0.8
"""Factor of each side when the file is still too large."""


def picture(arguments: dict[str, Any], _: Callable[[float], None]) -> dict[str, Any]:
    """Write the source beside `target` (given without suffix): upright, 8 bits a channel, without metadata.

    PNG, alpha kept; a picture that is opaque and too large becomes a JPEG; sides and bytes stay within `max_side`
    pixels and `max_bytes`. Returns the path. Raises InputError when the source cannot be used.
    """
    source, target = Path(arguments["source"]), Path(arguments["target"])
    with fence.files_only_in(source.resolve().parent):
        rows = pictures.load(source)
    path = _written(rows, target, int(arguments["max_side"]), int(arguments["max_bytes"]))
    return {"path": str(path)}


def _written(rows: ByteArray, target: Path, max_side: int, max_bytes: int) -> Path:
    opaque = bool((rows[..., 3] == 255).all())
    if opaque:
        rows = rows[..., :3]
    factor = min(1.0, max_side / max(rows.shape[:2]))
    while True:
        small = pictures.scaled(rows, factor)
        path = pictures.save(small, target.with_suffix(".png"))
        if opaque and path.stat().st_size > max_bytes:
            path.unlink()
            path = pictures.save(small, target.with_suffix(".jpg"), "JPEG", quality=_JPEG_QUALITY)
        if path.stat().st_size <= max_bytes or max(small.shape[:2]) <= 64:
            return path
        path.unlink()
        factor *= _SMALLER
