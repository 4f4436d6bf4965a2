"""Materials of a model that was just read: one Principled BSDF each, right colour spaces, named and packed textures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import bpy

from . import encoded

_ROLES = (
    ("Base Color", "base color"),
    ("Normal", "normal"),
    ("Roughness", "metallic roughness"),
    ("Metallic", "metallic roughness"),
    ("Emission Color", "emissive"),
    ("Occlusion", "occlusion"),
)
"""Input of the shader → what glTF calls the texture in it, the most telling first."""


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
    fed, damaged = _textures([material.node_tree for material in used])
    for image, sockets in fed.items():
        is_color = any(socket.type == "RGBA" for socket in sockets)
        space: Any = image.colorspace_settings  # its names come from Blender's configuration
        space.name = "sRGB" if is_color else "Non-Color"
        names = {socket.name for socket in sockets}
        _name(image, f"{name} {next((role for socket, role in _ROLES if socket in names), 'texture')}")
    bpy.data.batch_remove([image for image in bpy.data.images if not image.users])
    if damaged > 1:
        return [f"{damaged} damaged textures were left out."]
    return ["1 damaged texture was left out."] if damaged else []


def _textures(trees: list[bpy.types.NodeTree]) -> tuple[dict[bpy.types.Image, list[bpy.types.NodeSocket]], int]:
    """Return each image with the inputs that it feeds, and how many could not be decoded and were taken out."""
    fed: dict[bpy.types.Image, list[bpy.types.NodeSocket]] = {}
    damaged = set()
    for tree in trees:
        for node in [node for node in tree.nodes if node.type == "TEX_IMAGE"]:
            if node.image is not None and encoded.is_shown(node.image):
                fed.setdefault(node.image, []).extend(_feeds(node))
            else:
                damaged.add(node.image)
                tree.nodes.remove(node)
    return fed, len(damaged)


def _name(image: bpy.types.Image, name: str) -> None:
    """Name the image and forget where it came from: it is packed, and its path would name this machine's folders."""
    image.name = name
    image.filepath_raw = f"//{image.name}{encoded.suffix(image)}"


def _feeds(node: bpy.types.Node) -> Iterator[bpy.types.NodeSocket]:
    """Return the inputs of shaders, and of glTF's own group, that a node's outputs reach."""
    seen, open_nodes = {node}, [node]
    while open_nodes:
        for link in (link for output in open_nodes.pop().outputs for link in output.links):
            if link.to_node.type in ("BSDF_PRINCIPLED", "GROUP"):
                yield link.to_socket
            elif link.to_node not in seen:
                seen.add(link.to_node)
                open_nodes.append(link.to_node)


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
    kept = _behind(shader)
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


def _behind(node: bpy.types.Node) -> set[bpy.types.Node]:
    """Return the node and all that feed it."""
    found, open_nodes = {node}, [node]
    while open_nodes:
        before = {link.from_node for socket in open_nodes.pop().inputs for link in socket.links} - found
        found |= before
        open_nodes += before
    return found
