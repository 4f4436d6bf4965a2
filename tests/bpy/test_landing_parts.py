"""One object or several, and what each is called."""

import bpy
import models
import numpy as np
import plain_glbs
import pytest
from test_landing_tidy import points_of
from tidied import meshes_of, opened

from blender_addon.landing import joining, materials, parts, plain_mesh


def owl():
    """Make a model in three pieces: two of one material, all with UVs, colors and tilted normals, one turned."""
    model = models.Glb()
    colors = ([1, 0, 0, 1], [0, 0, 0.5, 1])
    red, blue = (model.add("materials", {"pbrMetallicRoughness": {"baseColorFactor": one}}) for one in colors)
    random = np.random.default_rng(3)
    corners = models.CUBE[models.CUBE_FACES]
    for number, material in enumerate((red, blue, red)):
        mesh = model.mesh(corners, np.arange(36, dtype=np.uint16), material=material)
        tilted = np.repeat(np.cross(corners[1::3] - corners[::3], corners[2::3] - corners[::3]), 3, axis=0)
        tilted += random.normal(0, 0.2, tilted.shape)
        tilted /= np.linalg.norm(tilted, axis=1)[:, None]
        attributes = model.root["meshes"][mesh]["primitives"][0]["attributes"]
        attributes["NORMAL"] = model.accessor(tilted.astype(np.float32))
        attributes["TEXCOORD_0"] = model.accessor(random.random((36, 2)).astype(np.float32))
        if number:
            attributes["TEXCOORD_1"] = model.accessor(random.random((36, 2)).astype(np.float32))
        attributes["COLOR_0"] = model.accessor(random.random((36, 4)).astype(np.float32))
        model.node(
            mesh=mesh, name=f"tripo_part_{11 - number}", translation=[3 * number, 0, 0], rotation=[0, 0.6, 0, 0.8]
        )
    return model


def corners_of(collection):
    """Return all corners, sorted: place, normal, first UVs, color, and the color of the face's material."""
    rows = []
    for item in meshes_of(collection):
        mesh = item.data
        for face in mesh.polygons:
            for loop in face.loop_indices:
                color = mesh.color_attributes[0]
                point = mesh.loops[loop].vertex_index
                shader = item.material_slots[face.material_index].material.node_tree.nodes["Principled BSDF"]
                rows.append(
                    (
                        *item.matrix_world @ mesh.vertices[point].co,
                        *mesh.corner_normals[loop].vector,
                        *mesh.uv_layers[0].uv[loop].vector,
                        *color.data[loop if color.domain == "CORNER" else point].color,
                        *shader.inputs["Base Color"].default_value,
                        face.use_smooth,
                    )
                )
    rows = np.array(rows)
    return rows[np.lexsort(rows.round(3)[:, [6, 7, 0, 1, 2]].T)]


def test_what_was_split_for_no_reason_is_one_object_and_nothing_else_changes(converted):
    content = owl().build()
    apart = corners_of(opened(converted(content, parts=True)))
    collection = opened(converted(content))
    (item,) = collection.objects
    assert (item.name, len(item.data.materials), len(item.data.uv_layers)) == ("Figure", 2, 2)
    assert len(apart) == 108
    assert corners_of(collection) == pytest.approx(apart, abs=2e-3)


def test_parts_that_were_asked_for_stay_apart_and_are_numbered_as_they_came(converted):
    collection = opened(converted(owl().build(), parts=True))
    assert [item.name for item in meshes_of(collection)] == ["Figure part 1", "Figure part 2", "Figure part 3"]
    assert [item.data.name for item in meshes_of(collection)] == [item.name for item in meshes_of(collection)]
    middles = [points_of(item)[:, 0].mean() for item in meshes_of(collection)]
    assert middles == pytest.approx([3, 0, -3], abs=1e-4)  # tripo_part_9 comes before tripo_part_10


def test_a_part_has_its_name_and_the_centre_of_its_base_as_origin_and_all_hang_on_one_object(converted):
    model = models.Glb()
    for number, name in enumerate(("tripo_part_0", "head", "Left Arm.001", "figure_hat", "node_4f21ab0c")):
        place = [3 * number, number, 0]
        model.node(mesh=model.mesh(), name=name, translation=place, rotation=[0, 0.6, 0, 0.8], scale=[1, 2, 1])
    collection = opened(converted(model.build(), parts=True, height=3))
    names = {"figure_hat", "Figure head", "Figure Left Arm", "Figure part 1", "Figure part 2", "Figure root"}
    assert {item.name for item in collection.objects} == names
    (root,) = [item for item in collection.objects if item.parent is None]
    assert root.name == "Figure root" and np.array(root.matrix_world) == pytest.approx(np.eye(4))
    for item in meshes_of(collection):
        low, high = points_of(item).min(axis=0), points_of(item).max(axis=0)
        assert tuple(item.location) == pytest.approx((*(low + high)[:2] / 2, low[2]), abs=1e-5)
        assert tuple(item.scale) == (1, 1, 1) and tuple(item.rotation_euler) == (0, 0, 0) and item.parent == root
    assert min(points_of(item)[:, 2].min() for item in meshes_of(collection)) == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("tripo_part_12", ""),
        ("tripo_node_0f8fad5b-d9cb-469f-a165-70867728950e", ""),
        ("node_4f21ab0c", ""),
        ("Mesh.003", ""),
        ("MeshPart7", ""),
        ("geometry_0", ""),
        ("42", ""),
        ("Left Arm.001", "Left Arm"),
        ("wheel_2", "wheel_2"),
        ("part_3_lid", "part_3_lid"),
        ("頭", "頭"),
    ],
)
def test_a_name_that_nobody_has_chosen_is_no_name(given, kept):
    assert parts.own_name(given) == kept


def normals_of(collection):
    """Return the place and the normal of all corners, sorted."""
    rows = [
        (*item.matrix_world @ item.data.vertices[loop.vertex_index].co, *item.data.corner_normals[loop.index].vector)
        for item in meshes_of(collection)
        for loop in item.data.loops
    ]
    rows = np.array(rows)
    return rows[np.lexsort(rows.round(3)[:, ::-1].T)]


@pytest.mark.parametrize("normals", [plain_glbs.OUTWARD, None], ids=["with", "without"])
def test_the_normals_of_a_large_part_survive_a_small_one(normals, converted, monkeypatch):
    monkeypatch.setattr(plain_mesh, "_LARGE", 20)
    model = models.Glb()
    large = [plain_glbs.primitive(model, plain_glbs.CORNERS + 3 * at, plain_glbs.OUTWARD) for at in (1, 2)]
    plain_glbs.shown(*large, made=model)
    plain_glbs.shown(plain_glbs.primitive(model, normals=normals), made=model)
    apart = normals_of(opened(converted(model.build(), parts=True)))
    collection = opened(converted(model.build()))
    assert len(collection.objects) == 1 and len(apart) == 108
    assert normals_of(collection) == pytest.approx(apart, abs=2e-3)


def a_mesh(name, uv_names):
    """Add an object whose UVs are named so, each layer with a number of its own."""
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    item = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(item)
    for number, one in enumerate(uv_names, 1):
        mesh.uv_layers.new(name=one).uv.foreach_set("vector", np.full(6, number / 10, np.float32))
    return item


def test_nodes_that_name_uvs_follow_them():
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    for name, uv_names in (("a", ["UVMap", "light"]), ("b", ["light", "UVMap"])):
        a_mesh(name, uv_names)
        made = materials.new(name)
        bpy.data.meshes[name].materials.append(made)
        made.node_tree.nodes.new("ShaderNodeUVMap").uv_map = "light"
    joining.join()
    (item,) = bpy.data.objects
    found = {
        one.name: node.uv_map for one in item.data.materials for node in one.node_tree.nodes if node.type == "UVMAP"
    }
    assert found == {"a": "light", "b": "UVMap"}


@pytest.mark.parametrize("bare_first", [True, False])
def test_a_joined_piece_without_a_material_is_of_clay(converted, bare_first):
    model = models.Glb()
    red = model.add("materials", {"pbrMetallicRoughness": {"baseColorFactor": [1, 0, 0, 1]}})
    for number, material in enumerate((None, red) if bare_first else (red, None)):
        model.node(mesh=model.mesh(material=material), name=f"part {number}", translation=[3 * number, 0, 0])
    (item,) = opened(converted(model.build())).objects
    assert sorted(slot.material.name for slot in item.material_slots) == ["Figure", "Figure clay"]


def test_uvs_of_the_same_rank_become_one_layer_whatever_they_are_called():
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    for name, uv_names in (("a", ["UVMap"]), ("b", ["light", "UVMap"]), ("c", ["map1"])):
        a_mesh(name, uv_names)
    joining.join()
    (item,) = bpy.data.objects
    values = [{round(uv.vector.x, 3) for uv in layer.uv} for layer in item.data.uv_layers]
    assert values == [{0.1}, {0.0, 0.2}]
