"""Colours of vertices: shown wherever no material says another colour."""

import bpy
import models
import plain_glbs
import pytest
import written
from real_shaped.glb import COLOR
from tidied import shader

from blender_addon.landing.append import land as append


def obj(materials="", color="1 0.5 0"):
    """Write the arrowhead with a colour at each vertex."""
    lines = written.obj(materials).decode().splitlines()
    return "\n".join(f"{line} {color}" if line.startswith("v ") else line for line in [*lines, ""]).encode()


def fbx(folder):
    """Write a painted triangle and one that is not, both with the material that nobody has changed."""
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    paint = bpy.data.materials.new("paint")
    for name in ("painted", "plain"):
        mesh = bpy.data.meshes.new(name)
        mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 1)], [], [(0, 1, 2)])
        mesh.materials.append(paint)
        bpy.context.scene.collection.objects.link(bpy.data.objects.new(name, mesh))
    layer = bpy.data.meshes["painted"].color_attributes.new("Col", "BYTE_COLOR", "CORNER")
    layer.data.foreach_set("color", [1, 0, 0, 1] * 3)
    bpy.ops.export_scene.fbx(filepath=str(folder / "made.fbx"))
    content = (folder / "made.fbx").read_bytes()
    (folder / "made.fbx").unlink()
    return content


def source(found):
    """Return the kind of node that the base color comes from."""
    return next((link.from_node.type for link in found.inputs["Base Color"].links), None)


SHOWN = {
    "no-list": (None, "1 0.5 0", True),
    "white": (b"Kd 1 1 1", "1 0.5 0", True),
    "grey": (b"Kd 0.4 0.4 0.4", "1 0.5 0", True),
    "red": (b"Kd 1 0 0", "1 0.5 0", False),
    "black": (b"Kd 0 0 0", "1 0.5 0", False),
    "picture": (b"Kd 1 1 1\nmap_Kd a.png", "1 0.5 0", None),
    "unpainted": (b"Kd 0.4 0.4 0.4", "1 1 1", False),
}


@pytest.mark.parametrize(("material", "color", "shown"), SHOWN.values(), ids=SHOWN)
def test_they_are_shown_behind_a_material_that_says_nothing(land, material, color, shown):
    beside = {"paint_mtl": b"newmtl paint\n" + material + b"\n", "a_png": COLOR} if material else {}
    found, _ = shader(land(obj("paint.mtl", color), "model.obj", **beside)[0])
    assert source(found) == {True: "VERTEX_COLOR", False: None, None: "TEX_IMAGE"}[shown]


def test_a_mesh_without_any_keeps_the_material_that_it_shares(land, tmp_path):
    collection, _ = land(fbx(tmp_path), "model.fbx")
    found = {source(slot.material.node_tree.nodes["Principled BSDF"]) for slot in collection.objects[0].material_slots}
    assert found == {"VERTEX_COLOR", None}


def test_a_white_material_of_a_glb_stays(land_glb):
    made = models.Glb()
    white = made.add("materials", {"pbrMetallicRoughness": {"metallicFactor": 0}})
    land_glb(plain_glbs.shown(plain_glbs.primitive(made, material=white, colors=3), made=made))
    assert len(bpy.data.materials) == 1


def test_one_material_shows_those_of_all_meshes(converted):
    made = models.Glb()
    for x in (0, 2, 4):
        plain_glbs.shown(plain_glbs.primitive(made, colors=3), made=made, translation=[x, 0, 0])
    landed = append(converted(made.build(), parts=True), bpy.context.scene, (0, 0, 0), select=False)
    assert landed.statistics["objects"] == 3 and landed.statistics["materials"] == 1
