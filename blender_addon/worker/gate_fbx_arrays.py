"""The arrays of a binary FBX: as long as they declare, and those that make a mesh refer to vertices that exist."""

from __future__ import annotations

import zlib

import numpy as np
import numpy.typing as npt

from ..core.errors import ModelFileError
from .gate_accessors import refuse_beyond_memory
from .gate_container import damaged
from .gate_fbx_records import Array, Record

_TYPES = {"f": "<f4", "d": "<f8", "l": "<i8", "i": "<i4", "b": "|u1", "c": "|u1"}
_POINTS, _CORNERS, _MOVED = b"Vertices", b"PolygonVertexIndex", b"Indexes"


class Arrays:
    """Collects what is checked at the end, when every mesh has been seen."""

    def __init__(self, content: memoryview) -> None:
        """Remember the file's content."""
        self._content = content
        self._numbers = 0
        self._points: dict[int, int] = {}
        self._corners: dict[int, int] = {}
        self._moved = -1

    def take(self, record: Record) -> None:
        """Check a record's arrays by themselves. Raises ModelFileError."""
        for array in record.arrays:
            self._numbers += array.count
            refuse_beyond_memory(self._numbers)
            numbers = self._read(array)
            if record.name == _POINTS:
                self._points[record.parent] = _points(numbers)
            elif record.name == _CORNERS and numbers.size:
                self._corners[record.parent] = _corners(numbers)
            elif record.name == _MOVED and numbers.size and numbers.dtype == np.int32:
                if numbers.min() < 0:
                    damaged("a shape that moves a vertex with a negative number")
                self._moved = max(self._moved, int(numbers.max()))

    def check(self) -> None:
        """Check each mesh's faces, and the shapes, against the vertices. Raises ModelFileError."""
        for mesh, highest in self._corners.items():
            if highest >= self._points.get(mesh, 0):
                damaged("a vertex index beyond the vertices")
        if self._moved >= max(self._points.values(), default=0):
            damaged("a shape that moves a vertex beyond the vertices")

    def _read(self, array: Array) -> npt.NDArray[np.generic]:
        """Return the numbers. Raises ModelFileError when there are more or fewer than declared."""
        kind, data = np.dtype(_TYPES[array.kind]), self._content[array.start : array.end]
        size = array.count * kind.itemsize
        if array.packed:
            try:
                data = memoryview(zlib.decompressobj().decompress(data, size + 1))
            except zlib.error as error:
                damaged(f"an array cannot be unpacked: {error}")
        if len(data) != size:
            damaged(f"an array of {len(data)} bytes that declares {size}")
        return np.frombuffer(data, kind)


def _points(numbers: npt.NDArray[np.generic]) -> int:
    """Return how many points the coordinates are. Raises ModelFileError."""
    if numbers.dtype.kind != "f" or numbers.size % 3:
        damaged("points that are not three numbers each")
    if not np.isfinite(numbers).all():
        raise ModelFileError("The model file contains invalid points. Export or generate it again.")
    return numbers.size // 3


def _corners(numbers: npt.NDArray[np.generic]) -> int:
    """Return the highest vertex of a list in which each face's last one is written as ~index. Raises ModelFileError."""
    if numbers.dtype != np.int32:
        damaged("faces that are not made of whole numbers")
    corners = numbers.astype(np.int64)
    if corners[-1] >= 0:
        damaged("a face without an end")
    return int(np.where(corners < 0, ~corners, corners).max())
