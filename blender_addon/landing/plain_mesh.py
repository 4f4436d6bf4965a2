"""Fills a mesh with a surface, as Blender's importer does: the same layers, flat faces, edges and normals."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import bpy
import numpy as np
import numpy.typing as npt

from .plain_edges import Edges, edges
from .plain_file import FloatArray
from .plain_surface import Surface

_FLAT, _MARGIN = 0.9999999, 1e-6
"""A face is flat when the normals at all of its corners are its own: cosines above this."""
_LARGE = 500_000
"""Triangles. From here on normals are stored in the way that costs least. In smaller meshes they are stored as by
Blender's importer: relative to the surface, so that they follow an armature; it takes a second for a million."""
_MANY = 100_000
"""Triangles. From here on edges are numbered by their vertices; Blender takes longer, and numbers them by chance."""
_ALIKE = 9e-5
"""Normals that differ less than 1e-4 from Blender's own are stored as its own by its importer."""


def fill(mesh: bpy.types.Mesh, made: Surface) -> None:
    """Replace a stand-in's triangles, one for each primitive, by the surface. Materials stay."""
    slots = _slots(mesh)
    with ThreadPoolExecutor(1) as aside:
        made_edges = aside.submit(edges, made.corners, len(made.points))
        mesh.clear_geometry()
        _faces(mesh, made)
        _layers(mesh, made)
        if slots is not None:
            _set(mesh, "material_index", "INT", "FACE", np.repeat(slots, made.triangles))
        _set(mesh, "sharp_face", "BOOLEAN", "FACE", _flat(mesh, made))
    _set_edges(mesh, made_edges.result())
    if made.normals is not None:
        _set_normals(mesh, made.normals)


def _faces(mesh: bpy.types.Mesh, made: Surface) -> None:
    mesh.vertices.add(len(made.points))
    _set(mesh, "position", "FLOAT_VECTOR", "POINT", made.points)
    mesh.loops.add(len(made.corners))
    _set(mesh, ".corner_vert", "INT", "CORNER", made.corners)
    mesh.polygons.add(len(made.corners) // 3)
    mesh.polygons.foreach_set("loop_start", np.arange(0, len(made.corners), 3, dtype=np.intc))


def _set_edges(mesh: bpy.types.Mesh, made: Edges | None) -> None:
    """Store the edges; in a small mesh let Blender make them, or, without any, first repair the faces."""
    if made is None:
        mesh.validate()
        mesh.update()
        return
    if len(mesh.polygons) >= _MANY:
        ends, which = made
        mesh.edges.add(len(ends))
        _set(mesh, ".edge_verts", "INT32_2D", "EDGE", ends)
        _set(mesh, ".corner_edge", "INT", "CORNER", which)
        mesh.update()
    else:
        mesh.update(calc_edges=True)
    selected: Any = mesh.attributes.get(".select_edge")  # Blender selects edges that are made like this
    if selected is not None:
        mesh.attributes.remove(selected)


def _layers(mesh: bpy.types.Mesh, made: Surface) -> None:
    for number, uvs in enumerate(made.uvs):
        mesh.uv_layers.new(name=_numbered("UVMap", number)).uv.foreach_set("vector", uvs.ravel())
    for number, colors in enumerate(made.colors):
        layer = mesh.color_attributes.new(_numbered("Color", number), "BYTE_COLOR", "CORNER")
        layer.data.foreach_set("color", colors.ravel())
    if made.colors:
        mesh.color_attributes.render_color_index = 0


def _set(mesh: bpy.types.Mesh, name: str, kind: Any, domain: Any, values: npt.NDArray[Any]) -> None:
    """Write a layer, which Blender may have made already."""
    layer: Any = mesh.attributes.get(name) or mesh.attributes.new(name, kind, domain)
    layer.data.foreach_set("vector" if kind == "FLOAT_VECTOR" else "value", values.ravel())


def _slots(mesh: bpy.types.Mesh) -> npt.NDArray[np.intc] | None:
    """Return the material slot of each face; None for a mesh without materials."""
    layer: Any = mesh.attributes.get("material_index")
    if layer is None:
        return None
    slots = np.empty(len(mesh.polygons), np.intc)
    layer.data.foreach_get("value", slots)
    return slots


def _numbered(name: str, number: int) -> str:
    return f"{name}.{number:03}" if number else name


def _flat(mesh: bpy.types.Mesh, made: Surface) -> npt.NDArray[np.bool_]:
    """Return which faces are flat: those without normals, and those whose corners' normals are the face's own."""
    flat = ~np.repeat(made.with_normals, made.triangles)
    if made.normals is None:
        return flat
    faces = np.empty((len(flat), 3), np.float32)
    mesh.polygon_normals.foreach_get("vector", faces.ravel())
    corners = made.corners.reshape(-1, 3)
    margin = _MARGIN * max(1.0, float(np.abs(made.normals).max()))  # einsum may round in another way
    at_first = np.take(made.normals, corners[:, 0], axis=0)
    maybe = np.flatnonzero(~flat & (np.einsum("ij,ij->i", at_first, faces) > _FLAT - margin))
    cosines = [np.sum(made.normals[corners[maybe, place]] * faces[maybe], axis=1) for place in range(3)]
    flat[maybe] = np.logical_and.reduce([cosine > _FLAT for cosine in cosines])
    return flat


def _set_normals(mesh: bpy.types.Mesh, normals: FloatArray) -> None:
    """Store the normals: in a large mesh as they are, or, before Blender 4.5, not at all where they are its own."""
    lengths = np.linalg.norm(normals, axis=1)
    is_large = len(mesh.polygons) >= _LARGE and bool(lengths.all())
    if is_large and bpy.app.version >= (4, 5):
        _set(mesh, "custom_normal", "FLOAT_VECTOR", "POINT", normals / lengths[:, None])
    elif not is_large or not _are_blenders_own(mesh, normals / lengths[:, None]):
        any_mesh: Any = mesh  # the stubs know no numpy
        any_mesh.normals_split_custom_set_from_vertices(normals)


def _are_blenders_own(mesh: bpy.types.Mesh, normals: FloatArray) -> bool:
    """Tell whether the mesh would look the same without its normals: it is smooth, and Blender makes the same ones."""
    flat: Any = mesh.attributes["sharp_face"]
    is_flat = np.empty(len(mesh.polygons), bool)
    flat.data.foreach_get("value", is_flat)
    if is_flat.any():
        return False
    own = np.empty_like(normals)
    mesh.vertex_normals.foreach_get("vector", own.ravel())
    return bool(np.abs(own - normals).max() < _ALIKE)
