"""The viewport as it looks, without grid and handles, as a picture."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import bpy
from mathutils import Matrix

from ..core.errors import InputError
from ..core.source import MIN_SIDE

_PACKING = 1
"""zlib's fastest: it is waited for."""
SIDE_PX = 1024
"""Of the longer side of the picture: small and far objects become as large as near ones."""
MOST_PX = 4096
"""Of the longer side of the whole view, where only a part of it is wanted."""
MARGIN = 0.04
"""Part of the longer side of what is seen that is left around it."""


class Frame(NamedTuple):
    """A part of a picture, in pixels from its bottom left."""

    left: int
    bottom: int
    right: int
    top: int


def viewport(context: bpy.types.Context) -> bytes:
    """Return a PNG file of what stands in the 3D viewport, on nothing. Raises InputError where it cannot be drawn."""
    area: Any = context.area
    if bpy.app.background or area is None or area.type != "VIEW_3D":
        raise InputError("Only a 3D viewport in a window can be captured.")
    space = area.spaces.active
    if space.shading.type == "RENDERED" and context.engine not in {"BLENDER_EEVEE", "BLENDER_EEVEE_NEXT"}:
        raise InputError("Switch the viewport's shading to Solid or Material Preview, then capture it.")
    region = next(one for one in area.regions if one.type == "WINDOW")
    matrix, size = space.region_3d.window_matrix, (region.width, region.height)
    with _plain(space):
        frame = seen(*size, _drawn(context, space, region, matrix, size))
        if space.shading.type in {"MATERIAL", "RENDERED"}:  # EEVEE projects by the viewport's lens, whatever it is told
            frame, size = larger(frame, size)
            pixels = cut(_drawn(context, space, region, matrix, size), size[0], frame)
            return png(frame.right - frame.left, frame.top - frame.bottom, pixels)
        closer, size = _closer(frame, size)
        return png(*size, _drawn(context, space, region, closer @ matrix, size))


@contextmanager
def _plain(space: Any) -> Iterator[None]:
    """Hide meanwhile what is no part of the scene."""
    overlays, gizmos = space.overlay.show_overlays, space.show_gizmo
    space.overlay.show_overlays = space.show_gizmo = False
    try:
        yield
    finally:
        space.overlay.show_overlays, space.show_gizmo = overlays, gizmos


def _drawn(context: bpy.types.Context, space: Any, region: Any, matrix: Any, size: tuple[int, int]) -> bytes:
    """Return the pixels of the view through this projection, 4 bytes each, from the bottom line up."""
    import gpu

    width, height = size
    target: Any = gpu.types.GPUOffScreen(width, height)
    try:
        target.draw_view3d(
            context.scene,
            context.view_layer,
            space,
            region,
            space.region_3d.view_matrix,
            matrix,
            do_color_management=True,
            draw_background=False,
        )
        with target.bind():
            pixels: Any = gpu.state.active_framebuffer_get().read_color(0, 0, width, height, 4, 0, "UBYTE")
        pixels.dimensions = width * height * 4
        return bytes(pixels)
    finally:
        target.free()


def seen(width: int, height: int, pixels: bytes) -> Frame:
    """Return where something is in the picture, with a little around it. Raises InputError when all is empty."""
    alphas = [pixels[at + 3 : at + 4 * width : 4] for at in range(0, len(pixels), 4 * width)]
    rows = [at for at, alpha in enumerate(alphas) if any(alpha)]
    if not rows:
        raise InputError("There is nothing to see in the viewport. Turn to an object, then capture it.")
    left = min(width - len(alphas[at].lstrip(b"\0")) for at in rows)
    right = max(len(alphas[at].rstrip(b"\0")) for at in rows)
    bottom, top = rows[0], rows[-1] + 1
    edge = 1 + round(MARGIN * max(right - left, top - bottom))
    return Frame(max(0, left - edge), max(0, bottom - edge), min(width, right + edge), min(height, top + edge))


def _closer(frame: Frame, size: tuple[int, int]) -> tuple[Matrix, tuple[int, int]]:
    """Return what fills a picture with that frame, to go before the projection, and the size of that picture."""
    (width, height), (left, bottom, right, top) = size, frame
    across, up = right - left, top - bottom
    matrix = Matrix.Diagonal((width / across, height / up, 1, 1))
    matrix[0][3], matrix[1][3] = (width - left - right) / across, (height - bottom - top) / up
    scale = SIDE_PX / max(across, up)
    return matrix, (max(MIN_SIDE, round(across * scale)), max(MIN_SIDE, round(up * scale)))


def larger(frame: Frame, size: tuple[int, int]) -> tuple[Frame, tuple[int, int]]:
    """Return the frame in a picture of the same view in which it is as large as it should be, and that one's size."""
    scale = min(SIDE_PX / max(frame.right - frame.left, frame.top - frame.bottom), MOST_PX / max(size))
    left, bottom, right, top = (round(one * scale) for one in frame)
    return Frame(left, bottom, right, top), (round(size[0] * scale), round(size[1] * scale))


def cut(pixels: bytes, width: int, frame: Frame) -> bytes:
    """Return the pixels of the frame in a picture of that width, 4 bytes each, from the bottom line up."""
    starts = (4 * (row * width + frame.left) for row in range(frame.bottom, frame.top))
    step = 4 * (frame.right - frame.left)
    return b"".join(pixels[at : at + step] for at in starts)


def png(width: int, height: int, pixels: bytes) -> bytes:
    """Return a PNG file of pixels of 4 bytes (RGBA) that come from the bottom line up."""
    step = 4 * width
    lines = b"".join(b"\0" + pixels[at * step : (at + 1) * step] for at in reversed(range(height)))
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, _PACKING)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
