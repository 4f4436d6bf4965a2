"""Landing: the tidy .blend comes into the scene, at its place, and nothing else is touched."""

from pathlib import Path

import bpy
import models
import pytest
from mathutils import Vector

from blender_addon.core.errors import DiskError, ModelFileError
from blender_addon.landing.append import land


def corners(objects):
    bpy.context.view_layer.update()
    points = [item.matrix_world @ Vector(corner) for item in objects for corner in item.bound_box]
    return [min(p[axis] for p in points) for axis in range(3)], [max(p[axis] for p in points) for axis in range(3)]


def test_it_stands_at_its_place(converted):
    blend = converted(models.textured().build())
    landed = land(blend, bpy.context.scene, (3.0, -2.0, 1.5), select=False)
    low, high = corners(landed.objects)
    assert low == pytest.approx((2.5, -2.5, 1.5), abs=1e-5)
    assert high == pytest.approx((3.5, -1.5, 2.5), abs=1e-5)
    assert landed.collection.name == "Figure"
    assert landed.collection.name in bpy.context.scene.collection.children
    assert landed.statistics == {"objects": 1, "triangles": 12, "materials": 1, "images": 4}
    assert landed.milliseconds > 0
    paths = {image.filepath for image in bpy.data.images if image.packed_file}
    assert "//Figure base color.png" in paths and all(path.startswith("//Figure ") for path in paths)


def state():
    scene, layer = bpy.context.scene, bpy.context.view_layer
    return {
        "selected": sorted(item.name for item in layer.objects.selected),
        "active": layer.objects.active.name,
        "mode": bpy.context.mode,
        "engine": scene.render.engine,
        "units": (scene.unit_settings.system, scene.unit_settings.scale_length),
        "cursor": scene.cursor.location[:],
        "frame": scene.frame_current,
        "layer collection": layer.active_layer_collection.name,
        "places": {
            item.name: item.matrix_world.copy()
            for item in ("Cube", "Camera", "Light")
            for item in [bpy.data.objects[item]]
        },
        "libraries": len(bpy.data.libraries),
        "worlds": len(bpy.data.worlds),
        "scenes": len(bpy.data.scenes),
        "texts": len(bpy.data.texts),
    }


def test_everything_else_is_left_alone(converted):
    blend = converted(models.textured().build())
    bpy.context.scene.render.engine = "CYCLES"
    bpy.context.scene.unit_settings.system = "IMPERIAL"
    before = state()
    landed = land(blend, bpy.context.scene, (0.0, 0.0, 0.0), select=False)
    assert state() == before
    assert all(item.library is None and item.data.library is None for item in landed.objects)


def test_it_is_selected_when_asked(converted):
    blend = converted(models.cube().build())
    landed = land(blend, bpy.context.scene, (0.0, 0.0, 0.0), select=True)
    assert set(bpy.context.view_layer.objects.selected) == set(landed.objects)
    assert bpy.context.view_layer.objects.active == landed.objects[0]


def test_it_waits_for_no_context(converted):
    """In edit mode and in another scene than the one that is shown: no operator's poll can refuse."""
    blend = converted(models.cube().build())
    other = bpy.data.scenes.new("other")
    bpy.ops.object.mode_set(mode="EDIT")
    landed = land(blend, other, (0.0, 0.0, 0.0), select=False)
    assert bpy.context.mode == "EDIT_MESH"
    assert landed.objects[0].name in other.objects
    assert landed.objects[0].name not in bpy.context.scene.objects
    bpy.ops.object.mode_set(mode="OBJECT")


@pytest.mark.fault("U08")
def test_names_that_exist_are_kept(converted):
    blend = converted(models.textured().build(), name="Cube")
    own = bpy.data.objects["Cube"]
    one = land(blend, bpy.context.scene, (0.0, 0.0, 0.0), select=False)
    two = land(blend, bpy.context.scene, (5.0, 0.0, 0.0), select=False)
    assert own.name == "Cube" and own.data.name == "Cube"
    assert [landed.objects[0].name for landed in (one, two)] == ["Cube.001", "Cube.002"]
    assert one.objects[0].data != two.objects[0].data
    assert one.objects[0].material_slots[0].material != two.objects[0].material_slots[0].material
    assert one.objects[0].location.x == pytest.approx(0) and two.objects[0].location.x == pytest.approx(5)


def test_several_parts_move_together(converted):
    model = models.Glb()
    for x in (0, 4):
        model.node(mesh=model.mesh(), translation=[x, 7, 0])
    landed = land(converted(model.build()), bpy.context.scene, (10.0, 0.0, 0.0), select=False)
    low, high = corners(landed.objects)
    assert low == pytest.approx((7.5, -0.5, 0), abs=1e-5) and high == pytest.approx((12.5, 0.5, 1), abs=1e-5)


def test_a_saved_scene_tells_nothing_of_where_textures_were(converted, tmp_path):
    """The end of a longer path stays in memory, and in the file, behind a shorter one.

    Where the .blend was is told: Blender notes that for all that it appends, and nothing takes it back.
    """
    secret = tmp_path / "somebody" / ("a-folder-that-says-a-lot-" * 3)
    secret.mkdir(parents=True)
    blend = converted(models.textured().build()).rename(secret / "model.blend")
    land(blend, bpy.context.scene, (0.0, 0.0, 0.0), select=False)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"), compress=False)
    content = (tmp_path / "scene.blend").read_bytes()
    assert b"//Figure normal.png" in content and b"a-lot-/Figure" not in content


def test_a_blend_that_is_gone_or_empty_is_said(tmp_path: Path):
    with pytest.raises(DiskError):
        land(tmp_path / "gone.blend", bpy.context.scene, (0.0, 0.0, 0.0), select=False)
    (tmp_path / "text.blend").write_text("no blend")
    with pytest.raises(DiskError):
        land(tmp_path / "text.blend", bpy.context.scene, (0.0, 0.0, 0.0), select=False)
    bpy.data.libraries.write(str(tmp_path / "empty.blend"), {bpy.data.objects["Cube"]})
    with pytest.raises(ModelFileError):
        land(tmp_path / "empty.blend", bpy.context.scene, (0.0, 0.0, 0.0), select=False)
    assert not bpy.data.libraries


def occlusions(landed):
    """Return the groups that keep the occlusion, and the output of the picture in it."""
    trees = [slot.material.node_tree for slot in landed.objects[0].material_slots]
    node, *others = [one for tree in trees for one in tree.nodes if one.type == "GROUP"]
    assert {one.node_tree for one in others} <= {node.node_tree}
    (link,) = node.inputs["Occlusion"].links
    return [group.name for group in bpy.data.node_groups], node.node_tree.name, link.from_socket.name


def test_many_models_share_the_group_of_the_occlusion(converted):
    model = models.textured()
    model.node(mesh=model.mesh(material=model.add("materials", {**model.root["materials"][0], "doubleSided": True})))
    blend = converted(model.build())
    for _ in range(3):
        landed = land(blend, bpy.context.scene, (0, 0, 0), select=False)
        assert occlusions(landed) == (["glTF Material Output"], "glTF Material Output", "Red")


def test_another_group_of_that_name_is_left_alone(converted):
    blend = converted(models.textured().build())
    own = bpy.data.node_groups.new("glTF Material Output", "ShaderNodeTree")
    landed = land(blend, bpy.context.scene, (0, 0, 0), select=False)
    assert not own.users and occlusions(landed)[1:] == ("glTF Material Output.001", "Red")
