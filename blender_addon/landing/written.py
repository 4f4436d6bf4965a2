"""Textures as files beside the .blend, for artists who paint over them with other programs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import bpy

FOLDER = "textures"
_NUMBER = re.compile(r"\.\d{3}(?=\.\w+$)")
"""What Blender adds to the name of an image that lands a second time; its file is there already."""


def write(images: Iterable[bpy.types.Image]) -> None:
    """Write packed images into a folder beside the .blend, which was saved, and let them be read from there.

    What is there already is used where it is the same, and never overwritten. Raises OSError; the images that were not
    written stay packed.
    """
    folder = Path(bpy.path.abspath("//")) / FOLDER
    for image in [one for one in images if one.packed_file]:
        folder.mkdir(exist_ok=True)
        name = _NUMBER.sub("", bpy.path.basename(image.filepath_raw))
        file = _kept(folder / name, image.packed_file.data)
        image.filepath_raw = bpy.path.relpath(str(file))
        image.unpack(method="REMOVE")


def _kept(wanted: Path, content: bytes) -> Path:
    """Return a file with this content, called as wanted or with a number; write it unless it is there."""
    file, number = wanted, 0
    while file.exists() and file.read_bytes() != content:
        number += 1
        file = wanted.with_stem(f"{wanted.stem}.{number:03}")
    if not file.exists():
        part = file.with_name(f"{file.name}.part")
        part.write_bytes(content)
        part.replace(file)
    return file
