"""Throws the views' colours onto the surface: each view colours what it sees, the unseen back gets a soft echo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from . import directions
from .align import Silhouette, resample
from .charts import face_normals
from .fill import grow, pull_push, soften, soften_within
from .raster import rasterise
from .shapes import FloatArray, Mask, Solid

DEPTH_ROWS = 384
"""Rows of the depth buffers that tell what hides what; like all rows here, of a view no wider than high (`_scaled`)."""
DEPTH_TOLERANCE = 0.02
"""Units by which a point may lie behind the nearest surface and still count as seen; more where pixels are larger."""
SHARPNESS = 4
"""Exponent of the facing: how fast one view gives way to the next."""
GUESS_STRENGTH = 0.3
"""Highest weight of a picture that nobody gave."""
FAINT_STRENGTH = 0.002
"""The same for the back when side views end in what is at the back: their colours, carried on, know better."""
BACK_ROWS = 128
"""Rows of the soft picture that colours the unseen back."""
SOFT_ROWS = 256
"""Rows of a picture that has been softened for surfaces that turn away from it."""
RIM = 3
"""Width of the rim whose colours run round to the back, in those rows."""
STRANGE = 0.22
"""Colours this far, in 0–1 sRGB, from those carried in from the rim belong to the front alone."""


@dataclass(frozen=True)
class Projector:
    """One picture, thrown at the solid along its direction."""

    direction: int
    colors: FloatArray
    """(h, w, 3), 0–1 sRGB, the object's colours continued beyond its outline: no ground is left in it."""
    soft: FloatArray
    """The same, softened and of fewer pixels."""
    width: float
    """Width of the picture in units of its height."""
    nearest: FloatArray | None
    """(rows, columns) how near the nearest surface is, in units; None when it need not be asked."""
    strength: float = 1.0
    """Highest weight: guesses stand back behind the source views."""
    pictured: bool = True
    """Whether this is a source view and not a guess."""

    def throw(self, points: FloatArray, normals: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return (S, 3) colours and (S,) weights, 0–1, for (S, 3) points with (S, 3) unit normals."""
        facing = normals @ directions.TOWARD[self.direction]
        hit = np.flatnonzero(facing > 0.1)
        right, up, near = directions.seen(points[hit], self.direction).T
        across, down = right / self.width + 0.5, 1 - up
        colors, weights = np.zeros((len(points), 3), dtype=np.float32), np.zeros(len(points), dtype=np.float32)
        colors[hit] = self._read(across, down, facing[hit])
        weights[hit] = self.strength * facing[hit] ** SHARPNESS * self._visible(across, down, near)
        return colors, weights

    def _read(self, across: FloatArray, down: FloatArray, facing: FloatArray) -> FloatArray:
        """Read the picture, the softer the more the surface turns away: stretched pixels would show as streaks."""
        sharp, soft = _bilinear(self.colors, across, down), _bilinear(self.soft, across, down)
        share = np.clip((facing - 0.25) / 0.35, 0, 1).astype(np.float32)[:, None]
        mixed: FloatArray = soft + (sharp - soft) * (share * share * (3 - 2 * share))
        return mixed

    def _visible(self, across: FloatArray, down: FloatArray, near: FloatArray) -> FloatArray | float:
        if self.nearest is None:
            return 1.0
        rows, columns = self.nearest.shape
        row = np.clip((down * rows).astype(np.intp), 0, rows - 1)
        column = np.clip((across * columns).astype(np.intp), 0, columns - 1)
        behind = self.nearest[row, column] - near
        return np.asarray(np.clip(2 - behind / (DEPTH_TOLERANCE * DEPTH_ROWS / rows), 0, 1))


def projectors(solid: Solid, silhouettes: Mapping[str, Silhouette], back: str) -> list[Projector]:
    """Prepare the views, and guesses: the back from the front, a side from its mirrored opposite.

    back: mirror or plain, as in `Recipe`.
    """
    pictures = {name: clean_colors(view) for name, view in silhouettes.items()}
    thrown = [_projector(solid, name, pictures[name], view.width) for name, view in silhouettes.items()]
    if "back" not in silhouettes:
        front, sides = silhouettes["front"], {"left", "right"} & set(silhouettes)
        strength = FAINT_STRENGTH if sides else GUESS_STRENGTH
        soft = back_colors(pictures["front"], front.mask, back)[:, ::-1]
        thrown.append(Projector(directions.BACK, soft, soft, front.width, None, strength, pictured=False))
    for given, missing in (("left", "right"), ("right", "left")):
        if given in silhouettes and missing not in silhouettes:
            flipped = pictures[given][:, ::-1]
            twin = _projector(solid, missing, flipped, silhouettes[given].width)
            thrown.append(replace(twin, strength=GUESS_STRENGTH))
    return thrown


def clean_colors(view: Silhouette) -> FloatArray:
    """Return (h, w, 3) colours, 0–1: the object's own, with those near its outline drawn from further inside."""
    colors = view.picture[..., :3].astype(np.float32) / np.float32(255)
    return pull_push(colors, trusted(view.mask))


def trusted(mask: FloatArray) -> Mask:
    """Tell which pixels show the object only: well inside the outline, or the core of parts too thin for that."""
    solid = np.pad(mask >= 0.9, 1)
    reach = int(np.clip(round(mask.shape[0] * 0.007), 2, 10))
    cores = [solid]
    for _ in range(reach):
        cores.append(grow(cores[-1], -1))
    inside = cores[-1]
    thin = ~grow(inside, reach + 2)
    for core, smaller in pairwise(cores):
        inside = inside | (core & ~grow(smaller, 1) & thin)
    if not inside.any():
        inside = np.pad(mask >= mask.max(), 1)
    return inside[1:-1, 1:-1]


def back_colors(colors: FloatArray, mask: FloatArray, back: str) -> FloatArray:
    """Guess the back, as seen from the front: a soft echo of it, without what belongs to the front alone.

    That is what differs much from the colours of the rim (a face, a screen); its surroundings close over it. A plain
    back has the rim's colours only.
    """
    rows, columns = _scaled(BACK_ROWS, mask.shape[1] / mask.shape[0])
    inside = resample(mask, rows, columns) >= 0.5
    soft = resample(colors.astype(np.float64), rows, columns).astype(np.float32)
    counts = np.float32(0.05) + inside
    rim = inside & ~grow(inside, -RIM)
    calm = soften_within(pull_push(soft, rim), counts, 3)
    if back == "plain":
        return soften_within(calm, counts, 4)
    strange = grow(np.linalg.norm(soft - calm, axis=2) > STRANGE, 1)
    return soften_within(pull_push(soft, inside & ~(strange & ~rim)), counts, 2)


def _projector(solid: Solid, name: str, colors: FloatArray, width: float) -> Projector:
    direction = directions.NAMES.index(name)
    soft = resample(colors.astype(np.float64), *_scaled(min(SOFT_ROWS, len(colors)), width)).astype(np.float32)
    return Projector(direction, colors, soften(soft, 2), width, _nearest(solid, direction, width))


def _nearest(solid: Solid, direction: int, width: float) -> FloatArray:
    """Return a depth buffer; pixels know their neighbours, so that an outline hides a little more than itself."""
    rows, columns = _scaled(DEPTH_ROWS, width)
    faces = solid.faces[face_normals(solid)[0] @ directions.TOWARD[direction] > 0]
    right, up, near = directions.seen(solid.vertices, direction).T
    pixels = np.stack([(right / width + 0.5) * columns, (1 - up) * rows], axis=1)
    samples = rasterise(pixels[faces])
    inside = (samples.row >= 0) & (samples.row < rows) & (samples.column >= 0) & (samples.column < columns)
    depth = samples.interpolate(near[:, None], faces)[:, 0]
    flat = np.full(rows * columns, -np.inf)
    np.maximum.at(flat, (samples.row * columns + samples.column)[inside], depth[inside])
    buffer: FloatArray = flat.reshape(rows, columns)
    for axis in (0, 1):
        ahead, behind = np.roll(buffer, 1, axis), np.roll(buffer, -1, axis)
        buffer = np.maximum(buffer, np.maximum(ahead, behind))
    return buffer


def _scaled(rows: int, width: float) -> tuple[int, int]:
    """Return rows and columns for a view of that width; a wide one gets no more pixels than a square one would."""
    rows = max(1, round(rows / max(1.0, width) ** 0.5))
    return rows, max(1, round(rows * width))


def _bilinear(colors: FloatArray, across: FloatArray, down: FloatArray) -> FloatArray:
    """Read (h, w, 3) colours at places given as shares of width and height."""
    height, width = colors.shape[:2]
    x = np.clip(across * width - 0.5, 0, width - 1)
    y = np.clip(down * height - 0.5, 0, height - 1)
    left, top = x.astype(np.intp), y.astype(np.intp)
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    x, y = (x - left).astype(np.float32)[:, None], (y - top).astype(np.float32)[:, None]
    flat, top, bottom = colors.reshape(-1, 3), top * width, bottom * width
    upper = flat.take(top + left, axis=0) * (1 - x) + flat.take(top + right, axis=0) * x
    lower = flat.take(bottom + left, axis=0) * (1 - x) + flat.take(bottom + right, axis=0) * x
    read: FloatArray = upper * (1 - y) + lower * y
    return read
