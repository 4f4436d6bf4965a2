"""Which way up a picture is: a camera stores it as its sensor saw it, and a note (EXIF) that Blender ignores."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..core import metadata


def upright(rows: npt.NDArray[np.uint8], path: Path) -> npt.NDArray[np.uint8]:
    """Turn and mirror the picture of a PNG, JPEG or WebP file, (H, W, C), so that it stands as its camera was held."""
    turned = metadata.orientation(path.read_bytes())
    if turned in (5, 6, 7, 8):
        rows = rows.swapaxes(0, 1)
    if turned in (2, 3, 6, 7):
        rows = rows[:, ::-1]
    if turned in (3, 4, 7, 8):
        rows = rows[::-1]
    return rows
