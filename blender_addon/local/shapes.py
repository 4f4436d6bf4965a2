"""The words of this package: what goes in (views, recipe), what passes between its steps, what comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating[Any]]
"""Single or double precision: large pictures are kept in single precision, vertices in double."""
IntArray = npt.NDArray[np.int32]
ByteArray = npt.NDArray[np.uint8]
Index = npt.NDArray[np.signedinteger[Any]]
"""Places in other arrays."""
Mask = npt.NDArray[np.bool_]

Views = Mapping[str, ByteArray]
"""View name (front, left, back, right) → picture, (H, W, 4) RGBA, sRGB with straight alpha, row 0 at the top.

Left is the object's own left: the camera stands at +X and looks along −X (Blender's axes, the front faces −Y).
"""

Progress = Callable[[float], None]
"""Told the share of the work that is done, 0–1."""


class PictureRefused(ValueError):  # noqa: N818 - it is refused, nothing went wrong
    """The picture cannot become a model; the message is one sentence for the artist, with the remedy."""


@dataclass(frozen=True)
class Recipe:
    """How to build the model; names and ranges are those of the Local provider's options, which set every one of them.

    Its defaults differ: here no face limit is set, and the model is one metre high.
    """

    method: str = "auto"
    """auto (one view: inflate, several: hull), inflate, hull, extrude or relief."""
    depth: float = 1.0
    """Front to back, as a factor of the depth that the method would choose by itself (one view only)."""
    roundness: float | None = None
    """Cross-sections from box (0) to ellipse (1); None lets the silhouettes decide."""
    detail: str = "normal"
    """draft, normal or fine: the resolution of the grid that the surface is taken from."""
    face_limit: int | None = None
    """Triangles wanted, kept within 5 %; None keeps the surface as it comes."""
    smoothing: float = 0.3
    """0 (as carved) to 1 (very soft)."""
    symmetry: bool = False
    """Make the left and right halves mirror images of each other."""
    texture_size: int = 1024
    """Side of the square textures, pixels."""
    back: str = "mirror"
    """What the unseen side shows: the front mirrored and softened, or plain: its own mean colours, without detail."""
    height: float = 1.0
    """Height of the finished model, metres."""


@dataclass(frozen=True)
class Solid:
    """A closed triangle mesh in Blender's axes: Z up, front facing −Y, counter-clockwise seen from outside."""

    vertices: FloatArray
    """(N, 3), in units of the front silhouette's height, lowest point at z = 0, middle of the box at x = y = 0."""
    faces: IntArray
    """(M, 3) vertex indices; each edge lies in exactly two faces."""


Reduce = Callable[[Solid, int], Solid]
"""Simplifies a solid to about that many triangles and keeps it closed (Blender's Decimate, given by the worker)."""


@dataclass(frozen=True)
class Model:
    """The finished model: metres, Blender's axes, front facing −Y, lowest point at z = 0, centred in x and y."""

    vertices: FloatArray
    """(N, 3) metres."""
    faces: IntArray
    """(M, 3) vertex indices, counter-clockwise seen from outside."""
    uvs: FloatArray
    """(M, 3, 2) texture coordinates of each face's corners, 0–1, v upwards."""
    base_color: ByteArray
    """(T, T, 3) sRGB, row 0 at the top."""
    roughness: ByteArray
    """(T, T) linear, row 0 at the top."""
    normal: ByteArray
    """(T, T, 3) tangent-space normals, green upwards (glTF, OpenGL), row 0 at the top."""
