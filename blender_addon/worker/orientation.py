"""Which way up a JPEG is: cameras store it as the sensor saw it, with a note (EXIF orientation) that Blender ignores.

Source: Exif 2.32, tag 0x0112; TIFF 6.0 for the directory that it stands in.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

_TAG = 0x0112
_HEAD_BYTES = 2**18


def upright(rows: npt.NDArray[np.uint8], path: Path) -> npt.NDArray[np.uint8]:
    """Turn and mirror a picture, (H, W, C), so that it stands as its camera was held."""
    turned = _orientation(path)
    if turned in (5, 6, 7, 8):
        rows = rows.swapaxes(0, 1)
    if turned in (2, 3, 6, 7):
        rows = rows[:, ::-1]
    if turned in (3, 4, 7, 8):
        rows = rows[::-1]
    return rows


def _orientation(path: Path) -> int:
    """Return 1–8; 1, upright, when the file does not say."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    start = head.find(b"Exif\0\0")
    if start < 0:
        return 1
    try:
        return _from_directory(head[start + 6 :])
    except struct.error:
        return 1


def _from_directory(tiff: bytes) -> int:
    order = "<" if tiff[:2] == b"II" else ">"
    (first,) = struct.unpack_from(order + "I", tiff, 4)
    (count,) = struct.unpack_from(order + "H", tiff, first)
    for entry in range(min(count, 512)):
        tag, _, _, value = struct.unpack_from(order + "HHIH", tiff, first + 2 + 12 * entry)
        if tag == _TAG:
            return value if 1 <= value <= 8 else 1
    return 1
