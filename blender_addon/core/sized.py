"""How large a picture says it is, also where that stands further in (TIFF) or where no mark tells its kind (Targa).

Source: TIFF 6.0, section 2; BigTIFF design (libtiff); Truevision TGA 2.0, section 3.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

from . import encoded

_TIFFS = {b"II*\0": "<", b"MM\0*": ">", b"II+\0": "<", b"MM\0+": ">"}
"""Marks of TIFF and of BigTIFF, which Blender reads too; the order of bytes of each."""
_WIDTH, _HEIGHT = 256, 257
_NUMBERS = {1: "B", 3: "H", 4: "I", 16: "Q"}
_MAX_ENTRIES = 4096


def size_of(file: BinaryIO) -> tuple[int, int] | None:
    """Return width and height, pixels, of a picture whose file stands at its beginning; None where it does not tell."""
    head = file.read(encoded.HEAD_BYTES)
    try:
        if head[:4] in _TIFFS:
            return _tiff(file, head)
        return encoded.size_of(head) if encoded.kind_of(head) else _targa(head)
    except (struct.error, OSError, OverflowError):  # it points to where no file ends
        return None


def _tiff(file: BinaryIO, head: bytes) -> tuple[int, int] | None:
    """Read the first directory, which often stands behind the pixels; what is told twice is taken at its largest."""
    order, large = _TIFFS[head[:4]], b"+" in head[:4]
    (start,) = struct.unpack_from(order + ("Q" if large else "I"), head, 8 if large else 4)
    count, entry = (
        struct.Struct(order + ("Q" if large else "H")),
        struct.Struct(order + ("HHQ8s" if large else "HHI4s")),
    )
    file.seek(min(start, 2**62))
    (entries,) = count.unpack(file.read(count.size))
    content = file.read(entry.size * min(entries, _MAX_ENTRIES))
    found: dict[int, int] = {}
    for tag, kind, _, value in entry.iter_unpack(content[: len(content) // entry.size * entry.size]):
        if tag in (_WIDTH, _HEIGHT) and kind in _NUMBERS:
            (number,) = struct.unpack_from(order + _NUMBERS[kind], value)
            found[tag] = max(number, found.get(tag, 0))
    return (found[_WIDTH], found[_HEIGHT]) if len(found) == 2 else None


def _targa(head: bytes) -> tuple[int, int] | None:
    """Return what a header says that can be a Targa's."""
    if not is_targa(head):
        return None
    width, height = struct.unpack_from("<HH", head, 12)
    return width, height


def is_targa(head: bytes) -> bool:
    """Tell whether this can be a Targa header; the format has no mark at its beginning."""
    return len(head) > 18 and head[1] in (0, 1) and head[2] in (1, 2, 3, 9, 10, 11) and head[16] in (8, 15, 16, 24, 32)
