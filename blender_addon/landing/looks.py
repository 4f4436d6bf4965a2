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
        """Return the suffix of its kind; that of PNG, for all that is rare."""
        return _SUFFIXES.get(self.kind or "", ".png")


_SEEN: dict[tuple[int, int], Look] = {}
"""By the image's number, which Blender never gives again, and the picture's bytes."""


def look(image: bpy.types.Image) -> Look:
    """Look at an image's packed picture."""
    key = _key(image)
    if key not in _SEEN:
        content = image.packed_file.data
        kind = encoded.kind_of(content[:16]) or ("Targa" if sized.is_targa(content[:32]) else None)
        is_whole = kind in encoded.NATIVE and encoded.is_whole(content)
        _SEEN[key] = Look(kind, sized.size_of(BytesIO(content)), is_whole)
    return _SEEN[key]


def know(image: bpy.types.Image, content: bytes) -> None:
    """Remember what an image's packed picture says, which is known to be whole."""
    _SEEN[_key(image)] = Look(encoded.kind_of(content[:16]), encoded.size_of(content[: encoded.HEAD_BYTES]), True)


def _key(image: bpy.types.Image) -> tuple[int, int]:
    return image.session_uid, image.packed_file.size
