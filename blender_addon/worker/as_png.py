"""Textures as PNG for as long as a format is written whose other readers know few kinds of pictures."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any

import bpy
import numpy as np

from ..landing import images


@contextmanager
def all_but(suffixes: Collection[str]) -> Iterator[None]:
    """Put PNGs, 8 bits a channel, in the place of packed textures of other kinds than these."""
    others = [
        one for one in bpy.data.images if one.packed_file and PurePosixPath(one.filepath_raw).suffix not in suffixes
    ]
    made = {image: _png(image) for image in others}
    for image, png in made.items():
        image.user_remap(png)
    try:
        yield
    finally:
        for image, png in made.items():
            png.user_remap(image)
            bpy.data.images.remove(png)


def _png(image: Any) -> bpy.types.Image:
    """Return a copy with the same values, whatever they mean."""
    raw = image.copy()
    raw.colorspace_settings.name, raw.alpha_mode = "Non-Color", "CHANNEL_PACKED"
    pixels = np.empty((raw.size[0] * raw.size[1], raw.channels), np.float32)
    raw.pixels.foreach_get(pixels.ravel())
    bpy.data.images.remove(raw)
    full = np.ones((len(pixels), 4), np.float32)
    full[:, : pixels.shape[1]] = pixels[:, :4]
    if pixels.shape[1] < 3:  # grey
        full[:, :3] = pixels[:, :1]
    made: Any = bpy.data.images.new(image.name, *image.size, alpha=image.channels in (2, 4))
    made.alpha_mode = image.alpha_mode
    made.colorspace_settings.name = image.colorspace_settings.name
    made.pixels.foreach_set(full.ravel())
    made.pack()
    images.set_path(made, str(PurePosixPath(image.filepath_raw).with_suffix(".png")))
    png: bpy.types.Image = made
    return png
