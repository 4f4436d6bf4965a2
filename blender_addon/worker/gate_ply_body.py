"""What follows a PLY header: rows of numbers, as many as it says, and nothing that refers beyond them."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, field
from itertools import islice
from math import isfinite
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from ..core.errors import DamagedError, ModelFileError
from .gate_container import damaged

_MAX_CORNERS = 255
"""Of one face: Blender refuses more."""
_MAX_LINE = 60_000
_CORNERS = ("vertex_indices", "vertex_index")
_CODES = {"i1": "b", "u1": "B", "i2": "h", "u2": "H", "i4": "i", "u4": "I", "f4": "f", "f8": "d"}
_LETTERS = np.zeros(256, bool)
_LETTERS[list(b"0123456789+-.eE \t\r\nnaifNAIF")] = True


@dataclass(frozen=True)
class Property:
    """A column; `length` is the type of its length when it holds lists. Types are NumPy's, without byte order."""

    name: str
    kind: str
    length: str = ""


@dataclass(frozen=True)
class Element:
    """A table."""

    name: str
    count: int
    properties: list[Property] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """Return the columns' names."""
        return {one.name for one in self.properties}

    @property
    def lists(self) -> bool:
        """Tell whether a column holds lists."""
        return any(one.length for one in self.properties)

    @property
    def corners(self) -> int | None:
        """Return which column lists a face's vertices, None when there is none."""
        names = [one.name for one in self.properties]
        number = next((names.index(name) for name in _CORNERS if name in names), 0 if len(names) == 1 else None)
        if number is None or not self.properties[number].length or self.properties[number].kind[0] not in "ui":
            return None
        return number


def check(body: npt.NDArray[np.uint8], order: str, vertex: Element, face: Element) -> None:
    """Check the vertices and then the faces. Raises ModelFileError."""
    if not order:
        _text(body, vertex, face)
        return
    kinds = np.dtype([(f"{number}", order + one.kind) for number, one in enumerate(vertex.properties)])
    size = kinds.itemsize * vertex.count
    if size > len(body):
        _incomplete(len(body), size)
    points = body[:size].view(kinds)
    for number, one in enumerate(vertex.properties):
        if one.name in ("x", "y", "z") and not np.isfinite(points[f"{number}"]).all():
            _invalid()
    _faces(body[size:], order, vertex.count, face)


def _invalid() -> NoReturn:
    raise ModelFileError("The model file contains invalid points. Export or generate it again.")


def _incomplete(there: int, wanted: int) -> NoReturn:
    raise DamagedError(
        "The model file is incomplete. Download, export or generate it again.",
        f"{there} of at least {wanted} are there",
    )


def _faces(body: npt.NDArray[np.uint8], order: str, vertices: int, face: Element) -> None:
    """Check rows with lists: all at once when each is as long as the first, else one by one."""
    row = _row(body, order, face)
    size = row.itemsize * face.count
    if size <= len(body):
        table = body[:size].view(row)
        lengths = [table[name] for name in row.names or () if name.startswith("length")]
        if all((length == length[0]).all() for length in lengths):
            corners = table[f"{face.corners}"]
            _within(int(corners.min()), int(corners.max()), vertices)
            return
    _rows(body.data, order, vertices, face)


def _row(body: npt.NDArray[np.uint8], order: str, face: Element) -> np.dtype[Any]:
    """Return the layout of the first row, with the lengths that its lists have."""
    columns: list[Any] = []
    for number, one in enumerate(face.properties):
        shape: tuple[int, ...] = ()
        if one.length:
            columns.append((f"length {number}", order + one.length))
            head = np.dtype(columns)
            if head.itemsize > len(body):
                _incomplete(len(body), head.itemsize)
            length = int(body[: head.itemsize].view(head)[f"length {number}"][0])
            shape = (_length(length, number == face.corners),)
        columns.append((f"{number}", order + one.kind, shape))
    return np.dtype(columns)


def _rows(data: memoryview, order: str, vertices: int, face: Element) -> None:
    """Walk the rows one by one: about 2 s for a million."""
    columns = [(one.length and struct.Struct(order + _CODES[one.length]), one.kind) for one in face.properties]
    at, face_corners = 0, face.corners
    for _ in range(face.count):
        for number, (length, kind) in enumerate(columns):
            count = 1
            if length:
                if at + length.size > len(data):
                    _incomplete(len(data), at + length.size)
                count = _length(length.unpack_from(data, at)[0], number == face_corners)
                at += length.size
            end = at + count * int(kind[1])
            if end > len(data):
                _incomplete(len(data), end)
            if number == face_corners:
                corners = struct.unpack_from(f"{order}{count}{_CODES[kind]}", data, at)
                _within(min(corners), max(corners), vertices)
            at = end


def _length(length: int, is_corners: bool) -> int:
    if length < is_corners or length > _MAX_CORNERS:
        damaged(f"a list of {length} numbers in a face")
    return length


def _within(lowest: int, highest: int, vertices: int) -> None:
    if lowest < 0 or highest >= vertices:
        damaged("a vertex index beyond the vertices")


def _text(body: npt.NDArray[np.uint8], vertex: Element, face: Element) -> None:
    """Check rows of text, one a line. Blender takes other signs, and a lone carriage return, for ends of words."""
    content = body.tobytes()
    if not _LETTERS[body].all() or content.count(b"\r") != content.count(b"\r\n"):
        damaged("a text PLY with other signs than numbers")
    lines = (line.split() for line in io.BytesIO(content) if line.strip() and len(line) < _MAX_LINE)
    places = [number for number, one in enumerate(vertex.properties) if one.name in ("x", "y", "z")]
    try:
        for words in islice(lines, vertex.count):
            if not all(isfinite(float(words[place])) for place in places):
                _invalid()
        rows, corners = 0, face.corners or 0
        for rows, words in enumerate(islice(lines, face.count), 1):  # noqa: B007 - the last number counts them
            _text_face(words, vertex.count, face, corners)
    except (ValueError, IndexError) as error:
        damaged(f"a row of numbers that cannot be read: {error}")
    if rows < face.count:
        _incomplete(rows, face.count)


def _text_face(words: list[bytes], vertices: int, face: Element, place: int) -> None:
    at = 0
    for number, one in enumerate(face.properties):
        count = 1
        if one.length:
            count = _length(int(words[at]), number == place)
            at += 1
        if number == place:
            corners = list(map(int, words[at : at + count]))
            if len(corners) < count:
                raise IndexError("a face with too few corners")
            _within(min(corners), max(corners), vertices)
        at += count
