"""Alpha of materials: only where a picture really has some, and taken from where it stands in the picture."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

_SIDE = 1024
"""Larger pictures are looked at this small: of 4096 × 4096 pixels, all as numbers would be 256 MB."""
_OPAQUE = 0.99
_CUTS = frozenset({"LESS_THAN", "GREATER_THAN", "SUBTRACT", "ROUND"})
"""What a mask's threshold is made of; a multiplication has its own say."""


def tidy(material: bpy.types.Material) -> None:
    """Unlink an alpha that is opaque everywhere, and use the values of a picture that is nothing but a mask.

    The images are tidy already: one in sRGB is a color too.
    """
    tree = material.node_tree
    for shader in [node for node in tree.nodes if node.type == "BSDF_PRINCIPLED"]:
        socket = shader.inputs["Alpha"]
        source = _source(socket)
        if source is None or source.name != "Alpha":
            continue
        picture = source.node
        if _is_opaque(picture.image):
            if picture.outputs["Color"].is_linked or picture.image.colorspace_settings.name == "sRGB":
                _unlink(tree, socket)
            else:
                for link in list(source.links):
                    tree.links.new(picture.outputs["Color"], link.to_socket)
        if not socket.is_linked and socket.default_value == 1:
            material.surface_render_method = "DITHERED"


def _source(socket: bpy.types.NodeSocket) -> bpy.types.NodeSocket | None:
    """Return the output of the picture that an alpha comes from, as it is or cut at a threshold."""
    while socket.is_linked:
        output = socket.links[0].from_socket
        node = output.node
        if node.type == "TEX_IMAGE":
            return output if node.image else None
        if node.type != "MATH" or node.operation not in _CUTS:
            return None
        socket = next((one for one in node.inputs if one.is_linked), socket)
    return None


def _unlink(tree: bpy.types.NodeTree, socket: bpy.types.NodeSocket) -> None:
    """Make the input 1, and remove the nodes that cut its alpha, with their frame, or that have no other use."""
    node = socket.links[0].from_node
    tree.links.remove(socket.links[0])
    socket.default_value = 1.0
    while node.type == "MATH":
        gone, frame = node, node.parent
        node = next(one for one in node.inputs if one.is_linked).links[0].from_node
        tree.nodes.remove(gone)
        if frame and not any(other.parent == frame for other in tree.nodes):
            tree.nodes.remove(frame)
    if not any(output.is_linked for output in node.outputs):
        tree.nodes.remove(node)


def _is_opaque(image: bpy.types.Image) -> bool:
    """Tell whether a picture has no alpha, or none that can be seen."""
    if image.channels < 4 or image.depth in (8, 24, 48, 96):
        return True
    small: Any = image.copy()  # the stubs know neither its size nor its pixels
    if max(small.size) > _SIDE:
        small.scale(*(min(side, _SIDE) for side in small.size))
    pixels = np.empty(small.size[0] * small.size[1] * 4, np.float32)
    small.pixels.foreach_get(pixels)
    bpy.data.images.remove(small)
    return bool(pixels[3::4].min() >= _OPAQUE)
