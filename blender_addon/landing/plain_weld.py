"""Welds the vertices that glTF splits, in the order and by the rules of Blender's own importer (`merge_vertices`)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .plain_file import FloatArray, IndexArray

_STEPS = 50_000
"""Normals are cut off to multiples of 1 / this first, so that hardly different ones are the same."""


def rounded(normals: FloatArray) -> FloatArray:
    """Return normals, (N, 3), cut off as Blender's importer does it; the order of the steps decides the last bit."""
    normals = normals * np.float32(_STEPS)
    np.trunc(normals, out=normals)
    normals *= np.float32(1 / _STEPS)
    return normals


def weld(rows: FloatArray) -> tuple[FloatArray, npt.NDArray[np.intc]]:
    """Return the different ones of the rows, (N, W), and for each row which of these it is, (N,).

    They come in the order of their bits, read as whole numbers without a sign, the first column first. Only rows that
    are alike in the first two columns are compared in the next one: sorting numbers of 64 bits, which hold two columns,
    or a group of rows and a column, is several times faster than np.unique.
    """
    rows = rows + np.float32(0)  # −0.0 is 0.0
    words = rows.view(np.uint32)
    keys = words[:, 0].astype(np.uint64) << np.uint64(32)
    if rows.shape[1] > 1:
        keys |= words[:, 1]
    order, starts = np.argsort(keys), np.ones(len(rows), bool)
    keys = keys[order]
    starts[1:] = keys[1:] != keys[:-1]
    for column in range(2, rows.shape[1]):
        _refine(order, starts, words[:, column])
    which = np.empty(len(rows), np.intc)
    which[order] = np.cumsum(starts) - 1
    return rows[order[starts]], which


def _refine(order: IndexArray, starts: npt.NDArray[np.bool_], words: npt.NDArray[np.uint32]) -> None:
    """Sort the rows of each group, which `starts` where it is true, by a column, and part those that differ in it."""
    alone = starts & np.append(starts[1:], True)
    places = np.flatnonzero(~alone)
    groups = np.cumsum(starts)[places].astype(np.uint64)
    keys = (groups << np.uint64(32)) | words[order[places]]
    sorting = np.argsort(keys)
    order[places] = order[places][sorting]
    keys = keys[sorting]
    starts[places[1:]] |= keys[1:] != keys[:-1]
