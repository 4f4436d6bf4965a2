"""FBX and USD, written by the exporters of the Blender that runs the tests. The open file is left empty.

Each maker is given an empty folder.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
import models
import written

from blender_addon.landing import operators

from .glb import COLOR, FLAT, METAL_ROUGH

RED = models.plain_png((200, 30, 30))
_TEXTURES = {"Base Color": COLOR, "Roughness": models.plain_png((150, 150, 150), 16), "Normal": FLAT}


def tripo_quads(folder: Path) -> dict[str, bytes]:
    """Make Tripo's quad FBX: quads, one material, three textures embedded, front to +X."""
    item = _box("tripo_node_b7f1d0c2")
    item.data.materials.append(_material("tripo_mat_b7f1d0c2", folder))
    return _fbx(folder, "tripo_quad_model.fbx", path_mode="COPY", embed_textures=True)


def textures_beside(folder: Path) -> dict[str, bytes]:
    """Make a quad FBX with textures beside it, which its material does not name."""
    item = _box("model")
    item.data.materials.append(_material("material", folder, wired=False))
    files = {
        "model_BaseColor.png": COLOR,
        "model_Metallic-Roughness.png": METAL_ROUGH,
        "model_Normal_DX.png": FLAT,
    }
    return _fbx(folder, "model.fbx", path_mode="STRIP") | files


def rigged(folder: Path) -> dict[str, bytes]:
    """Make an FBX with two bones that wave, as after rigging and retargeting."""
    item = _box("tripo_node_b7f1d0c2")
    rig = bpy.data.objects.new("Armature", bpy.data.armatures.new("Armature"))
    bpy.context.scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    for name, low in (("hips", 0.0), ("spine", 1.0)):
        bone = rig.data.edit_bones.new(name)
        bone.head, bone.tail = (0, 0, low), (0, 0, low + 1)
        bone.parent = rig.data.edit_bones.get("hips") if name == "spine" else None
    bpy.ops.object.mode_set(mode="OBJECT")
    item.parent = rig
    item.modifiers.new("Armature", "ARMATURE").object = rig
    for name, points in (("hips", (0, 1, 2, 3)), ("spine", (4, 5, 6, 7))):
        item.vertex_groups.new(name=name).add(points, 1.0, "REPLACE")
    spine = rig.pose.bones["spine"]
    spine.rotation_mode = "XYZ"
    for frame, turn in ((1, 0.0), (20, 1.0)):
        spine.rotation_euler.x = turn
        spine.keyframe_insert("rotation_euler", frame=frame)
    rig.animation_data.action.name = "walk"
    return _fbx(folder, "tripo_rigged.fbx", add_leaf_bones=False, bake_anim=True)


def usd(folder: Path, suffix: str = ".usdc") -> dict[str, bytes]:
    """Make a USD in one of its three kinds, with its three textures beside it, or in it."""
    item = _box("model")
    item.data.materials.append(_material("material", folder))
    out = folder / "out"
    out.mkdir()
    operators.call("wm.usd_export", out / f"model{suffix}", {"export_textures": True, "export_textures_mode": "NEW"})
    textures = {file.relative_to(out).as_posix(): file.read_bytes() for file in out.rglob("*.png")}
    return _taken({f"model{suffix}": (out / f"model{suffix}").read_bytes(), **textures})


def arrow(folder: Path, texture: bytes = RED, embedded: bool = True, outside: Path | None = None) -> bytes:
    """Write the arrowhead of `written` as FBX, with a red texture inside it or beside it."""
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    mesh = bpy.data.meshes.new("m")
    mesh.from_pydata([(x, -z, y) for x, y, z in written.POINTS.tolist()], [], written.FACES.tolist())
    mesh.uv_layers.new()
    item = bpy.data.objects.new("m", mesh)
    bpy.context.scene.collection.objects.link(item)
    mesh.materials.append(_material("paint", folder, wired=False))
    file = outside or folder / "red.png"
    file.write_bytes(texture)
    _wire(mesh.materials[0].node_tree, "Base Color", bpy.data.images.load(str(file)))
    mode = {"path_mode": "COPY", "embed_textures": True} if embedded else {"path_mode": "RELATIVE"}
    bpy.ops.export_scene.fbx(filepath=str(folder / "made.fbx"), **mode)
    content = (folder / "made.fbx").read_bytes()
    (folder / "made.fbx").unlink()
    if embedded:
        file.unlink()
    return content


def _box(name: str) -> bpy.types.Object:
    """Make a box of quads from x = −3 to 0, 1 high at its back and 2 at its front corner: its front is to +X."""
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    low = [(x, y, 0) for x, y in ((-3, -1), (0, -1), (0, 1), (-3, 1))]
    high = [(x, y, z) for (x, y, _), z in zip(low, (1, 2, 1, 1), strict=True)]
    faces = [(3, 2, 1, 0), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7)]
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata([*low, *high], [], faces)
    mesh.uv_layers.new(name="UVMap")
    item = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(item)
    return item


def _material(name: str, folder: Path, wired: bool = True) -> bpy.types.Material:
    material = bpy.data.materials.new(name)
    if material.node_tree is None:  # before Blender 5.0 a new material has no nodes
        material.use_nodes = True
    for socket, content in _TEXTURES.items() if wired else ():
        file = folder / f"{name}_{socket.replace(' ', '')}.png"
        file.write_bytes(content)
        _wire(material.node_tree, socket, bpy.data.images.load(str(file)))
    return material


def _wire(tree: bpy.types.NodeTree, socket: str, image: bpy.types.Image) -> None:
    picture, shader = tree.nodes.new("ShaderNodeTexImage"), tree.nodes["Principled BSDF"]
    picture.image = image
    if socket == "Base Color":
        tree.links.new(picture.outputs["Color"], shader.inputs[socket])
        return
    image.colorspace_settings.name = "Non-Color"
    if socket == "Normal":
        bump = tree.nodes.new("ShaderNodeNormalMap")
        tree.links.new(picture.outputs["Color"], bump.inputs["Color"])
        tree.links.new(bump.outputs["Normal"], shader.inputs[socket])
    else:
        tree.links.new(picture.outputs["Color"], shader.inputs[socket])


def _fbx(folder: Path, name: str, **settings: Any) -> dict[str, bytes]:
    bpy.ops.export_scene.fbx(filepath=str(folder / name), **settings)
    return _taken({name: (folder / name).read_bytes()})


def _taken(files: dict[str, bytes]) -> dict[str, bytes]:
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    return files


EXPORTED: dict[str, Callable[[Path], dict[str, bytes]]] = {
    "tripo-quads": tripo_quads,
    "textures-beside": textures_beside,
    "rigged": rigged,
    "usdc": usd,
    "usda": lambda folder: usd(folder, ".usda"),
    "usdz": lambda folder: usd(folder, ".usdz"),
}
