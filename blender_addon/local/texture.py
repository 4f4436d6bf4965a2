"""Paints a solid with its source views: texture coordinates, base color, roughness and fine relief."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from . import directions
from .align import Silhouette
from .charts import face_normals
from .detail import normal, roughness
from .fill import pull_push, spread
from .projection import Projector, projectors
from .raster import Samples, rasterise
from .shapes import FloatArray, Mask, Model, Progress, Recipe, Solid
from .uv import unwrap

BLOCK = 1_000_000
"""Texels painted at a time: bounds the memory that a 4096 texture takes."""
FILL_WEIGHT = 0.03
"""Weight of the colours carried along the surface; they show where no view faces the surface well."""


def paint(solid: Solid, silhouettes: Mapping[str, Silhouette], recipe: Recipe, progress: Progress) -> Model:
    """Return the solid, in its own units, with texture coordinates and textures painted from the views."""
    thrown = projectors(solid, silhouettes, recipe.back)
    progress(0.1)
    painter = _Painter(solid, thrown)
    progress(0.2)
    uvs = unwrap(solid, {directions.NAMES[each.direction] for each in thrown if each.pictured})
    progress(0.4)
    size = recipe.texture_size
    colors = np.zeros((size, size, 3), dtype=np.float32)
    known = np.zeros((size, size), dtype=np.float32)
    covered: Mask = np.zeros((size, size), dtype=bool)
    for samples, share in _blocks(uvs, size):
        colors[samples.row, samples.column], known[samples.row, samples.column] = painter.paint(samples)
        covered[samples.row, samples.column] = True
        progress(0.4 + 0.4 * share)
    colors = pull_push(colors, covered)
    base = np.floor(colors * 255 + 0.5).astype(np.uint8)
    progress(0.9)
    return Model(solid.vertices, solid.faces, uvs, base, roughness(colors, known), normal(colors, known))


class _Painter:
    """Mixes what the views throw at a place with the colours that are carried there along the surface."""

    def __init__(self, solid: Solid, thrown: list[Projector]) -> None:
        self._faces, self._thrown = solid.faces, thrown
        normals = vertex_normals(solid)
        colors, weight, _ = self._mix(solid.vertices, normals)
        trust = np.clip(weight / 0.1, 0, 1)
        carried = spread(colors.astype(np.float64), trust.astype(np.float64) ** 2, solid.faces)
        self._vertices = np.concatenate([solid.vertices, normals, carried], axis=1).astype(np.float32)

    def paint(self, samples: Samples) -> tuple[FloatArray, FloatArray]:
        """Return (S, 3) colours, 0–1, and (S,) how much of each comes from a source view, 0–1."""
        points, normals, carried = np.split(samples.interpolate(self._vertices, self._faces), 3, axis=1)
        normals = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
        colors, weight, known = self._mix(points, normals)
        share = (weight / (weight + FILL_WEIGHT * (1 - np.minimum(weight, 1))))[:, None]
        return np.clip(carried + (colors - carried) * share, 0, 1), known * share[:, 0]

    def _mix(self, points: FloatArray, normals: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return (S, 3) mixed colours, (S,) total weight, (S,) the share of that which source views have."""
        total, weight = np.zeros((len(points), 3), dtype=np.float32), np.zeros(len(points), dtype=np.float32)
        pictured = weight.copy()
        for projector in self._thrown:
            color, strength = projector.throw(points, normals)
            total += color * strength[:, None]
            weight += strength
            pictured += strength * projector.pictured
        least = np.maximum(weight, np.float32(1e-9))
        return total / least[:, None], weight, pictured / least


def vertex_normals(solid: Solid) -> FloatArray:
    """Return (N, 3) unit normals, the faces' weighted by their areas."""
    normals, areas = face_normals(solid)
    weighted = np.repeat(normals * areas[:, None], 3, axis=0)
    corner = solid.faces.reshape(-1)
    total = np.stack([np.bincount(corner, weighted[:, axis], len(solid.vertices)) for axis in range(3)], axis=1)
    unit: FloatArray = total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-30)
    return unit


def _blocks(uvs: FloatArray, size: int) -> Iterator[tuple[Samples, float]]:
    """Rasterise the faces in blocks of about BLOCK texels; yields samples and the share done with them."""
    pixels = uvs * size
    pixels[..., 1] = size - pixels[..., 1]
    edges = pixels[:, 1:] - pixels[:, :1]
    texels = np.cumsum(np.abs(edges[:, 0, 0] * edges[:, 1, 1] - edges[:, 0, 1] * edges[:, 1, 0]) / 2)
    cuts = np.unique(np.searchsorted(texels, np.arange(BLOCK, texels[-1], BLOCK)))
    face = np.arange(len(pixels))
    for part in np.split(face, cuts):
        samples = rasterise(pixels[part])
        yield Samples(part[samples.face], samples.row, samples.column, samples.weights), (part[-1] + 1) / len(face)
