"""Textures of the materials in use: one image of each content, in its right color space, named and packed."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import bpy

from ..core import encoded
from . import nodes as graph
from .looks import look

_ROLES = (
    ({"Base Color"}, "base color"),
    ({"Normal"}, "normal"),
    ({"Metallic", "Roughness"}, "metallic roughness"),
    ({"Roughness"}, "roughness"),
    ({"Metallic"}, "metallic"),
    ({"Emission Color"}, "emissive"),
    ({"Occlusion"}, "occlusion"),
    ({"Alpha"}, "alpha"),
)
"""Inputs of the shader → what the texture in them is called, the most telling first."""
_NO_FILE_NAME = re.compile(r'[<>:"/\\|?*]')
"""What Windows, or any system, takes in no name of a file."""
_LONGEST = 1023
"""Characters that Blender takes in a path."""


def tidy(trees: list[bpy.types.NodeTree], name: str) -> int:
    """Tidy all images in the trees, remove the others, and return how many could not be decoded and were taken out."""
    damaged = _drop_damaged(trees)
    for (_, is_color), nodes in _by_content(trees).items():
        image = nodes[0].image
        for node in nodes:
            node.image = image
        space: Any = image.colorspace_settings  # its names come from Blender's configuration
        space.name = "sRGB" if is_color else "Non-Color"
        names = {socket.name for node in nodes for socket in graph.fed(node)}
        _name(image, f"{name} {next((role for sockets, role in _ROLES if sockets <= names), 'texture')}")
    bpy.data.batch_remove([image for image in bpy.data.images if not image.users])
    return damaged


def _pictures(trees: Iterable[bpy.types.NodeTree]) -> list[bpy.types.Node]:
    return [node for tree in trees for node in tree.nodes if node.type == "TEX_IMAGE"]


def _drop_damaged(trees: list[bpy.types.NodeTree]) -> int:
    damaged = [node for node in _pictures(trees) if node.image is None or not _is_shown(node.image)]
    count = len({node.image for node in damaged})
    for node in damaged:
        node.id_data.nodes.remove(node)
    for tree in trees:
        drop_unfed(tree)
    return count


def _is_shown(image: bpy.types.Image) -> bool:
    """Tell whether an image can be shown, and pack it; kinds that are rare in models are decoded."""
    if not image.packed_file:
        image.pack()
    seen = look(image) if image.packed_file else None
    return seen.is_whole if seen and seen.kind in encoded.NATIVE else min(*image.size) > 0


def drop_unfed(tree: bpy.types.NodeTree) -> None:
    """Remove normal maps without a picture: importers make them first, and pictures may be left out."""
    for node in [node for node in tree.nodes if node.type == "NORMAL_MAP" and not node.inputs["Color"].is_linked]:
        tree.nodes.remove(node)


def _by_content(trees: list[bpy.types.NodeTree]) -> dict[tuple[str, bool], list[bpy.types.Node]]:
    """Group the nodes by what their images hold, and by whether it is a color. Each group has an image of its own.

    An alpha beside its color goes with it: the color space does not change it.
    """
    pictures = _pictures(trees)
    contents = _contents({node.image for node in pictures})
    colored = {(node.id_data, contents[node.image]) for node in pictures if _is_color(node)}
    found: dict[tuple[str, bool], list[bpy.types.Node]] = {}
    for node in pictures:
        content = contents[node.image]
        is_color = _is_color(node) or (_is_alpha(node) and (node.id_data, content) in colored)
        found.setdefault((content, is_color), []).append(node)
    for (content, is_color), nodes in found.items():
        if not is_color and (content, True) in found:  # one picture in two color spaces is two images
            nodes[0].image = nodes[0].image.copy()
    return found


def _is_color(node: bpy.types.Node) -> bool:
    return any(socket.type == "RGBA" for socket in graph.fed(node))


def _is_alpha(node: bpy.types.Node) -> bool:
    return [output.name for output in node.outputs if output.is_linked] == ["Alpha"]


def _contents(images: set[bpy.types.Image]) -> dict[bpy.types.Image, str]:
    """Pack the images and return what tells equal contents: bytes, and how they are shown.

    Only those of the same size are read: textures can have 100 MB together.
    """
    for image in images:
        if not image.packed_file:
            image.pack()
    sizes = Counter(image.packed_file.size for image in images)
    return {
        image: f"{image.packed_file.size} {_digest(image) if sizes[image.packed_file.size] > 1 else ''}"
        f" {image.alpha_mode}"
        for image in images
    }


def _digest(image: bpy.types.Image) -> str:
    return hashlib.sha256(image.packed_file.data).hexdigest()


def _name(image: bpy.types.Image, name: str) -> None:
    """Name the image and forget where it came from: it is packed, and its path would name this machine's folders."""
    image.name = name
    set_path(image, f"//{_NO_FILE_NAME.sub('_', image.name)}{look(image).suffix}")


def set_path(image: bpy.types.Image, path: str) -> None:
    """Let a packed image come from there: exporters write it to where it is said to have been packed from.

    A short path leaves the end of the longer one before it in memory, and in the .blend: the longest of all wipes it
    out.
    """
    for one in ("_" * _LONGEST, path):
        image.filepath_raw = one
        for packed in image.packed_files:
            packed.filepath = one
