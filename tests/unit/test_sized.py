"""The size of a picture in pixels, from its header, wherever in the file that stands."""

import io
import struct

import pytest
from pictures import TIFF, bmp, jpeg, png, tga, webp
from tiffs import tiff

from blender_addon.core import sized

KNOWN = {
    "png": png(640, 480),
    "jpeg": jpeg(640, 480),
    "webp": webp(b"VP8L", 640, 480),
    "bmp": bmp(640, -480),
    "targa": tga(640, 480),
    "tiff": tiff(640, 480),
    "tiff-big-endian": tiff(640, 480, ">"),
    "tiff-shorts": tiff(640, 480, kinds=(3, 3)),
    "tiff-at-the-end": tiff(640, 480, before=2**20 + 7),
    "bigtiff": tiff(640, 480, large=True),
    "bigtiff-big-endian": tiff(640, 480, ">", large=True, kinds=(16, 3)),
    "tiff-told-twice": tiff(1, 480, more=((256, 4, 640),)),
}


@pytest.mark.parametrize("content", KNOWN.values(), ids=KNOWN)
def test_the_size_is_read(content):
    assert sized.size_of(io.BytesIO(content)) == (640, 480)


UNKNOWN = {
    "nothing": b"",
    "words": b"This is a text and no picture at all.",
    "tiff-empty": TIFF,
    "tiff-cut": tiff(640, 480)[:-12],
    "tiff-cut-in-its-head": tiff(640, 480)[:6],
    "tiff-nowhere": b"II*\0" + struct.pack("<I", 2**32 - 1),
    "bigtiff-nowhere": b"II+\0" + struct.pack("<HHQ", 8, 0, 2**64 - 1),
    "targa-cut": tga(640, 480)[:17],
}


@pytest.mark.parametrize("content", UNKNOWN.values(), ids=UNKNOWN)
def test_what_does_not_tell_has_none(content, tmp_path):
    assert sized.size_of(io.BytesIO(content)) is None
    (tmp_path / "picture").write_bytes(content)
    with (tmp_path / "picture").open("rb") as file:  # which cannot be read from everywhere
        assert sized.size_of(file) is None
