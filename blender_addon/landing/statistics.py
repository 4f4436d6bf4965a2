"""Counts of what was landed; nothing here looks at single vertices, so it costs nothing in a large model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import bpy

from .looks import look


def count(objects: Iterable[bpy.types.Object]) -> dict[str, int]:
    """Return objects, triangles, materials and images, where images are the distinct ones that materials use."""
    meshes = [item for item in objects if item.type == "MESH"]
    return {
        "objects": len(meshes),
        "triangles": sum(len(item.data.loops) - 2 * len(item.data.polygons) for item in meshes),
        "materials": len(materials(meshes)),
        "images": len(images(meshes)),
    }


def largest_side(objects: Iterable[bpy.types.Object]) -> int:
    """Return the largest side of the objects' images, which are packed, in pixels; 0 without any."""
    return max((side for image in images(objects) for side in look(image).size or ()), default=0)


def images(objects: Iterable[bpy.types.Object]) -> set[bpy.types.Image]:
    """Return the images that the objects' materials use."""
    return {image for material in materials(objects) for image in _images_of(material.node_tree)}


def materials(objects: Iterable[bpy.types.Object]) -> set[bpy.types.Material]:
    """Return the materials of the objects."""
    return {slot.material for item in objects for slot in item.material_slots if slot.material}


def _images_of(tree: bpy.types.NodeTree | None) -> Iterator[bpy.types.Image]:
    """Return the images of a node tree and of the groups in it, one for each node."""
    for node in tree.nodes if tree else ():
        if node.type == "TEX_IMAGE" and node.image:
            yield node.image
        elif node.type == "GROUP":
            yield from _images_of(node.node_tree)
