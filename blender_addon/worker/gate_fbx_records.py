"""The records of a binary FBX, each with its values: all of them lie inside the file."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

from ..core.errors import DamagedError, ModelFileError
from .gate_container import damaged

_FIRST = 27
_WIDE_FROM = 7500
_MAX_RECORDS = 3_000_000
_MAX_DEPTH = 64
_SCALARS = {"Y": 2, "C": 1, "B": 1, "I": 4, "F": 4, "D": 8, "L": 8}
_ARRAYS = "fdlibc"
_LENGTH, _ARRAY = struct.Struct("<I"), struct.Struct("<III")
_MAX_TEXT, _PICTURE = 2**20, b"Content"


@dataclass(frozen=True)
class Array:
    """An array of numbers, where it stands in the file."""

    kind: str
    """f, d, l, i, b or c."""
    count: int
    packed: bool
    start: int
    end: int


@dataclass(frozen=True)
class Record:
    """One record."""

    name: bytes
    parent: int
    """Where its parent begins; 0 at the top."""
    texts: list[bytes] = field(default_factory=list)
    """Its texts and raw values, each at most a megabyte of it; pictures whole: a TIFF's size may stand at its end."""
    arrays: list[Array] = field(default_factory=list)


def records(content: memoryview, version: int) -> Iterator[Record]:
    """Yield every record, parents before children. Raises ModelFileError when one ends outside its parent."""
    head = struct.Struct("<QQQB" if version >= _WIDE_FROM else "<IIIB")
    at, ends, parents = _FIRST, [len(content)], [0]
    for _ in range(_MAX_RECORDS):
        if len(ends) > 1 and at == ends[-1]:  # a parent may do without the empty record at its end
            ends.pop()
            parents.pop()
            continue
        if at + head.size > ends[-1]:
            _incomplete(at, len(content))
        end, values, length, name_length = head.unpack_from(content, at)
        start = at + head.size + name_length
        if end == 0:
            at += head.size
            if len(ends) == 1:
                return
            if at != ends[-1]:
                damaged("an empty record before the end of its parent")
            continue
        if end > len(content):
            _incomplete(end, len(content))
        if not start + length <= end <= ends[-1] or len(ends) > _MAX_DEPTH:
            damaged("a record that ends outside its parent, or is nested too deep")
        yield _record(content, bytes(content[at + head.size : start]), parents[-1], values, start, start + length)
        if start + length < end:
            ends.append(end)
            parents.append(at)
        at = start + length
    raise ModelFileError("The FBX file has too many parts to be put into a scene.")


def _incomplete(wanted: int, there: int) -> NoReturn:
    raise DamagedError(
        "The model file is incomplete. Download, export or generate it again.",
        f"{there} of at least {wanted} bytes are there",
    )


def _record(content: memoryview, name: bytes, parent: int, values: int, at: int, end: int) -> Record:
    """Take the values apart; they fill the place between `at` and `end`."""
    record = Record(name, parent)
    for _ in range(values):
        kind = chr(content[at]) if at < end else ""
        at += 1
        if kind in _SCALARS:
            at += _SCALARS[kind]
        elif kind and kind in "SR" and at + 4 <= end:
            (length,) = _LENGTH.unpack_from(content, at)
            at += 4 + length
            kept = length if name == _PICTURE else min(length, _MAX_TEXT)
            record.texts.append(bytes(content[at - length : at - length + kept]))
        elif kind and kind in _ARRAYS and at + 12 <= end:
            count, packing, length = _ARRAY.unpack_from(content, at)
            at += 12 + length
            if packing > 1:
                damaged(f"an array packed in the unknown way {packing}")
            record.arrays.append(Array(kind, count, packing == 1, at - length, at))
        else:
            damaged(f"a value of the unknown kind {kind!r}")
        if at > end:
            break
    if at != end:
        damaged("values that do not fill their record")
    return record
