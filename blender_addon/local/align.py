"""Crops each view to its object and gives its pixels their place in space, the same for carving and for painting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .shapes import ByteArray, FloatArray, PictureRefused, Views

WORK_SIDE = 2048
"""Much larger pictures are brought down to about this: they cost time and memory and show nothing in the model."""

_LONGEST = WORK_SIDE * 3 // 2
"""Longest side of a picture that was brought down so; also when it is brought to another's number of rows."""

_TWIN = {"back": "front", "right": "left"}
_LEAST_PIXELS = 16
"""An object of fewer pixels has no shape that could be told."""


@dataclass(frozen=True)
class Silhouette:
    """One view, cropped to its object.

    Space is that of `Solid`: heights run from 0 (lowest row's lower edge) to 1 (top row's upper edge). The centre of
    pixel (row r, column c) lies at height 1 − (r + 0.5) / h and at (c + 0.5) / w · width − width / 2 to the right of
    the middle, as the viewer sees it: x for the front, −x for the back, y for the left, −y for the right.
    """

    name: str
    """front, left, back or right."""
    picture: ByteArray
    """(h, w, 4) RGBA, sRGB with straight alpha; colours outside the mask mean nothing."""
    mask: FloatArray
    """(h, w) coverage, 0–1."""
    width: float
    """Width of the cropped picture in units of its height; opposite views have the same."""


def reduced(picture: ByteArray) -> ByteArray:
    """Bring a picture, (H, W, 4), near the working side by a whole factor; small ones come back as they are."""
    return shrink(picture, round(max(picture.shape) / WORK_SIDE))


def shrink(picture: ByteArray, factor: int) -> ByteArray:
    """Average squares of that many pixels, (H, W, 4) RGBA, colours weighted by their alpha."""
    if factor <= 1:
        return picture
    rows, columns = (side // factor * factor for side in picture.shape[:2])
    opaque = picture[..., 3].min() == 255
    total = np.zeros((rows // factor, columns // factor, 4), dtype=np.float32)
    for down in range(factor):
        for right in range(factor):
            block = picture[down:rows:factor, right:columns:factor].astype(np.float32)
            if not opaque:
                block[..., :3] *= block[..., 3:] / 255
            total += block
    total[..., :3] *= 1 / factor**2 if opaque else 255 / np.maximum(total[..., 3:], 1)
    total[..., 3] /= factor**2
    return np.rint(total).astype(np.uint8)


def silhouettes(views: Views, masks: Mapping[str, FloatArray]) -> dict[str, Silhouette]:
    """Crop every view to its mask and bring all of them to the front's number of rows, or fewer if one is very wide.

    Raises: PictureRefused when a mask is next to empty.
    """
    cropped = {name: _crop(name, picture, masks[name]) for name, picture in views.items()}
    widest = max(1.0, *(view.width for view in cropped.values()))
    rows = min(cropped["front"].mask.shape[0], round(_LONGEST / widest))
    sized = {name: _sized(view, rows) for name, view in cropped.items()}
    return {name: _same_width(view, sized.get(_TWIN.get(name, ""))) for name, view in sized.items()}


def symmetric(views: Mapping[str, Silhouette]) -> dict[str, Silhouette]:
    """Unite every silhouette with its mirror image (a side view with the other side's), pictures included."""
    mirrors = {"left": "right", "right": "left", "front": "front", "back": "back"}
    return {
        name: _united(view, views[mirrors[name]]) if mirrors[name] in views else view for name, view in views.items()
    }


def resample(array: FloatArray, rows: int, columns: int) -> FloatArray:
    """Resize (H, W, …) to (rows, columns, …): area averages when it shrinks, linear interpolation when it grows."""
    return _resample_rows(_resample_rows(array, rows).swapaxes(0, 1), columns).swapaxes(0, 1)


def _crop(name: str, picture: ByteArray, mask: FloatArray) -> Silhouette:
    solid = mask >= 0.5
    rows, columns = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
    if solid.sum() < _LEAST_PIXELS:
        raise PictureRefused(f"No object was found in the {name} view: use one in which it fills more of the picture.")
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = mask[box].shape
    return Silhouette(name, picture[box], mask[box], width / height)


def _sized(view: Silhouette, rows: int) -> Silhouette:
    """Resize to that many rows, colours weighted by the mask so that no ground colour bleeds in."""
    if view.mask.shape[0] == rows:
        return view
    columns = max(1, round(rows * view.width))
    mask = np.clip(resample(view.mask, rows, columns), 0, 1)
    weight = np.maximum(view.mask, 1 / 1024)[..., None]
    weighted = np.concatenate([view.picture * weight, weight], axis=2)
    weighted = resample(weighted, rows, columns)
    picture = np.rint(np.clip(weighted[..., :4] / weighted[..., 4:], 0, 255)).astype(np.uint8)
    return Silhouette(view.name, picture, mask, view.width)


def _united(view: Silhouette, other: Silhouette) -> Silhouette:
    """Unite with the mirror image of a view that has as many rows."""
    columns = ((np.arange(view.mask.shape[1]) + 0.5) * other.mask.shape[1] / view.mask.shape[1]).astype(np.intp)
    mask, picture = other.mask[:, ::-1][:, columns], other.picture[:, ::-1][:, columns]
    added = (mask > view.mask)[..., None]
    return Silhouette(view.name, np.where(added, picture, view.picture), np.maximum(view.mask, mask), view.width)


def _same_width(view: Silhouette, twin: Silhouette | None) -> Silhouette:
    return view if twin is None else Silhouette(view.name, view.picture, view.mask, twin.width)


def _resample_rows(array: FloatArray, rows: int) -> FloatArray:
    count = array.shape[0]
    if rows == count:
        return array
    if rows < count:
        edges = np.linspace(0, count, rows + 1)
        total = np.concatenate([np.zeros_like(array[:1]), np.cumsum(array, axis=0)])
        return np.asarray(np.diff(_rows_at(total, edges), axis=0) * (rows / count))
    return _rows_at(array, (np.arange(rows) + 0.5) * (count / rows) - 0.5)


def _rows_at(array: FloatArray, places: FloatArray) -> FloatArray:
    """Interpolate linearly between rows; places beyond the ends give the end rows."""
    places = np.clip(places, 0, array.shape[0] - 1)
    low = np.minimum(places.astype(np.intp), max(array.shape[0] - 2, 0))
    high = np.minimum(low + 1, array.shape[0] - 1)
    share = (places - low).reshape(-1, *[1] * (array.ndim - 1))
    return np.asarray(array[low] * (1 - share) + array[high] * share)
