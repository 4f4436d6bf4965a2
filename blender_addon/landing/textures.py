"""Textures that an importer found: which of them belong to the model and can be decoded safely; the others go.

A model file may name any picture of this computer. Only those inside the file, or in its folder, stay.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import bpy

from ..core import sized, source
from . import beside, images


def keep_own(path: Path, folder: Path) -> list[str]:
    """Remove the images that are not the model's own or that cannot be used, before anything decodes them.

    An image that is elsewhere is taken from beside the model when a picture there is called like it. Return what was
    left out, as sentences.
    """
    _replace_missing(path, folder)
    sizes = {image: _size(image, folder) for image in bpy.data.images if image.source != "VIEWER"}
    missing = [image for image, size in sizes.items() if size is None]
    broken = [image for image, size in sizes.items() if size is not None and not _is_safe(size)]
    missing_names = ", ".join(sorted({_file_name(image)[:60] for image in missing})[:3])
    sentences = []
    if missing:
        sentences.append(f"{_count(missing)} not in the model's folder and left out: {missing_names}.")
    if broken:
        sentences.append(f"{_count(broken)} damaged, or of an unknown kind, and left out.")
    bpy.data.batch_remove([*missing, *broken])
    _drop_empty_nodes()
    return sentences


def _count(lost: list[bpy.types.Image]) -> str:
    return "1 texture was" if len(lost) == 1 else f"{len(lost)} textures were"


def _file_name(image: bpy.types.Image) -> str:
    """Return the last part of the name that the file gave, written on any system."""
    name = image.filepath_raw.replace("\\", "/").rpartition("/")[2] or image.name
    return "".join(character for character in name if character.isprintable())


def _replace_missing(path: Path, folder: Path) -> None:
    """Put pictures beside the model in the place of images that are elsewhere or nowhere, and are called like them.

    Whatever its exporter's system was: it may have taken \\ for / and large letters for small ones.
    """
    missing = [one for one in bpy.data.images if one.source == "FILE" and _size(one, folder) is None]
    by_name = {file.name.casefold(): file for file in beside.named(path, folder)} if missing else {}
    for image in missing:
        file = by_name.get(_file_name(image).casefold())
        if file and usable(file):
            image.user_remap(bpy.data.images.load(str(file)))  # one more: an existing one may be this very image
            bpy.data.images.remove(image)


def _size(image: bpy.types.Image, folder: Path) -> tuple[int, int] | None:
    """Return width and height, pixels, (0, 0) where nobody knows; None when it is neither packed nor in the folder."""
    if image.packed_file:
        return sized.size_of(BytesIO(image.packed_file.data)) or (0, 0)
    try:
        file = Path(bpy.path.abspath(image.filepath_raw)).resolve()
        if image.source != "FILE" or not file.is_relative_to(folder.resolve()) or not file.is_file():
            return None
        with file.open("rb") as opened:
            return sized.size_of(opened) or (0, 0)
    except (OSError, ValueError):
        return None


def usable(file: Path) -> bool:
    """Tell whether a file is a picture that can be decoded safely."""
    with file.open("rb") as opened:
        return _is_safe(sized.size_of(opened) or (0, 0))


def _is_safe(size: tuple[int, int]) -> bool:
    """Tell whether a picture is of a size that is safe to decode."""
    return min(size) > 0 and max(size) <= source.MAX_SIDE and size[0] * size[1] <= source.MAX_PIXELS


def _drop_empty_nodes() -> None:
    for tree in [material.node_tree for material in bpy.data.materials if material.node_tree]:
        for node in [node for node in tree.nodes if node.type == "TEX_IMAGE" and not node.image]:
            tree.nodes.remove(node)
        images.drop_unfed(tree)
