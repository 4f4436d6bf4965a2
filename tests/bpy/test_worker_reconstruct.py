"""Local's work in the worker: what Blender adds to the geometry, and the file that comes out of it."""

from pathlib import Path

import bpy
import models
import numpy as np
import pytest
from tidied import opened

from blender_addon.local.shapes import Model, Solid
from blender_addon.worker import glb
from blender_addon.worker.reduce import reduce, to_mesh

TOADSTOOL = Path(__file__).parents[1] / "images" / "toadstool.png"


def torus(rings, sides):
    """A closed torus, (N, 3) and (M, 3)."""
    u, v = np.meshgrid(np.arange(rings) / rings * 2 * np.pi, np.arange(sides) / sides * 2 * np.pi, indexing="ij")
    radius = 1 + 0.4 * np.cos(v)
    points = np.stack([radius * np.cos(u), 0.4 * np.sin(v), radius * np.sin(u)], axis=-1).reshape(-1, 3)
    a = np.arange(rings)[:, None] * sides + np.arange(sides)
    right, up = np.roll(a, -1, axis=0), np.roll(a, -1, axis=1)
    both = np.roll(right, -1, axis=1)
    faces = np.concatenate([np.stack([a, right, both], -1).reshape(-1, 3), np.stack([a, both, up], -1).reshape(-1, 3)])
    return Solid(points, faces.astype(np.int32))


def edges_of(faces):
    edges = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    return np.unique(edges, axis=0, return_counts=True)[1]


@pytest.mark.parametrize("wanted", [100, 1_000, 7_777, 19_000])
def test_fewer_triangles_stay_closed_and_near_the_count(wanted):
    reduced = reduce(torus(200, 50), wanted)
    assert abs(len(reduced.faces) - wanted) <= 0.05 * wanted
    assert (edges_of(reduced.faces) == 2).all()
    assert len(np.unique(reduced.faces)) == len(reduced.vertices)
    assert not bpy.data.meshes.get("reduce") and not bpy.data.objects.get("reduce")


def test_a_solid_with_few_triangles_stays_as_it_is():
    solid = torus(20, 10)
    assert reduce(solid, 500) is solid


def test_what_is_written_is_what_is_read_again(converted, tmp_path):
    """Faces, UVs and textures, the front at −Y, every value of the roughness and the normals."""
    points = np.array([[-1, 0, 0], [1, 0, 0], [0, -3, 0], [0, 0, 1]], float)
    faces = np.array([[0, 1, 2], [0, 3, 1], [1, 3, 2], [2, 3, 0]], np.int32)
    uvs = np.random.default_rng(1).random((4, 3, 2))
    y, x = np.mgrid[:64, :64]
    color = np.stack([x * 4, y * 4, 0 * x], -1).astype(np.uint8)
    normal = np.stack([y * 4, x * 4, 0 * x + 255], -1).astype(np.uint8)
    model = Model(points, faces, uvs, color, (x * 3).astype(np.uint8), normal)
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    glb.write(model, tmp_path / "written.glb")
    blend = converted((tmp_path / "written.glb").read_bytes(), name="tetra")
    (item,) = opened(blend).objects
    found = np.array([tuple(vertex.co) for vertex in item.data.vertices])
    assert found[:, 1].min() == pytest.approx(-1.5) and np.allclose(found[found[:, 1] < -1.4][:, 0], 0, atol=1e-6)
    assert all(face.use_smooth for face in item.data.polygons)
    read = np.array([tuple(loop.uv) for loop in item.data.uv_layers[0].data])
    assert np.allclose(np.sort(read.ravel()), np.sort(uvs.ravel()), atol=1e-5)
    values = {image.name: pixels(image) for image in bpy.data.images if image.name.startswith("tetra")}
    assert np.array_equal(values["tetra metallic roughness"][..., 1], (x * 3).astype(np.uint8))
    assert not values["tetra metallic roughness"][..., 2].any()
    assert np.array_equal(values["tetra normal"][..., :3], normal)
    assert np.abs(values["tetra base color"][..., :3].astype(int) - color).mean() < 4


def pixels(image):
    width, height = image.size
    flat = np.empty(width * height * 4, np.float32)
    image.pixels.foreach_get(flat)
    return np.rint(flat.reshape(height, width, 4)[::-1] * 255).astype(np.uint8)


def test_a_picture_becomes_a_model_file(worker, tmp_path):
    target = tmp_path / "model.glb"
    options = {"detail": "draft", "texture_size": 256, "face_limit": 4_000}
    done = worker.done("reconstruct", views={"front": str(TOADSTOOL)}, options=options, target=str(target))
    assert abs(done["faces"] - 4_000) <= 200 and done["vertices"] > 1_000 and done["seconds"] > 0
    order = {"model": str(target), "blend": str(tmp_path / "model.blend"), "name": "Toadstool"}
    converted = worker.done("convert", front_axis="-Y", provenance={}, **order)
    expected = {"objects": 1, "triangles": done["faces"], "materials": 1, "images": 3, "texture_px": 256}
    assert converted == {"statistics": expected, "warnings": []}
    (item,) = opened(tmp_path / "model.blend").objects
    faces = np.array([tuple(face.vertices) for face in item.data.polygons])
    assert (edges_of(faces) == 2).all(), "the file's texture seams are still cuts in the surface"


def test_a_picture_without_anything_in_it_is_an_input_error(worker, tmp_path):
    (tmp_path / "clear.png").write_bytes(models.png(np.zeros((64, 64, 4), np.uint8)))
    views, target = {"front": str(tmp_path / "clear.png")}, tmp_path / "model.glb"
    error = worker.refused("reconstruct", views=views, options={}, target=str(target))
    assert error["kind"] == "input" and not list(tmp_path.glob("model*"))


def test_a_mesh_of_a_solid_is_valid():
    mesh = to_mesh(torus(20, 10), "torus")
    assert len(mesh.polygons) == 400 and not mesh.validate()
