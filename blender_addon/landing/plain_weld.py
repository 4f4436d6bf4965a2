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


def weld(rows: FloatArray) -> tuple[FloatArray, IndexArray]:
    """Return the different ones of the rows, (N, W), and for each row which of these it is, (N,).

    They come in the order of their bits, read as whole numbers without a sign, the first column first. Only rows that
    begin alike are compared to their end: sorting one key of 64 bits is several times faster than np.unique.
    """
    rows = rows + np.float32(0)  # −0.0 is 0.0
    first, *others = _keys(rows)
    order = np.argsort(first)
    ordered = first[order]
    alike = np.flatnonzero(ordered[1:] == ordered[:-1])
    is_new = np.ones(len(rows), bool)
    if len(alike):
        tied = np.union1d(alike, alike + 1)
        among = order[tied]
        among = among[np.lexsort([key[among] for key in (*reversed(others), first)])]
        order[tied] = among
        is_new[alike + 1] = np.any([key[order[alike + 1]] != key[order[alike]] for key in others], axis=0)
    which = np.empty(len(rows), np.int64)
    which[order] = np.cumsum(is_new) - 1
    return rows[order[is_new]], which


def _keys(rows: FloatArray) -> list[npt.NDArray[np.uint64]]:
    """Return the rows as numbers of 64 bits, two columns each, the most important first."""
    words = np.ascontiguousarray(rows).view(np.uint32).astype(np.uint64)
    pairs = (words[:, at : at + 2] for at in range(0, words.shape[1], 2))
    return [(pair[:, 0] << np.uint64(32)) | pair[:, 1] if pair.shape[1] == 2 else pair[:, 0] for pair in pairs]
