"""A copy of a model, with the files beside it that belong to it, whose names lead nowhere but into its own folder.

Blender's importers open every picture that a model names, wherever it is on this computer, and look into it.
"""

from __future__ import annotations

import re
import shutil
import struct
from pathlib import Path


def copied(texts: list[Path], others: list[Path], outside: list[str], folder: Path, target: Path) -> list[Path]:
    """Copy the files that name others (`texts`) and the others that belong to them; return the copies of the texts.

    All of them are in `folder`. Every name that leads `outside` becomes its last part, which may be a file there.
    """
    for file in dict.fromkeys((*others, *texts)):
        place = target / file.relative_to(folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        if file in texts:
            place.write_bytes(_renamed(file.read_bytes(), outside))
        else:
            shutil.copyfile(file, place)
    return [target / file.relative_to(folder) for file in texts]


def _renamed(content: bytes, outside: list[str]) -> bytes:
    """Replace names, in a binary FBX and in text; the longest first, because one may end like another."""
    for name in sorted(outside, key=len, reverse=True):
        old = name.encode("utf-8", "surrogateescape")
        new = _inside(old)
        if content.startswith(b"Kaydara"):
            length = struct.pack("<I", len(old))
            content = content.replace(length + old, length + new)
        else:
            content = content.replace(old, new)
    return content


def _inside(name: bytes) -> bytes:
    """Return the last part of a name, in as many bytes as the name has."""
    last = re.split(rb"[\\/]", name)[-1]
    free = len(name) - len(last)
    if last in (b"", b".", b"..") or b":" in last or (free % 2 and free < 3):
        return b"_" * len(name)
    return (b".//" if free % 2 else b"") + b"./" * ((free - 3 * (free % 2)) // 2) + last
