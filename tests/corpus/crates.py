"""USD crates taken apart as far as their table of tokens, and put together again with another one."""

from __future__ import annotations

import struct

from blender_addon.worker.gate_usd_crate import unpack


def tokens(content: bytes) -> bytes:
    """Return the table of tokens, each ended by a zero."""
    at, _ = _place(content)
    _, size, packed = struct.unpack_from("<QQQ", content, at)
    return unpack(content[at + 25 : at + 24 + packed], size)


def with_tokens(content: bytes, table: bytes, size: int | None = None) -> bytes:
    """Append another table of tokens, packed without any repetition, and let the table of contents point to it."""
    at, entry = _place(content)
    (count,) = struct.unpack_from("<Q", content, at)
    block = b"\0" + _packed(table)
    section = struct.pack("<QQQ", count, len(table) if size is None else size, len(block)) + block
    made = bytearray(content + section)
    struct.pack_into("<qq", made, entry, len(content), len(section))
    return bytes(made)


def _place(content: bytes) -> tuple[int, int]:
    """Return where the table begins, and where the table of contents says so."""
    entry = content.index(b"TOKENS\0", struct.unpack_from("<q", content, 16)[0]) + 16
    return struct.unpack_from("<q", content, entry)[0], entry


def _packed(content: bytes) -> bytes:
    """Write an LZ4 block of nothing but literals."""
    if len(content) < 15:
        return bytes([len(content) << 4]) + content
    more, rest = divmod(len(content) - 15, 255)
    return b"\xf0" + b"\xff" * more + bytes([rest]) + content
