"""The viewport as it looks, without grid and handles, as a picture."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import bpy

from ..core.errors import InputError

_PACKING = 1
"""zlib's fastest: it is waited for."""
MARGIN, MARGIN_PX = 0.05, 8
"""Left empty around what is seen: part of its longer side, and pixels at least (a picture of a dot can be used too)."""


def viewport(context: bpy.types.Context) -> bytes:
    """Return a PNG file of the 3D viewport, its background transparent. Raises InputError where it cannot be drawn."""
    area: Any = context.area
    if bpy.app.background or area is None or area.type != "VIEW_3D":
        raise InputError("Only a 3D viewport in a window can be captured.")
    space = area.spaces.active
    if space.shading.type == "RENDERED" and context.engine not in {"BLENDER_EEVEE", "BLENDER_EEVEE_NEXT"}:
        raise InputError("Switch the viewport's shading to Solid or Material Preview, then capture it.")
    region = next(one for one in area.regions if one.type == "WINDOW")
    with _plain(space):
        return png(*cropped(*_drawn(context, space, region)))


@contextmanager
def _plain(space: Any) -> Iterator[None]:
    """Hide meanwhile what is no part of the scene."""
    overlays, gizmos = space.overlay.show_overlays, space.show_gizmo
    space.overlay.show_overlays = space.show_gizmo = False
    try:
        yield
    finally:
        space.overlay.show_overlays, space.show_gizmo = overlays, gizmos


def _drawn(context: bpy.types.Context, space: Any, region: Any) -> tuple[int, int, bytes]:
    """Return width, height and the pixels, 4 bytes each, from the bottom line up."""
    import gpu

    width, height, view = region.width, region.height, space.region_3d
    target: Any = gpu.types.GPUOffScreen(width, height)
    try:
        target.draw_view3d(
            context.scene,
            context.view_layer,
            space,
            region,
            view.view_matrix,
            view.window_matrix,
            do_color_management=True,
            draw_background=False,
        )
        with target.bind():
            pixels: Any = gpu.state.active_framebuffer_get().read_color(0, 0, width, height, 4, 0, "UBYTE")
        pixels.dimensions = width * height * 4
        return width, height, bytes(pixels)
    finally:
        target.free()


def cropped(width: int, height: int, pixels: bytes) -> tuple[int, int, bytes]:
    """Return the picture without what is empty around it, but for a little. Raises InputError when all is empty."""
    lines = [pixels[at : at + 4 * width] for at in range(0, len(pixels), 4 * width)]
    alphas = [line[3::4] for line in lines]
    rows = [at for at, alpha in enumerate(alphas) if any(alpha)]
    if not rows:
        raise InputError("There is nothing to see in the viewport. Turn to an object, then capture it.")
    left = min(width - len(alphas[at].lstrip(b"\0")) for at in rows)
    right = max(len(alphas[at].rstrip(b"\0")) for at in rows)
    edge = max(MARGIN_PX, round(MARGIN * max(right - left, rows[-1] - rows[0])))
    left, right = max(0, left - edge), min(width, right + edge)
    kept = lines[max(0, rows[0] - edge) : rows[-1] + 1 + edge]
    return right - left, len(kept), b"".join(line[4 * left : 4 * right] for line in kept)


def png(width: int, height: int, pixels: bytes) -> bytes:
    """Return a PNG file of pixels of 4 bytes (RGBA) that come from the bottom line up."""
    step = 4 * width
    lines = b"".join(b"\0" + pixels[at * step : (at + 1) * step] for at in reversed(range(height)))
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, _PACKING)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
