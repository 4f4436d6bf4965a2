"""Takes objects out of the file again, with all that only they used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import bpy

from . import motion, placeholders, statistics


def remove(items: Sequence[bpy.types.Object]) -> None:
    """Remove objects, and those of their data, materials, node groups, images and actions that nothing else uses."""
    data = {item.data for item in items if item.data}
    keys = [one.shape_keys for one in data if getattr(one, "shape_keys", None)]
    materials, images = statistics.materials(items), statistics.images(items)
    groups = {group for material in materials for group in _groups(material)}
    actions = {action for one in (*items, *keys) for action in motion.actions_of(one)}
    placeholders.remove_objects(items)
    for kind in (data, materials, groups, images, actions):
        bpy.data.batch_remove([one for one in kind if not one.users])


def discard(collection: bpy.types.Collection, items: Sequence[bpy.types.Object]) -> None:
    """Remove a collection and what landed in it, wherever that is now, as if it had never landed."""
    remove(items)
    bpy.data.collections.remove(collection)


def _groups(material: bpy.types.Material) -> Iterator[bpy.types.NodeTree]:
    nodes = material.node_tree.nodes if material.node_tree else ()
    return (node.node_tree for node in nodes if node.type == "GROUP" and node.node_tree)
