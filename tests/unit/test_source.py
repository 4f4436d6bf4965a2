"""Source image checks: what a file is comes from its bytes, and what cannot be used is one sentence."""

import re
from pathlib import Path

import pytest
from pictures import AVIF, GIF, HEIC, MP4, PDF, SVG, TIFF, TIFF_BIG, bmp, jpeg, png, real_png, segment, tga, webp

from blender_addon.core import source
from blender_addon.core.errors import InputError
from blender_addon.core.source import Accepts, check_link, check_picture, check_sides, fits, has_metadata

GOOD = {
    "png": (png(640, 480), "PNG", (640, 480)),
    "png-pixels": (real_png(), "PNG", (32, 32)),
    "jpeg": (jpeg(640, 480), "JPEG", (640, 480)),
    "jpeg-progressive": (jpeg(640, 480, frame=0xC2), "JPEG", (640, 480)),
    "jpeg-exif": (jpeg(640, 480, segment(0xE1, 60_000)), "JPEG", (640, 480)),
    "jpeg-depth": (jpeg(640, 480, segment(0xE1, 65_000) * 60), "JPEG", (640, 480)),
    "jpeg-filled": (jpeg(640, 480, b"\xff" * 5), "JPEG", (640, 480)),
    "webp-extended": (webp(b"VP8X", 640, 480), "WebP", (640, 480)),
    "webp-lossless": (webp(b"VP8L", 640, 480), "WebP", (640, 480)),
    "webp-lossy": (webp(b"VP8 ", 640, 480), "WebP", (640, 480)),
    "bmp": (bmp(640, 480), "BMP", (640, 480)),
    "bmp-down": (bmp(640, -480), "BMP", (640, 480)),
    "tiff": (TIFF, "TIFF", None),
    "tiff-big": (TIFF_BIG, "TIFF", None),
    "smallest": (png(16, 16), "PNG", (16, 16)),
    "longest": (png(16_384, 6_103), "PNG", (16_384, 6_103)),
}


@pytest.mark.parametrize(("data", "kind", "size"), GOOD.values(), ids=GOOD)
def test_kind_and_size_are_read(tmp_path, data, kind, size):
    path = tmp_path / "image"
    path.write_bytes(data)
    found = check_picture(path)
    assert (found.kind, found.size) == (kind, size)
    assert found.native == (kind in ("PNG", "JPEG", "WebP"))


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tga", ".txt", ""])
def test_the_content_rules_over_the_suffix(tmp_path, suffix):
    path = tmp_path / f"image{suffix}"
    for data, kind in ((jpeg(64, 64), "JPEG"), (webp(b"VP8L", 64, 64), "WebP"), (bmp(64, 64), "BMP")):
        path.write_bytes(data)
        assert check_picture(path).kind == kind


def test_targa_has_no_mark_and_needs_its_suffix(tmp_path):
    named, unnamed = tmp_path / "image.TGA", tmp_path / "image.png"
    for path in (named, unnamed):
        path.write_bytes(tga(64, 64))
    assert check_picture(named).kind == "TGA"
    with pytest.raises(InputError, match="is not an image"):
        check_picture(unnamed)


BAD = {
    "text": (b"This is a text file, whatever its name says.\n", "image.png is not an image"),
    "empty": (b"", "is empty (0 bytes)"),
    "one-pixel": (png(1, 1), "is only 1 × 1 pixels; it needs at least 16 × 16"),
    "narrow": (png(15, 400), "is only 15 × 400 pixels"),
    "huge": (png(30_000, 30_000), "is 30000 × 30000 pixels; at most 16384 a side and 100 megapixels"),
    "huge-jpeg": (jpeg(30_000, 30_000), "is 30000 × 30000 pixels"),
    "wide": (png(16_385, 64), "is 16385 × 64 pixels"),
    "many": (png(10_001, 10_000), "is 10001 × 10000 pixels"),
    "no-size": (png(0, 0), "is only 0 × 0 pixels"),
    "png-cut": (png(640, 480)[:20], "is damaged: it begins like a PNG file"),
    "png-no-header": (b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIDAT" + bytes(30), "is damaged"),
    "png-magic": (b"\x89PNG\r\n\x1a\n", "is damaged"),
    "jpeg-cut": (jpeg(640, 480)[:24], "is damaged: it begins like a JPEG file"),
    "jpeg-magic": (b"\xff\xd8\xff", "is damaged"),
    "jpeg-noise": (b"\xff\xd8\xff\xe0\x00\x04ab" + b"noise" * 9, "is damaged"),
    "jpeg-zero": (b"\xff\xd8\xff\xe0\x00\x00" + bytes(40), "is damaged"),
    "webp-cut": (webp(b"VP8 ", 640, 480)[:26], "is damaged: it begins like a WebP file"),
    "webp-extended-cut": (webp(b"VP8X", 640, 480)[:22], "is damaged"),
    "webp-lossless-cut": (webp(b"VP8L", 640, 480)[:20], "is damaged"),
    "webp-odd": (b"RIFF\x10\0\0\0WEBPABCD" + bytes(20), "is damaged"),
    "gif": (GIF, "is a GIF file, which cannot be used here. Save it as PNG, JPEG or WebP"),
    "pdf": (PDF, "is a PDF file"),
    "svg": (SVG, "is a SVG file"),
    "heic": (HEIC, "is a HEIC or AVIF file"),
    "avif": (AVIF, "is a HEIC or AVIF file"),
    "video": (MP4, "is a video file"),
}


@pytest.mark.parametrize(("data", "sentence"), BAD.values(), ids=BAD)
def test_what_cannot_be_used_is_a_sentence(tmp_path, data, sentence):
    path = tmp_path / "image.png"
    path.write_bytes(data)
    with pytest.raises(InputError, match=re.escape(sentence)) as caught:
        check_picture(path)
    assert caught.value.kind == "input"
    assert str(caught.value).endswith(".")


def test_every_cut_of_a_header_is_answered(tmp_path):
    """A file may end anywhere: it is used or refused, and nothing else happens."""
    path = tmp_path / "image"
    for whole in (png(64, 64), jpeg(64, 64), webp(b"VP8X", 64, 64), webp(b"VP8L", 64, 64), webp(b"VP8 ", 64, 64)):
        for end in range(1, len(whole)):
            path.write_bytes(whole[:end])
            try:
                assert check_picture(path).size in ((64, 64), None)
            except InputError as error:
                assert "image" in error.message


def test_no_file_is_a_sentence(tmp_path):
    for path in (tmp_path / "nothing.png", tmp_path, tmp_path / "no" / "folder.png", Path("bad\0name.png")):
        with pytest.raises(InputError, match="There is no image"):
            check_picture(path)
    with pytest.raises(InputError, match=r"cannot be read|There is no image"):
        check_picture(tmp_path / ("x" * 5000))


def test_a_file_of_101_mb_is_refused_without_reading_it(tmp_path, monkeypatch):
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.write(png(640, 480))
        file.truncate(101 * 2**20)  # a hole: it takes no room
    monkeypatch.setattr(source, "_head", lambda path: pytest.fail("it was read"))
    with pytest.raises(InputError, match=r"large.png has 101 MB; at most 100 MB"):
        check_picture(path)


def test_the_largest_file_is_read_in_part(tmp_path):
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.write(png(640, 480))
        file.truncate(100 * 2**20)
    assert check_picture(path).size == (640, 480)
    assert len(source._head(path)) < 32 * 2**20


LIMITS = {
    "side": Accepts(max_side=31),
    "least": Accepts(min_side=33),
    "bytes": Accepts(max_bytes=len(real_png()) - 1),
    "kind": Accepts(kinds=("JPEG",)),
}


@pytest.mark.parametrize("accepts", LIMITS.values(), ids=LIMITS)
def test_what_is_outside_a_limit_does_not_fit(tmp_path, accepts):
    path = tmp_path / "image"
    path.write_bytes(real_png())
    assert fits(path, Accepts()) and not fits(path, accepts)


def test_words_in_a_file_are_metadata_and_marks_in_the_pixels_are_not(tmp_path):
    path, whole = tmp_path / "image", real_png()
    path.write_bytes(whole[:33] + b"\0\0\0\x08tEXta\0prompt" + bytes(4) + whole[33:])
    assert has_metadata(path) and not fits(path, Accepts()) and fits(path, Accepts(clean=False))
    path.write_bytes(whole[:33] + b"\0\0\0\x04IDATeXIf" + bytes(4) + whole[33:])
    assert not has_metadata(path) and fits(path, Accepts())
    path.write_bytes(whole[:-5])
    assert has_metadata(path), "nobody can tell"


def test_a_picture_can_be_too_long_and_narrow():
    accepts = Accepts(min_side=20, max_side=6000)
    for size in ((16_000, 54), (40, 12_000), (6000, 20), (20, 20)):
        check_sides("a.png", size, accepts, "Tripo")
    for size in ((16_000, 40), (40, 16_000)):
        with pytest.raises(InputError, match=r"too long and narrow for Tripo: it takes 20 to 6000 pixels a side\."):
            check_sides("a.png", size, accepts, "Tripo")
    with pytest.raises(InputError, match="Tripo needs at least 20 × 20"):
        check_sides("a.png", (19, 300), accepts, "Tripo")


TAKEN = ["https://example.org/a.png", "http://example.org/a.JPG?x=1.webp", "https://example.org/show?image=3"]


@pytest.mark.parametrize("link", TAKEN)
def test_an_address_may_be_a_picture(link):
    assert check_link(link, ("PNG", "JPEG"), "Tripo")


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("https://example.org/a.webp", r"Tripo takes PNG and JPEG pictures by their address, and a\.webp is a WebP\."),
        ("https://example.org/b/a.GIF?x=1", r"a\.GIF is a GIF\. Save it and choose the file\."),
        ("https://artist:secret@example.org/a.png", r"^The address at example\.org holds a login, which Tripo would"),
        ("https://example", "no address of an image"),
        ("https://[::1", "no address of an image"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(link, words):
    with pytest.raises(InputError, match=words) as caught:
        check_link(link, ("PNG", "JPEG"), "Tripo")
    assert "secret" not in caught.value.message
