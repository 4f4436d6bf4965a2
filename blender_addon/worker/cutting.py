"""Pictures without what is not the object, by Local's own eyes."""

from __future__ import annotations

import numpy as np

from ..core.errors import InputError
from ..local.background import find_mask
from ..local.shapes import PictureRefused
from . import pictures
from .pictures import ByteArray, FloatArray

_SIDE = 4096
"""Pixels of the longer side, at most: more cannot be judged in the time that there is."""
_MARGIN = 0.06
"""Around a cropped object, as a share of its longer side."""


def object_alone(rows: ByteArray, cut_out: bool, crop: bool) -> ByteArray:
    """Return the picture, (H, W, 4), without its background, cropped to the object, or both.

    Raises InputError when the object cannot be told from its background.
    """
    rows = pictures.scaled(rows, _SIDE / max(rows.shape[:2]))
    try:
        mask = find_mask(rows)
    except PictureRefused as refused:
        raise InputError(str(refused)) from refused
    if cut_out:
        rows = rows.copy()
        covered = np.rint(mask * 255).astype(np.uint8)
        rows[..., 3] = np.minimum(rows[..., 3], covered)
        rows[rows[..., 3] == 0, :3] = 255  # nobody is told what stood there, and who overlooks alpha sees white paper
    return np.ascontiguousarray(rows[_box(mask)]) if crop else rows


def _box(mask: FloatArray) -> tuple[slice, slice]:
    """Return the rows and columns of the object, with a margin around them as far as the picture goes."""
    sides = [np.flatnonzero((mask > 0.1).any(axis=axis)) for axis in (1, 0)]
    margin = round(_MARGIN * max(int(side[-1] - side[0]) + 1 for side in sides))
    rows, columns = (slice(max(int(side[0]) - margin, 0), int(side[-1]) + 1 + margin) for side in sides)
    return rows, columns
