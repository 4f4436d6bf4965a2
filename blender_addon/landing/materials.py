"""Materials of a model that was just read: one Principled BSDF each, right colour spaces, named and packed textures."""

from __future__ import annotations

from collections.abc import Iterable

import bpy
import numpy as np

from . import alpha, images, nodes

_CLAY, _CLAY_ROUGHNESS = (0.36, 0.36, 0.36, 1.0), 0.9
"""Linear: a grey that the eye takes for the middle."""
_UNDESCRIBED = (0.8, 0.8, 0.8, 1.0, 1.0, 0.0, 0.0)
"""Grey, roughness, alpha, metallic, emission: what Blender gives an OBJ's material that no list describes."""


def tidy(name: str) -> list[str]:
    """Tidy every material in use, remove the others, and say what had to be left out."""
    slots = (slot for item in bpy.data.objects for slot in item.material_slots)
    used = sorted({slot.material for slot in slots if slot.material}, key=lambda material: material.name)
    bpy.data.batch_remove([material for material in bpy.data.materials if material not in used])
    for material in used:
        material.name = "\x7f"  # out of the way, so that numbering starts afresh
    for material in used:
        material.name = name
        if not any(node.type == "BSDF_PRINCIPLED" for node in material.node_tree.nodes):
            _make_principled(material)
    damaged = images.tidy([material.node_tree for material in used], name)
    for material in used:
        alpha.tidy(material)
    _add_clay(f"{name} clay")
    if damaged > 1:
        return [f"{damaged} damaged textures were left out."]
    return ["1 damaged texture was left out."] if damaged else []


def new(name: str) -> bpy.types.Material:
    """Make a material with a Principled BSDF and an output."""
    made = bpy.data.materials.new(name)
    give_nodes([made])
    return made


def give_nodes(every: Iterable[bpy.types.Material]) -> None:
    """Give nodes to the materials without: before Blender 5.0 new ones, and USD's that say nothing of their surface."""
    for material in [one for one in every if one.node_tree is None]:
        material.use_nodes = True


def drop_undescribed() -> None:
    """Empty the slots of materials that are only names, as those of an OBJ without its lists are."""
    undescribed = {material for material in bpy.data.materials if _is_undescribed(material)}
    for mesh in bpy.data.meshes:
        for number in [number for number, material in enumerate(mesh.materials) if material in undescribed]:
            mesh.materials[number] = None


def _is_undescribed(material: bpy.types.Material) -> bool:
    shader = next((node for node in material.node_tree.nodes if node.type == "BSDF_PRINCIPLED"), None)
    if shader is None or any(socket.is_linked for socket in shader.inputs):
        return False
    grey = shader.inputs["Base Color"].default_value[:3]
    values = [shader.inputs[name].default_value for name in ("Roughness", "Alpha", "Metallic", "Emission Strength")]
    return bool(np.allclose([*grey, *values], _UNDESCRIBED))


def _add_clay(name: str) -> None:
    """Give the meshes, or what was joined to one, that have no material at all one that is matte and grey."""
    bare = [mesh for mesh in bpy.data.meshes if not all(mesh.materials) or not mesh.materials]
    if not bare:
        return
    clay = new(name)
    shader = clay.node_tree.nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = _CLAY
    shader.inputs["Roughness"].default_value = _CLAY_ROUGHNESS
    for mesh in bare:
        if not any(mesh.materials):
            mesh.materials.clear()
            mesh.materials.append(clay)
        for number in [number for number, material in enumerate(mesh.materials) if material is None]:
            mesh.materials[number] = clay


def _make_principled(material: bpy.types.Material) -> None:
    """Replace what else there is (glTF's unlit materials) by a Principled BSDF with the same colour and alpha."""
    tree = material.node_tree
    shader = tree.nodes.new("ShaderNodeBsdfPrincipled")
    shader.inputs["Roughness"].default_value = 1.0
    for name, old in _shown(tree).items():
        if old.is_linked:
            tree.links.new(old.links[0].from_socket, shader.inputs[name])
        else:
            shader.inputs[name].default_value = old.default_value
    kept = nodes.behind(shader)
    for node in [node for node in tree.nodes if node not in kept]:
        tree.nodes.remove(node)
    output = tree.nodes.new("ShaderNodeOutputMaterial")
    output.location.x = 300
    tree.links.new(shader.outputs["BSDF"], output.inputs["Surface"])


def _shown(tree: bpy.types.NodeTree) -> dict[str, bpy.types.NodeSocket]:
    """Return the inputs that hold an unlit material's colour and, when it has one, its alpha.

    It glows, but only for the camera: a first mixing with nothing. A second one, right at the output, is the alpha.
    """
    shown = {}
    for node in tree.nodes:
        if node.type == "EMISSION":
            shown["Base Color"] = node.inputs["Color"]
        elif node.type == "MIX_SHADER" and not any(
            link.from_node.type == "LIGHT_PATH" for link in node.inputs[0].links
        ):
            shown["Alpha"] = node.inputs[0]
    return shown
