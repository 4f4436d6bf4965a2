"""Model files shaped as providers send them, small and made here: names, nodes, materials and textures as theirs.

glb.py        GLB, made byte by byte
beside.py     OBJ, STL, PLY and ZIP, with what lies beside the model
exported.py   FBX and USD, written by the exporters of the Blender that runs the tests

All show the same solid, `SOLID`: an arrowhead whose tip is its front, higher on its own left. A maker returns file
name → content, the model first.
"""

from __future__ import annotations

import numpy as np
import written

SOLID = written.POINTS[written.FACES]
"""(6, 3, 3) corners of triangles, glTF's axes, front to +Z. No two triangles share a vertex, as after unwrapping."""
LANDED = np.array([[-1, 1.5, 0], [-1, 1.5, 1], [0.25, -1.5, 0], [1, 1.5, 0], [1, 1.5, 2]])
"""The solid's points when it has landed: front to −Y, its box on the origin."""


def turned(points: np.ndarray, front: str = "-Y") -> np.ndarray:
    """Turn points in glTF's axes so that the front, once in Blender, faces that way: −Y as they are, or +X."""
    return points[..., [2, 1, 0]] * np.float32([1, 1, -1]) if front == "+X" else points


def normals() -> np.ndarray:
    """Return the normal of each corner, (18, 3): flat."""
    sides = np.cross(SOLID[:, 1] - SOLID[:, 0], SOLID[:, 2] - SOLID[:, 0])
    sides /= np.linalg.norm(sides, axis=1, keepdims=True)
    return np.repeat(sides, 3, axis=0).astype(np.float32)


def uvs() -> np.ndarray:
    """Return a place of its own in the texture for each triangle, (18, 2), glTF's: v downwards."""
    corners = np.float32([[0.1, 0.1], [0.8, 0.1], [0.1, 0.8]])
    cells = np.float32([[number % 3, number // 3] for number in range(6)])
    return ((cells[:, None] + corners) / np.float32([3, 2])).reshape(-1, 2)
