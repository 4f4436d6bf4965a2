"""Pictures as they are encoded: their kind, their size, and whether they are there to their end. Nothing is decoded.

Source: PNG specification (third edition), section 5; RFC 9649 (WebP), section 2.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Container

HEAD_BYTES = 2**20
"""As far in, at most, a picture of a model says how large it is."""
NATIVE = {"PNG": ".png", "JPEG": ".jpg", "WebP": ".webp"}
"""Kinds that everybody takes as they are; suffix of each."""
_SIZED = frozenset({*NATIVE, "BMP"})
_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"BM", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"\x76\x2f\x31\x01", "OpenEXR"),
    (b"#?RADIANCE", "Radiance HDR"),
    (b"#?RGBE", "Radiance HDR"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (b"8BPS", "PSD"),
    (b"DDS ", "DDS"),
    (b"GIF8", "GIF"),
    (b"%PDF", "PDF"),
    (b"<svg", "SVG"),
)


def kind_of(head: bytes) -> str | None:
    """Return the kind that the beginning of a file tells; None when it is no picture, or one without a mark."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    if head[4:8] == b"ftyp":
        return "HEIC or AVIF" if head[8:12] in (b"heic", b"heix", b"mif1", b"avif") else "video"
    return next((kind for mark, kind in _MARKS if head.startswith(mark)), None)


def size_of(head: bytes, kinds: Container[str] = _SIZED) -> tuple[int, int] | None:
    """Return width and height, pixels; None where the picture is of none of these kinds, or does not tell."""
    kind = kind_of(head)
    return size_in(kind, head) if kind and kind in kinds else None


def size_in(kind: str, head: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels, or None when the header of a picture of that kind does not hold them."""
    try:
        if kind == "PNG":
            return struct.unpack(">II", head[16:24]) if head[12:16] == b"IHDR" else None
        if kind == "JPEG":
            return _jpeg_size(head)
        if kind == "WebP":
            return _webp_size(head)
        if kind == "BMP":
            width, height = struct.unpack("<ii", head[18:26])
            return width, abs(height)
    except (struct.error, IndexError):
        return None
    return None


def _jpeg_size(head: bytes) -> tuple[int, int] | None:
    """Walk the segments to the frame header (SOF0–SOF15 without DHT, JPG and DAC)."""
    at = 2
    while at + 9 < len(head):
        marker, length = head[at + 1], int.from_bytes(head[at + 2 : at + 4], "big")
        if head[at] != 0xFF:
            return None
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return width, height
        at += 1 if marker == 0xFF else 2 + length
    return None


def _webp_size(head: bytes) -> tuple[int, int] | None:
    chunk = head[12:16]
    if chunk == b"VP8X":
        width, width_high, height, height_high = struct.unpack("<HBHB", head[24:30])
        return 1 + (width | width_high << 16), 1 + (height | height_high << 16)
    if chunk == b"VP8L":
        (bits,) = struct.unpack("<I", head[21:25])
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 ":
        width, height = struct.unpack("<HH", head[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


def is_whole(content: bytes | memoryview) -> bool:
    """Tell whether a PNG, JPEG or WebP is there to its end: cut ones are shown half, or pink."""
    head = bytes(content[:8])
    if head.startswith(b"\xff\xd8"):
        return b"\xff\xd9" in bytes(content[len(content) // 2 + 1 :])  # an earlier end is the thumbnail's
    if head.startswith(b"RIFF"):
        return int.from_bytes(head[4:], "little") + 8 <= len(content)
    return _png_is_whole(memoryview(content))


def _png_is_whole(content: memoryview) -> bool:
    """Walk a PNG's chunks; those that a picture cannot do without begin with a capital letter."""
    at = 8
    while at + 12 <= len(content):
        length, name = struct.unpack_from(">I4s", content, at)
        end = at + 8 + length
        needed = not name[0] & 32
        if needed and zlib.crc32(content[at + 4 : end]).to_bytes(4, "big") != content[end : end + 4]:
            return False
        if name == b"IEND":
            return True
        at = end + 4
    return False
