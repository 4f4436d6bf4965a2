"""Fewer triangles for a solid, with Blender's Decimate modifier, which keeps a closed mesh closed."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from ..local.shapes import Solid


def reduce(solid: Solid, wanted: int) -> Solid:
    """Return the solid with that many triangles, give or take one edge; as it is, when it has no more."""
    ratio = wanted / len(solid.faces)
    if ratio >= 1:
        return solid
    source = to_mesh(solid, "reduce")
    item = bpy.data.objects.new("reduce", source)
    bpy.context.scene.collection.objects.link(item)
    modifier = item.modifiers.new("reduce", "DECIMATE")
    modifier.use_collapse_triangulate = True
    modifier.ratio = ratio
    shown: Any = item.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
    reduced = _from_mesh(shown)
    bpy.data.objects.remove(item)
    bpy.data.meshes.remove(source)
    return reduced


def to_mesh(solid: Solid, name: str) -> bpy.types.Mesh:
    """Make a Blender mesh of the vertices and triangles."""
    mesh = bpy.data.meshes.new(name)
    mesh.vertices.add(len(solid.vertices))
    mesh.vertices.foreach_set("co", np.asarray(solid.vertices, np.float32).ravel())
    mesh.loops.add(solid.faces.size)
    mesh.loops.foreach_set("vertex_index", np.asarray(solid.faces, np.int32).ravel())
    mesh.polygons.add(len(solid.faces))
    mesh.polygons.foreach_set("loop_start", np.arange(0, solid.faces.size, 3, dtype=np.int32))
    mesh.update(calc_edges=True)
    return mesh


def _from_mesh(mesh: bpy.types.Mesh) -> Solid:
    vertices = np.empty(len(mesh.vertices) * 3, np.float32)
    faces = np.empty(len(mesh.loops), np.int32)
    mesh.vertices.foreach_get("co", vertices)
    mesh.loops.foreach_get("vertex_index", faces)
    return Solid(vertices.reshape(-1, 3).astype(np.float64), faces.reshape(-1, 3))
