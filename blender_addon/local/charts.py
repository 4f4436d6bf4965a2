"""Cuts a closed mesh into charts: patches that lie flat, without overlap, when seen from one of six directions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from . import directions
from .raster import Samples, rasterise
from .shapes import FloatArray, Index, IntArray, Solid

MIN_FACING = 0.3
"""Cosine between a face and its chart's direction: bounds the stretch of a chart to 1 / 0.3."""
SPECK_FACING = 0.15
"""The same for the faces of small patches: rather a stretched speck than a chart of its own."""
PROBE_ROWS = 640
"""Pixels along the longest side at which overlaps are looked for: that of a 1024 atlas."""
SMALL_AREA = 0.002
"""Patches below this share of the surface try to join a neighbour."""
MAX_LAYERS = 12


@dataclass(frozen=True)
class Charts:
    """A chart for each face, and the plane coordinates that its direction gives to the face's corners."""

    chart: Index
    """(M,) chart of each face, 0 … count − 1."""
    direction: Index
    """(M,) index into directions.NAMES."""
    corners: FloatArray
    """(M, 3, 2) right and down, units of the solid."""
    samples: Samples
    """Cover of the corners at about PROBE_ROWS pixels along the solid's longest side."""

    @property
    def count(self) -> int:
        return int(self.chart.max()) + 1


def cut(solid: Solid, pictured: Collection[str]) -> Charts:
    """Cut the solid into few charts; directions that have a picture take more of the faces between two of them."""
    normals, areas = face_normals(solid)
    neighbours = face_neighbours(solid.faces)
    facing = normals @ directions.TOWARD.T
    direction = _directions(facing, neighbours, pictured)
    direction = _without_specks(direction, facing, neighbours, areas)
    corners, depth = _flattened(solid, direction)
    patch = _components(neighbours, direction)
    pixels = corners * (PROBE_ROWS / max(1.0, float(np.ptp(solid.vertices, axis=0).max())))
    samples = rasterise(pixels)
    layer = _layers(samples, patch, pixels, depth)
    chart = _components(neighbours, patch * (MAX_LAYERS + 1) + layer)
    return Charts(np.unique(chart, return_inverse=True)[1].reshape(-1), direction, corners, samples)


def face_normals(solid: Solid) -> tuple[FloatArray, FloatArray]:
    """Return (M, 3) outward unit normals and (M,) areas."""
    a, b, c = (solid.vertices[solid.faces[:, corner]] for corner in range(3))
    cross = np.cross(b - a, c - a)
    length = np.linalg.norm(cross, axis=1)
    return cross / np.maximum(length, 1e-30)[:, None], length / 2


def face_neighbours(faces: IntArray) -> Index:
    """Return (M, 3): the face on the other side of each face's edges; every edge lies in exactly two faces."""
    ends = np.stack([faces, np.roll(faces, -1, axis=1)], axis=2).reshape(-1, 2).astype(np.int64)
    order = np.argsort(ends.min(axis=1) * (int(faces.max()) + 1) + ends.max(axis=1), kind="stable").reshape(-1, 2)
    other = np.empty(len(ends), dtype=np.intp)
    other[order[:, 0]], other[order[:, 1]] = order[:, 1] // 3, order[:, 0] // 3
    return other.reshape(-1, 3)


def _directions(facing: FloatArray, neighbours: Index, pictured: Collection[str]) -> Index:
    """Choose a direction a face from softened normals, then let the majority of its neighbours overrule it."""
    favour = np.array([1.3 if name in pictured else 1.15 if name == "back" else 1.0 for name in directions.NAMES])
    soft = facing
    for _ in range(6):
        soft = soft + soft[neighbours].sum(axis=1)
        soft /= np.maximum(np.linalg.norm(soft, axis=1), 1e-30)[:, None]
    direction: Index = np.where(facing >= MIN_FACING, soft * favour, -2 + facing).argmax(axis=1)
    everyone = np.arange(len(direction))
    for _ in range(4):
        around = direction[neighbours]
        major = np.where(around[:, 0] == around[:, 1], around[:, 0], around[:, 2])
        agreed = (around == major[:, None]).sum(axis=1) >= 2
        direction = np.where(agreed & (facing[everyone, major] >= MIN_FACING), major, direction)
    return direction


def _without_specks(direction: Index, facing: FloatArray, neighbours: Index, areas: FloatArray) -> Index:
    """Let the faces of small patches take the direction of the larger patches beside them, from the rim inwards."""
    everyone = np.arange(len(direction))
    for _ in range(3):
        patch = _components(neighbours, direction)
        size = np.bincount(patch, areas, len(patch))[patch]
        small = size < SMALL_AREA * areas.sum()
        direction = direction.copy()
        for step in range(24):
            target = neighbours[:, step % 3]
            wish = direction[target]
            moves = small & (size[target] > size) & (facing[everyone, wish] >= SPECK_FACING)
            direction[moves], size[moves] = wish[moves], size[target[moves]]
    return direction


def _components(neighbours: Index, key: Index) -> Index:
    """Label the connected patches of equal key by their lowest face: hook to neighbours, then jump to the root."""
    same = key[neighbours] == key[:, None]
    everyone = np.arange(len(key))
    ways = [np.where(same[:, side], neighbours[:, side], everyone) for side in range(3)]
    label: Index = everyone
    while True:
        lowest = np.minimum(np.minimum(label[ways[0]], label[ways[1]]), label[ways[2]])
        hooks = lowest < label
        if not hooks.any():
            return label
        root = label.copy()
        np.minimum.at(root, label[hooks], lowest[hooks])
        while not np.array_equal(root[root], root):
            root = root[root]
        label = root[label]


def _flattened(solid: Solid, direction: Index) -> tuple[FloatArray, FloatArray]:
    """Return (M, 3, 2) right and down, and (M, 3) nearness, of each face's corners, seen from its direction."""
    corners = solid.vertices[solid.faces]
    right = np.einsum("mkc,mc->mk", corners, directions.RIGHTWARD[direction])
    up = np.einsum("mkc,mc->mk", corners, directions.UPWARD[direction])
    near: FloatArray = np.einsum("mkc,mc->mk", corners, directions.TOWARD[direction])
    return np.stack([right, -up], axis=2), near


def _layers(samples: Samples, patch: Index, pixels: FloatArray, near: FloatArray) -> Index:
    """Number the layers of patches that lie over themselves: a face that is hidden anywhere goes one layer down."""
    layer = np.zeros(len(patch), dtype=np.intp)
    cell = _cells(samples, patch, pixels)
    depth = np.einsum("sk,sk->s", near[samples.face], samples.weights)
    twice = np.bincount(cell)[cell] > 1
    cell, face, depth = cell[twice], samples.face[twice], depth[twice]
    order = np.lexsort((-depth, cell))
    cell, face = cell[order], face[order]
    for number in range(1, MAX_LAYERS + 1):
        hidden = face[1:][cell[1:] == cell[:-1]]
        if not len(hidden):
            break
        layer[hidden] = number
        stays = layer[face] == number
        cell, face = cell[stays], face[stays]
    return layer


def _cells(samples: Samples, patch: Index, pixels: FloatArray) -> Index:
    """Number the pixels so that each patch has a sheet of its own."""
    owner = np.unique(patch, return_inverse=True)[1].reshape(-1)
    low, high = bounds(pixels, owner)
    first, last = np.floor(low).astype(np.int64), np.ceil(high).astype(np.int64)
    width = last[:, 0] - first[:, 0] + 1
    size = (last[:, 1] - first[:, 1] + 1) * width
    start = np.cumsum(size) - size - first[:, 1] * width - first[:, 0]
    sheet = owner[samples.face]
    cell: Index = start[sheet] + samples.row * width[sheet] + samples.column
    return cell


def bounds(corners: FloatArray, owner: Index) -> tuple[FloatArray, FloatArray]:
    """Return (count, 2) lowest and (count, 2) highest corner of the faces, (M, 3, 2), of each owner, (M,)."""
    order = np.argsort(owner, kind="stable")
    first = np.flatnonzero(np.diff(owner[order], prepend=-1))
    low = np.minimum.reduceat(corners.min(axis=1)[order], first, axis=0)
    high = np.maximum.reduceat(corners.max(axis=1)[order], first, axis=0)
    return low, high
