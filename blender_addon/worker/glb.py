"""Writes a rebuilt model as GLB: smooth mesh, UVs, one material with base color, roughness and normal textures."""

from __future__ import annotations

import tempfile
from pathlib import Path

import bpy
import numpy as np

from ..local.shapes import Model, Solid
from . import export, pictures
from .reduce import to_mesh

_JPEG_QUALITY = 92


def write(model: Model, path: Path) -> None:
    """Write the model; its front, −Y here, becomes glTF's +Z."""
    mesh = to_mesh(Solid(model.vertices, model.faces), "model")
    layer = mesh.uv_layers.new(name="UVMap")
    layer.data.foreach_set("uv", np.asarray(model.uvs, np.float32).ravel())
    mesh.polygons.foreach_set("use_smooth", np.ones(len(mesh.polygons), bool))
    with tempfile.TemporaryDirectory(prefix="maquette-") as folder:
        mesh.materials.append(_material(model, Path(folder)))
        item = bpy.data.objects.new("model", mesh)
        bpy.context.scene.collection.objects.link(item)
        export.whole(path, export.glb)


def _material(model: Model, folder: Path) -> bpy.types.Material:
    """Make the material. As in glTF, green is roughness and blue is metallic: none."""
    material = bpy.data.materials.new("model")
    if material.node_tree is None:
        material.use_nodes = True
    tree = material.node_tree
    shader = tree.nodes["Principled BSDF"]
    rough = np.zeros((*model.roughness.shape, 3), np.uint8)
    rough[..., 1] = model.roughness
    base = _texture(tree, pictures.save(model.base_color, folder / "base_color.jpg", "JPEG", True, _JPEG_QUALITY), True)
    roughness = _texture(tree, pictures.save(rough, folder / "roughness.png", "PNG", False), False)
    normal = _texture(tree, pictures.save(model.normal, folder / "normal.png", "PNG", False), False)
    channels, bump = tree.nodes.new("ShaderNodeSeparateColor"), tree.nodes.new("ShaderNodeNormalMap")
    tree.links.new(base.outputs["Color"], shader.inputs["Base Color"])
    tree.links.new(roughness.outputs["Color"], channels.inputs["Color"])
    tree.links.new(channels.outputs["Green"], shader.inputs["Roughness"])
    tree.links.new(channels.outputs["Blue"], shader.inputs["Metallic"])
    tree.links.new(normal.outputs["Color"], bump.inputs["Color"])
    tree.links.new(bump.outputs["Normal"], shader.inputs["Normal"])
    return material


def _texture(tree: bpy.types.NodeTree, file: Path, is_color: bool) -> bpy.types.Node:
    """Add a texture node with the picture in a file, which the exporter takes as it is: nothing is encoded twice."""
    node = tree.nodes.new("ShaderNodeTexImage")
    node.image = bpy.data.images.load(str(file))
    node.image.colorspace_settings.name = "sRGB" if is_color else "Non-Color"
    return node
