"""STL: a count of triangles that explains the file's size, or a text that is there to its end.

Source: the format as 3D Systems published it: 80 bytes, a count, 50 bytes a triangle; or `solid … endsolid`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..core.errors import ModelFileError
from .gate_container import damaged

_TRIANGLE = np.dtype([("normal", "<f4", 3), ("corners", "<f4", 9), ("attribute", "<u2")])
_END_BYTES = 512
_HEAD_BYTES = 84


def check(path: Path) -> None:
    """Check a file that begins like STL. Raises ModelFileError."""
    triangles, rest = divmod(path.stat().st_size - _HEAD_BYTES, _TRIANGLE.itemsize)
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if rest == 0 and int.from_bytes(head[80:], "little") == triangles > 0:
        _binary(path)
    else:
        _text(path)


def _binary(path: Path) -> None:
    corners = np.memmap(path, _TRIANGLE, "r", _HEAD_BYTES)["corners"]
    if not np.isfinite(corners).all():
        raise ModelFileError("The model file contains invalid points. Export or generate it again.")


def _text(path: Path) -> None:
    with path.open("rb") as file:
        file.seek(-min(_END_BYTES, path.stat().st_size), 2)
        end = file.read().lower()
    if b"endsolid" not in end:
        damaged("a text STL without its end")
