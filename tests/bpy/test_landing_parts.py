"""One object or several, how tall it is, and what its actions are called."""

import bpy
import models
import numpy as np
import plain_glbs
import pytest
from test_landing_tidy import points_of, rigged
from tidied import opened

from blender_addon.landing import joining, materials, motion, parts, plain_mesh


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


def meshes_of(collection):
    return [item for item in collection.objects if item.type == "MESH"]


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


def test_what_moves_differently_is_not_joined(converted):
    """Two skinned meshes become one, which the armature moves; one with shapes and one that is animated stay."""
    model = rigged()
    skinned = next(node for node in model.root["nodes"] if "skin" in node)
    model.root["nodes"][-1]["children"].append(model.node(False, mesh=skinned["mesh"], skin=0))
    for _ in range(2):
        shaped = model.mesh()
        target = {"POSITION": model.accessor(np.full((8, 3), 0.5, np.float32))}
        model.root["meshes"][shaped] |= {"weights": [0.0]}
        model.root["meshes"][shaped]["primitives"][0]["targets"] = [target]
        model.node(mesh=shaped, translation=[4, 0, 0])
    collection = opened(converted(model.build()))
    meshes = [item for item in collection.objects if item.type == "MESH"]
    followers = [item for item in meshes if any(one.type == "ARMATURE" for one in item.modifiers)]
    assert len(meshes) == 3 and len(followers) == 1
    assert len(followers[0].data.vertices) == 16 and len(followers[0].vertex_groups) == 2
    assert sum(item.data.shape_keys is not None for item in meshes) == 2


def body_and_tyre(converted, model, wheel, places):
    """Let the wheel move between two places in a second, and land it: the mesh that stands and the one that moves."""
    times = model.accessor(np.array([0, 1], np.float32))
    sampler = {"input": times, "output": model.accessor(np.array(places, np.float32))}
    channel = {"sampler": 0, "target": {"node": wheel, "path": "translation"}}
    model.add("animations", {"samplers": [sampler], "channels": [channel]})
    collection = opened(converted(model.build()))
    return sorted(meshes_of(collection), key=lambda item: motion.moves(item) or motion.moves(item.parent))


def test_a_wheel_that_turns_under_an_animated_empty_is_not_joined_to_the_body(converted):
    """Both of its meshes become one, for the same empty moves them."""
    model = models.cube()
    tyres = [model.node(False, mesh=model.mesh()) for _ in range(2)]
    wheel = model.node(children=tyres, translation=[4, 0, 0])
    body, tyre = body_and_tyre(converted, model, wheel, [[4, 0, 0], [4, 0, 5]])
    assert (len(body.data.polygons), len(tyre.data.polygons)) == (12, 24)
    before = [points_of(item).mean(axis=0) for item in (body, tyre)]
    bpy.context.scene.frame_set(bpy.context.scene.render.fps)
    after = [points_of(item).mean(axis=0) for item in (body, tyre)]
    assert after[0] == pytest.approx(before[0]) and (after[1] - before[1])[1] < -4


def test_a_wheel_that_turns_under_a_body_that_does_not_stays_at_it(converted):
    model = models.Glb()
    wheel = model.node(False, mesh=model.mesh(), translation=[1, 0, 0])
    model.node(mesh=model.mesh(), children=[wheel], translation=[5, 0, 0], scale=[2, 2, 2])
    body, tyre = body_and_tyre(converted, model, wheel, [[1, 0, 0], [1, 3, 0]])
    boxes = []
    for frame in (0, bpy.context.scene.render.fps):
        bpy.context.scene.frame_set(frame)
        boxes.append(points_of(tyre).min(axis=0) - points_of(body).min(axis=0))
    assert boxes[0] == pytest.approx([2, 0, 0], abs=1e-4) and boxes[1] == pytest.approx([2, 0, 6], abs=1e-4)
    assert np.ptp(points_of(tyre), axis=0) == pytest.approx([2, 2, 2], abs=1e-4)


@pytest.mark.parametrize("scale", [1, 100])
def test_the_artists_height_wins_over_the_files(scale, converted):
    blend = converted(models.cube(scale=[scale, 2 * scale, scale]).build(), height=0.3)
    points = points_of(opened(blend).objects[0])
    assert points.min(axis=0) == pytest.approx([-0.075, -0.075, 0], abs=1e-6)
    assert points.max(axis=0) == pytest.approx([0.075, 0.075, 0.3], abs=1e-6)


def test_a_rig_gets_the_height_too(converted):
    collection = opened(converted(rigged().build(), height=0.5))
    body = next(item for item in collection.objects if item.type == "MESH")
    shown = body.evaluated_get(bpy.context.evaluated_depsgraph_get())
    points = np.array([tuple(shown.matrix_world @ vertex.co) for vertex in shown.data.vertices])
    assert np.ptp(points[:, 2]) == pytest.approx(0.5, abs=1e-4) and points[:, 2].min() == pytest.approx(0, abs=1e-4)


def test_what_lies_flat_on_the_ground_has_no_height(converted):
    model = models.Glb()
    model.node(mesh=model.mesh([[0, 0, 0], [1, 0, 0], [0, 1e-6, 1]], np.array([0, 2, 1], np.uint16)))
    assert np.ptp(points_of(opened(converted(model.build(), height=2.0)).objects[0]), axis=0).max() == pytest.approx(1)


def sliding(name=None):
    model = models.Glb()
    node = model.node(mesh=model.mesh(), translation=[5, 0, 0])
    times = model.accessor(np.array([0, 1], np.float32))
    places = model.accessor(np.array([[5, 0, 0], [7, 0, 0]], np.float32))
    channel = {"sampler": 0, "target": {"node": node, "path": "translation"}}
    facts = {"samplers": [{"input": times, "output": places}], "channels": [channel]}
    model.add("animations", facts | ({"name": name} if name else {}))
    return model


def test_an_animated_object_stands_at_the_origin_and_moves_from_there(converted):
    collection = opened(converted(sliding("slide").build(), height=2.0))
    places = []
    for frame in (0, bpy.context.scene.render.fps):
        bpy.context.scene.frame_set(frame)
        item = next(item for item in collection.objects if item.type == "MESH")
        places.append(points_of(item).min(axis=0))
    assert places[0][2] == pytest.approx(0, abs=1e-5)
    assert places[0][0] == pytest.approx(-1, abs=0.2), "the box's middle is over the origin at the file's first frame"
    assert places[1] - places[0] == pytest.approx([4, 0, 0], abs=1e-4)
    assert [item.name for item in collection.objects] == ["Figure", "Figure root"]


@pytest.mark.parametrize(("given", "called"), [("slide", "Figure slide"), (None, "Figure action")])
def test_an_action_is_named_after_the_model_and_what_it_does(given, called, converted):
    opened(converted(sliding(given).build()))
    assert [action.name for action in bpy.data.actions] == [called]


def test_all_actions_of_an_fbx_come_along(tmp_path):
    from blender_addon.worker.convert import convert

    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    bpy.ops.object.armature_add()
    armature = bpy.context.object
    bpy.ops.mesh.primitive_cube_add()
    bpy.context.object.parent = armature
    armature.animation_data_create()
    for name in ("walk", "run"):
        armature.animation_data.action = bpy.data.actions.new(name)
        for frame in (1, 10):
            armature.pose.bones[0].location.x = frame
            armature.pose.bones[0].keyframe_insert("location", frame=frame)
    bpy.ops.export_scene.fbx(filepath=str(tmp_path / "two.fbx"), add_leaf_bones=False)
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    order = {"model": str(tmp_path / "two.fbx"), "blend": str(tmp_path / "two.blend"), "name": "Owl"}
    convert(order | {"front_axis": "-Y", "provenance": {}}, lambda _: None)
    collection = opened(tmp_path / "two.blend")
    assert sorted(action.name for action in bpy.data.actions) == ["Owl run", "Owl walk"]
    rig = next(item for item in collection.objects if item.type == "ARMATURE")
    (track,) = rig.animation_data.nla_tracks
    assert rig.name == "Owl rig" and track.mute
    assert {rig.animation_data.action.name, track.strips[0].action.name} == {"Owl run", "Owl walk"}
    rig.animation_data.action, track.mute = None, False
    places = []
    for frame in (1, 10):
        bpy.context.scene.frame_set(frame)
        places.append(rig.pose.bones[0].matrix.translation.copy())
    assert (places[1] - places[0]).length == pytest.approx(9, rel=0.01)


def test_the_actions_of_shape_keys_that_are_not_played_are_kept():
    item = bpy.data.objects["Cube"]
    smile = item.shape_key_add(name="Basis") and item.shape_key_add(name="smile")
    keys = item.data.shape_keys
    keys.animation_data_create()
    for name in ("talk", "laugh"):
        keys.animation_data.action = bpy.data.actions.new(f"{keys.name}|{name}")
        keys.animation_data.action.use_fake_user = True
        smile.keyframe_insert("value", frame=1)
    motion.keep()
    (track,) = keys.animation_data.nla_tracks
    assert (track.name, track.mute, track.strips[0].action.name) == ("talk", True, f"{keys.name}|talk")
    assert keys.animation_data.action.name == f"{keys.name}|laugh"
