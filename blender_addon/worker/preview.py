"""A picture of the model: three-quarter view, soft studio light, light-grey ground. Rendered on the CPU, as there may
be no graphics card and no screen."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import numpy.typing as npt
from mathutils import Euler, Matrix, Vector

from . import pictures

SIDE = 768
"""Pixels."""
_SAMPLES = 24
_SAMPLES_UNDENOISED = 64
_AZIMUTH, _ELEVATION = 32.0, 18.0
"""Degrees: from the front towards the object's own left, and up."""
_LENS_DEGREES = 28.0
_MARGIN = 1.12
_TOP, _BOTTOM = (236, 238, 241), (205, 208, 213)
"""Ground, sRGB, from the top of the picture to its bottom."""
_LIGHTS = (
    ((-0.9, -1.6, 1.9), 1.0, 2.0),
    ((2.0, -1.0, 0.9), 0.45, 2.5),
    ((0.6, 2.0, 1.8), 0.8, 1.5),
)
"""Key, fill and rim: place and size in units of the model's radius, and strength."""


def render(collection: bpy.types.Collection, path: Path) -> None:
    """Render the collection into a PNG. Leaves scene, camera and lights behind: write outputs first."""
    scene = bpy.data.scenes.new("preview")
    scene.collection.children.link(collection)
    points = _points(scene)
    centre, radius = _ball(points)
    _light(scene, centre, radius)
    _floor(scene, float(points[:, 2].min()), centre, radius)
    scene.camera = _camera(scene, points)
    _set_up(scene, path)
    bpy.ops.render.render(write_still=True, scene=scene.name)
    pictures.save(_on_ground(pictures.load(path)), path)


def _points(scene: bpy.types.Scene) -> npt.NDArray[np.float64]:
    """Return the shown vertices of all meshes, (N, 3), world space."""
    scene.view_layers[0].update()
    graph = scene.view_layers[0].depsgraph
    parts = []
    for item in (item.evaluated_get(graph) for item in scene.objects if item.type == "MESH"):
        flat = np.empty(len(item.data.vertices) * 3, np.float32)
        item.data.vertices.foreach_get("co", flat)
        matrix = np.array(item.matrix_world)
        parts.append(flat.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3])
    return np.concatenate(parts)


def _ball(points: npt.NDArray[np.float64]) -> tuple[Vector, float]:
    low, high = points.min(axis=0), points.max(axis=0)
    return Vector((low + high) / 2), max(float(np.linalg.norm(high - low)) / 2, 1e-6)


def _camera(scene: bpy.types.Scene, points: npt.NDArray[np.float64]) -> bpy.types.Object:
    """Add a camera that sees all points, as large as fits."""
    turn = Euler((math.radians(90 - _ELEVATION), 0, math.radians(_AZIMUTH))).to_matrix()
    seen = points @ np.array(turn)  # right, up, towards the camera
    slope = math.tan(math.radians(_LENS_DEGREES) / 2) / _MARGIN
    middle = (seen.min(axis=0) + seen.max(axis=0)) / 2
    for axis in (0, 1):  # from where the outermost points on both sides touch the frame
        high, low = (seen[:, axis] + slope * seen[:, 2]).max(), (seen[:, axis] - slope * seen[:, 2]).min()
        middle[axis] = (high + low) / 2
    distance = max(float((np.abs(seen[:, axis] - middle[axis]) / slope + seen[:, 2]).max()) for axis in (0, 1))
    data = bpy.data.cameras.new("preview")
    data.angle = math.radians(_LENS_DEGREES)
    depth = max(distance - float(seen[:, 2].min()), 1e-6)
    data.clip_start, data.clip_end = depth / 1000, depth * 100
    camera = bpy.data.objects.new("preview", data)
    place = turn @ Vector((middle[0], middle[1], distance))
    camera.matrix_world = Matrix.Translation(place) @ turn.to_4x4()
    scene.collection.objects.link(camera)
    return camera


def _light(scene: bpy.types.Scene, centre: Vector, radius: float) -> None:
    """Add the studio's lamps, scaled with the model, and an even light from everywhere."""
    scene.world = bpy.data.worlds.new("preview")
    if scene.world.node_tree is None:
        scene.world.use_nodes = True
    scene.world.node_tree.nodes["Background"].inputs["Color"].default_value = (0.55, 0.57, 0.6, 1)
    for place, strength, size in _LIGHTS:
        data = bpy.data.lights.new("preview", "AREA")
        offset = Vector(place) * radius * 2
        data.size = size * radius
        data.energy = 55 * strength * offset.length_squared
        lamp = bpy.data.objects.new("preview", data)
        lamp.matrix_world = Matrix.Translation(centre + offset) @ offset.to_track_quat("Z", "Y").to_matrix().to_4x4()
        scene.collection.objects.link(lamp)


def _floor(scene: bpy.types.Scene, height: float, centre: Vector, radius: float) -> None:
    """Add a floor that shows nothing but the shadow on it."""
    side = 20 * radius
    corners = [(centre.x + x * side, centre.y + y * side, height) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    mesh = bpy.data.meshes.new("preview")
    mesh.from_pydata(corners, [], [(0, 1, 2, 3)])
    floor = bpy.data.objects.new("preview", mesh)
    floor.is_shadow_catcher = True
    scene.collection.objects.link(floor)


def _set_up(scene: bpy.types.Scene, path: Path) -> None:
    """Choose engine, quality and file of the picture."""
    picture = scene.render
    picture.engine = "CYCLES"
    picture.resolution_x = picture.resolution_y = SIDE
    picture.resolution_percentage = 100
    picture.film_transparent = True
    picture.image_settings.file_format = "PNG"
    picture.image_settings.color_mode = "RGBA"
    picture.filepath = str(path)
    scene.view_settings.view_transform = "Standard"  # the textures' own colours
    cycles = scene.cycles
    cycles.device = "CPU"
    cycles.max_bounces = 4
    cycles.use_denoising = _can_denoise(cycles)
    cycles.samples = _SAMPLES if cycles.use_denoising else _SAMPLES_UNDENOISED


def _can_denoise(cycles: Any) -> bool:
    """Choose the denoiser for the CPU, if this Blender was built with it."""
    try:
        cycles.denoiser = "OPENIMAGEDENOISE"
    except TypeError:
        return False
    return True


def _on_ground(rows: pictures.ByteArray) -> pictures.ByteArray:
    """Put the render, (H, W, 4), on a ground that darkens softly towards the bottom; returns (H, W, 3)."""
    share = np.linspace(0, 1, len(rows))[:, None, None]
    ground = np.array(_TOP) * (1 - share) + np.array(_BOTTOM) * share
    alpha = rows[..., 3:] / 255
    return np.rint(rows[..., :3] * alpha + ground * (1 - alpha)).astype(np.uint8)
