"""Picture files for tests: written by Blender, or made by hand with what a camera or program puts into them."""

import struct

import bpy
import models
import numpy as np

from blender_addon.worker import pictures

SIDE = 24


def sample(alpha=True):
    """A picture that is different from all its mirror images, with a soft alpha from 0 up."""
    y, x = np.mgrid[:SIDE, : SIDE + 8]
    rows = np.stack([x * 7, y * 10, (x + y) * 4 + 9, y * 11], axis=-1).astype(np.uint8)
    return rows if alpha else rows[..., :3]


def noise(height, width, channels):
    return np.random.default_rng(7).integers(0, 256, (height, width, channels), np.uint8)


def written(tmp_path, name, file_format, is_color=True):
    """Let Blender write the sample in another format."""
    image = pictures.image_of(sample(), name, is_color)
    scene = bpy.context.scene
    scene.view_settings.view_transform = "Raw" if is_color else "Standard"
    scene.render.image_settings.file_format = file_format
    scene.render.image_settings.color_mode = "RGB" if file_format in ("BMP", "JPEG") else "RGBA"
    image.file_format = file_format
    image.filepath_raw = str(tmp_path / name)
    image.save()
    return tmp_path / name


def exif(orientation, order="<"):
    mark = b"II*\0" if order == "<" else b"MM\0*"
    entry = struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    body = b"Exif\0\0" + mark + struct.pack(order + "IH", 8, 1) + entry + bytes(4)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def segment(mark, body):
    return bytes((0xFF, mark)) + struct.pack(">H", len(body) + 2) + body


def with_chunk(content, name, body):
    """Put a chunk into a PNG behind its header, or into a WebP behind a VP8X chunk that tells of it."""
    if content.startswith(b"\x89PNG"):
        return content[:33] + models._png_chunk(name, body) + content[33:]
    height, width = sample().shape[:2]
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    extended = b"VP8X" + struct.pack("<IB3x", 10, 0x18) + size
    chunks = content[30:] if content[12:16] == b"VP8X" else content[12:]
    chunks = extended + chunks + name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks
