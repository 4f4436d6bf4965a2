"""Which format a file has: by its content, whatever it is called."""

import struct

import pytest

from blender_addon.core.errors import ModelFileError
from blender_addon.core.model_file import identify

STL = struct.pack("<80sI", b"solid as a name", 1) + bytes(50)
GOOD = {
    "glb": (b"glTF" + bytes(16), ".glb"),
    "fbx": (b"Kaydara FBX Binary  \0\x1a\0" + bytes(8), ".fbx"),
    "fbx-text": (b"; FBX 7.4.0 project file\n; ----\n", ".fbx"),
    "fbx-text-bare": (b"\xef\xbb\xbf\r\nFBXHeaderExtension:  {\n", ".fbx"),
    "ply": (b"ply\nformat ascii 1.0\n", ".ply"),
    "ply-windows": (b"ply\r\nformat ascii 1.0\r\n", ".ply"),
    "stl": (STL, ".stl"),
    "stl-text": (b"solid a b\n  facet normal 0 0 1\n", ".stl"),
    "stl-text-nameless": (b"solid\nfacet  normal 0 0 1\n", ".stl"),
    "stl-text-loud": (b"SOLID X\r\nFACET NORMAL 0 0 1\r\n", ".stl"),
    "obj": (b"v 0 0 1\nf 1 1 1\n", ".obj"),
    "obj-comments": (b"# made by\n# someone\nmtllib a.mtl\no v 1\n  v\t-.5 0 1\n", ".obj"),
    "obj-windows": (b"# made by\r\nv 0 0 1\r\n", ".obj"),
    "gltf": (b'{"asset": {"version": "2.0"}}', ".gltf"),
    "gltf-windows": (b'\xef\xbb\xbf{\r\n  "accessors" : [\r\n', ".gltf"),
    "usd": (b"PXR-USDC\0\x08\0\0" + bytes(80), ".usd"),
    "usd-text": (b"#usda 1.0\n(\n)\n", ".usd"),
    "zip": (b"PK\x03\x04" + bytes(30), ".zip"),
    "usdz": (b"PK\x03\x04" + bytes(22) + b"\x06\0\0\0a.USDA", ".usdz"),
    "zip-of-another": (b"PK\x03\x04" + bytes(22) + b"\x06\0\0\0a.fbxx.usda", ".zip"),
}
WRONG = {
    "nothing": (b"", "is empty"),
    "page": (b"\n<!DOCTYPE html><p>v 1 2 3\nv 1 2 3", "a web page"),
    "xml": (b"<?xml version='1.0'?><Error/>", "an XML file"),
    "json": (b'{"message":\n"v 1"}', "a JSON file"),
    "blend": (b"BLENDER-v500", "a .blend file"),
    "usd-no-first-line": (b'def Xform "A" {}\n', "of no known format"),
    "json-of-words": (b'{"asset": "lost", "status": 404}', "a JSON file"),
    "zip-empty": (b"PK\x05\x06" + bytes(18), "an empty ZIP archive"),
    "fbx-beginning": (b"Kaydara FBX Binary  \0", "an FBX file without its beginning"),
    "zeros": (bytes(200), "of no known format"),
    "stl-short": (STL[:-1], "of no known format"),
    "stl-long": (STL + b"\0", "of no known format"),
    "stl-none": (bytes(84), "of no known format"),
    "stl-word": (b"solid cube", "of no known format"),
    "obj-words": (b"a letter\nv is the 22nd\n", "of no known format"),
    "obj-zeros": (b"v 1 2 3\n\0\0\0", "of no known format"),
    "materials": (b"newmtl a\nKd 1 0 0\nmap_Kd a.png\n", "of no known format"),
    "png": (b"\x89PNG\r\n\x1a\n", "of no known format"),
}


@pytest.mark.parametrize(("content", "suffix"), GOOD.values(), ids=GOOD)
def test_the_content_tells(tmp_path, content, suffix):
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    assert identify(path) == suffix


@pytest.mark.fault("F01", "F25", "F33", "S11")
@pytest.mark.parametrize(("content", "what"), WRONG.values(), ids=WRONG)
def test_what_is_none_is_told(tmp_path, content, what):
    path = tmp_path / "model.obj"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match=what) as caught:
        identify(path)
    assert "model.obj" in caught.value.message


@pytest.mark.parametrize("content", [STL[:-1], STL + b"\0"], ids=["short", "long"])
def test_an_stl_that_is_not_whole_is_told(tmp_path, content):
    (tmp_path / "cube.STL").write_bytes(content)
    with pytest.raises(ModelFileError, match=r"cube\.STL is no whole STL file"):
        identify(tmp_path / "cube.STL")


def test_a_file_that_cannot_be_read(tmp_path):
    with pytest.raises(ModelFileError, match="cannot be read"):
        identify(tmp_path)
