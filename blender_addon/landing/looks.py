"""Packed pictures, looked at once: for each look Blender copies all the bytes of one."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import bpy

from ..core import encoded, sized

_SUFFIXES = {**encoded.NATIVE, "BMP": ".bmp", "TIFF": ".tif", "Targa": ".tga"}


@dataclass(frozen=True)
class Look:
    """What the bytes of a packed picture say."""

    kind: str | None
    size: tuple[int, int] | None
    """Pixels; None where it is of no known kind."""
    is_whole: bool
    """It is there to its end; only asked of the kinds in encoded.NATIVE."""

    @property
    def suffix(self) -> str:
        """Return the suffix of its kind; that of PNG, which Blender takes for all others too."""
        return _SUFFIXES.get(self.kind or "", ".png")


_SEEN: dict[tuple[int, int], Look] = {}
"""By the image's number, which Blender never gives again, and the picture's bytes."""


def look(image: bpy.types.Image) -> Look:
    """Look at an image's packed picture."""
    key = _key(image)
    if key not in _SEEN:
        content = image.packed_file.data
        _SEEN[key] = _read(content, encoded.kind_of(content[:16]) in encoded.NATIVE and encoded.is_whole(content))
    return _SEEN[key]


def know(image: bpy.types.Image, content: bytes) -> None:
    """Remember what an image's packed picture says, which is known to be whole."""
    _SEEN[_key(image)] = _read(content, True)


def _read(content: bytes, is_whole: bool) -> Look:
    """Read kind and size; Targa has no mark."""
    head = content[:32]
    kind = encoded.kind_of(head) or ("Targa" if sized.is_targa(head) else None)
    return Look(kind, sized.size_of(BytesIO(content)), is_whole)


def _key(image: bpy.types.Image) -> tuple[int, int]:
    return image.session_uid, image.packed_file.size
