"""USD at the gate: no layer names a file outside the model's folder, in text and in crates, however it is written."""

import struct

import bpy
import models
import pytest
from conftest import Worker
from corpus import crates
from gated import refused
from real_shaped.exported import usd

from blender_addon.core.errors import ModelFileError
from blender_addon.worker.gate import check
from blender_addon.worker.gate_usd_crate import texts, unpack

LAYER = '#usda 1.0\n({})\ndef Xform "A" ({}) {{\n{}\n}}\n'
FACE = """def Mesh "M" {
    int[] faceVertexCounts = [3]
    int[] faceVertexIndices = [0, 1, 2]
    point3f[] points = [(0, 0, 0), (1, 0, 0), (0, 1, 0)]
}"""
WAYS = {
    "sublayer": ("subLayers = [@{}@]", "", ""),
    "reference": ("", "references = @{}@</A>", ""),
    "payload": ("", "prepend payload = [@good.usda@, @{}@ (offset = 1)]", ""),
    "variant": ("", 'variantSets = "v"', 'variantSet "v" = {{ "x" ( references = @{}@ ) {{}} }}'),
    "texture": ("", "", "asset inputs:file = @{}@"),
    "after-a-text": ("", "", 'string s = "an @ in it"; asset a = @{}@'),
    "with-settings": ("", "references = @{}:SDF_FORMAT_ARGS:a=b@", ""),
    "in-an-archive": ("", "references = @{}[inner.usda]@", ""),
}


@pytest.fixture
def home(tmp_path):
    """Give a folder with a layer that may be named, beside one that may not."""
    (tmp_path / "home").mkdir()
    for file in ("secret.usda", "home/good.usda"):
        (tmp_path / file).write_text(LAYER.format("", "", ""))
    return tmp_path / "home"


def layer(way, name):
    return LAYER.format(*(part.format(name) for part in WAYS[way])).encode()


@pytest.mark.fault("F33", "S09")
@pytest.mark.parametrize("name", ["../secret.usda", "a/../../secret.usda", "./b:c/../../secret.usda", "{}/secret.usda"])
@pytest.mark.parametrize("way", WAYS)
def test_names_that_lead_outside(home, way, name):
    refused(home, layer(way, name.format(home.parent)), "outside itself")


@pytest.mark.fault("S09")
@pytest.mark.parametrize("name", ["\\\\host\\a.usda", "//host/a.usda", "/dev/zero", '`"${X}"`', "../x.<UDIM>.png"])
def test_names_that_must_not_even_be_looked_for(home, name):
    refused(home, layer("reference", name), "outside itself")


@pytest.mark.parametrize("name", ["good.usda", "./good.usda", "lost.usda", "https://example.org/a.usda"])
@pytest.mark.parametrize("way", set(WAYS) - {"in-an-archive"})
def test_other_names_pass(home, way, name):
    """What is not there, or an address, which its resolver does not know, is left out by the importer."""
    (home / "model.usda").write_bytes(layer(way, name))
    passed = check(home / "model.usda", home, home)
    assert (passed.model, passed.repairs) == (home / "model.usda", [])


@pytest.mark.fault("S09")
def test_layers_that_are_named_are_looked_into(home):
    (home / "good.usda").write_bytes(layer("reference", "deeper.usda"))
    (home / "deeper.usda").write_bytes(layer("texture", "../secret.usda"))
    refused(home, layer("sublayer", "good.usda"), "outside itself")


@pytest.mark.fault("S09")
def test_the_current_folder_is_no_place_to_look(home, monkeypatch):
    monkeypatch.chdir(home.parent)
    refused(home, layer("reference", "secret.usda"), "outside itself")


def test_files_where_the_background_blender_was_started_do_no_harm(home, monkeypatch):
    monkeypatch.chdir(home.parent)
    worker = Worker()
    model = LAYER.format('doc = "@secret.usda@"', "", FACE)
    (home / "model.usda").write_text(model)
    order = {"model": str(home / "model.usda"), "blend": str(home.parent / "a.blend"), "name": "Arrow"}
    try:
        worker.done("convert", front_axis="-Y", provenance={}, **order)
    finally:
        worker.end()


@pytest.mark.fault("S09")
@pytest.mark.parametrize("suffix", ["mtlx", "usdz", "sdf"])
def test_layers_of_other_kinds(home, suffix):
    (home / f"other.{suffix}").write_text("<materialx/>")
    refused(home, layer("reference", f"other.{suffix}"), "made of")


@pytest.mark.parametrize("words", ["clips = { }", 'clipTemplateAssetPath = "../secret.###.usda"'])
def test_clips_are_not_read(home, words):
    refused(home, LAYER.format("", words, "").encode(), "clips")


def test_other_clips_are_read(home):
    (home / "model.usda").write_bytes(
        LAYER.format('doc = "a box of paperclips"', "", "asset a = @eclipse.png@").encode()
    )
    assert check(home / "model.usda", home, home).repairs == []


def test_names_with_the_mark_of_names(home):
    refused(home, LAYER.format("", "references = @@@x@/../../secret.usda@@@", "").encode(), "a name with @")


@pytest.fixture(scope="module")
def crate(tmp_path_factory):
    """Return a function that writes a crate whose texture is called like that."""
    content = usd(tmp_path_factory.mktemp("made"))["model.usdc"]

    def work(name):
        table = crates.tokens(content)
        old = b"./textures/material_Roughness.png"
        assert table.count(old + b"\0") == 1
        return crates.with_tokens(content, table.replace(old, name.encode()))

    return work


def test_a_crate_is_read(crate, home):
    (home / "model.usdc").write_bytes(crate("./textures/other.png"))
    (home / "textures").mkdir()
    (home / "textures" / "other.png").write_bytes(models.plain_png((1, 2, 3)))
    assert {b"UsdPreviewSurface", b"points", b"./textures/other.png"} <= set(texts(home / "model.usdc"))
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    bpy.ops.wm.usd_import(filepath=str(home / "model.usdc"), import_textures_mode="IMPORT_NONE")
    assert "other.png" in {bpy.path.basename(image.filepath) for image in bpy.data.images}, (
        "Blender reads another table"
    )


@pytest.mark.fault("F33", "S09")
@pytest.mark.parametrize("name", ["../secret.usda", "a/" * 3000 + "../" * 3001 + "secret.usda", "{}/secret.usda[a]"])
def test_a_crate_that_leads_outside(crate, home, name):
    refused(home, crate(name.format(home.parent)), "outside itself")


@pytest.mark.fault("F33", "S09")
def test_a_crate_of_clips(crate, home):
    refused(home, crate("templateAssetPath"), "clips")


@pytest.mark.fault("F33")
@pytest.mark.parametrize("end", [20, 88, 500, -200])
def test_a_crate_that_is_cut(crate, home, end):
    refused(home, crate("./a")[:end], "damaged")


@pytest.mark.fault("F33")
def test_a_crate_whose_table_is_not_there_or_twice(crate, home):
    content = crate("./a")
    contents_at = struct.unpack_from("<q", content, 16)[0]
    assert content.count(b"TOKENS\0\0\0") == 1 < content.count(b"STRINGS\0", contents_at) + 1
    refused(home, content.replace(b"TOKENS\0", b"TOKENX\0"), "table of tokens")
    refused(home, content.replace(b"STRINGS\0", b"TOKENS\0\0"), "table of tokens")


def test_a_file_of_another_name_is_read_as_what_it_is(home):
    (home / "good.png").write_bytes(b"\x89PNG")
    (home / "model.usdc").write_bytes(layer("texture", "good.png"))
    spare = home.parent / "spare"
    spare.mkdir()
    passed = check(home / "model.usdc", home, spare)
    assert passed.model == spare / "model.usd" and passed.folder == spare and (spare / "good.png").exists()


def test_without_usd_it_is_said(home, monkeypatch):
    monkeypatch.setattr("blender_addon.landing.operators.exists", lambda name: False)
    (home / "model.usda").write_bytes(LAYER.format("", "", "").encode())
    with pytest.raises(ModelFileError, match=f"This Blender \\({bpy.app.version_string}\\) was built without USD"):
        check(home / "model.usda", home, home)


BLOCKS = {
    "words": (b"\x50hello", b"hello"),
    "repeated": (b"\x12a\x01\x00\x50final", b"a" * 7 + b"final"),
    "far": (b"\x3fabc\x03\x00\x02\x50final", b"abc" * 8 + b"final"),
    "long": (b"\xf0\xff\x01" + b"x" * 271, b"x" * 271),
}


@pytest.mark.parametrize(("block", "content"), BLOCKS.values(), ids=BLOCKS)
def test_blocks_are_unpacked(block, content):
    assert unpack(block, len(content)) == content
    with pytest.raises(ModelFileError):
        unpack(block, len(content) + 1)


@pytest.mark.parametrize("block", [b"\x10a\x02\x00", b"\x11a\x00\x00\x10b", b"\xf0\xff", b"\x1fa\x01\x00\xff\xff\xff"])
def test_blocks_that_lie(block):
    with pytest.raises((ModelFileError, IndexError)):
        unpack(block, 50)
