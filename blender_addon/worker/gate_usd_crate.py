"""The texts in a binary USD ("crate"): its table of tokens, in which every name, path and string of it stands.

The table is packed with LZ4. Sources: OpenUSD, pxr/usd/sdf/crateFile.h; LZ4 Block Format Description, 2022.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path

from .gate_container import damaged

_HEAD = struct.Struct("<8s8Bq")
_SECTION = struct.Struct("<16sqq")
_MAX_SECTIONS = 64
_MAX_BYTES = 16 * 2**20
_OLDEST = (0, 4)
"""Earlier ones, before 2016, pack nothing."""


def texts(path: Path) -> list[bytes]:
    """Return all texts in the file. Raises ModelFileError when they cannot be read."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        try:
            return _tokens(content)
        except (struct.error, IndexError) as error:
            damaged(f"a USD whose table of tokens cannot be read: {error}")


def _tokens(content: mmap.mmap) -> list[bytes]:
    _, major, minor, *_, contents_at = _HEAD.unpack_from(content)
    if (major, minor) < _OLDEST or not 0 < contents_at < len(content):
        damaged(f"a USD crate of version {major}.{minor}, or without a table of contents")
    (count,) = struct.unpack_from("<Q", content, contents_at)
    if count > _MAX_SECTIONS:
        damaged("a USD crate of too many sections")
    sections = [_SECTION.unpack_from(content, contents_at + 8 + _SECTION.size * number) for number in range(count)]
    places = [start for name, start, _ in sections if name.partition(b"\0")[0] == b"TOKENS"]
    if len(places) != 1 or places[0] < 0:
        damaged("a USD crate without one table of tokens")
    _, size, packed = struct.unpack_from("<QQQ", content, places[0])
    if size > _MAX_BYTES or packed > _MAX_BYTES:
        damaged("a USD crate with too many tokens")
    block = content[places[0] + 24 : places[0] + 24 + packed]
    if len(block) < packed or block[0]:  # more than one part: of 2 GB each
        damaged("a USD crate with a table of tokens in parts")
    return list(dict.fromkeys(unpack(block[1:], size).split(b"\0")))


def unpack(block: bytes, size: int) -> bytes:
    """Unpack an LZ4 block into exactly `size` bytes. Raises ModelFileError, IndexError."""
    out, at = bytearray(), 0
    while at < len(block):
        mark = block[at]
        length, at = _length(block, at + 1, mark >> 4)
        out += block[at : at + length]
        at += length
        if at >= len(block):
            break
        back = block[at] | block[at + 1] << 8
        length, at = _length(block, at + 2, mark & 15)
        length += 4
        if not 0 < back <= len(out) or len(out) + length > size:
            break
        out += (out[-back:] * (length // back + 1))[:length]
    if len(out) != size or at != len(block):
        damaged("packed data of a wrong length")
    return bytes(out)


def _length(block: bytes, at: int, length: int) -> tuple[int, int]:
    """Return a length and where it ends: bytes follow the number 15 until one is not 255."""
    if length < 15:
        return length, at
    while block[at] == 255:
        length, at = length + 255, at + 1
    return length + block[at], at + 1
