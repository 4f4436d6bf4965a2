"""Textures of a tidy .blend: one image of each content, names beside a model."""

import re
import struct
from pathlib import Path

import bpy
import models
import numpy as np
import picture_files
import pytest
import written
from corpus.sound import zipped
from real_shaped import exported
from real_shaped.glb import COLOR, METAL_ROUGH
from tidied import opened, shader
from tiffs import tiff

from blender_addon.landing import beside, statistics
from blender_addon.worker import gate_container
from blender_addon.worker.convert import convert
from blender_addon.worker.export import glb

MTL = b"newmtl paint\nKd 1 1 1\nKs 0 0 0\n"


def test_an_opacity_map_without_alpha_gives_its_values(land):
    more = {
        "paint_mtl": MTL + b"map_Kd a.png\nmap_d mask.png\n",
        "a_png": COLOR,
        "mask_png": models.plain_png((77,) * 3),
    }
    found, _ = shader(land(written.obj("paint.mtl"), **more)[0])
    link = found.inputs["Alpha"].links[0]
    assert (link.from_node.image.name, link.from_socket.name) == ("Arrow alpha", "Color")
    assert link.from_node.image.colorspace_settings.name == "Non-Color"


def test_equal_pictures_become_one(land_glb):
    made = models.Glb()
    for _ in range(2):
        facts = {"baseColorTexture": made.texture(COLOR), "metallicRoughnessTexture": made.texture(METAL_ROUGH)}
        made.node(mesh=made.mesh(material=made.add("materials", {"pbrMetallicRoughness": facts})))
    land_glb(made)
    assert sorted(image.name for image in bpy.data.images) == ["Figure base color", "Figure metallic roughness"]
    assert len(bpy.data.materials) == 2


def test_one_picture_in_two_color_spaces_is_two(land_glb):
    made = models.Glb()
    same = made.texture(COLOR)
    facts = {"pbrMetallicRoughness": {"baseColorTexture": same, "metallicRoughnessTexture": same}}
    made.node(mesh=made.mesh(material=made.add("materials", facts)))
    land_glb(made)
    found = {image.name: image.colorspace_settings.name for image in bpy.data.images}
    assert found == {"Figure base color": "sRGB", "Figure metallic roughness": "Non-Color"}
    assert all(image.packed_file for image in bpy.data.images)


@pytest.mark.parametrize("bits", [np.uint8(1), np.uint16(257)], ids=["8", "16"])
@pytest.mark.parametrize(("name", "turned"), [("n_DX.png", True), ("normal-directx.png", True), ("n_gl.png", False)])
def test_normal_maps_for_directx_are_turned(land, tmp_path, name, turned, bits):
    (tmp_path / "given").mkdir()
    picture = np.full((8, 8, 3), (128, 51, 255), np.uint8)
    picture[0] = 0  # the row at the top
    (tmp_path / "given" / name).write_bytes(models.png(picture * bits))
    found, _ = shader(land(written.obj("paint.mtl"), paint_mtl=MTL + f"map_Bump {name}\n".encode())[0])
    node = found.inputs["Normal"].links[0].from_node.inputs["Color"].links[0].from_node
    assert (node.type, node.image.colorspace_settings.name) == ("TEX_IMAGE", "Non-Color")
    assert node.image.packed_file.data.startswith(b"\x89PNG") and len(bpy.data.images) == 1
    assert node.image.pixels[:3] == pytest.approx((128 / 255, 0.8 if turned else 0.2, 1), abs=0.01)
    assert node.image.pixels[-4:] == pytest.approx((0, 1 if turned else 0, 0, 1), abs=0.01)


def test_occlusion_goes_where_gltf_keeps_it(land):
    found, material = shader(land(written.obj("paint.mtl"), paint_mtl=MTL, paint_orm_png=METAL_ROUGH)[0])
    (group,) = [node for node in material.node_tree.nodes if node.type == "GROUP"]
    links = [group.inputs["Occlusion"].links[0], *(found.inputs[name].links[0] for name in ("Roughness", "Metallic"))]
    assert [link.from_socket.name for link in links] == ["Red", "Green", "Blue"]
    assert found.inputs["Specular IOR Level"].default_value == 0.5
    assert [image.name for image in bpy.data.images if image.users] == ["Arrow metallic roughness"]


def test_pictures_that_are_none_are_not_wired(land):
    _, material = shader(land(written.obj("paint.mtl"), paint_mtl=MTL, paint_orm_png=b"words", color_png=b"")[0])
    assert {node.type for node in material.node_tree.nodes} == {"BSDF_PRINCIPLED", "OUTPUT_MATERIAL"}


def test_a_picture_in_another_folder_of_the_archive_is_found(land, tmp_path):
    (tmp_path / "lost").mkdir()
    content = exported.arrow(tmp_path, embedded=False, outside=tmp_path / "lost" / "red.png")
    (tmp_path / "lost" / "red.png").unlink()
    archive = zipped({"source/model.fbx": content, "textures/RED.png": exported.RED})
    collection, warnings = land(archive)
    link = shader(collection)[0].inputs["Base Color"].links[0]
    assert link.from_node.image.pixels[0] == pytest.approx(200 / 255, abs=0.01) and warnings == []


NAMED_ELSEWHERE = {
    "beside": (r"textures\x.png", "x.png"),
    "below": (r"textures\x.png", "textures/x.png"),
    "capitals": (r"Textures\X.PNG", "textures/x.png"),
    "absolute": (r"C:\Users\ann\My Owl\x y.png", "maps/X Y.PNG"),
    "long": ("C:/" + "x" * 90 + ".png", "X" * 90 + ".png"),
}


@pytest.mark.parametrize("others", [(), ("fox.fbx",)], ids=["alone", "among others"])
@pytest.mark.parametrize(("name", "file"), NAMED_ELSEWHERE.values(), ids=NAMED_ELSEWHERE)
def test_a_picture_that_is_named_as_on_another_system_is_found(land, tmp_path, name, file, others):
    (tmp_path / "given" / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "given" / file).write_bytes(exported.RED)
    for other in others:
        (tmp_path / "given" / other).write_bytes(b"")
    collection, warnings = land(written.obj("paint.mtl"), paint_mtl=MTL + f"map_Kd {name}\n".encode())
    (link,) = shader(collection)[0].inputs["Base Color"].links
    assert link.from_node.image.pixels[0] == pytest.approx(200 / 255, abs=0.01) and warnings == []


def test_a_picture_that_an_fbx_names_as_on_windows_is_found(land, tmp_path):
    (tmp_path / "given" / "Maps").mkdir(parents=True)
    (tmp_path / "given" / "fox.obj").write_bytes(b"")
    content = exported.arrow(tmp_path, embedded=False, outside=tmp_path / "given" / "Maps" / "red.png")
    (tmp_path / "given" / "Maps" / "red.png").rename(tmp_path / "given" / "Maps" / "Red.PNG")
    windows = re.sub(rb"[./\w-]*Maps/red\.png", lambda name: name[0].replace(b"/", b"\\"), content)
    assert windows != content
    collection, warnings = land(windows)
    (link,) = shader(collection)[0].inputs["Base Color"].links
    assert link.from_node.image.pixels[0] == pytest.approx(200 / 255, abs=0.01) and warnings == []


@pytest.mark.parametrize(
    ("file_format", "suffix"), [("TARGA", ".tga"), ("TIFF", ".tif"), ("BMP", ".bmp"), ("WEBP", ".webp")]
)
def test_pictures_of_other_kinds_are_wired_and_leave_as_png(land, tmp_path, file_format, suffix):
    """One is named by the list of materials, the other is found beside the model."""
    picture_files.written(tmp_path, f"paint_a{suffix}", file_format)
    content = (tmp_path / f"paint_a{suffix}").read_bytes()
    named = written.obj("paint.mtl"), MTL + f"map_Kd x{suffix}\n".encode()
    archive = {"paint.obj": named[0], "paint.mtl": named[1], f"x{suffix}": content, f"paint_rough{suffix}": content}
    collection, warnings = land(zipped(archive))
    found, _ = shader(collection)
    images = [found.inputs[name].links[0].from_node.image for name in ("Base Color", "Roughness")]
    assert [Path(one.filepath).name for one in images] == [f"Arrow base color{suffix}", f"Arrow roughness{suffix}"]
    assert all(image.packed_file.data == content and tuple(image.size) == (32, 24) for image in images)
    assert warnings == [] and statistics.largest_side(collection.objects) == 32
    glb(tmp_path / "out.glb")
    exported_as = {image["mimeType"] for image in gate_container.open_glb(tmp_path / "out.glb").items("images")}
    assert exported_as <= {"image/png", "image/webp" if suffix == ".webp" else "image/png"}


@pytest.mark.parametrize("suffix", [".tga", ".tif"])
def test_pictures_of_other_kinds_that_are_too_large_are_left_out(land, suffix):
    content = {".tga": struct.pack("<BBB9xHHBB", 0, 0, 2, 60_000, 60_000, 24, 0), ".tif": tiff(60_000, 60_000)}[suffix]
    content += bytes(64)
    named = MTL + f"map_Kd x{suffix}\n".encode()
    archive = {"a.obj": written.obj("a.mtl"), "a.mtl": named, f"x{suffix}": content, f"a_rough{suffix}": content}
    collection, warnings = land(zipped(archive))
    found, _ = shader(collection)
    assert not found.inputs["Base Color"].is_linked and not found.inputs["Roughness"].is_linked
    assert warnings == ["1 texture was damaged, or of an unknown kind, and left out."]


def test_the_source_image_in_a_tasks_folder_is_no_texture(tmp_path):
    """Nor is the picture of another view, whatever it is called."""
    for name, content in {"model.obj": written.obj("lost.mtl"), "front.png": COLOR, "left_color.png": COLOR}.items():
        (tmp_path / name).write_bytes(content)
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    order = {"model": str(tmp_path / "model.obj"), "blend": str(tmp_path / "model.blend"), "name": "Arrow"}
    convert({**order, "front_axis": "-Y", "provenance": {}}, lambda _: None)
    opened(tmp_path / "model.blend")
    assert not [image for image in bpy.data.images if image.type == "IMAGE"]
    assert len(list(tmp_path.iterdir())) == 4, "a copy stayed behind"


def test_a_picture_that_says_nothing_is_taken_from_an_archive_only(land):
    collection, _ = land(written.obj(), photo_png=COLOR)
    assert not shader(collection)[0].inputs["Base Color"].is_linked
    collection, _ = land(zipped({"model.obj": written.obj(), "photo.png": COLOR}))
    assert shader(collection)[0].inputs["Base Color"].is_linked


ROLES = {
    "texture_baseColor.png": "Base Color",
    "Owl_Albedo.jpg": "Base Color",
    "T_Owl_D_Diffuse.png": "Base Color",
    "color.png": "Base Color",
    "a_metallic.png": "Metallic",
    "a-Metalness.png": "Metallic",
    "a.roughness.png": "Roughness",
    "colored_wood_rough.png": "Roughness",
    "metallicRoughness.png": "metallic roughness",
    "a_Metallic-Roughness.png": "metallic roughness",
    "a_ORM.png": "orm",
    "OcclusionRoughnessMetallic.png": "orm",
    "a_nrm.png": "Normal",
    "NormalGL.png": "Normal",
    "left_arm_normal_dx.png": "Normal",
    "a_AO.png": "Occlusion",
    "ambient_occlusion.png": "Occlusion",
    "emissive.png": "Emission Color",
    "a_emissive_color.png": "Emission Color",
    "roughness_metallic.png": "metallic roughness",
    "wood_arm_2k.jpg": "orm",
    "left_arm.png": "",
    "a_AO_Rough_Metal.png": "orm",
    "a_RMA.png": "rma",
    "a_opacity.png": "Alpha",
    "abnormal.png": "",
    "metalhead.png": "",
    "photo.png": "",
}


@pytest.mark.parametrize(("name", "role"), ROLES.items())
def test_what_a_name_tells(name, role):
    assert beside.role(name) == role


def test_an_arm_is_a_part_of_a_body_unless_there_is_a_base_color(tmp_path):
    arm, color = tmp_path / "robot_arm.png", tmp_path / "robot_color.png"
    assert beside.chosen([arm], "robot_arm", ["robot_arm"]) == {"Base Color": arm}
    assert beside.chosen([arm, color], "robot", ["robot"]) == {"orm": arm, "Base Color": color}


def test_only_the_models_own_pictures_are_taken(tmp_path):
    for name in ("owl.fbx", "owl_normal.png", "photo_color.png", "textures/rough.jpg", "a.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    found = [file.name for file in beside.find(tmp_path / "owl.fbx", tmp_path)]
    assert sorted(found) == ["owl_normal.png", "photo_color.png", "rough.jpg"]
    (tmp_path / "fox.fbx").write_bytes(b"")
    assert [file.name for file in beside.find(tmp_path / "owl.fbx", tmp_path)] == ["owl_normal.png"]
    assert [file.name for file in beside.find(tmp_path / "fox.fbx", tmp_path)] == []
    (tmp_path / "owlet_color.png").write_bytes(b"")
    assert [file.name for file in beside.find(tmp_path / "owl.fbx", tmp_path)] == ["owl_normal.png"], "whole words"


def test_pictures_that_may_be_another_models_are_said(land, tmp_path):
    """Not those that are called like the other, nor those that nothing would be done with."""
    (tmp_path / "given").mkdir()
    for other in ("fox.obj", "fox_color.png", "photo.png", "rough.png", "color.png"):
        (tmp_path / "given" / other).write_bytes(b"" if other == "fox.obj" else exported.RED)
    named = {"paint_mtl": MTL + b"map_Kd x.png\n", "x_png": exported.RED}
    collection, warnings = land(written.obj("paint.mtl"), **named)
    assert not shader(collection)[0].inputs["Roughness"].is_linked
    said = "Not used, because other models lie in the same folder: {}. "
    said += "Begin the names of textures like the model's, or give it a folder of its own."
    assert warnings == [said.format("rough.png")]
    assert land(written.obj(), "owl.obj")[1] == [said.format("color.png, rough.png")], "it has no material at all"
    (tmp_path / "given" / "fox.obj").rename(tmp_path / "given" / "fox.txt")
    (tmp_path / "given" / "model.bin").unlink()
    assert land(written.obj(), "owl.obj")[1] == [], "all is its own"


def test_pictures_go_to_the_material_that_they_are_called_after(tmp_path):
    files = [tmp_path / name for name in ("head_normal.png", "body_normal.png", "rough.png")]
    assert beside.chosen(files, "Head", ["Head", "Body"]) == {"Normal": files[0]}
    assert beside.chosen(files, "tail", ["tail"]) == {"Roughness": files[2]}


NAMED = {
    "numbers": (["Material_1", "Material_10"], ["Material_1_color.png", "Material_10_color.png"]),
    "suffixes": (["Material.001", "Material.002"], ["Material_001_color.png", "material.002_color.png"]),
    "longer": (["body", "body_armor"], ["body_normal.png", "bodyArmor_normal.png"]),
    "beginning": (["wood", "wooden"], ["wood_rough.png", "wooden_rough.png"]),
}


@pytest.mark.parametrize(("every", "files"), NAMED.values(), ids=NAMED)
def test_a_name_within_a_name_is_not_that_name(every, files):
    pictures = [Path(file) for file in files]
    assert [[*beside.chosen(pictures, name, every).values()] for name in every] == [[file] for file in pictures]
    assert beside.chosen(pictures[1:], every[0], every) == {}


def test_nothing_else_is_left_in_the_file(converted):
    """No image, group or material that nothing uses."""
    opened(converted(models.textured().build()))
    for kind in ("images", "materials", "node_groups", "meshes"):
        assert all(one.users for one in getattr(bpy.data, kind)), kind
