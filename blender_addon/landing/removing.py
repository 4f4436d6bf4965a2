"""Takes objects out of the file again, with all that only they used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import bpy

from . import motion, placeholders, statistics


def remove(items: Sequence[bpy.types.Object], goes: Callable[[bpy.types.Action], bool] = motion.is_models) -> None:
    """Remove objects, and those of their data, materials, node groups and images that nothing else uses.

    Of their actions `goes` tells which: an artist's own stay in the file, for good.
    """
    data = {item.data for item in items if item.data}
    keys = [one.shape_keys for one in data if getattr(one, "shape_keys", None)]
    materials, images = statistics.materials(items), statistics.images(items)
    groups = {group for material in materials for group in _groups(material)}
    actions = {action for one in (*items, *keys) for action in motion.actions_of(one)}
    placeholders.remove_objects(items)
    unused = [action for action in actions if not action.users and not action.library]
    going = [action for action in unused if goes(action)]
    for action in set(unused).difference(going):
        action.use_fake_user = True  # or the next saving would lose it
    for kind in (data, materials, groups, images, going):
        bpy.data.batch_remove([one for one in kind if not one.users])


def discard(collection: bpy.types.Collection, items: Sequence[bpy.types.Object]) -> None:
    """Remove a collection and what landed in it, wherever that is now, as if it had never landed."""
    remove(items, lambda _: True)
    bpy.data.collections.remove(collection)


def _groups(material: bpy.types.Material) -> Iterator[bpy.types.NodeTree]:
    nodes = material.node_tree.nodes if material.node_tree else ()
    return (node.node_tree for node in nodes if node.type == "GROUP" and node.node_tree)
