"""Colours of vertices: a mesh that has them and no material gets one that shows them."""

from __future__ import annotations

import bpy

from . import materials


def show() -> None:
    """Wire the vertex colours of every mesh without a material into the base color of a new one."""
    for mesh in [mesh for mesh in bpy.data.meshes if mesh.color_attributes and not any(mesh.materials)]:
        mesh.materials.clear()
        mesh.materials.append(_material(mesh.color_attributes.active_color or mesh.color_attributes[0]))


def _material(colors: bpy.types.Attribute) -> bpy.types.Material:
    material = materials.new("vertex colors")
    tree = material.node_tree
    node = tree.nodes.new("ShaderNodeVertexColor")
    node.layer_name = colors.name
    node.location = (-300, 200)
    tree.links.new(node.outputs["Color"], tree.nodes["Principled BSDF"].inputs["Base Color"])
    return material
