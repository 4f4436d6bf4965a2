"""The six directions a solid is looked at from: each has a viewer's right and up, so nothing is ever mirrored."""

from __future__ import annotations

import numpy as np

from .shapes import FloatArray

NAMES = ("front", "left", "back", "right", "top", "bottom")
FRONT, LEFT, BACK, RIGHT, TOP, BOTTOM = range(6)

TOWARD: FloatArray = np.array([[0, -1, 0], [1, 0, 0], [0, 1, 0], [-1, 0, 0], [0, 0, 1], [0, 0, -1]], dtype=np.float64)
"""(6, 3) unit vectors from the object to the viewer, in the order of NAMES."""
RIGHTWARD: FloatArray = np.array([[1, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0], [1, 0, 0], [1, 0, 0]], dtype=np.float64)
"""(6, 3) what the viewer sees as right."""
UPWARD: FloatArray = np.cross(TOWARD, RIGHTWARD)
"""(6, 3) what the viewer sees as up: right × up = toward."""


def seen(points: FloatArray, direction: int) -> FloatArray:
    """Return (N, 3): right, up and toward coordinates of the points, as the viewer at that direction sees them."""
    frame = np.stack([RIGHTWARD[direction], UPWARD[direction], TOWARD[direction]], axis=1)
    turned: FloatArray = points @ frame
    return turned
