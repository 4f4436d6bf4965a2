"""Materials of a tidy .blend: shaders, colour spaces, textures, numbering."""

import bpy
import models
import numpy as np
import pytest
from tidied import opened


def test_materials_and_textures(converted):
    collection = opened(converted(models.textured().build(), name="Tea pot"))
    material = collection.objects[0].material_slots[0].material
    assert material.name == "Tea pot" and collection.objects[0].data.name == "Tea pot"
    shaders = [node for node in material.node_tree.nodes if node.type.startswith(("BSDF", "EMISSION"))]
    assert [node.type for node in shaders] == ["BSDF_PRINCIPLED"]
    found = {image.name: (image.colorspace_settings.name, bool(image.packed_file)) for image in bpy.data.images}
    assert found == {
        "Tea pot base color": ("sRGB", True),
        "Tea pot metallic roughness": ("Non-Color", True),
        "Tea pot normal": ("Non-Color", True),
        "Tea pot emissive": ("sRGB", True),
    }
    image = bpy.data.images["Tea pot base color"]
    assert bpy.path.basename(image.filepath) == "Tea pot base color.png"
    assert image.pixels[:3] == pytest.approx((200 / 255, 30 / 255, 30 / 255), abs=0.01)


def test_several_materials_and_an_unlit_one(converted):
    model = models.Glb()
    model.root["extensionsUsed"] = ["KHR_materials_unlit"]
    unlit = {"extensions": {"KHR_materials_unlit": {}}, "pbrMetallicRoughness": {}}
    unlit["pbrMetallicRoughness"]["baseColorTexture"] = model.texture(models.plain_png((9, 200, 9)))
    for material in (unlit, {"pbrMetallicRoughness": {"baseColorFactor": [1, 0, 0, 1]}}):
        model.node(mesh=model.mesh(material=model.add("materials", material)))
    opened(converted(model.build(), name="Pair"))
    assert sorted(material.name for material in bpy.data.materials) == ["Pair", "Pair.001"]
    for material in bpy.data.materials:
        assert [node.type for node in material.node_tree.nodes].count("BSDF_PRINCIPLED") == 1
    assert [image.name for image in bpy.data.images] == ["Pair base color"]


def unlit(factor, texture=None, **more):
    """Make a cube whose material is unlit, convert it and return the new material's shader."""
    model = models.Glb()
    model.root["extensionsUsed"] = ["KHR_materials_unlit"]
    facts = {"baseColorFactor": factor}
    if texture:
        facts["baseColorTexture"] = model.texture(models.plain_png(texture))
    material = {"extensions": {"KHR_materials_unlit": {}}, "pbrMetallicRoughness": facts, **more}
    model.node(mesh=model.mesh(material=model.add("materials", material)))
    return model.build()


def shader_of(blend):
    (slot,) = opened(blend).objects[0].material_slots
    (shader,) = [node for node in slot.material.node_tree.nodes if node.type.startswith(("BSDF", "EMISSION"))]
    return shader


def test_an_unlit_colour_stays(converted):
    shader = shader_of(converted(unlit([1, 0, 0.5, 1])))
    assert tuple(shader.inputs["Base Color"].default_value) == pytest.approx((1, 0, 0.5, 1))
    assert shader.inputs["Alpha"].default_value == 1 and shader.inputs["Roughness"].default_value == 1


def test_an_unlit_alpha_stays(converted):
    shader = shader_of(converted(unlit([1, 0, 0.5, 0.25], alphaMode="BLEND")))
    assert tuple(shader.inputs["Base Color"].default_value)[:3] == pytest.approx((1, 0, 0.5))
    assert shader.inputs["Alpha"].default_value == pytest.approx(0.25)


def test_an_unlit_factor_multiplies_its_texture(converted):
    """Factor × texture, in the colour and in the alpha, and no other node stays behind."""
    shader = shader_of(converted(unlit([1, 0, 0.5, 0.25], (9, 200, 9, 99), alphaMode="BLEND")))
    for name, factor in (("Base Color", (1, 0, 0.5)), ("Alpha", (0.25,))):
        mixing = shader.inputs[name].links[0].from_node
        assert "MULTIPLY" in (getattr(mixing, "blend_type", ""), getattr(mixing, "operation", ""))
        sockets = [socket for socket in mixing.inputs if socket.enabled and socket.type in ("RGBA", "VALUE")]
        assert any(link.from_node.type == "TEX_IMAGE" for socket in sockets for link in socket.links)
        values = [np.ravel(socket.default_value)[: len(factor)] for socket in sockets if not socket.is_linked]
        assert any(np.allclose(value, factor) for value in values)
    kinds = [node.type for node in shader.id_data.nodes]
    assert kinds.count("TEX_IMAGE") == 1 and not {"MIX_SHADER", "LIGHT_PATH", "BSDF_TRANSPARENT"} & set(kinds)
    assert [image.name for image in bpy.data.images] == ["Figure base color"]


BARE_USD = b"""#usda 1.0
(
    metersPerUnit = 1
    upAxis = "Y"
)
def Mesh "M" ( prepend apiSchemas = ["MaterialBindingAPI"] ) {
    int[] faceVertexCounts = [3]
    int[] faceVertexIndices = [0, 1, 2]
    point3f[] points = [(0, 0, 0), (1, 0, 0), (0, 1, 0)]
    texCoord2f[] primvars:st = [(0, 0), (1, 0), (0, 1)] ( interpolation = "vertex" )
    rel material:binding = </Paint>
}
def Material "Paint" {}
"""


def test_a_material_that_says_nothing_of_its_surface(land):
    collection, warnings = land(BARE_USD, "model.usda")
    (slot,) = collection.objects[0].material_slots
    assert [node.type for node in slot.material.node_tree.nodes].count("BSDF_PRINCIPLED") == 1 and warnings == []


def test_materials_are_numbered_in_the_order_of_their_names(converted):
    """Whatever the order in the file, and the same each time."""
    model = models.Glb()
    for number in (3, 1, 4, 2, 5):
        material = {"name": f"part {number}", "pbrMetallicRoughness": {"baseColorFactor": [number / 8, 0, 0, 1]}}
        model.node(mesh=model.mesh(material=model.add("materials", material)))
    opened(converted(model.build(), name="Row"))
    reds = []
    for material in sorted(bpy.data.materials, key=lambda one: one.name):
        (shader,) = [node for node in material.node_tree.nodes if node.type == "BSDF_PRINCIPLED"]
        reds.append(shader.inputs["Base Color"].default_value[0] * 8)
    assert reds == pytest.approx([1, 2, 3, 4, 5])
