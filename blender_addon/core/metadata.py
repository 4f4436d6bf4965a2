"""What stands beside the pixels in PNG, JPEG and WebP files: it is cut out without touching the picture.

Only what a picture needs is kept; whatever else a camera or program wrote (place, author, prompt, small preview, a
second picture behind the end) goes. Nothing is decoded.
Sources: PNG (third edition) 5 and 11; ITU T.81 annex B; ICC.1:2022 7.2 and annex B; WebP container; Exif 2.32, 4.6.4.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

_PNG_MARK = b"\x89PNG\r\n\x1a\n"
_PNG_CRITICAL = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
_PNG_COLORS = frozenset({b"cHRM", b"gAMA", b"sRGB", b"cICP", b"mDCV", b"mDCv", b"cLLI", b"cLLi"})
_PNG_KEPT = _PNG_CRITICAL | _PNG_COLORS | {b"tRNS", b"sBIT", b"bKGD", b"pHYs"}
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"})
_WEBP_FLAGS = 0x08 | 0x04
"""EXIF and XMP, in the first byte of a VP8X chunk."""

_FRAMES = (*range(0xC0, 0xD0), 0xDA, 0xDB, 0xDC, 0xDD)
"""Frame headers, tables and scans of a JPEG."""
_ICC = b"ICC_PROFILE\0"
_ICC_PART = 65_519
"""Bytes of a profile that one segment holds."""
_MAX_ICC = 2**19
"""A larger one would take the room of the picture."""
_FILL = re.compile(rb"\xff+")
_SCAN_END = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""A mark that is neither a stuffed byte nor a restart."""


class _OddError(ValueError):
    """The file is cut short or built in a way that is not known."""


@dataclass(frozen=True)
class _Piece:
    role: str
    """picture, profile, exif or other."""
    body: bytes
    whole: bytes
    """As it stays in a cleaned file."""


def cleaned(content: bytes) -> bytes | None:
    """Return the file with nothing but the picture and its color profile, every pixel as it was.

    None when it has to be written anew: it does not stand upright, is cut short or is oddly built.
    """
    try:
        kept = [piece.whole for piece in _pieces(content) if piece.role in ("picture", "profile")]
    except _OddError:
        return None
    if orientation(content) != 1:
        return None
    whole = b"".join(kept)
    return whole if whole[:4] != b"RIFF" else b"RIFF" + (len(whole) - 8).to_bytes(4, "little") + whole[8:]


def orientation(content: bytes) -> int:
    """Return how the camera was held, 1–8 (EXIF orientation); 1, upright, when the file does not say."""
    found = next((body for role, body in _bodies(content) if role == "exif"), b"")
    try:
        return _orientation(found.removeprefix(b"Exif\0\0"))
    except struct.error:
        return 1


def profile(content: bytes) -> bytes:
    """Return the ICC profile of RGB values; empty when there is none, or it is damaged or very large."""
    parts = [body for role, body in _bodies(content) if role == "profile"]
    if content.startswith(_PNG_MARK):
        found = _inflated(parts[0]) if parts else b""
    elif content.startswith(b"RIFF"):
        found = b"".join(parts[:1])
    else:
        found = b"".join(part[2:] for part in sorted(parts))  # number, count, then bytes
    size = int.from_bytes(found[:4], "big")
    sound = found[16:20] == b"RGB " and found[36:40] == b"acsp" and size <= min(len(found), _MAX_ICC)
    return found[:size] if sound else b""


def with_profile(content: bytes, icc: bytes) -> bytes:
    """Return a whole PNG or JPEG with nothing but the picture, and this profile unless it is empty."""
    kept = [piece.whole for piece in _pieces(content) if piece.role == "picture"]
    if icc and content.startswith(_PNG_MARK):
        kept = [whole for whole in kept if whole[4:8] not in _PNG_COLORS]
        body = b"iCCPICC profile\0\0" + zlib.compress(icc)
        kept.insert(2, struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body)))
    elif icc:
        parts = [icc[at : at + _ICC_PART] for at in range(0, len(icc), _ICC_PART)]
        if len(parts) < 256:
            kept[2:2] = [
                b"\xff\xe2" + struct.pack(">H12sBB", len(part) + 16, _ICC, number, len(parts)) + part
                for number, part in enumerate(parts, 1)
            ]
    return b"".join(kept)


def _bodies(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield role and body of each piece, as far as the file is sound."""
    try:
        for piece in _pieces(content):
            yield piece.role, piece.body
    except _OddError:
        return


def _pieces(content: bytes) -> Iterator[_Piece]:
    """Take the file apart up to the picture's end. Raises _OddError where it is not sound."""
    if content.startswith(_PNG_MARK):
        return _png_chunks(content)
    if content.startswith(b"\xff\xd8"):
        return _jpeg_segments(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _webp_chunks(content)
    raise _OddError


def _png_chunks(content: bytes) -> Iterator[_Piece]:
    yield _Piece("picture", b"", content[:8])
    at, name = 8, b""
    while name != b"IEND":
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        name = content[at + 4 : at + 8]
        if end > len(content) or not name.isalpha() or (name[:1].isupper() and name not in _PNG_CRITICAL):
            raise _OddError
        role = {b"iCCP": "profile", b"eXIf": "exif"}.get(name, "picture" if name in _PNG_KEPT else "other")
        yield _Piece(role, content[at + 8 : end - 4], content[at:end])
        at = end


def _jpeg_segments(content: bytes) -> Iterator[_Piece]:
    """Yield the segments, each scan with its header, and the end mark."""
    yield _Piece("picture", b"", content[:2])
    at = 2
    while True:
        fill = _FILL.match(content, at)
        at = fill.end() - 1 if fill else len(content)
        mark, end = content[at + 1 : at + 2], at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if mark == b"\xd9":
            yield _Piece("picture", b"", b"\xff\xd9")
            return
        if end > len(content) or end < at + 4 or not mark:
            raise _OddError
        body = content[at + 4 : end]
        if mark == b"\xda":
            after = _SCAN_END.search(content, end)
            end = after.start() if after else len(content)
        yield _segment(mark[0], body, content[at:end])
        at = end


def _segment(mark: int, body: bytes, whole: bytes) -> _Piece:
    if mark in _FRAMES or (mark == 0xEE and body[:5] == b"Adobe"):
        return _Piece("picture", body, whole)
    if mark == 0xE0 and body[:5] == b"JFIF\0" and len(body) >= 14:
        return _Piece("picture", body, b"\xff\xe0\0\x10" + body[:12] + b"\0\0")  # without its small preview
    if mark == 0xE2 and body.startswith(_ICC):
        return _Piece("profile", body[len(_ICC) :], whole)
    if not 0xE0 <= mark <= 0xEF and mark != 0xFE:
        raise _OddError
    return _Piece("exif" if mark == 0xE1 and body.startswith(b"Exif\0\0") else "other", body, whole)


def _webp_chunks(content: bytes) -> Iterator[_Piece]:
    yield _Piece("picture", b"", content[:12])
    at, last = 12, 8 + int.from_bytes(content[4:8], "little")
    while at < last:
        name, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        end = at + 8 + size + size % 2
        if end > min(last, len(content)):
            raise _OddError
        body, whole = content[at + 8 : at + 8 + size], content[at:end]
        if name == b"VP8X" and body:
            whole = whole[:8] + bytes((body[0] & ~_WEBP_FLAGS,)) + whole[9:]
        role = {b"ICCP": "profile", b"EXIF": "exif"}.get(name, "picture" if name in _WEBP_KEPT else "other")
        yield _Piece(role, body, whole)
        at = end


def _orientation(tiff: bytes) -> int:
    """Look the tag up in the first directory. Raises struct.error when it is cut short."""
    order = "<" if tiff[:2] == b"II" else ">"
    (first,) = struct.unpack_from(order + "I", tiff, 4)
    (count,) = struct.unpack_from(order + "H", tiff, first)
    for entry in range(min(count, 512)):
        tag, _, _, value = struct.unpack_from(order + "HHIH", tiff, first + 2 + 12 * entry)
        if tag == 0x0112:
            return value if 1 <= value <= 8 else 1
    return 1


def _inflated(body: bytes) -> bytes:
    """Return the profile in an iCCP chunk: its name, a zero, the method, then the bytes."""
    try:
        return zlib.decompressobj().decompress(body.partition(b"\0")[2][1:], _MAX_ICC)
    except zlib.error:
        return b""
