"""Every format lands the same: front to −Y, materials and textures with it, and nothing of this computer's."""

import io
import zipfile

import bpy
import models
import numpy as np
import pytest
import written
from real_shaped import exported

from blender_addon.core.errors import ModelFileError

RED = exported.RED
MATERIALS = b"newmtl paint\nKd 1 1 1\nmap_Kd red.png\n"
OLD = bpy.app.version < (4, 5)
"""Blender before 4.5 reads FBX with its importer in Python, and no text FBX."""


def zipped(**members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return made.getvalue()


def glb():
    made = models.Glb()
    made.node(mesh=made.mesh(written.POINTS, written.FACES))
    return made.build()


def corners(collection):
    """Return the vertices, sorted, one of each, world space."""
    points = [item.matrix_world @ vertex.co for item in collection.objects for vertex in item.data.vertices]
    return np.unique(np.round(np.array(points), 3) + 0.0, axis=0)


LANDED = np.array([[-1, 1.5, 0], [1, 1.5, 0], [0.25, -1.5, 0], [-1, 1.5, 1], [1, 1.5, 2]])
"""Where the arrowhead belongs: its tip to −Y, its higher side to +X, its own left."""
PLAIN = {
    "glb": glb,
    "obj": written.obj,
    "stl": written.stl,
    "stl-called-solid": lambda: written.stl(b"solid facet normal"),
    "stl-text": written.stl_text,
    "ply": written.ply,
    "ply-big-endian": lambda: written.ply(">"),
    "ply-text": lambda: written.ply(""),
    "ply-windows": lambda: written.ply(end="\r\n"),
    "ply-text-windows": lambda: written.ply("", end="\r\n"),
    "zip": lambda: zipped(readme_txt="v is the 22nd letter", inner__model_stl=written.stl()),
}


@pytest.mark.fault("F39")
@pytest.mark.parametrize("make", PLAIN.values(), ids=PLAIN)
def test_it_stands_the_same_whatever_the_format(land, make):
    collection, warnings = land(make())
    assert np.allclose(corners(collection), np.unique(LANDED, axis=0), atol=1e-3) and warnings == []
    (item,) = collection.objects
    assert item.name == "Arrow" and len(item.data.polygons) == 6
    normal, center = item.data.polygons[0].normal, item.data.polygons[0].center
    assert normal.z * np.sign(center.z - 0.5) > 0, "inside out"


def base_color(collection):
    """Return the node in the one material's base color, and the material."""
    (material,) = {slot.material for item in collection.objects for slot in item.material_slots}
    (shader,) = [node for node in material.node_tree.nodes if node.type == "BSDF_PRINCIPLED"]
    links = shader.inputs["Base Color"].links
    return links[0].from_node if links else None


def assert_red(collection):
    node = base_color(collection)
    assert node.image.pixels[:3] == pytest.approx((200 / 255, 30 / 255, 30 / 255), abs=0.01)
    assert (node.image.name, bool(node.image.packed_file)) == ("Arrow base color", True)
    assert bpy.path.basename(node.image.filepath) == "Arrow base color.png"
    assert node.image.colorspace_settings.name == "sRGB"


@pytest.mark.parametrize("embedded", [True, False])
def test_fbx_lands_with_its_texture(land, tmp_path, embedded):
    content = exported.arrow(tmp_path, embedded=embedded)
    collection, warnings = land(content, **({} if embedded else {"red_png": RED}))
    assert np.allclose(corners(collection), np.unique(LANDED, axis=0), atol=1e-3) and warnings == []
    assert_red(collection)


@pytest.mark.fault("F39")
def test_obj_lands_with_the_materials_beside_it(land):
    collection, warnings = land(written.obj("paint.mtl"), paint_mtl=MATERIALS, red_png=RED)
    assert_red(collection)
    assert warnings == []


def test_a_zip_lands_with_all_that_is_in_it(land):
    materials = MATERIALS.replace(b"red.png", b"../pictures/red.png")
    content = zipped(a__model_obj=written.obj("paint.mtl"), a__paint_mtl=materials, pictures__red_png=RED)
    collection, warnings = land(content)
    assert_red(collection)
    assert warnings == []


@pytest.mark.parametrize("order", ["<", ">", ""])
def test_vertex_colours_are_shown(land, order):
    collection, _ = land(written.ply(order, colors=True))
    node = base_color(collection)
    colors = collection.objects[0].data.color_attributes[node.layer_name]
    assert node.type == "VERTEX_COLOR"
    mesh = collection.objects[0].data
    (high,) = [vertex.index for vertex in mesh.vertices if vertex.co.z == pytest.approx(2)]
    assert tuple(colors.data[high].color_srgb)[:3] == pytest.approx((188 / 255, 188 / 255, 0), abs=0.01)


def test_without_colours_and_material_there_is_clay(land):
    collection, _ = land(written.ply())
    (material,) = {slot.material for item in collection.objects for slot in item.material_slots}
    shader = material.node_tree.nodes["Principled BSDF"]
    assert material.name == "Arrow clay" and shader.inputs["Roughness"].default_value > 0.8
    assert tuple(shader.inputs["Base Color"].default_value)[:3] == pytest.approx((0.36,) * 3)


BROKEN = {
    "missing": (None, "1 texture was not in the model's folder and left out: red.png."),
    "text": (b"not a picture", "1 texture was damaged, or of an unknown kind, and left out."),
    "huge": (RED[:16] + b"\0\1\0\0\0\1\0\0" + RED[24:], "1 texture was damaged, or of an unknown kind, and left out."),
    "cut": (RED[:45], "1 damaged texture was left out."),
}


@pytest.mark.fault("F17", "F19", "F20", "F29")
@pytest.mark.parametrize(("picture", "sentence"), BROKEN.values(), ids=BROKEN)
def test_a_broken_texture_does_not_lose_the_model(land, picture, sentence):
    beside = {"red_png": picture} if picture else {}
    collection, warnings = land(written.obj("paint.mtl"), paint_mtl=MATERIALS, **beside)
    assert warnings == [sentence]
    assert base_color(collection) is None and len(collection.objects[0].data.polygons) == 6
    assert not [image for image in bpy.data.images if image.type == "IMAGE"]


@pytest.mark.fault("S09")
@pytest.mark.parametrize("absolute", [True, False])
def test_a_picture_outside_is_not_taken(land, tmp_path, absolute):
    """OBJ: Blender's importer finds it, and it must not come with the model."""
    (tmp_path / "secret.png").write_bytes(RED)
    name = str(tmp_path / "secret.png") if absolute else "../secret.png"
    collection, warnings = land(written.obj("paint.mtl"), paint_mtl=MATERIALS.replace(b"red.png", name.encode()))
    assert warnings == ["1 texture was not in the model's folder and left out: secret.png."]
    assert base_color(collection) is None and not [one for one in bpy.data.images if one.type == "IMAGE"]


@pytest.mark.fault("S09")
def test_a_picture_outside_is_not_taken_by_fbx(land, tmp_path):
    (tmp_path / "made").mkdir()
    content = exported.arrow(tmp_path / "made", embedded=False, outside=tmp_path / "secret.png")
    assert b"secret.png" in content and (tmp_path / "secret.png").exists()
    collection, warnings = land(content)
    assert warnings == ["1 texture was not in the model's folder and left out: secret.png."]
    assert base_color(collection) is None and not [one for one in bpy.data.images if one.type == "IMAGE"]


TEXT_FBX = b"""; FBX 7.4.0 project file
FBXHeaderExtension:  { FBXVersion: 7400 }
GlobalSettings:  { Properties70:  { P: "UpAxis", "int", "Integer", "",1 } }
Objects:  {
  Geometry: 1, "Geometry::m", "Mesh" {
    Vertices: *9 { a: 0,0,0,100,0,0,0,100,0 }
    PolygonVertexIndex: *3 { a: 0,1,-3 }
  }
  Model: 2, "Model::m", "Mesh" { Version: 232 }
}
Connections:  {
  C: "OO",1,2
  C: "OO",2,0
}
"""


@pytest.mark.fault("F25", "U16")
def test_text_fbx_where_blender_reads_it(land):
    if OLD:
        with pytest.raises(ModelFileError, match="FBX in text form, which Blender"):
            land(TEXT_FBX)
    else:
        assert len(land(TEXT_FBX)[0].objects[0].data.polygons) == 1


@pytest.mark.fault("F26")
def test_a_file_without_a_surface_is_an_error(land):
    with pytest.raises(ModelFileError, match="nothing to put into a scene"):
        land(b"v 0 0 0\nv 1 0 0\nf 7 8 9\n")


@pytest.mark.fault("F32")
def test_what_the_gate_refuses_is_not_read(land):
    """Blender would read the part that is there."""
    with pytest.raises(ModelFileError, match="damaged"):
        land(written.stl_text()[:-30])
