"""The ring above what waits for a model in a 3D viewport: how far its task is, as the rows of the task list say.

Blender calls `draw` for each viewport that it draws anyway; only while something waits there, and none of our work is
done in it. The ring does not turn: that would draw a heavy scene again and again.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import blf
import bpy
import gpu
from bpy_extras.view3d_utils import location_3d_to_region_2d
from gpu_extras.batch import batch_for_shader
from mathutils import Vector

from . import land, session, snapshot, stands
from .failures import log

RADIUS, WIDTH, GAP, TEXT = 19.0, 4.0, 9.0, 11.0
"""Pixels at 1×: of the ring's middle line, of the line, between ring and object, of the letters."""
MOST = 40
"""Rings in a viewport; nobody reads more."""
_STEPS, _DASHES = 64, 8
"""Of a whole circle."""
Point = tuple[float, float]
Color = tuple[float, ...]

_handle: Any = None
_shown: list[tuple[str, str, float]] = []
"""What the rings show: task, text, part of the circle."""


class Ring(NamedTuple):
    """What a ring says."""

    text: str
    part: float
    """0–1 of the circle; −1 while nobody can tell."""


def follow(context: bpy.types.Context, running: session.Session) -> None:
    """Draw while something waits in the file; draw the viewports again when a ring says something new."""
    global _shown
    (_start if running.stands else stop)()
    now = [(task, *_of(task)) for task in running.stands]
    if now != _shown:
        _shown = now
        _redraw(context)


def drawing() -> bool:
    """Tell whether Blender calls us for each viewport."""
    return _handle is not None


def _start() -> None:
    global _handle
    if _handle is None:
        _handle = bpy.types.SpaceView3D.draw_handler_add(draw, (), "WINDOW", "POST_PIXEL")


def stop() -> None:
    """Draw no more."""
    global _handle
    if _handle is not None:
        bpy.types.SpaceView3D.draw_handler_remove(_handle, "WINDOW")
        _handle = None


unregister = stop


def draw() -> None:
    """Draw the rings of one viewport. Never raises: Blender would print it at each redraw."""
    try:
        running = session.current()
        if running and running.stands:
            _draw(bpy.context, running)
    except Exception as error:  # noqa: BLE001 - see above
        log().warning("the rings cannot be drawn: %r", error)
        running = session.current()
        if running:
            running.stands.clear()  # follow() stops the drawing; a handler must not remove itself


def _draw(context: bpy.types.Context, running: session.Session) -> None:
    scale = context.preferences.system.ui_scale
    space = context.space_data
    if not space.overlay.show_overlays:  # which hides the placeholders too
        return
    taken: list[Point] = []
    for task, item in stands.objects(running.stands):
        hidden = item.type == "EMPTY" and not space.overlay.show_extras
        if len(taken) == MOST or hidden or not item.visible_get(view_layer=context.view_layer, viewport=space):
            continue
        if place := _place(context, item, scale, taken):
            taken.append(place)
            _draw_ring(context, place, _of(task), scale)


def _of(task: str) -> Ring:
    """Return what the row of the task says."""
    row = snapshot.find(task)
    if row is None:
        return Ring("?", 0.0)  # another computer's, or it was removed
    if row.state in land.LANDABLE:  # "succeeded" where an undo has taken the model away again
        return Ring("100%", 1.0)
    if row.state not in snapshot.RUNNING or row.message:
        return Ring("!", 0.0)
    return Ring(f"{row.factor:.0%}", row.factor) if row.factor >= 0 else Ring("…", -1.0)


def _place(context: bpy.types.Context, item: bpy.types.Object, scale: float, taken: list[Point]) -> Point | None:
    """Return where the ring's middle is, pixels of the region: above the object, within sight, beside other rings.

    None where nothing of the object is in sight.
    """
    region = context.region
    seen = [location_3d_to_region_2d(region, context.region_data, point) for point in _corners(item)]
    points = [point for point in seen if point]
    if not points:
        return None
    left, right = min(point.x for point in points), max(point.x for point in points)
    low, high = min(point.y for point in points), max(point.y for point in points)
    if right < 0 or left > region.width or high < 0 or low > region.height:
        return None
    reach = (RADIUS + WIDTH) * scale
    x = min(max((left + right) / 2, reach), region.width - reach)
    y = min(max(high + GAP * scale + reach, reach), region.height - reach)
    while any(abs(x - other[0]) < 2 * reach and abs(y - other[1]) < 2 * reach for other in taken):
        x += 2 * reach
    return x, y


def _corners(item: Any) -> list[Vector]:
    """Return the corners of what the object shows, world space."""
    if item.type != "EMPTY":
        return [item.matrix_world @ Vector(corner) for corner in item.bound_box]
    size = item.empty_display_size
    wide = tall = size
    left, low = -size, 0.0
    if item.data:
        pixels = item.data.size
        wide, tall = (size * side / max(*pixels, 1) for side in pixels)
        left, low = (side * offset for side, offset in zip((wide, tall), item.empty_image_offset, strict=True))
    else:
        wide = 2 * size
    return [item.matrix_world @ Vector((left + x, low + y, 0)) for x in (0, wide) for y in (0, tall)]


def _draw_ring(context: bpy.types.Context, place: Point, ring: Ring, scale: float) -> None:
    """Draw a disc, the circle on its edge, the part of it that is done, and the text in the middle."""
    theme: Any = context.preferences.themes[0].user_interface
    ground, done, ink = Vector(theme.wcol_tooltip.inner[:3]), theme.wcol_progress.item, Vector(theme.wcol_tooltip.text)
    track = ground.lerp(ink, 0.3)
    radius = RADIUS * scale
    gpu.state.blend_set("ALPHA")
    _disc(place, radius, (*ground, 0.85))
    _line(_arc(place, radius, 0, 1), WIDTH * scale, (*track, 1.0))
    if ring.part < 0:
        for at in range(_DASHES):
            _line(_arc(place, radius, at / _DASHES, 0.5 / _DASHES), WIDTH * scale, (*done[:3], 1.0))
    elif ring.part > 0:
        _line(_arc(place, radius, 0, min(ring.part, 1.0)), WIDTH * scale, (*done[:3], 1.0))
    gpu.state.blend_set("NONE")
    _write(place, ring.text, TEXT * scale, (*ink, 1.0))


def _arc(middle: Point, radius: float, start: float, part: float) -> list[Point]:
    """Return points along a part of a circle, clockwise; `start` and `part` are 0–1 of it, from the top."""
    steps = max(1, round(part * _STEPS))
    angles = (2 * math.pi * (start + part * at / steps) for at in range(steps + 1))
    return [(middle[0] + radius * math.sin(one), middle[1] + radius * math.cos(one)) for one in angles]


def _line(points: list[Point], width: float, color: Color) -> None:
    shader = gpu.shader.from_builtin("POLYLINE_UNIFORM_COLOR")
    shader.uniform_float("viewportSize", gpu.state.viewport_get()[2:])
    shader.uniform_float("lineWidth", width)
    shader.uniform_float("color", color)
    batch_for_shader(shader, "LINE_STRIP", {"pos": [(*point, 0.0) for point in points]}).draw(shader)


def _disc(middle: Point, radius: float, color: Color) -> None:
    shader = gpu.shader.from_builtin("UNIFORM_COLOR")
    shader.uniform_float("color", color)
    edge = _arc(middle, radius, 0, 1)
    triangles = [(0, at, at + 1) for at in range(1, len(edge))]
    points = [(*point, 0.0) for point in (middle, *edge)]
    batch_for_shader(shader, "TRIS", {"pos": points}, indices=triangles).draw(shader)


def _write(middle: Point, text: str, size: float, color: Color) -> None:
    blf.size(0, size)
    blf.color(0, *color)
    wide, tall = blf.dimensions(0, text)
    blf.position(0, middle[0] - wide / 2, middle[1] - tall / 2, 0)
    blf.draw(0, text)


def _redraw(context: bpy.types.Context) -> None:
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                for region in area.regions:
                    if region.type == "WINDOW":
                        region.tag_redraw()
