"""The tidy .blend: transforms applied, front to −Y, materials, provenance, and nothing that does not belong there."""

import json

import bpy
import models
import numpy as np
import pytest
from tidied import opened

from blender_addon.core.errors import ModelFileError
from blender_addon.worker.convert import convert


def points_of(item):
    return np.array([tuple(item.matrix_world @ vertex.co) for vertex in item.data.vertices])


def is_identity(item):
    return np.allclose(np.array(item.matrix_world), np.eye(4), atol=1e-6) and item.parent is None


def outward(item):
    """Share of the faces whose normal, and whose corners' normals, point away from the middle."""
    mesh, middle = item.data, points_of(item).mean(axis=0)
    good = sum(np.dot(tuple(face.normal), np.array(face.center) - middle) > 0 for face in mesh.polygons)
    corners = np.array([tuple(corner.vector) for corner in mesh.corner_normals])
    faces = np.array([tuple(mesh.polygons[index // 3].normal) for index in range(len(mesh.loops))])
    return good / len(mesh.polygons), (corners * faces).sum(axis=1).min()


@pytest.mark.parametrize(
    ("front_axis", "tip"), [("-Y", (0, -1.5)), ("+Y", (0, 1.5)), ("+X", (-1.5, 0)), ("-X", (1.5, 0))]
)
def test_the_front_is_turned(converted, front_axis, tip):
    """The arrow points to −Y as read; what is called its front must point there afterwards."""
    item = opened(converted(models.arrow().build(), front_axis=front_axis)).objects[0]
    assert np.isclose(points_of(item)[:, :2], tip, atol=1e-5).all(axis=1).any()
    assert is_identity(item)


def test_nested_empties_with_scale_are_applied(converted):
    model = models.Glb()
    leaf = model.node(False, mesh=model.mesh(), translation=[1, 0, 0], scale=[1, 1, 3])
    middle = model.node(False, children=[leaf], rotation=[0, 0.7071068, 0, 0.7071068], scale=[2, 2, 2])
    model.node(children=[middle], translation=[100, 50, 0])
    collection = opened(converted(model.build()))
    (item,) = collection.all_objects
    points = points_of(item)
    assert is_identity(item)
    assert sorted(np.ptp(points, axis=0)) == pytest.approx([2, 2, 6], abs=1e-4)
    assert points.min(axis=0) == pytest.approx([-np.ptp(points[:, 0]) / 2, -np.ptp(points[:, 1]) / 2, 0], abs=1e-4)
    assert outward(item)[0] == 1.0


def test_a_mirrored_part_is_not_inside_out(converted):
    item = opened(converted(models.cube(scale=[-1, 1, 1]).build())).objects[0]
    faces, corners = outward(item)
    assert faces == 1.0 and corners > 0


def test_parts_that_share_a_mesh_stay_where_they_are(converted):
    model = models.Glb()
    mesh = model.mesh()
    for x in (0, 3):
        model.node(mesh=mesh, translation=[x, 0, 0])
    collection = opened(converted(model.build(), parts=True))
    parts = [item for item in collection.objects if item.type == "MESH"]
    spans = sorted((points_of(item)[:, 0].min(), points_of(item)[:, 0].max()) for item in parts)
    assert np.allclose(spans, [(-2, -1), (1, 2)], atol=1e-5)
    assert sorted(tuple(item.location) for item in parts) == [(-1.5, 0, 0), (1.5, 0, 0)]


def test_joining_split_vertices_changes_nothing_else(converted):
    """A cube as glTF writes it, every triangle with a patch of its own: joined on each side, and hard at its edges."""
    corners = models.CUBE[models.CUBE_FACES]
    normals = np.repeat(np.cross(corners[1::3] - corners[::3], corners[2::3] - corners[::3]), 3, axis=0)
    uvs = np.random.default_rng(1).random((36, 2)).astype(np.float32)
    model = models.Glb()
    mesh = model.mesh(corners, np.arange(36, dtype=np.uint16))
    attributes = model.root["meshes"][mesh]["primitives"][0]["attributes"]
    attributes |= {"NORMAL": model.accessor(normals), "TEXCOORD_0": model.accessor(uvs)}
    model.node(mesh=mesh)
    shape = opened(converted(model.build())).objects[0].data
    assert len(shape.vertices) == 24 and len(shape.polygons) == 12
    found = [
        (
            *shape.vertices[loop.vertex_index].co,
            *shape.corner_normals[loop.index].vector,
            *shape.uv_layers[0].uv[loop.index].vector,
        )
        for loop in shape.loops
    ]
    places = corners[:, [0, 2, 1]] * (1, -1, 1) + (-0.5, 0.5, 0)
    wanted = np.hstack([places, normals[:, [0, 2, 1]] * (1, -1, 1), uvs * (1, -1) + (0, 1)])
    found = np.array(found)
    assert found[found[:, 6].argsort()] == pytest.approx(wanted[wanted[:, 6].argsort()], abs=1e-3)


def left_out(content, tmp_path):
    """Convert and return the warnings."""
    (tmp_path / "a.glb").write_bytes(content)
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    facts = {"model": str(tmp_path / "a.glb"), "blend": str(tmp_path / "a.blend"), "name": "A", "front_axis": "-Y"}
    return convert({**facts, "provenance": {}}, lambda _: None)["warnings"]


def test_what_was_left_out_is_said(tmp_path):
    """A texture is counted once, however often it is used; lights and cameras are no part of the model."""
    model = models.cube()
    model.root["cameras"] = [{"type": "perspective", "perspective": {"yfov": 1, "znear": 0.1}}]
    model.node(camera=0)
    assert left_out(model.build(), tmp_path) == []
    model = models.cube()
    whole = models.plain_png((9, 9, 9))
    broken = model.texture(whole[:40] + bytes(len(whole) - 40))
    material = {"pbrMetallicRoughness": {"baseColorTexture": broken}, "emissiveTexture": broken}
    model.node(mesh=model.mesh(material=model.add("materials", material)))
    model.node(mesh=model.mesh(models.CUBE, np.array([0, 1], np.uint16), mode=1))
    assert left_out(model.build(), tmp_path) == [
        "A texture was damaged, or of an unknown kind, and left out.",
        "1 part without a surface was left out.",
    ]


def test_nothing_else_is_in_the_file(converted):
    model = models.textured()
    model.root["cameras"] = [{"type": "perspective", "perspective": {"yfov": 1, "znear": 0.1}}]
    model.root["extensionsUsed"] = ["KHR_lights_punctual"]
    model.root["extensions"] = {"KHR_lights_punctual": {"lights": [{"type": "point"}]}}
    inner = model.node(False, camera=0)
    model.node(children=[inner], extensions={"KHR_lights_punctual": {"light": 0}})
    model.node(name="nothing", extras={"secret": "path"})
    blend = converted(model.build())
    with bpy.data.libraries.load(str(blend)) as (source, _):
        counts = {
            kind: len(names) for kind in dir(source) if isinstance(names := getattr(source, kind), list) and names
        }
    assert counts.pop("node_groups", 1) == 1  # where glTF's occlusion is kept
    assert counts == {"collections": 1, "objects": 1, "meshes": 1, "materials": 1, "images": 4}
    content = blend.read_bytes()
    assert b"provider_node_1234" not in content and b"secret" not in content
    assert str(blend.parent).encode() not in content


def test_provenance_is_plain_text_on_collection_and_roots(converted):
    facts = {"provider": "local", "task": "t1", "provider_task": "", "image": "töpf.png", "options": {"detail": None}}
    collection = opened(converted(models.cube().build(), **facts))
    for item in (collection, *collection.objects):
        kept = {key: item[key] for key in item.keys()}  # noqa: SIM118 - custom properties, not a dictionary
        assert json.loads(kept.pop("maquette_options")) == {"detail": None}
        assert kept.pop("maquette_top", False) == (item != collection)
        assert kept == {"maquette_" + key: facts[key] for key in ("provider", "task", "provider_task", "image")}


def rigged():
    model = models.Glb()
    mesh = model.mesh()
    attributes = model.root["meshes"][mesh]["primitives"][0]["attributes"]
    attributes["JOINTS_0"] = model.accessor(np.tile(np.array([0, 1, 0, 0], np.uint8), (8, 1)))
    attributes["WEIGHTS_0"] = model.accessor(np.tile(np.array([0.5, 0.5, 0, 0], np.float32), (8, 1)))
    tip = model.node(False, translation=[0, 1, 0])
    root = model.node(False, children=[tip])
    skin = model.add(
        "skins",
        {
            "joints": [root, tip],
            "inverseBindMatrices": model.accessor(np.tile(np.eye(4, dtype=np.float32).ravel(), (2, 1))),
        },
    )
    body = model.node(False, mesh=mesh, skin=skin)
    model.node(children=[root, body], translation=[5, 2, 0])
    times = model.accessor(np.array([0, 1], np.float32))
    turns = model.accessor(np.array([[0, 0, 0, 1], [0, 0, 0.7071068, 0.7071068]], np.float32))
    channel = {"sampler": 0, "target": {"node": tip, "path": "rotation"}}
    model.add("animations", {"samplers": [{"input": times, "output": turns}], "channels": [channel]})
    return model


def test_a_rig_survives(converted):
    collection = opened(converted(rigged().build()))
    kinds = sorted(item.type for item in collection.objects)
    assert kinds.count("ARMATURE") == 1 and kinds.count("MESH") == 1
    armature = next(item for item in collection.objects if item.type == "ARMATURE")
    body = next(item for item in collection.objects if item.type == "MESH")
    assert len(armature.data.bones) == 2 and len(body.vertex_groups) == 2
    assert any(modifier.type == "ARMATURE" and modifier.object == armature for modifier in body.modifiers)
    assert len(bpy.data.actions) == 1
    graph = bpy.context.evaluated_depsgraph_get()
    shown = body.evaluated_get(graph)
    points = np.array([tuple(shown.matrix_world @ vertex.co) for vertex in shown.data.vertices])
    assert points[:, 2].min() == pytest.approx(0, abs=1e-4)


def test_a_model_without_faces_is_refused(converted):
    lonely = models.Glb()
    lonely.node(name="empty")
    lines = models.Glb()
    lines.node(mesh=lines.mesh(models.CUBE, np.array([0, 1], np.uint16), mode=1))
    for model in (lonely, lines):
        with pytest.raises(ModelFileError, match="no surface"):
            converted(model.build())


@pytest.mark.fault("F36", "S12")
def test_names_are_cleaned(converted):
    name = "a\x00b\u202ec\n  d" + "é" * 80
    with pytest.raises(ValueError):
        name.encode("ascii")
    from blender_addon.landing.tidy import clean_name

    assert clean_name(name).startswith("abc d") and clean_name("\n\u200b") == "Maquette"
    collection = opened(converted(models.cube().build(), name="x" + "é" * 80))
    assert collection.objects[0].name.startswith("xéé") and len(collection.objects[0].name.encode()) <= 255
