"""A tidy .blend, looked into."""

import bpy


def opened(blend):
    """Open a tidy .blend by appending all that is in it to an empty file."""
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    with bpy.data.libraries.load(str(blend)) as (source, target):
        for kind in ("collections", "objects", "meshes", "materials", "images", "actions", "armatures", "cameras"):
            setattr(target, kind, getattr(source, kind))
    bpy.context.scene.collection.children.link(bpy.data.collections[0])
    bpy.context.view_layer.update()
    return bpy.data.collections[0]


def meshes_of(collection):
    return [item for item in collection.objects if item.type == "MESH"]


def shader(collection, number=0):
    (material,) = {slot.material for item in collection.objects for slot in item.material_slots[number:]}
    return material.node_tree.nodes["Principled BSDF"], material
