"""A picture of the model: three-quarter view, soft studio light, light-grey ground.

Rendered on the CPU: there may be no graphics card and no screen.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Euler, Matrix, Vector

from . import pictures
from .ground import Camera, FloatArray, put_on_ground

SIDE = 768
"""Pixels."""
_SAMPLES, _SAMPLES_UNDENOISED = 6, 24
"""Measured: 6 and the denoiser show no grain, at 768 pixels a side, and take about 3 s on two cores."""
_LIMIT_S = 8.0
"""A slow or busy machine gets a grainier picture instead of a later one."""
_AZIMUTH, _ELEVATION = 32.0, 18.0
"""Degrees: from the front towards the object's own left, and up."""
_LENS_DEGREES = 28.0
_MARGIN = 1.14
_LIGHTS = (
    ((-0.9, -1.6, 1.9), 1.0, 2.0),
    ((2.0, -1.0, 0.9), 0.45, 2.5),
    ((0.6, 2.0, 1.8), 0.8, 1.5),
)
"""Key, fill and rim: place in units of the model's diameter, strength, and size in units of its radius."""
_WORLD = (0.46, 0.48, 0.5, 1.0)


def render(collection: bpy.types.Collection, path: Path, side: int = SIDE, threads: int = 0) -> None:
    """Render the collection into a PNG of `side` pixels a side, in so many threads (0: as many as there are).

    Leaves scene, camera and lights behind: write outputs first.
    """
    scene = bpy.data.scenes.new("preview")
    scene.collection.children.link(collection)
    triangles = _triangles(scene)
    camera = _camera(triangles.reshape(-1, 3))
    _add_camera(scene, camera)
    _light(scene, triangles.reshape(-1, 3))
    _set_up(scene, path, side)
    if threads:
        scene.render.threads_mode, scene.render.threads = "FIXED", threads
    bpy.ops.render.render(write_still=True, scene=scene.name)
    pictures.save(put_on_ground(pictures.load(path), triangles, camera), path)


def _triangles(scene: bpy.types.Scene) -> FloatArray:
    """Return all triangles as they are shown, (M, 3, 3), world space."""
    scene.view_layers[0].update()
    graph = scene.view_layers[0].depsgraph
    parts = []
    for item in (item.evaluated_get(graph) for item in scene.objects if item.type == "MESH"):
        mesh = item.data
        mesh.calc_loop_triangles()
        points, corners = np.empty(len(mesh.vertices) * 3, np.float32), np.empty(len(mesh.loop_triangles) * 3, np.int32)
        mesh.vertices.foreach_get("co", points)
        mesh.loop_triangles.foreach_get("vertices", corners)
        matrix = np.array(item.matrix_world)
        parts.append((points.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3])[corners].reshape(-1, 3, 3))
    return np.concatenate(parts)


def _camera(points: FloatArray) -> Camera:
    """Find the place from which all points, (N, 3), are seen as large as fits."""
    axes = np.array(Euler((math.radians(90 - _ELEVATION), 0, math.radians(_AZIMUTH))).to_matrix())
    seen = points @ axes
    slope = math.tan(math.radians(_LENS_DEGREES) / 2)
    fit = slope / _MARGIN
    high = (seen[:, :2] + fit * seen[:, 2:]).max(axis=0)  # lines of sight along the frame's edges, at depth 0
    low = (seen[:, :2] - fit * seen[:, 2:]).min(axis=0)
    distance = float((high - low).max()) / (2 * fit)
    return Camera(axes @ np.array([*(high + low) / 2, distance]), axes, slope)


def _add_camera(scene: bpy.types.Scene, camera: Camera) -> None:
    data = bpy.data.cameras.new("preview")
    data.angle = 2 * math.atan(camera.slope)
    distance = float(np.linalg.norm(camera.place))
    data.clip_start, data.clip_end = distance / 1000, distance * 100
    item = bpy.data.objects.new("preview", data)
    item.matrix_world = Matrix.Translation(camera.place.tolist()) @ Matrix(camera.axes.tolist()).to_4x4()
    scene.collection.objects.link(item)
    scene.camera = item


def _light(scene: bpy.types.Scene, points: FloatArray) -> None:
    """Add the studio's lamps, scaled with the model, and an even light from everywhere."""
    low, high = points.min(axis=0), points.max(axis=0)
    centre, radius = Vector((low + high) / 2), max(float(np.linalg.norm(high - low)) / 2, 1e-6)
    scene.world = bpy.data.worlds.new("preview")
    if scene.world.node_tree is None:
        scene.world.use_nodes = True
    scene.world.node_tree.nodes["Background"].inputs["Color"].default_value = _WORLD
    for place, strength, size in _LIGHTS:
        data = bpy.data.lights.new("preview", "AREA")
        offset = Vector(place) * radius * 2
        data.size = size * radius
        data.energy = 8 * strength * offset.length_squared
        lamp = bpy.data.objects.new("preview", data)
        lamp.matrix_world = (
            Matrix.Translation((centre + offset)[:]) @ offset.to_track_quat("Z", "Y").to_matrix().to_4x4()
        )
        scene.collection.objects.link(lamp)


def _set_up(scene: bpy.types.Scene, path: Path, side: int) -> None:
    """Choose engine, quality and file of the picture."""
    picture: Any = scene.render  # the stubs know no engine or view transform but the first
    picture.engine = "CYCLES"
    picture.resolution_x = picture.resolution_y = side
    picture.resolution_percentage = 100
    picture.film_transparent = True
    picture.image_settings.file_format = "PNG"
    picture.image_settings.color_mode = "RGBA"
    picture.filepath = str(path)
    view: Any = scene.view_settings
    view.view_transform = "Standard"  # the textures' own colours
    cycles = scene.cycles
    cycles.device = "CPU"
    cycles.max_bounces = 2
    cycles.use_adaptive_sampling = False
    cycles.use_denoising = _can_denoise(cycles)
    cycles.time_limit = _LIMIT_S
    cycles.samples = _SAMPLES if cycles.use_denoising else _SAMPLES_UNDENOISED


def _can_denoise(cycles: Any) -> bool:
    """Choose the denoiser for the CPU, if this Blender was built with it."""
    try:
        cycles.denoiser = "OPENIMAGEDENOISE"
    except TypeError:
        return False
    cycles.denoising_prefilter = "FAST"
    return True
