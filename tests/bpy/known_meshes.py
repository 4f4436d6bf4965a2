"""Known solids made with Blender, pictures of them from the four sides, and their overlap with what was rebuilt.

Each solid is scaled to `Solid`'s space: height 1, lowest point at z = 0, the box's middle at x = y = 0.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable
from pathlib import Path

import bpy  # first: the wheel brings bmesh and mathutils into reach

# isort: split
import bmesh
import numpy as np
import numpy.typing as npt
from mathutils import Euler, Vector

from blender_addon.local.align import Silhouette
from blender_addon.local.shapes import ByteArray, FloatArray, IntArray, Solid

Part = Callable[[bmesh.types.BMesh], object]
Place = tuple[float, float, float]

TOWARD = {"front": (0, -1, 0), "left": (1, 0, 0), "back": (0, 1, 0), "right": (-1, 0, 0)}
"""Where each camera stands, seen from the object."""
_AXIS_TURN = {"X": (0, math.pi / 2, 0), "Y": (math.pi / 2, 0, 0), "Z": (0, 0, 0)}


def _box(size: Place, at: Place = (0, 0, 0), bevel: float = 0) -> Part:
    def add(mesh: bmesh.types.BMesh) -> None:
        made = bmesh.ops.create_cube(mesh, size=1)["verts"]
        bmesh.ops.scale(mesh, vec=size, verts=made)
        bmesh.ops.translate(mesh, vec=at, verts=made)
        if bevel:
            edges = list({edge for vertex in made for edge in vertex.link_edges})
            bmesh.ops.bevel(mesh, geom=edges, offset=bevel, segments=6, profile=0.5, affect="EDGES")

    return add


def _ball(size: Place, at: Place = (0, 0, 0)) -> Part:
    def add(mesh: bmesh.types.BMesh) -> None:
        made = bmesh.ops.create_uvsphere(mesh, u_segments=48, v_segments=32, radius=0.5)["verts"]
        bmesh.ops.scale(mesh, vec=size, verts=made)
        bmesh.ops.translate(mesh, vec=at, verts=made)

    return add


def _lathe(low: float, high: float, height: float, at: Place = (0, 0, 0), axis: str = "Z") -> Part:
    """Make a cone with the radii low and high, along an axis."""

    def add(mesh: bmesh.types.BMesh) -> None:
        cone = bmesh.ops.create_cone
        made = cone(mesh, cap_ends=True, segments=64, radius1=low, radius2=high, depth=height)["verts"]
        bmesh.ops.rotate(mesh, cent=(0, 0, 0), matrix=Euler(_AXIS_TURN[axis]).to_matrix(), verts=made)
        bmesh.ops.translate(mesh, vec=at, verts=made)

    return add


def _torus(axis: str, major: float = 1, minor: float = 0.25, at: Place = (0, 0, 0)) -> Part:
    """Make Blender's torus (default radii 1 and 0.25), its axis along X, Y or Z."""

    def add(mesh: bmesh.types.BMesh) -> None:
        ring = bpy.ops.mesh.primitive_torus_add
        ring(rotation=_AXIS_TURN[axis], major_radius=major, minor_radius=minor, location=at)
        _take(mesh, bpy.context.object)

    return add


def _gable(mesh: bmesh.types.BMesh) -> None:
    corners = [(x, y, 0.8) for y in (-0.7, 0.7) for x in (-0.5, 0.5)] + [(0, y, 1.3) for y in (-0.7, 0.7)]
    bmesh.ops.convex_hull(mesh, input=[mesh.verts.new(corner) for corner in corners])


def _suzanne(mesh: bmesh.types.BMesh) -> None:
    bpy.ops.mesh.primitive_monkey_add()
    _take(mesh, bpy.context.object)


def _take(mesh: bmesh.types.BMesh, made: bpy.types.Object) -> None:
    bpy.context.view_layer.update()
    mesh.from_mesh(made.data)
    mesh.transform(made.matrix_world)
    bpy.data.objects.remove(made)


KNOWN: dict[str, tuple[Part, ...]] = {
    "sphere": (_ball((1, 1, 1)),),
    "cone": (_lathe(1, 0, 2),),
    "cube": (_box((1, 1, 1)),),
    "torus": (_torus("Y"),),
    "torus sideways": (_torus("X"),),
    "torus lying": (_torus("Z"),),
    "suzanne": (_suzanne,),
    "cylinder": (_lathe(0.5, 0.5, 1.5),),
    "wheel": (_lathe(0.5, 0.5, 0.3, axis="Y"),),
    "log": (_lathe(0.3, 0.3, 1.5, axis="X"),),
    "capsule": (_lathe(0.3, 0.3, 1), _ball((0.6, 0.6, 0.6), (0, 0, 0.5)), _ball((0.6, 0.6, 0.6), (0, 0, -0.5))),
    "rounded box": (_box((0.8, 0.6, 1), bevel=0.1),),
    "brick": (_box((1.6, 0.7, 0.5)),),
    "table": (
        _box((1.6, 1, 0.08), (0, 0, 0.96)),
        *(_box((0.08, 0.08, 0.95), (x, y, 0.475)) for x in (-0.7, 0.7) for y in (-0.4, 0.4)),
    ),
    "angle": (_box((1, 0.5, 0.3), (0, 0, 0.15)), _box((0.3, 0.5, 0.7), (-0.35, 0, 0.65))),
    "house": (_box((1, 1.4, 0.8), (0, 0, 0.4)), _gable),
    "mug": (_lathe(0.4, 0.4, 1, (0, 0, 0.5)), _torus("Y", 0.28, 0.06, (0.42, 0, 0.5))),
    "bottle": (
        _lathe(0.3, 0.3, 1, (0, 0, 0.5)),
        _lathe(0.3, 0.1, 0.25, (0, 0, 1.125)),
        _lathe(0.1, 0.1, 0.4, (0, 0, 1.4)),
    ),
    "figure": (
        _ball((0.5, 0.5, 0.5), (0, 0, 1.75)),
        _ball((0.6, 0.4, 0.9), (0, 0, 1.15)),
        *(_ball((0.2, 0.24, 0.9), (x, 0, 0.45)) for x in (-0.16, 0.16)),
        *(_ball((0.16, 0.16, 0.8), (x, 0.02, 1.1)) for x in (-0.42, 0.42)),
        *(_ball((0.2, 0.4, 0.14), (x, -0.06, 0.07)) for x in (-0.16, 0.16)),
    ),
}
"""Name → the closed parts whose union it is."""


def make(name: str) -> Solid:
    """Make a known solid; open borders (Suzanne's eyes) are filled, so that inside and outside are clear."""
    vertices: list[FloatArray] = []
    faces: list[FloatArray] = []
    for part in KNOWN[name]:
        mesh = bmesh.new()
        part(mesh)
        bmesh.ops.holes_fill(mesh, edges=[edge for edge in mesh.edges if edge.is_boundary])
        bmesh.ops.triangulate(mesh, faces=mesh.faces)
        bmesh.ops.recalc_face_normals(mesh, faces=mesh.faces)
        mesh.verts.index_update()
        faces.append(np.array([[v.index for v in face.verts] for face in mesh.faces]) + sum(map(len, vertices)))
        vertices.append(np.array([vertex.co for vertex in mesh.verts], dtype=float))
        mesh.free()
    return _placed(np.concatenate(vertices), np.concatenate(faces).astype(np.int32))


def _placed(vertices: FloatArray, faces: IntArray) -> Solid:
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    base = np.array([*(low + high)[:2] / 2, low[2]])
    return Solid((vertices - base) / (high - low)[2], faces)


def photograph(solid: Solid, pixels: int = 320) -> dict[str, ByteArray]:
    """Render the four views with Cycles: orthographic, film transparent, warm material, sky and two suns."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.collection.objects.link(_object(solid))
    _light(scene)
    camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    scene.collection.objects.link(camera)
    camera.data.type = "ORTHO"
    camera.data.ortho_scale = 1.15 * float(np.ptp(solid.vertices, axis=0).max())
    scene.camera = camera
    scene.render.resolution_x = scene.render.resolution_y = pixels
    scene.render.film_transparent = True
    scene.render.engine = "CYCLES"
    scene.cycles.samples = 4
    scene.cycles.use_denoising = False
    return {name: _shot(scene, camera, name) for name in TOWARD}


def _object(solid: Solid) -> bpy.types.Object:
    data = bpy.data.meshes.new("known")
    data.from_pydata(solid.vertices.tolist(), [], solid.faces.tolist())
    material = bpy.data.materials.new("known")
    if material.node_tree is None:  # since 5.0 it is there from the start
        material.use_nodes = True
    material.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = (0.6, 0.3, 0.15, 1)
    data.materials.append(material)
    return bpy.data.objects.new("known", data)


def _light(scene: bpy.types.Scene) -> None:
    scene.view_settings.view_transform = "Standard"
    scene.world = bpy.data.worlds.new("sky")
    if scene.world.node_tree is None:
        scene.world.use_nodes = True
    scene.world.node_tree.nodes["Background"].inputs["Color"].default_value = (0.4, 0.4, 0.4, 1)
    for turn in (30, 210):
        sun = bpy.data.objects.new("sun", bpy.data.lights.new("sun", "SUN"))
        sun.data.energy = 2
        sun.rotation_euler = (math.radians(50), 0, math.radians(turn))
        scene.collection.objects.link(sun)


def _shot(scene: bpy.types.Scene, camera: bpy.types.Object, name: str) -> ByteArray:
    camera.location = 10 * Vector(TOWARD[name]) + Vector((0, 0, 0.5))
    camera.rotation_euler = (-Vector(TOWARD[name])).to_track_quat("-Z", "Y").to_euler()
    with tempfile.TemporaryDirectory() as folder:
        scene.render.filepath = str(Path(folder) / "view.png")
        bpy.ops.render.render(write_still=True)
        image = bpy.data.images.load(scene.render.filepath)
        width, height = image.size
        pixels = np.empty(width * height * 4, dtype=np.float32)
        image.pixels.foreach_get(pixels)
    bpy.data.images.remove(image)
    return np.rint(pixels.reshape(height, width, 4)[::-1] * 255).astype(np.uint8)


def _seen(solid: Solid, name: str) -> FloatArray:
    """Turn the vertices to what the viewer sees as right, up and near."""
    toward = np.array(TOWARD[name], dtype=float)
    return solid.vertices @ np.stack([np.cross([0.0, 0.0, 1.0], toward), [0.0, 0.0, 1.0], toward], axis=1)


def _shaded(corners: FloatArray) -> FloatArray:
    """Colour each face by its normal as the viewer sees it: (M, 4), alpha 1."""
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    light = 0.45 + 0.5 * np.clip(normals @ [-0.4, 0.5, 0.77], 0, 1)
    return np.concatenate([light[:, None] * [0.95, 0.7, 0.5], np.ones((len(corners), 1))], axis=1)


def silhouette_iou(solid: Solid, view: Silhouette) -> float:
    """Compare the solid's outline with a view's mask, pixel by pixel."""
    rows, columns = view.mask.shape
    across = ((np.arange(columns) + 0.5) / columns - 0.5) * view.width
    _, hit, _, _ = _hits(_seen(solid, view.name)[solid.faces], across, (np.arange(rows) + 0.5) / rows)
    outline = np.zeros((columns, rows), dtype=bool)
    outline[tuple(hit.T)] = True
    outline, mask = outline.T[::-1], view.mask >= 0.5
    return float((outline & mask).sum() / (outline | mask).sum())


def volume_iou(one: Solid, other: Solid, cells: int = 96) -> float:
    """Compare two solids on one grid of sample points, that many along the longest side of both."""
    both = np.concatenate([one.vertices, other.vertices])
    low, size = both.min(axis=0), np.ptp(both, axis=0)
    step = float(size.max()) / cells
    places = [low[axis] + (np.arange(math.ceil(size[axis] / step)) + 0.5) * step for axis in range(3)]
    first, second = inside(one, places), inside(other, places)
    return float((first & second).sum() / (first | second).sum())


def inside(solid: Solid, places: list[FloatArray]) -> npt.NDArray[np.bool_]:
    """Tell which points of a grid lie inside, (nx, ny, nz): where the surface winds around them, overlapping or not.

    places: the grid's x, y and z. Each column of points is one ray along Z, and each face that it passes from below
    outside to inside adds one to the winding number, each that it leaves by takes one away.
    """
    shape = tuple(len(axis) for axis in places)
    _, columns, heights, upward = _hits(solid.vertices[solid.faces], places[0], places[1])
    steps = np.zeros((*shape[:2], shape[2] + 1), dtype=np.int32)
    np.add.at(steps, (columns[:, 0], columns[:, 1], np.searchsorted(places[2], heights)), np.where(upward, -1, 1))
    return np.asarray(np.cumsum(steps, axis=2)[..., :-1] > 0)


def _hits(
    corners: FloatArray, across: FloatArray, along: FloatArray
) -> tuple[IntArray, IntArray, FloatArray, npt.NDArray[np.bool_]]:
    """Pass a ray along Z through every point of a grid: face, column (K, 2), height, and whether the face looks up.

    corners: (M, 3, 3). The faces are shifted by a hair, so that no ray meets an edge.
    """
    corners = corners + np.array([1.23e-7, 2.71e-7, 0])
    face, column = _spanned(corners[..., 0].min(axis=1), corners[..., 0].max(axis=1), across)
    near, far = _cut(corners[face], across[column])
    span, row = _spanned(near[:, 0], far[:, 0], along)
    share = (along[row] - near[span, 0]) / (far[span, 0] - near[span, 0])
    heights = near[span, 1] * (1 - share) + far[span, 1] * share
    sides = corners[:, 1:, :2] - corners[:, :1, :2]
    upward = sides[:, 0, 0] * sides[:, 1, 1] > sides[:, 0, 1] * sides[:, 1, 0]
    hit = face[span]
    return hit, np.stack([column[span], row], axis=1), heights, upward[hit]


def _spanned(low: FloatArray, high: FloatArray, line: FloatArray) -> tuple[IntArray, IntArray]:
    """List the points of a line that lie between low and high: which span (K,), which point (K,)."""
    first, last = np.searchsorted(line, low), np.searchsorted(line, high)
    count = last - first
    span = np.repeat(np.arange(len(count)), count)
    point = first[span] + np.arange(len(span)) - np.repeat(np.cumsum(count) - count, count)
    return span.astype(np.int32), point.astype(np.int32)


def _cut(corners: FloatArray, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Cut faces (K, 3, 3) by planes at x: the (y, z) of both ends of the cut, (K, 2) each, the lower y first."""
    following = np.roll(corners, -1, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (x[:, None] - corners[..., 0]) / (following - corners)[..., 0]
    met = (corners[..., 0] < x[:, None]) != (following[..., 0] < x[:, None])
    ends = (corners + np.where(met, share, 0)[..., None] * (following - corners))[..., 1:]
    order = np.argsort(np.where(met, ends[..., 0], np.inf), axis=1)
    rows = np.arange(len(corners))
    return ends[rows, order[:, 0]], ends[rows, order[:, 1]]
