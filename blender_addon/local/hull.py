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
from .regions import Mask
from .sections import drawn, find_runs, met
from .shapes import FloatArray, Recipe, Solid
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
    has = [(mask >= 0.5).any(axis=1) for mask in (front, side)]
    return _with_rows(front, has[0], has[1]), _with_rows(side, has[1], has[0])


def _with_rows(mask: FloatArray, has: Mask, wanted: Mask) -> FloatArray:
    lacking, there = np.flatnonzero(wanted & ~has), np.flatnonzero(has)
    mask = mask.copy()
    mask[lacking] = mask[there[np.abs(lacking[:, None] - there).argmin(axis=1)]]
    return mask


def _field(front: Outline, side: Outline, size: float, roundness: float | None) -> FloatArray:
    """Combine both outlines to a field over (x, y, z): about the distance to the surface, positive inside.

    A section is a rectangle with elliptic corners; they take up the share of its half sides that is its roundness.
    """
    rounded = np.maximum(_roundness(front, side) if roundness is None else roundness, _SHARPEST)
    places = _x(_place(front, side, size)), _y(_place(side, front, size))
    over_x, over_y = (np.maximum(place - (1 - rounded), 0) for place in places)
    out = np.hypot(over_x, over_y) - rounded
    thickness = 2 / (1 / _x(front.half) + 1 / _y(side.half))
    field = np.clip(-out * thickness, -2 * size, 2 * size)
    return np.asarray(np.minimum(np.minimum(field, _x(front.cap)), _y(side.cap)))


def _roundness(front: Outline, side: Outline) -> FloatArray:
    """Decide each section by whichever view speaks for a box, less where it is narrow beside others of its row."""
    return np.asarray(1 - np.maximum(_x(front.box) * _y(side.share), _y(side.box) * _x(front.share)))


def _place(one: Outline, other: Outline, size: float) -> FloatArray:
    """Place samples between the middle (0) and the outline (1) of their run, narrow runs wholly near 1.

    So an arm beside a body gets as shallow as it is narrow, but never thinner than the grid can show.
    """
    least = np.minimum(LEAST * size / other.half.max(axis=1, keepdims=True), 1) ** 2
    bulge = np.where(one.bulge > 0, np.maximum(one.bulge, least * one.lens), one.bulge)
    return np.asarray(np.sqrt(1 - bulge))


def _x(values: FloatArray) -> FloatArray:
    return values.T[:, None, :]


def _y(values: FloatArray) -> FloatArray:
    return values.T[None, :, :]
