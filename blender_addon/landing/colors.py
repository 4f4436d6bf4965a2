"""Colours of vertices: a mesh that has them, and no material that says another colour, gets one that shows them."""

from __future__ import annotations

import re
from typing import Any

import bpy
import numpy as np

from . import materials

_ALIKE = 1e-3
_IMPORTERS = re.compile(r"DefaultMaterial(\.\d{3})?")
"""What Blender's glTF importer, from 4.5 on, calls the materials that it makes."""
_COLORS_ALONE = {"BSDF_PRINCIPLED", "OUTPUT_MATERIAL", "VERTEX_COLOR"}
_Made = dict[tuple[bpy.types.Material | None, str], bpy.types.Material]
"""Material that the file has, and name of a layer → the one that shows the layer."""


def show(also_grey: bool) -> None:
    """Wire the vertex colours of every mesh without a material into the base color of a new one.

    With `also_grey` those of a mesh whose only material is grey or white too: most formats cannot say that a material
    is coloured by its vertices. The material stays as it is for meshes without colours.
    """
    made: _Made = {}
    for mesh in [mesh for mesh in bpy.data.meshes if mesh.color_attributes]:
        every = {material for material in mesh.materials if material}
        colors = mesh.color_attributes.active_color or mesh.color_attributes[0]
        if not every or (also_grey and len(every) == 1 and all(map(_is_grey, every)) and not _is_white(colors)):
            _give(mesh, next(iter(every), None), colors.name, made)
    _unite()


def _unite() -> None:
    """Leave one of the materials that Blender's glTF importer makes, one a mesh, where a file has colours alone."""
    first: dict[str, bpy.types.Material] = {}
    for material in [one for one in bpy.data.materials if _IMPORTERS.fullmatch(one.name)]:
        if {node.type for node in material.node_tree.nodes} == _COLORS_ALONE:
            same = first.setdefault(_values(material), material)
            if same != material:
                material.user_remap(same)


def _values(material: bpy.types.Material) -> str:
    """Return all that a material's inputs hold."""
    sockets: list[Any] = [socket for node in material.node_tree.nodes for socket in node.inputs]
    return str([np.ravel(socket.default_value).tolist() for socket in sockets if hasattr(socket, "default_value")])


def _give(mesh: bpy.types.Mesh, old: bpy.types.Material | None, layer: str, made: _Made) -> None:
    if (old, layer) not in made:
        made[old, layer] = _wired(old.copy() if old else materials.new("vertex colors"), layer)
    if old is None:
        mesh.materials.clear()
        mesh.materials.append(None)
    for number, material in enumerate(mesh.materials):
        if material == old:
            mesh.materials[number] = made[old, layer]


def _wired(material: bpy.types.Material, layer: str) -> bpy.types.Material:
    tree = material.node_tree
    node: Any = tree.nodes.new("ShaderNodeVertexColor")
    node.layer_name = layer
    node.location = (-300, 200)
    tree.links.new(node.outputs["Color"], _base_color(material))
    return material


def _base_color(material: bpy.types.Material) -> Any:
    """Return the input of a material's Principled BSDF; None without one."""
    shader = next((node for node in material.node_tree.nodes if node.type == "BSDF_PRINCIPLED"), None)
    return shader and shader.inputs["Base Color"]


def _is_grey(material: bpy.types.Material) -> bool:
    """Tell whether a material's base color is nothing but a grey that is not black, or white."""
    socket = _base_color(material)
    if socket is None or socket.is_linked:
        return False
    values = socket.default_value[:3]
    return bool(0 < max(values) < min(values) + _ALIKE)


def _is_white(colors: Any) -> bool:
    """Tell whether all of a layer is white: what programs write when nobody has painted."""
    values = np.empty((len(colors.data), 4), np.float32)
    colors.data.foreach_get("color", values.ravel())
    return bool(values[:, :3].min(initial=1) > 1 - _ALIKE)
