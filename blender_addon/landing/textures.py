"""Textures that an importer found: which of them belong to the model and can be decoded safely; the others go.

A model file may name any picture of this computer. Only those inside the file, or in its folder, stay.
"""

from __future__ import annotations

from pathlib import Path

import bpy

from ..core import source

_HEAD_BYTES = 2**20
_KINDS = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG", b"RIFF": "WebP", b"BM": "BMP"}


def keep_own(folder: Path) -> list[str]:
    """Remove the images that are not the model's own or that cannot be used, before anything decodes them.

    Return what was left out, as sentences.
    """
    images = [image for image in bpy.data.images if image.source != "VIEWER"]
    heads = {image: _head(image, folder) for image in images}
    missing = [image for image, head in heads.items() if head is None]
    broken = [image for image, head in heads.items() if head is not None and not _usable(head)]
    missing_names = ", ".join(sorted({_file_name(image) for image in missing})[:3])
    sentences = []
    if missing:
        sentences.append(f"{_count(missing)} not in the model's folder and left out: {missing_names}.")
    if broken:
        sentences.append(f"{_count(broken)} damaged, or of an unknown kind, and left out.")
    bpy.data.batch_remove([*missing, *broken])
    _drop_empty_nodes()
    return sentences


def _count(images: list[bpy.types.Image]) -> str:
    return "1 texture was" if len(images) == 1 else f"{len(images)} textures were"


def _file_name(image: bpy.types.Image) -> str:
    """Return the last part of the name that the file gave, written on any system."""
    name = image.filepath_raw.replace("\\", "/").rpartition("/")[2] or image.name
    return "".join(character for character in name if character.isprintable())[:60]


def _head(image: bpy.types.Image, folder: Path) -> bytes | None:
    """Return the beginning of the encoded picture; None when it is neither packed nor a file in the folder."""
    if image.packed_file:
        return image.packed_file.data[:_HEAD_BYTES]
    try:
        file = Path(bpy.path.abspath(image.filepath_raw)).resolve()
        if image.source != "FILE" or not file.is_relative_to(folder.resolve()) or not file.is_file():
            return None
        with file.open("rb") as opened:
            return opened.read(_HEAD_BYTES)
    except (OSError, ValueError):
        return None


def _usable(head: bytes) -> bool:
    """Tell whether it is a picture of a known kind and of a size that is safe to decode."""
    kind = next((kind for mark, kind in _KINDS.items() if head.startswith(mark)), "")
    size = source.size_of(kind, head)
    return bool(size) and min(size) > 0 and max(size) <= source.MAX_SIDE and size[0] * size[1] <= source.MAX_PIXELS


def _drop_empty_nodes() -> None:
    for material in bpy.data.materials:
        tree = material.node_tree
        for node in [node for node in tree.nodes if node.type == "TEX_IMAGE" and not node.image] if tree else ():
            tree.nodes.remove(node)
