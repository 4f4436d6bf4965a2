"""What a new version of a model replaces: objects of an older task, alone and in parts."""

import bpy
import models
import numpy as np

from blender_addon.landing import provenance


def an_object(name, task, parent=None, kind="MESH"):
    data = bpy.data.meshes.new(name) if kind == "MESH" else bpy.data.armatures.new(name)
    item = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(item)
    item.parent = parent
    if task:
        provenance.mark([item], {"task": task})
    return item


def choose(*items):
    for one in bpy.context.view_layer.objects:
        one.select_set(one in items)
    bpy.context.view_layer.objects.active = items[0]


def shown_box(items):
    """Return the lowest and highest corner, (2, 3), of meshes as they are shown, world space."""
    bpy.context.view_layer.update()
    graph = bpy.context.evaluated_depsgraph_get()
    shown = [item.evaluated_get(graph) for item in items if item.type == "MESH"]
    points = np.array([tuple(item.matrix_world @ vertex.co) for item in shown for vertex in item.data.vertices])
    return np.array([points.min(axis=0), points.max(axis=0)])


def in_parts(*names):
    model = models.Glb()
    for number, name in enumerate(names):
        model.node(mesh=model.mesh(), name=name, translation=[3 * number, 0, 0])
    return model.build()
