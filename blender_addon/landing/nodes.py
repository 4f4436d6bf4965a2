"""Walks through the nodes of a material, and the group of nodes where glTF keeps the occlusion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import bpy

OCCLUSION = "glTF Material Output"
"""The group where Blender's glTF importer and exporter keep the occlusion, which its shader does not have."""
_SHADERS = ("BSDF_PRINCIPLED", "GROUP")


def behind(node: bpy.types.Node) -> set[bpy.types.Node]:
    """Return the node and all that feed it."""
    return _reached(node, lambda one: (link.from_node for socket in one.inputs for link in socket.links))


def fed(node: bpy.types.Node) -> Iterator[bpy.types.NodeSocket]:
    """Return the inputs of shaders, and of glTF's own group, that a node's outputs reach."""
    for one in _reached(node, lambda one: (link.to_node for link in _out(one) if link.to_node.type not in _SHADERS)):
        yield from (link.to_socket for link in _out(one) if link.to_node.type in _SHADERS)


def _out(node: bpy.types.Node) -> Iterator[bpy.types.NodeLink]:
    return (link for output in node.outputs for link in output.links)


def _reached(
    node: bpy.types.Node, onwards: Callable[[bpy.types.Node], Iterable[bpy.types.Node]]
) -> set[bpy.types.Node]:
    """Return the node and all that steps `onwards` lead to."""
    found, open_nodes = {node}, [node]
    while open_nodes:
        more = set(onwards(open_nodes.pop())) - found
        found |= more
        open_nodes += more
    return found


def share_occlusion(appended: Iterable[bpy.types.Material]) -> None:
    """Let glTF's group that the file has already take the place of the appended ones, if it has the same sockets.

    Node by node, and without Blender's search for users: that takes long in a large file.
    """
    groups: Any = bpy.data.node_groups  # the stubs do not know that a linked one can be left out
    kept = groups.get((OCCLUSION, None))
    trees = [material.node_tree for material in appended if material.node_tree]
    every: list[Any] = [node for tree in trees for node in tree.nodes if node.type == "GROUP" and node.node_tree]
    for node in every if kept else ():
        group = node.node_tree
        if group.name.startswith(f"{OCCLUSION}.") and _sockets(group) == _sockets(kept):
            node.node_tree = kept
            if not group.users:
                groups.remove(group, do_unlink=False)


def _sockets(group: Any) -> list[tuple[str, ...]]:
    """Return what the sockets of a group are called and hold; links are kept by their identifiers."""
    sockets = [one for one in group.interface.items_tree if one.item_type == "SOCKET"]
    return [(one.identifier, one.name, one.in_out, one.socket_type) for one in sockets]
