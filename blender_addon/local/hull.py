"""Carves a solid from silhouettes seen from the front and from a side, with cross-sections between box and ellipse.

At every height the front view gives runs along x and the side view runs along y; each pair of them is one
cross-section. The silhouettes alone do not tell what fills it: a cube and a cylinder have the same ones. So walls that
stand upright and end sharply make it a box, unless the shading shows a round wall; everything else becomes round, as
deep at every place as the silhouette is thick there.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .align import Silhouette
from .inflate import inflate
from .outline import LEAST, MARGIN, Outline, outline
from .sections import drawn, find_runs, met
from .shapes import FloatArray, Mask, Recipe, Solid
from .surface import CELLS, extract

_SHARPEST = 0.02
"""Roundness that no section goes below, or the field would jump."""


def carve(silhouettes: Mapping[str, Silhouette], recipe: Recipe) -> Solid:
    """Carve what the silhouettes show; without a view from a side the depth comes from inflating the front.

    The front's silhouette is kept to the letter (a back view only adds its shading); left and right are averaged.
    """
    fronts, sides = _pair(silhouettes, "front", "back"), _pair(silhouettes, "left", "right")
    if not fronts or not sides:
        return inflate((fronts or sides)[0].mask, recipe)
    size = max(1.0, fronts[0].width, sides[0].width) / CELLS[recipe.detail]
    rows = max(1, round(1 / size))
    masks = _completed(fronts[0].mask, _averaged([view.mask for view in sides]))
    front, side = (outline(mask, views, rows, size) for mask, views in zip(masks, (fronts, sides), strict=True))
    field = _field(front, side, size, recipe.roundness)
    steps = front.step, side.step, 1 / rows
    first = [-(count - 1) / 2 * step for count, step in zip(field.shape[:2], steps[:2], strict=True)]
    return extract(field, (first[0], first[1], (0.5 - MARGIN) / rows), steps)


def _pair(silhouettes: Mapping[str, Silhouette], name: str, opposite: str) -> list[Silhouette]:
    """List the views along one axis as seen from its first side: the opposite one is mirrored."""
    views = [silhouettes[name]] if name in silhouettes else []
    if opposite in silhouettes:
        twin = silhouettes[opposite]
        views.append(Silhouette(name, twin.picture[:, ::-1], twin.mask[:, ::-1], twin.width))
    return views


def _averaged(masks: list[FloatArray]) -> FloatArray:
    """Average the outlines of one or two masks of the same height, row by row."""
    if len(masks) == 1:
        return masks[0]
    one, other = (find_runs(mask, 1.0, 0.0) for mask in masks)
    return drawn(met(one, other), max(mask.shape[1] for mask in masks))


def _completed(front: FloatArray, side: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give each mask the rows that only the other one has, from its nearest row: what one view proves is not lost."""
    has = [np.asarray((mask >= 0.5).any(axis=1)) for mask in (front, side)]
    return _with_rows(front, has[0], has[1]), _with_rows(side, has[1], has[0])


def _with_rows(mask: FloatArray, has: Mask, wanted: Mask) -> FloatArray:
    lacking, there = np.flatnonzero(wanted & ~has), np.flatnonzero(has)
    mask = mask.copy()
    mask[lacking] = mask[there[np.abs(lacking[:, None] - there).argmin(axis=1)]]
    return mask


def _field(front: Outline, side: Outline, size: float, roundness: float | None) -> FloatArray:
    """Combine both outlines to a field over (x, y, z): about the distance to the surface, positive inside."""
    places = [_place(front, side, size), _place(side, front, size)]
    along_x, along_y = (
        [np.ascontiguousarray(table.T, dtype=np.float32) for table in (place, one.half, one.share, one.box, one.cap)]
        for place, one in zip(places, (front, side), strict=True)
    )
    field = np.empty((len(along_x[0]), *along_y[0].shape))
    for x in range(len(field)):
        field[x] = _slice([table[x] for table in along_x], along_y, size, roundness)
    return field


def _slice(front: list[FloatArray], side: list[FloatArray], size: float, roundness: float | None) -> FloatArray:
    """Fill one plane of the field, (y, z), from one column of the front, (z,), and the side, (y, z).

    A section is a rectangle with elliptic corners; they take up the share of its half sides that is its roundness.
    Either view can speak for a box, less so where a section is narrow beside others of its row.
    """
    (x, half_x, share_x, box_x, cap_x), (y, half_y, share_y, box_y, cap_y) = front, side
    box = np.maximum(box_x * share_y, box_y * share_x) if roundness is None else np.float32(1 - roundness)
    box = np.minimum(box, np.float32(1 - _SHARPEST))
    out = np.hypot(np.maximum(x - box, 0), np.maximum(y - box, 0)) - (1 - box)
    thickness = 2 * half_x * half_y / (half_x + half_y)
    inside = np.clip(-out * thickness, -2 * size, 2 * size)
    return np.asarray(np.minimum(np.minimum(inside, cap_x), cap_y))


def _place(one: Outline, other: Outline, size: float) -> FloatArray:
    """Place samples between the middle (0) and the outline (1) of their run, narrow runs wholly near 1.

    So an arm beside a body gets as shallow as it is narrow, but never thinner than the grid can show.
    """
    least = np.minimum(LEAST * size / other.half.max(axis=1, keepdims=True), 1) ** 2
    bulge = np.where(one.bulge > 0, np.maximum(one.bulge, least * one.lens), one.bulge)
    return np.asarray(np.sqrt(1 - bulge))
