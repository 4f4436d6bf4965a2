"""A texture of a GLB that is damaged, too large or of another kind is left out and said; the rest lands."""

import struct
import zlib

import bpy
import models
import pytest
from gated import passes

from blender_addon.core.errors import ModelFileError

PLAIN = models.plain_png((1, 2, 3), 32)


def sized(width, height):
    """Return a PNG that says another size, in a header that is whole."""
    head = PLAIN[12:16] + struct.pack(">II", width, height) + PLAIN[24:29]
    return PLAIN[:12] + head + struct.pack(">I", zlib.crc32(head)) + PLAIN[33:]


PICTURES = {
    "wide": (sized(16_385, 1), "A texture of 16385 × 1 pixels is too large"),
    "huge": (sized(2**31 - 1, 1), "A texture of 2147483647 × 1 pixels"),
    "bomb": (sized(16_384, 16_384), "16384 × 16384"),
    "gif": (b"GIF89a" + bytes(40), "A texture was damaged, or of an unknown kind"),
    "svg": (b"<svg xmlns='x'/>", "of an unknown kind"),
    "ktx2": (b"\xabKTX 20\xbb\r\n\x1a\n" + bytes(40), "of an unknown kind"),
    "tiff": (b"II*\0" + bytes(40), "of an unknown kind"),
    "exr": (b"v/1\x01" + bytes(40), "of an unknown kind"),
    "psd": (b"8BPS" + bytes(40), "of an unknown kind"),
    "zeros": (bytes(40), "of an unknown kind"),
    "sideless": (sized(0, 0), "damaged"),
    "crc": (PLAIN[:45] + b"\xee" + PLAIN[46:], "A texture was damaged"),
    "cut": (PLAIN[:-20], "A texture was damaged"),
    "jpeg-cut": (b"\xff\xd8\xff\xc0\0\x11\x08\0\x08\0\x08\3\1\x22\0\2\x11\1\3\x11\1" + bytes(99), "damaged"),
    "webp-cut": (b"RIFF\xff\xff\0\0WEBPVP8 " + bytes(10) + b"\x10\0\x10\0" + bytes(9), "damaged"),
}


@pytest.mark.fault("F17", "F18", "F19", "F20")
@pytest.mark.parametrize(("content", "words"), PICTURES.values(), ids=PICTURES)
def test_a_texture_that_cannot_be_used_is_left_out(land_glb, content, words):
    made = models.textured()
    material = made.root["materials"][0]
    material["pbrMetallicRoughness"]["baseColorTexture"] = made.texture(content)
    material["extensions"] = {"KHR_materials_clearcoat": {"clearcoatTexture": made.texture(content)}}
    collection, warnings = land_glb(made)
    assert len(warnings) == 1 and words in warnings[0]
    (material,) = {slot.material for item in collection.objects for slot in item.material_slots}
    images = {node.image.name for node in material.node_tree.nodes if node.type == "TEX_IMAGE"}
    assert images == {"Figure normal", "Figure metallic roughness", "Figure emissive"}


@pytest.mark.fault("F18")
def test_textures_that_are_too_large_together(tmp_path):
    made = models.textured()
    for _ in range(6):
        made.texture(sized(9000, 9000))
    assert passes(tmp_path, made.build()).repairs == [
        "A texture of 9000 × 9000 pixels is too large; the model was imported without it."
    ]


@pytest.mark.fault("F19")
@pytest.mark.parametrize("damage", ["index", "source", "sourceless", "type"])
def test_references_to_textures_that_are_not_there(land_glb, damage):
    made = models.textured()
    base = made.root["materials"][0]["pbrMetallicRoughness"]
    if damage == "index":
        base["baseColorTexture"] = {"index": 77}
    elif damage == "type":
        base["baseColorTexture"] = "red.png"
    elif damage == "source":
        made.root["textures"][base["baseColorTexture"]["index"]]["source"] = 50
    else:
        del made.root["textures"][base["baseColorTexture"]["index"]]["source"]
    assert land_glb(made)[1] == ["A texture that is not in the model file was left out."]


@pytest.mark.fault("F19")
def test_a_picture_that_is_there_as_ktx2_too(land_glb):
    made = models.textured()
    ktx2 = made.texture(b"\xabKTX 20\xbb\r\n\x1a\n" + bytes(200), "image/ktx2")
    spare = made.root["textures"].pop(ktx2["index"])
    made.root["textures"][0]["extensions"] = {"KHR_texture_basisu": spare}
    made.root["extensionsUsed"] = ["KHR_texture_basisu"]
    _, warnings = land_glb(made)
    assert warnings == [] and len(bpy.data.images) == 4
    made.root["extensionsRequired"] = ["KHR_texture_basisu"]
    with pytest.raises(ModelFileError, match=r"compressed as KTX2.*Use PNG or JPEG"):
        land_glb(made)
