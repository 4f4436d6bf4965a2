"""Work "picture": any picture that Blender can read becomes one that the provider takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
        path = _plain(pictures.save(small, target.with_suffix(".png")))
        if opaque and path.stat().st_size > max_bytes:
            path.unlink()
            path = _plain(pictures.save(small, target.with_suffix(".jpg"), "JPEG", quality=_JPEG_QUALITY))
        if path.stat().st_size <= max_bytes or max(small.shape[:2]) <= 64:
            return path
        path.unlink()
        factor *= _SMALLER


def _plain(path: Path) -> Path:
    """Take out what Blender writes beside the pixels (an EXIF block of its own), and return the path."""
    content = path.read_bytes()
    parts = _png_chunks(content) if content.startswith(b"\x89PNG") else _jpeg_segments(content)
    path.write_bytes(b"".join(parts))
    return path


def _png_chunks(content: bytes) -> Iterator[bytes]:
    """Yield signature and chunks, without those that only tell about the file."""
    yield content[:8]
    at = 8
    while at < len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        if content[at + 4 : at + 8] not in (b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"):
            yield content[at:end]
        at = end


def _jpeg_segments(content: bytes) -> Iterator[bytes]:
    """Yield the segments up to the scan, without EXIF, XMP (APP1) and comments, then the scan."""
    yield content[:2]
    at = 2
    while content[at + 1] != 0xDA:  # start of scan
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if content[at + 1] not in (0xE1, 0xED, 0xFE):
            yield content[at:end]
        at = end
    yield content[at:]
