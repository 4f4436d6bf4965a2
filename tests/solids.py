"""What a solid is judged by: whether it is closed, and how much is in it."""

import numpy as np

from blender_addon.local.shapes import Solid


def volume(solid: Solid) -> float:
    """Measure the enclosed volume; positive when the normals point outwards."""
    a, b, c = (solid.vertices[solid.faces[:, i]] for i in range(3))
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6)


def is_closed(solid: Solid) -> bool:
    """Tell whether every edge lies in exactly two faces that run along it in opposite directions."""
    pairs = solid.faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2).astype(np.int64)
    ahead = np.sort(pairs[:, 0] * len(solid.vertices) + pairs[:, 1])
    back = np.sort(pairs[:, 1] * len(solid.vertices) + pairs[:, 0])
    return bool((ahead == back).all() and (np.diff(ahead) > 0).all() and (pairs[:, 0] != pairs[:, 1]).all())
