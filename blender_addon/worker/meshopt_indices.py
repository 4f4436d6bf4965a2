"""Meshopt's compressed vertex indices: triangles told by the edges and vertices they share, or plain sequences.

Source: KHR_meshopt_compression, appendix A, "Mode 1: triangles" and "Mode 2: indices"; EXT_meshopt_compression's are
the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from itertools import islice

import numpy as np
import numpy.typing as npt

from .gate_container import damaged

Indices = npt.NDArray[np.uint32]

_TRIANGLES, _SEQUENCE = 0xE1, 0xD1
_TABLE_BYTES, _PADDING_BYTES = 16, 4
_REMEMBERED = 16
"""Edges, and vertices."""
_AT_ONCE = 2**16
_LONGEST = 5
"""Bytes of one number."""


def triangles(stream: bytes, count: int) -> Indices:
    """Return `count` indices, three a triangle. Raises ModelFileError when the stream is damaged."""
    end = len(stream) - _TABLE_BYTES
    if stream[0] != _TRIANGLES or end <= count // 3:
        damaged("compressed triangles of an unknown version, or fewer than they say")
    walk, codes, made = _Walk(stream, 1 + count // 3), iter(stream[1 : 1 + count // 3]), list[Indices]()
    try:
        while part := walk.corners(islice(codes, _AT_ONCE)):
            made.append(np.array(part, np.int64).astype(np.uint32))  # beyond 32 bits the numbers begin anew
    except IndexError:
        damaged("compressed triangles that refer to what was not there")
    if walk.at != end:
        damaged("compressed triangles of another length than they say")
    return np.concatenate(made)


class _Walk:
    """Remembers what the next triangle may refer to."""

    def __init__(self, stream: bytes, at: int) -> None:
        """Begin with nothing; `at` is where the data behind the codes begins."""
        self.at = at
        self._stream, self._table = stream, stream[-_TABLE_BYTES:]
        self._next = self._last = 0
        self._edges = deque[tuple[int, int]](maxlen=_REMEMBERED)
        self._vertices = deque[int](maxlen=_REMEMBERED)

    def corners(self, codes: Iterable[int]) -> list[int]:
        """Return three corners for each code; the loop is all that takes time. Raises IndexError."""
        made: list[int] = []
        edges, vertices = self._edges, self._vertices
        for code in codes:
            way = code & 15
            if code >= 0xF0:
                a, b, c = self._three(way)
                edges.append((b, a))
            else:
                a, b = edges[~(code >> 4)]
                if 0 < way < 13:
                    c = vertices[~way]
                else:
                    c = self._third(way)
                    vertices.append(c)
            edges.append((c, b))
            edges.append((a, c))
            made += (a, b, c)
        return made

    def _third(self, way: int) -> int:
        """Return a corner beside an edge that is not remembered."""
        if way == 0:
            return self._new()
        if way == 15:
            return self._free()
        self._last += 1 if way == 14 else -1
        return self._last

    def _three(self, way: int) -> tuple[int, int, int]:
        """Return the corners of a triangle that shares no edge."""
        if way < 14:
            others = self._table[way]
        else:
            others = self._stream[self.at]
            self.at += 1
            if others == 0:
                self._next = 0
        a = self._free() if way == 15 else self._new()
        ways = others >> 4, others & 15
        b, c = map(self._corner, ways)
        self._vertices.append(a)
        self._vertices.extend(corner for corner, way in zip((b, c), ways, strict=True) if way in (0, 15))
        return a, b, c

    def _corner(self, way: int) -> int:
        if way == 0:
            return self._new()
        return self._free() if way == 15 else self._vertices[-way]

    def _new(self) -> int:
        self._next += 1
        return self._next - 1

    def _free(self) -> int:
        """Read the difference to the last corner that was read."""
        value = 0
        for place in range(_LONGEST):
            byte = self._stream[self.at]
            self.at += 1
            value |= (byte & 127) << 7 * place
            if byte < 128:
                break
        else:
            damaged("a compressed number that does not end")
        self._last += value >> 1 ^ -(value & 1)
        return self._last


def sequence(stream: bytes, count: int) -> Indices:
    """Return `count` indices. Raises ModelFileError when the stream is damaged."""
    data = np.frombuffer(stream, np.uint8)[1:-_PADDING_BYTES]
    ends = np.flatnonzero(data < 128)
    if stream[0] != _SEQUENCE or len(ends) != count or not data.size or data[-1] >= 128:
        damaged("compressed indices of an unknown version, or of another number than they say")
    begins = np.concatenate(([0], ends[:-1] + 1))
    places = np.arange(len(data)) - np.repeat(begins, ends - begins + 1)
    if places.max() >= _LONGEST:
        damaged("a compressed number that does not end")
    values = np.add.reduceat((data & 127).astype(np.int64) << 7 * places, begins) & 0xFFFFFFFF
    differences = values >> 2 ^ -(values >> 1 & 1)
    made = np.empty(count, np.int64)
    for base in (0, 1):
        chosen = (values & 1) == base
        made[chosen] = np.cumsum(differences[chosen])
    return made.astype(np.uint32)
