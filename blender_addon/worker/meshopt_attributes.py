"""Meshopt's compressed attributes, versions 0 and 1: elements stored as differences, byte by byte, in groups of 16.

Only finding where each group begins goes step by step; the rest is done to all of them at once.
Source: KHR_meshopt_compression, appendix A, "Mode 0: attributes"; EXT_meshopt_compression knows version 0 alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from .gate_container import damaged

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]

_GROUP = 16
_BLOCK_BYTES, _BLOCK_ELEMENTS = 8192, 256
_BLOCKS_AT_ONCE = 1024
"""8 MB of elements: the working memory does not grow with the model."""
_END_BYTES = (32, 24)
"""By version, at least so many stand behind the last group: what is read beyond one stays in the stream."""
_WIDTHS = ((bytes((0, 2, 4, 8)),), (bytes((0, 1, 2, 4)), bytes((1, 2, 4, 8))))
"""Version → way of storing a column → by the two bits of a group, its bits a number."""
_ZEROS, _LITERAL = 2, 3
"""Version 1's ways of storing a column without those two bits."""
_SHIFTS = {1: range(8), 2: (6, 4, 2, 0), 4: (4, 0)}
"""Bits a number → where in a byte the numbers stand."""
_PAIRS = [bytes(byte >> shift & 3 for shift in (0, 2, 4, 6)) for byte in range(256)]


def decode(stream: bytes, count: int, stride: int) -> Bytes:
    """Return the elements, (count, stride). Raises ModelFileError when the stream is damaged."""
    version = stream[0] - 0xA0
    if version not in (0, 1):
        damaged("compressed attributes of an unknown version")
    tail = stride + stride // 4 * version
    end = len(stream) - max(tail, _END_BYTES[version])
    walk, data, last = _Walk(stream, version), np.frombuffer(stream, np.uint8), stream[-tail:]
    before, channels = np.frombuffer(last[:stride], np.uint8), last[stride:] or bytes(stride // 4)
    made, done = np.empty((count, stride), np.uint8), 0
    for blocks, length in _runs(count, stride):
        begins, widths = walk.run(blocks, stride, length)
        if walk.at > end:
            damaged("compressed attributes end too early")
        columns = _numbers(data, begins, widths).reshape(blocks, stride, -1)[:, :, :length]
        part = made[done : done + blocks * length]
        _add_up(columns.swapaxes(0, 1).reshape(stride, -1), channels, before, part)
        before, done = part[-1], done + len(part)
    if walk.at != end:
        damaged("compressed attributes are longer than their elements")
    return made


def _runs(count: int, stride: int) -> Iterator[tuple[int, int]]:
    """Yield how many blocks come, and how many elements each of them has."""
    most = min(_BLOCK_BYTES // stride & -_GROUP, _BLOCK_ELEMENTS)
    full, rest = divmod(count, most)
    for first in range(0, full, _BLOCKS_AT_ONCE):
        yield min(_BLOCKS_AT_ONCE, full - first), most
    if rest:
        yield 1, rest


class _Walk:
    """Goes through a stream and finds its groups."""

    def __init__(self, stream: bytes, version: int) -> None:
        """Begin behind the first byte."""
        self.at = 1
        self._stream, self._version = stream, version
        sizes = {width: _sizes(stream, width) for width in (0, 1, 2, 4, 8)}
        self._ways = [(widths, [sizes[width] for width in widths]) for widths in _WIDTHS[version]]

    def run(self, blocks: int, stride: int, length: int) -> tuple[Places, Bytes]:
        """Return where the groups of some blocks begin, and their bits a number; short when the stream is."""
        begins: list[int] = []
        widths: list[bytes] = []
        for _ in range(blocks):
            for way in self._ways_of_columns(stride):
                self._column(way, length, begins, widths)
            if self.at >= len(self._stream):
                break
        return np.array(begins, np.int64), np.frombuffer(b"".join(widths), np.uint8)

    def _ways_of_columns(self, stride: int) -> bytes:
        if not self._version:
            return bytes(stride)
        self.at += stride // 4
        return b"".join(map(_PAIRS.__getitem__, self._stream[self.at - stride // 4 : self.at]))

    def _column(self, way: int, length: int, begins: list[int], widths: list[bytes]) -> None:
        groups = -(-length // _GROUP)
        if way in (_ZEROS, _LITERAL):
            begins.extend(range(self.at, self.at + length, _GROUP))
            widths.append(groups * (b"\0" if way == _ZEROS else b"\x08"))
            self.at += length * (way == _LITERAL)
            return
        at = self.at + -(-groups // 4)
        pairs = b"".join(map(_PAIRS.__getitem__, self._stream[self.at : at]))[:groups]
        bits, sizes = self._ways[way]
        widths.append(pairs.translate(bits.ljust(256)))
        try:
            for pair in pairs:
                begins.append(at)
                at += sizes[pair][at]
        except IndexError:
            at = len(self._stream)
        self.at = at


def _sizes(stream: bytes, width: int) -> bytes:
    """Return how many bytes a group would have if it began there, for every place in the stream."""
    if width in (0, 8):
        return bytes((2 * width,)) * len(stream)
    escapes = _unpacked(np.arange(256, dtype=np.uint8)[:, None], width)[1].sum(axis=1)
    padded = np.frombuffer(stream + bytes(2 * width), np.uint8)
    seen = np.concatenate(([0], np.cumsum(escapes[padded], dtype=np.int32)))
    return (2 * width + seen[2 * width :] - seen[: -2 * width]).astype(np.uint8)[: len(stream)].tobytes()


def _unpacked(packed: Bytes, width: int) -> tuple[Bytes, npt.NDArray[np.bool_]]:
    """Return the numbers in rows of bytes, and which of them only say that theirs follows as a byte of its own."""
    most = np.uint8(2**width - 1)
    numbers = packed[:, :, None] >> np.array(_SHIFTS[width], np.uint8) & most
    numbers = numbers.reshape(len(packed), packed.shape[1] * len(_SHIFTS[width]))
    return numbers, numbers == most


def _numbers(data: Bytes, begins: Places, widths: Bytes) -> Bytes:
    """Return the numbers of all groups, (groups, 16)."""
    made = np.zeros((len(widths), _GROUP), np.uint8)
    literal = np.flatnonzero(widths == 8)
    made[literal] = np.lib.stride_tricks.sliding_window_view(data, _GROUP)[begins[literal]]
    for width in _SHIFTS:
        chosen = np.flatnonzero(widths == width)
        starts = begins[chosen]
        numbers, escaped = _unpacked(np.lib.stride_tricks.sliding_window_view(data, 2 * width)[starts], width)
        order = np.cumsum(escaped, axis=1, dtype=np.uint8)
        numbers[escaped] = data[(starts[:, None] + (2 * width - 1) + order)[escaped]]
        made[chosen] = numbers
    return made


def _add_up(columns: Bytes, channels: bytes, before: Bytes, made: Bytes) -> None:
    """Turn differences, (stride, N), into elements, (N, stride); `before` is the element ahead of them."""
    for first in range(0, len(columns), 4):
        mode, turn = channels[first // 4] & 15, channels[first // 4] >> 4
        if mode > 2 or (turn and mode < 2):
            damaged("compressed attributes of an unknown kind")
        kind = np.dtype(f"<u{2**mode}")
        numbers = np.ascontiguousarray(columns[first : first + 4].T).view(kind)
        start = before[first : first + 4].copy().view(kind)
        if mode == 2:
            numbers = numbers >> np.uint32(turn) | numbers << np.uint32(-turn & 31)
            numbers[0] ^= start
            added = np.bitwise_xor.accumulate(numbers)
        else:
            numbers = numbers >> 1 ^ -(numbers & 1)
            numbers[0] += start
            added = np.cumsum(numbers, axis=0, dtype=kind)
        made[:, first : first + 4] = added.view(np.uint8)
