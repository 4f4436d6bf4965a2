"""Alpha and metal of a tidy .blend: wired where there is some, and silence is none."""

import shutil

import bpy
import models
import numpy as np
import pytest
import written
from real_shaped.glb import COLOR, METAL_ROUGH
from tidied import shader

from blender_addon.landing import materials
from blender_addon.worker.export import glb

OPAQUE, HOLED = models.plain_png((9, 9, 9, 255), 16), np.full((16, 16, 4), 255, np.uint8)
HOLED[3, 3, 3] = 0
HOLED = models.png(HOLED)


def masked(picture, **material):
    made = models.Glb()
    facts = {"pbrMetallicRoughness": {"baseColorTexture": made.texture(picture)}, **material}
    made.node(mesh=made.mesh(material=made.add("materials", facts)))
    return made


@pytest.mark.parametrize("mode", ["OPAQUE", "BLEND", "MASK"])
@pytest.mark.parametrize("picture", [OPAQUE, COLOR, HOLED], ids=["opaque", "none", "holed"])
def test_alpha_is_wired_where_there_is_some(land_glb, mode, picture):
    found, material = shader(land_glb(masked(picture, alphaMode=mode))[0])
    used = picture is HOLED and mode != "OPAQUE"
    assert found.inputs["Alpha"].is_linked == used
    assert used or found.inputs["Alpha"].default_value == 1
    assert material.surface_render_method == ("BLENDED" if used and mode == "BLEND" else "DITHERED")
    if not used:
        assert {node.type for node in material.node_tree.nodes} == {"BSDF_PRINCIPLED", "OUTPUT_MATERIAL", "TEX_IMAGE"}


def test_a_factor_of_alpha_stays(land_glb):
    made = masked(OPAQUE, alphaMode="BLEND")
    made.root["materials"][0]["pbrMetallicRoughness"]["baseColorFactor"] = [1, 1, 1, 0.5]
    found, material = shader(land_glb(made)[0])
    assert found.inputs["Alpha"].is_linked and material.surface_render_method == "BLENDED"


def test_large_pictures_are_looked_at_for_alpha_too(land_glb):
    pixels = np.full((16, 2048, 4), 255, np.uint8)
    pixels[:, 1000:1008, 3] = 0
    found, _ = shader(land_glb(masked(models.png(pixels), alphaMode="BLEND"))[0])
    assert found.inputs["Alpha"].is_linked


@pytest.mark.parametrize("picture", [OPAQUE, COLOR, HOLED], ids=["opaque", "none", "holed"])
def test_a_picture_of_color_and_alpha_is_packed_once(land, picture):
    """OBJ's importer makes a node for each, and so does Blender 4.2's of FBX."""
    materials = b"newmtl paint\nKd 1 1 1\nmap_Kd a.png\nmap_d a.png\n"
    found, material = shader(land(written.obj("paint.mtl"), paint_mtl=materials, a_png=picture)[0])
    (image,) = bpy.data.images
    assert (image.name, image.colorspace_settings.name) == ("Arrow base color", "sRGB")
    links = found.inputs["Alpha"].links
    assert [link.from_socket.name for link in links] == (["Alpha"] if picture is HOLED else [])
    assert found.inputs["Alpha"].default_value == 1 or links
    assert all(any(output.is_linked for output in node.outputs) for node in material.node_tree.nodes if node.outputs)


METAL = {
    "nothing": ({}, 0.0),
    "roughness": ({"pbrMetallicRoughness": {"roughnessFactor": 0.5}}, 0.0),
    "one": ({"pbrMetallicRoughness": {"metallicFactor": 1}}, 1.0),
    "half": ({"pbrMetallicRoughness": {"metallicFactor": 0.5}}, 0.5),
}


@pytest.mark.parametrize(("material", "metallic"), METAL.values(), ids=METAL)
def test_silence_about_metal_is_no_metal(land_glb, material, metallic):
    made = models.Glb()
    made.node(mesh=made.mesh(material=made.add("materials", material)))
    collection, warnings = land_glb(made)
    assert shader(collection)[0].inputs["Metallic"].default_value == metallic and warnings == []


def test_blenders_silence_about_metal_is_metal(land_glb, tmp_path):
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    bpy.ops.mesh.primitive_cube_add()
    material = materials.new("steel")
    material.node_tree.nodes["Principled BSDF"].inputs["Metallic"].default_value = 1.0
    bpy.context.object.data.materials.append(material)
    (tmp_path / "made").mkdir()
    glb(tmp_path / "made" / "steel.glb")
    content = (tmp_path / "made" / "steel.glb").read_bytes()
    shutil.rmtree(tmp_path / "made")
    assert b"metallicFactor" not in content
    assert shader(land_glb(content)[0])[0].inputs["Metallic"].default_value == 1.0


def test_a_texture_of_metal_keeps_its_factor(land_glb):
    made = models.Glb()
    facts = {"pbrMetallicRoughness": {"metallicRoughnessTexture": made.texture(METAL_ROUGH)}}
    made.node(mesh=made.mesh(material=made.add("materials", facts)))
    (link,) = shader(land_glb(made)[0])[0].inputs["Metallic"].links
    assert (link.from_node.type, link.from_socket.name) == ("SEPARATE_COLOR", "Blue")
