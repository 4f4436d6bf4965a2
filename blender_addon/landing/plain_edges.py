"""The edges of a surface's triangles, and whether Blender would have to repair the triangles first.

Arrays are used again and again: memory that is new to the process takes as long as the sorting.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

_MOST = 16
"""Triangles at one edge; with more of them Blender looks after the mesh."""
_WORD = 64
"""Bits of a key."""
_Vertices = npt.NDArray[np.intc]
_Words = npt.NDArray[np.uint64]
Edges = tuple[_Vertices, _Vertices]


def edges(corners: _Vertices, points: int) -> Edges | None:
    """Return the edges, (E, 2) vertices, the lower one first, and which of them begins at each corner, (3 T,).

    They come in the order of their vertices. None where a triangle has a vertex twice, or two have the same three.
    """
    triangles = corners.reshape(-1, 3)
    following = np.roll(triangles, -1, axis=1).ravel()
    if np.any(corners == following):
        return None
    bits = max(points - 1, 1).bit_length()
    keys = np.empty(len(corners), np.uint64)
    np.minimum(corners, following, out=keys, casting="unsafe")
    keys <<= np.uint64(bits)
    keys |= np.maximum(corners, following, out=following).view(np.uint32)
    order = _sort(keys, 2 * bits)
    starts = np.append(True, keys[1:] != keys[:-1])
    opposite = np.take(np.roll(triangles, 1, axis=1).ravel(), order, out=following, mode="clip")
    if _are_doubled(keys, starts, opposite):
        return None
    which = np.empty_like(corners)
    which[order] = np.subtract(np.cumsum(starts, dtype=np.intc, out=following), 1, out=following)
    kept = keys[starts]
    ends = np.empty((len(kept), 2), np.intc)
    np.right_shift(kept, np.uint64(bits), out=ends[:, 0], casting="unsafe")
    np.bitwise_and(kept, np.uint64(2**bits - 1), out=ends[:, 1], casting="unsafe")
    return ends, which


def _sort(keys: _Words, bits: int) -> npt.NDArray[np.int64]:
    """Sort the keys, which have so many bits, and return where each was before.

    Where there is room for it a key holds its place, too: sorting is faster than looking for an order.
    """
    room = max(len(keys) - 1, 1).bit_length()
    if bits + room > _WORD:
        order = np.argsort(keys)
        keys[:] = keys[order]
        return order
    keys <<= np.uint64(room)
    keys |= np.arange(len(keys), dtype=np.uint32)
    middle = len(keys) // 2
    keys.partition(middle)
    with ThreadPoolExecutor(2) as both:  # numpy lets other threads run meanwhile
        list(both.map(np.ndarray.sort, (keys[:middle], keys[middle:])))
    order = (keys & np.uint64(2**room - 1)).view(np.int64)
    keys >>= np.uint64(room)
    return order


def _are_doubled(keys: _Words, starts: npt.NDArray[np.bool_], opposite: _Vertices) -> bool:
    """Tell whether two triangles at an edge have the same third vertex, or there are too many to look at."""
    if np.any(~starts[1:] & (opposite[1:] == opposite[:-1])):
        return True
    places = np.flatnonzero(~starts[1:-1] & ~starts[2:])
    for further in range(2, _MOST):
        if not len(places):
            return False
        if np.any(opposite[places] == opposite[places + further]):
            return True
        places = places[places + further + 1 < len(keys)]
        places = places[keys[places] == keys[places + further + 1]]
    return True
