"""Where the mouse points in a 3D viewport: the surface under it, for a model to be put on."""

from __future__ import annotations

import bpy
from bpy_extras import view3d_utils
from mathutils import Vector
from mathutils.geometry import intersect_line_plane

_FAR = 1e6
"""Metres. A ray that meets the ground farther away runs along it."""


def surface(context: bpy.types.Context, region: bpy.types.Region, mouse: tuple[float, float]) -> Vector:
    """Return the point on the visible surface under the mouse; without one on the ground, or as deep as the 3D cursor.

    `mouse` is in pixels from the region's bottom left; the region is the WINDOW region of a 3D viewport.
    """
    view = region.data
    origin = view3d_utils.region_2d_to_origin_3d(region, view, mouse)
    direction = view3d_utils.region_2d_to_vector_3d(region, view, mouse)
    graph = context.evaluated_depsgraph_get()
    hit, place, *_ = context.scene.ray_cast(graph, origin, direction)
    if hit:
        return place
    ground = intersect_line_plane(origin, origin + direction, Vector(), Vector((0, 0, 1)))
    if ground and 0 < (ground - origin).dot(direction) < _FAR:
        return ground
    return view3d_utils.region_2d_to_location_3d(region, view, mouse, context.scene.cursor.location)
