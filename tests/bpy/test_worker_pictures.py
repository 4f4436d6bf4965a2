"""Pictures as they are read: the values in the file, straight alpha, row 0 at the top, the right way up."""

import struct
import zlib

import bpy
import models
import numpy as np
import pytest
from picture_files import SIDE, exif, sample, with_chunk, written

from blender_addon.core.errors import InputError
from blender_addon.core.metadata import with_profile
from blender_addon.worker import pictures


def read(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    return pictures.load(tmp_path / name)


def test_png_keeps_every_value(tmp_path):
    assert np.array_equal(read(tmp_path, "a.png", models.png(sample())), sample())


def test_png_without_alpha_is_opaque(tmp_path):
    rows = read(tmp_path, "a.png", models.png(sample(alpha=False)))
    assert np.array_equal(rows[..., :3], sample(alpha=False)) and (rows[..., 3] == 255).all()


def test_16_bits_are_not_taken_for_linear_light(tmp_path):
    rows = read(tmp_path, "a.png", models.png(sample().astype(np.uint16) * 257))
    assert np.abs(rows.astype(int) - sample()).max() <= 1


@pytest.mark.parametrize("bits", [8, 16])
def test_grey(tmp_path, bits):
    grey = sample()[..., 0].astype({8: np.uint8, 16: np.uint16}[bits]) * {8: 1, 16: 257}[bits]
    rows = read(tmp_path, "a.png", models.png(grey))
    assert np.abs(rows[..., :3].astype(int) - sample()[..., :1]).max() <= 1


def test_palette(tmp_path):
    rows = (np.arange(SIDE * SIDE).reshape(SIDE, SIDE) % 3).astype(np.uint8)
    colors = np.array([[250, 10, 20], [5, 240, 30], [1, 2, 3]], np.uint8)
    content = models.png(rows)
    header = content[16:25] + b"\x03" + content[26:29]
    palette = b"PLTE" + colors.tobytes()
    chunk = struct.pack(">I", 9) + palette + struct.pack(">I", zlib.crc32(palette))
    content = content[:16] + header + struct.pack(">I", zlib.crc32(b"IHDR" + header)) + chunk + content[33:]
    assert np.array_equal(read(tmp_path, "a.png", content)[..., :3], colors[rows])


@pytest.mark.parametrize(("name", "file_format"), [("a.tif", "TIFF"), ("a.tga", "TARGA"), ("a.webp", "WEBP")])
def test_other_formats(tmp_path, name, file_format):
    rows = pictures.load(written(tmp_path, name, file_format)).astype(int)
    assert rows.shape == sample().shape
    seen = sample()[..., 3] > 100
    assert np.abs(rows - sample())[seen].mean() < 4


def test_bmp(tmp_path):
    rows = pictures.load(written(tmp_path, "a.bmp", "BMP")).astype(int)
    assert np.abs(rows - sample())[..., :3].max() <= 1


def test_linear_light_becomes_srgb(tmp_path):
    """An EXR of linear 0.2140 and alpha 0.5, multiplied in, is a grey of 128, half transparent."""
    image = bpy.data.images.new("linear", SIDE, SIDE, alpha=True, float_buffer=True)
    image.colorspace_settings.name = "Non-Color"  # or it is written as sRGB
    image.pixels.foreach_set(np.tile(np.array([0.2140 * 0.5] * 3 + [0.5], np.float32), SIDE * SIDE))
    image.file_format = "OPEN_EXR"
    image.filepath_raw = str(tmp_path / "a.exr")
    image.save()
    rows = pictures.load(tmp_path / "a.exr").astype(int)
    assert np.abs(rows[5, 5] - (128, 128, 128, 128)).max() <= 1


TURNED = {
    1: lambda rows: rows,
    2: lambda rows: rows[:, ::-1],
    3: lambda rows: np.rot90(rows, 2),
    4: lambda rows: rows[::-1],
    5: lambda rows: np.transpose(rows, (1, 0, 2)),
    6: lambda rows: np.rot90(rows, -1),
    7: lambda rows: np.rot90(np.transpose(rows, (1, 0, 2)), 2),
    8: lambda rows: np.rot90(rows, 1),
}
"""How a viewer shows what the sensor saw; Exif 2.32, 4.6.4 A, Orientation."""


@pytest.mark.parametrize("orientation", TURNED)
@pytest.mark.parametrize("order", ["<", ">"])
def test_a_jpeg_stands_as_its_camera_was_held(tmp_path, orientation, order):
    plain = written(tmp_path, "plain.jpg", "JPEG")
    content = plain.read_bytes()
    rows = read(tmp_path, "turned.jpg", content[:2] + exif(orientation, order) + content[2:])
    assert np.array_equal(rows, TURNED[orientation](pictures.load(plain)))


@pytest.mark.parametrize("turned", TURNED)
@pytest.mark.parametrize(("name", "kind", "mark"), [("a.png", "PNG", b"eXIf"), ("a.webp", "WEBP", b"EXIF")])
def test_a_png_and_a_webp_stand_as_their_camera_was_held(tmp_path, turned, name, kind, mark):
    plain = written(tmp_path, name, kind)
    rows, content = pictures.load(plain), plain.read_bytes()
    content = with_chunk(with_profile(content, b"") if kind == "PNG" else content, mark, exif(turned)[10:])
    assert np.array_equal(read(tmp_path, "turned", content), TURNED[turned](rows))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture",
        models.png(sample())[:60],
        models.png(np.zeros((4, 4), np.uint8)),
        b"\xff\xd8\xff" + bytes(99),
    ],
    ids=["empty", "text", "cut", "tiny", "jpeg of zeros"],
)
def test_what_cannot_be_used_is_said(tmp_path, content):
    with pytest.raises(InputError):
        read(tmp_path, "a.png", content)


def test_nothing_is_left_in_the_file(tmp_path):
    before = len(bpy.data.images)
    read(tmp_path, "a.png", models.png(sample()))
    with pytest.raises(InputError):
        read(tmp_path, "b.png", models.png(sample())[:60])
    assert len(bpy.data.images) == before


def test_invisible_colors_do_not_bleed_when_a_picture_is_made_smaller():
    rows = np.zeros((64, 64, 4), np.uint8)
    rows[:, :32] = (200, 100, 50, 255)
    rows[:, 32:] = (0, 255, 0, 0)
    small = pictures.scaled(rows, 0.3)
    seen = small[small[..., 3] > 0]
    assert np.abs(seen[:, :3].astype(int) - (200, 100, 50)).max() <= 1
    assert pictures.scaled(rows, 1.0) is rows
