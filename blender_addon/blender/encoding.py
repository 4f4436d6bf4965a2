"""The pixels of a large image become a PNG file, 8 bits a channel, strip by strip.

No bpy in here: threads run this file. numpy and zlib let go of Python's lock while they work.
Source: PNG specification (third edition), sections 9 and 11; Truevision TGA 2.0, section 3.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from ..core.errors import InputError

_Bytes = npt.NDArray[np.uint8]
_Floats = npt.NDArray[np.float32]

_STRIP_PIXELS = 2**20
_PACKING = 1
"""As Blender packs PNG files; more takes three times as long for a tenth of the size."""


@dataclass(frozen=True)
class Pixels:
    """The pixels of an image as Blender holds them."""

    values: Any
    """(H * W * 4,) float32 RGBA, bottom line first."""
    size: tuple[int, int]
    """Width and height."""
    opaque: bool = False
    """The image has no alpha: what is see-through all the same is on black, as Blender writes it."""
    associated: bool = False
    """Alpha is multiplied in."""
    linear: bool = False
    """Linear light; otherwise values as they are written."""

    def strips(self) -> Iterator[_Bytes]:
        """Yield RGB or straight RGBA, (lines, W, 3 or 4), top line first."""
        width, height = self.size
        rows = self.values.reshape(height, width, 4)
        step = max(1, _STRIP_PIXELS // width)
        for top in range(height, 0, -step):
            yield self._bytes(rows[max(0, top - step) : top][::-1])

    def _bytes(self, rows: _Floats) -> _Bytes:
        channels = 3 if self.opaque else 4
        values = rows[..., :channels].copy()
        if self.associated:
            alpha = rows[..., 3:]
            np.divide(values[..., :3], alpha, out=values[..., :3], where=alpha > 0)
        np.nan_to_num(values, copy=False)
        np.clip(values, 0, 1, out=values)
        if self.linear:
            values[..., :3] = _srgb(values[..., :3])
        if self.opaque:
            values *= np.clip(rows[..., 3:], 0, 1)
        values *= 255
        values += 0.5
        return values.astype(np.uint8)


@dataclass(frozen=True)
class Targa:
    """An uncompressed Targa file with true colors, 24 or 32 bits a pixel, as Blender writes it."""

    path: Path

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self._header()[0]

    @property
    def opaque(self) -> bool:
        """Tell whether it has no alpha."""
        return self._header()[1] == 3

    def strips(self) -> Iterator[_Bytes]:
        """Yield RGB or straight RGBA, (lines, W, 3 or 4), top line first."""
        (width, height), channels, start, from_top = self._header()
        rows = np.memmap(self.path, np.uint8, "r", start, (height, width, channels))
        step = max(1, _STRIP_PIXELS // width)
        lines = rows if from_top else rows[::-1]
        for top in range(0, height, step):
            part = np.array(lines[top : top + step])
            part[..., :3] = part[..., 2::-1]
            yield part

    def _header(self) -> tuple[tuple[int, int], int, int, bool]:
        with self.path.open("rb") as file:
            head = file.read(18)
        width, height, bits, kind = struct.unpack_from("<HHBB", head, 12)
        return (width, height), bits // 8, 18 + head[0], bool(kind & 0x20)


def _srgb(light: _Floats) -> _Floats:
    curved: _Floats = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return curved


def room(count: int) -> Any:
    """Return where that many float32 values find room."""
    return np.empty(count, np.float32)


def finish(rest: Callable[..., None], trouble: str, *check: Callable[[], None]) -> None:
    """Do what is left of writing an image. Raises InputError with that sentence."""
    try:
        rest(*check)
    except (OSError, ValueError) as error:  # ValueError: a file that a full disk has cut short
        raise InputError(trouble) from error


def write_bytes(content: bytes, path: Path, *_check: Callable[[], None]) -> None:
    """Write a file as it is. Raises OSError."""
    path.write_bytes(content)


def nothing(*_check: Callable[[], None]) -> None:
    """Leave a file that is there as it is."""


def write_targa(raw: Path, path: Path, check: Callable[[], None] = lambda: None) -> None:
    """Write the Targa file as PNG, and remove it. Raises OSError."""
    try:
        write_png(Targa(raw), path, check)
    finally:
        with suppress(OSError):
            raw.unlink()


def write_png(picture: Pixels | Targa, path: Path, check: Callable[[], None] = lambda: None) -> None:
    """Write the picture; the file is there only when it is whole. Raises OSError, and what `check` raises meanwhile."""
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as file:
            _write_chunks(file, picture, check)
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def _write_chunks(file: BinaryIO, picture: Pixels | Targa, check: Callable[[], None]) -> None:
    file.write(b"\x89PNG\r\n\x1a\n")
    _write_chunk(file, b"IHDR", struct.pack(">IIBBBBB", *picture.size, 8, 2 if picture.opaque else 6, 0, 0, 0))
    packing, above = zlib.compressobj(_PACKING), None
    for rows in picture.strips():
        check()
        lines = rows.reshape(len(rows), -1)
        _write_chunk(file, b"IDAT", packing.compress(_filtered(lines, above, rows.shape[2]).data))
        above = lines[-1]
    _write_chunk(file, b"IDAT", packing.flush())
    _write_chunk(file, b"IEND", b"")


def _write_chunk(file: BinaryIO, name: bytes, body: bytes) -> None:
    file.write(struct.pack(">I", len(body)) + name)
    file.write(body)
    file.write(struct.pack(">I", zlib.crc32(body, zlib.crc32(name))))


def _filtered(lines: _Bytes, above: _Bytes | None, channels: int) -> _Bytes:
    """Return the lines, (H, W * channels), each begun with the number of the filter that leaves least of it.

    The filters are PNG's first three: none, sub, up. `above`: the line before the first one.
    """
    sub, up = lines.copy(), lines.copy()
    sub[:, channels:] -= lines[:, :-channels]
    up[1:] -= lines[:-1]
    if above is not None:
        up[0] -= above
    tried = (lines, sub, up)
    sums = [np.abs(one.view(np.int8)).view(np.uint8).sum(axis=1, dtype=np.uint32) for one in tried]
    best = np.argmin(sums, axis=0)
    filtered = np.empty((len(lines), 1 + lines.shape[1]), np.uint8)
    filtered[:, 0] = best
    for kind, one in enumerate(tried):
        filtered[best == kind, 1:] = one[best == kind]
    return filtered
