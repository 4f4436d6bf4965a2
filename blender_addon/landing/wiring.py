"""Wires textures that were found beside a model into its materials, where nothing is wired, and turns normal maps."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from . import beside, materials, nodes, textures

_PACKED = {
    "rma": {"Red": "Roughness", "Green": "Metallic", "Blue": "Occlusion"},
    "orm": {"Red": "Occlusion", "Green": "Roughness", "Blue": "Metallic"},
    "metallic roughness": {"Green": "Roughness", "Blue": "Metallic"},
}
"""Channels, as glTF packs them; only RMA is what its letters say."""


def wire(name: str, pictures: list[Path]) -> None:
    """Wire the pictures, and flip the green of normal maps that were made for DirectX."""
    bare = _bare()
    if bare and pictures:
        made = materials.new(name)
        for mesh in bare:
            mesh.materials.clear()
            mesh.materials.append(made)
    used = _used()
    for material in used:
        for role, file in _chosen(pictures, material, used):
            _Wiring(material.node_tree).add(role, file)
    _turn_normals([material.node_tree for material in used])


def missing(pictures: list[Path]) -> list[Path]:
    """Return those of the pictures that `wire` would put to use now, sorted; nothing is changed."""
    used = _used()
    wanted = {
        file
        for material in used
        for role, file in _chosen(pictures, material, used)
        if _Wiring(material.node_tree).takes(role, file)
    }
    return sorted(pictures if _bare() else wanted)


def _bare() -> list[bpy.types.Mesh]:
    """Return the meshes that textures would fit and that have nothing to hold them."""
    return [
        mesh for mesh in bpy.data.meshes if mesh.uv_layers and not mesh.color_attributes and not any(mesh.materials)
    ]


def _used() -> set[bpy.types.Material]:
    return {material for mesh in bpy.data.meshes if mesh.uv_layers for material in mesh.materials if material}


def _chosen(
    pictures: list[Path], material: bpy.types.Material, used: set[bpy.types.Material]
) -> Iterable[tuple[str, Path]]:
    return beside.chosen(pictures, material.name, [one.name for one in used]).items()


class _Wiring:
    """Nodes added to one material."""

    def __init__(self, tree: bpy.types.NodeTree) -> None:
        self._tree = tree
        self._shader = next((node for node in tree.nodes if node.type == "BSDF_PRINCIPLED"), None)

    def takes(self, role: str, file: Path) -> bool:
        """Tell whether `add` would wire the picture into any input but the occlusion's, which no renderer shows."""
        names = [name for name in _PACKED.get(role, {"": role}).values() if name != "Occlusion"]
        return bool(self._shader and any(self._free(name) for name in names) and textures.usable(file))

    def add(self, role: str, file: Path) -> None:
        """Wire a picture into the inputs that are free."""
        if self._shader is None or not textures.usable(file):
            return
        channels = _PACKED.get(role, {"": role})
        free = {channel: socket for channel, name in channels.items() if (socket := self._free(name))}
        if not free:
            return
        color = self._picture(file)
        if role in _PACKED:
            parts = self._node("ShaderNodeSeparateColor", color, "Color")
            for channel, socket in free.items():
                self._tree.links.new(parts.outputs[channel], socket)
        elif role == "Normal":
            normal = self._node("ShaderNodeNormalMap", color, "Color")
            self._tree.links.new(normal.outputs["Normal"], free[""])
        else:
            self._tree.links.new(color, free[""])
        if role in (*_PACKED, "Metallic", "Roughness"):
            self._shader.inputs["Specular IOR Level"].default_value = 0.5  # lists of materials write 0 for "not known"
        if role == "Emission Color":
            self._shader.inputs["Emission Strength"].default_value = 1.0

    def _free(self, name: str) -> bpy.types.NodeSocket | None:
        socket = self._occlusion() if name == "Occlusion" else self._shader.inputs[name]
        return None if socket.is_linked else socket

    def _occlusion(self) -> bpy.types.NodeSocket:
        found = (node for node in self._tree.nodes if node.type == "GROUP" and node.node_tree.name == nodes.OCCLUSION)
        node = next(found, None) or self._tree.nodes.new("ShaderNodeGroup")
        node.node_tree = bpy.data.node_groups.get(nodes.OCCLUSION) or _new_group()
        node.location = (20, -480)
        return node.inputs["Occlusion"]

    def _picture(self, file: Path) -> bpy.types.NodeSocket:
        node = self._tree.nodes.new("ShaderNodeTexImage")
        node.image = bpy.data.images.load(str(file), check_existing=True)
        node.location = (-700, 300 - 300 * sum(one.type == "TEX_IMAGE" for one in self._tree.nodes))
        return node.outputs["Color"]

    def _node(self, kind: str, source: bpy.types.NodeSocket, socket: str) -> bpy.types.Node:
        node = self._tree.nodes.new(kind)
        node.location = (source.node.location.x + 350, source.node.location.y)
        self._tree.links.new(source, node.inputs[socket])
        return node


def _new_group() -> Any:
    group: Any = bpy.data.node_groups.new(nodes.OCCLUSION, "ShaderNodeTree")  # the stubs know no kind of socket
    group.interface.new_socket("Occlusion", socket_type="NodeSocketFloat")
    group.nodes.new("NodeGroupInput")
    return group


def _turn_normals(trees: list[bpy.types.NodeTree]) -> None:
    """Flip the green of normal maps whose names say DirectX: there it points down, in Blender and in glTF up."""
    maps = [node for tree in trees for node in tree.nodes if node.type == "NORMAL_MAP"]
    nodes = {link.from_node for node in maps for link in node.inputs["Color"].links}
    found = {node.image for node in nodes if node.type == "TEX_IMAGE" and node.image}
    for image in [image for image in found if beside.is_directx(_name(image))]:
        _turn(image)


def _turn(image: Any) -> None:
    """Put a copy, 8 bits a channel, with the green turned in its place: no exporter knows nodes that turn it."""
    image.colorspace_settings.name = "Non-Color"
    pixels = np.empty((image.size[0] * image.size[1], image.channels), np.float32)
    if not pixels.size:
        return  # damaged, which is seen later
    image.pixels.foreach_get(pixels.ravel())
    turned = np.ones((len(pixels), 4), np.float32)
    turned[:, : image.channels] = pixels
    turned[:, 1] = 1 - turned[:, 1]
    made: Any = bpy.data.images.new(image.name, *image.size)  # the stubs know neither its pixels nor color spaces
    made.colorspace_settings.name = "Non-Color"
    made.pixels.foreach_set(turned.ravel())
    made.pack()
    image.user_remap(made)


def _name(image: bpy.types.Image) -> str:
    return image.filepath_raw.replace("\\", "/").rpartition("/")[2] or image.name
