"""Joins what a provider split for no reason: the meshes that nothing moves, and those that the same thing moves."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from . import motion


def join() -> None:
    """Make one object of each group of meshes; materials that two have in common become one slot.

    UVs, colors, normals and weights are kept. Meshes with shape keys stay apart: their keys have nothing in common.
    """
    groups: dict[tuple[bpy.types.Object | None, ...], list[bpy.types.Object]] = {}
    bpy.context.view_layer.update()
    for item in sorted(bpy.context.view_layer.objects, key=lambda item: item.name):
        if item.type == "MESH" and not item.data.shape_keys and not _stands_alone(item):
            groups.setdefault((_armature(item), _mover(item)), []).append(item)
    for items in groups.values():
        if len(items) > 1:
            _join(items)


def _join(items: list[bpy.types.Object]) -> None:
    """Join the objects into the first one."""
    _share_uv_names(items)
    _share_normals(items)
    for item in items:
        if not item.data.materials:
            item.data.materials.append(None)  # older Blenders would give its faces another's material
    with bpy.context.temp_override(object=items[0], active_object=items[0], selected_editable_objects=items):
        bpy.ops.object.join()
    items[0].name = "part"  # its name was that of one of them


def _share_uv_names(items: list[bpy.types.Object]) -> None:
    """Name the UV layers of all alike, and in the materials too: joining brings those together that have one name."""
    names = max(([layer.name for layer in item.data.uv_layers] for item in items), key=len)
    renamed: dict[bpy.types.Material, dict[str, str]] = {}
    for item in items:
        layers = item.data.uv_layers
        old = [layer.name for layer in layers]
        for material in filter(None, item.data.materials):
            renamed.setdefault(material, dict(zip(old, names, strict=False)))
        if old != names[: len(layers)]:
            for number, name in enumerate([*(f"\x7f{at}" for at in range(len(layers))), *names[: len(layers)]]):
                layers[number % len(layers)].name = name
    for material, new in renamed.items():
        for node in [node for node in material.node_tree.nodes if node.type in ("UVMAP", "NORMAL_MAP", "TANGENT")]:
            node.uv_map = new.get(node.uv_map, node.uv_map)


def _share_normals(items: list[bpy.types.Object]) -> None:
    """Store the normals of all as they are, one a corner, if some are: Blender 4.5 loses those when others join."""
    meshes: list[Any] = [item.data for item in items]
    layers = [mesh.attributes.get("custom_normal") for mesh in meshes]
    free = [bool(layer) and layer.data_type == "FLOAT_VECTOR" for layer in layers]
    if all(free) or not any(free):
        return
    for mesh, layer in zip(meshes, layers, strict=True):
        normals = np.empty(len(mesh.loops) * 3, np.float32)
        mesh.corner_normals.foreach_get("vector", normals)
        if layer:
            mesh.attributes.remove(layer)
        mesh.attributes.new("custom_normal", "FLOAT_VECTOR", "CORNER").data.foreach_set("vector", normals)


def _stands_alone(item: bpy.types.Object) -> bool:
    """Tell whether something moves the object that does not move the others."""
    return item.parent_type == "BONE" or any(one.type != "ARMATURE" for one in item.modifiers) or motion.moves(item)


def _armature(item: bpy.types.Object) -> bpy.types.Object | None:
    """Return the armature that the mesh follows."""
    armatures: list[bpy.types.Object] = [one.object for one in item.modifiers if one.type == "ARMATURE"]
    return armatures[0] if armatures else None


def _mover(item: bpy.types.Object) -> bpy.types.Object | None:
    """Return the object above the mesh that moves it: a door's empty, a rig, or what hangs on a bone."""
    above = item.parent
    while above and not (above.type == "ARMATURE" or above.parent_type == "BONE" or motion.moves(above)):
        above = above.parent
    return above
