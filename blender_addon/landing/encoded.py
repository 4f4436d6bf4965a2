"""Pictures as they are encoded: their kind, and whether they are there to their end. Decoding takes much longer.

Source: PNG specification (third edition), section 5; RFC 9649 (WebP), section 2.
"""

from __future__ import annotations

import struct
import zlib

import bpy

_SUFFIXES = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"RIFF": ".webp"}


def suffix(image: bpy.types.Image) -> str:
    """Return the suffix of a packed image's kind; that of PNG, which Blender takes for all others too."""
    head = image.packed_file.data[:4]
    return next((suffix for mark, suffix in _SUFFIXES.items() if head.startswith(mark)), ".png")


def is_shown(image: bpy.types.Image) -> bool:
    """Tell whether an image can be shown, and pack it; kinds that are not known here are decoded."""
    if not image.packed_file:
        image.pack()
    content = image.packed_file.data if image.packed_file else b""
    return is_whole(content) if content.startswith(tuple(_SUFFIXES)) else min(*image.size) > 0


def is_whole(content: bytes) -> bool:
    """Tell whether a PNG, JPEG or WebP is there to its end: cut ones are shown half, or pink."""
    if content.startswith(b"\xff\xd8"):
        return content.rfind(b"\xff\xd9") > len(content) // 2  # an earlier end is the thumbnail's
    if content.startswith(b"RIFF"):
        return int.from_bytes(content[4:8], "little") + 8 <= len(content)
    return _png_is_whole(content)


def _png_is_whole(content: bytes) -> bool:
    """Walk a PNG's chunks; those that a picture cannot do without begin with a capital letter."""
    at, whole = 8, memoryview(content)
    while at + 12 <= len(content):
        length, name = struct.unpack_from(">I4s", content, at)
        end = at + 8 + length
        needed = not name[0] & 32
        if needed and zlib.crc32(whole[at + 4 : end]).to_bytes(4, "big") != content[end : end + 4]:
            return False
        if name == b"IEND":
            return True
        at = end + 4
    return False
