"""Walks through the nodes of a material."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import bpy

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
