"""The surfaces of a plain GLB as numpy arrays, welded and in Blender's axes, as Blender's importer makes them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, takewhile
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from .plain_file import FloatArray, IndexArray, PlainGlb
from .plain_weld import rounded, weld

_Number = TypeVar("_Number", np.float32, np.int64)


@dataclass(frozen=True)
class Surface:
    """A mesh of the file: vertices, and three corners for each triangle."""

    points: FloatArray
    """(N, 3)"""
    normals: FloatArray | None
    """(N, 3), zero where a primitive has none; None when no primitive has."""
    corners: npt.NDArray[np.intc]
    """(3 T,) vertices."""
    uvs: list[FloatArray]
    """(3 T, 2) each, v upwards."""
    colors: list[FloatArray]
    """(3 T, 4) each."""
    triangles: list[int]
    """Of each primitive."""
    with_normals: list[bool]
    """Whether a primitive has normals."""


def surface(glb: PlainGlb, number: int) -> Surface:
    """Read a mesh of the file. Vertices that no triangle uses are left out."""
    primitives = glb.root["meshes"][number]["primitives"]
    attributes = [primitive["attributes"] for primitive in primitives]
    indices = [_indices(glb, primitive) for primitive in primitives]
    with_normals = ["NORMAL" in names for names in attributes]
    parts = [_vertices(glb, names, any(with_normals)) for names in attributes]
    used = [_used(part, one) for part, one in zip(parts, indices, strict=True)]
    starts = np.cumsum([0, *(len(rows) for rows, _ in used)])
    corners = _joined([one + start if start else one for (_, one), start in zip(used, starts[:-1], strict=True)])
    rows, which = weld(_joined([rows for rows, _ in used]))
    uvs = _layers(glb, attributes, indices, "TEXCOORD", 0)
    for layer in uvs:
        layer[:, 1] = 1 - layer[:, 1]
    colors = _layers(glb, attributes, indices, "COLOR", 1)
    normals = _upright(rows[:, 3:]) if any(with_normals) else None
    triangles = [len(one) // 3 for one in indices]
    return Surface(_upright(rows[:, :3]), normals, which[corners], uvs, colors, triangles, with_normals)


def _indices(glb: PlainGlb, primitive: dict[str, Any]) -> IndexArray:
    if "indices" in primitive:
        return glb.stored(primitive["indices"]).ravel().astype(np.int64)
    return np.arange(glb.root["accessors"][primitive["attributes"]["POSITION"]]["count"])


def _vertices(glb: PlainGlb, attributes: dict[str, int], with_normals: bool) -> FloatArray:
    """Return points, (N, 3), or with normals, (N, 6)."""
    points = glb.floats(attributes["POSITION"])
    if not with_normals:
        return points
    normals = rounded(glb.floats(attributes["NORMAL"])) if "NORMAL" in attributes else np.zeros_like(points)
    return np.concatenate((points, normals), axis=1)


def _used(rows: FloatArray, indices: IndexArray) -> tuple[FloatArray, IndexArray]:
    """Return the rows that are referred to, and the references to these."""
    is_used = np.zeros(len(rows), bool)
    is_used[indices] = True
    if is_used.all():
        return rows, indices
    return rows[is_used], (np.cumsum(is_used) - 1)[indices]


def _joined(parts: list[npt.NDArray[_Number]]) -> npt.NDArray[_Number]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _layers(
    glb: PlainGlb, attributes: list[dict[str, int]], indices: list[IndexArray], name: str, missing: float
) -> list[FloatArray]:
    """Return the layers of that name, a row for each corner; `missing` stands where a primitive has none."""
    found = max(sum(1 for _ in takewhile(lambda n: f"{name}_{n}" in names, count())) for names in attributes)  # noqa: B023
    layers = []
    for number in range(found):
        parts = [
            np.take(_wide(glb.floats(names[f"{name}_{number}"]), name), one, axis=0)
            if f"{name}_{number}" in names
            else np.full((len(one), _WIDTHS[name]), missing, np.float32)
            for names, one in zip(attributes, indices, strict=True)
        ]
        layers.append(_joined(parts))
    return layers


_WIDTHS = {"TEXCOORD": 2, "COLOR": 4}


def _wide(values: FloatArray, name: str) -> FloatArray:
    """Return colours with an alpha of 1, when they have none."""
    lacking = _WIDTHS[name] - values.shape[1]
    return np.pad(values, ((0, 0), (0, lacking)), constant_values=1) if lacking else values


def _upright(vectors: FloatArray) -> FloatArray:
    """Turn glTF's axes, Y up, into Blender's, Z up."""
    return np.stack((vectors[:, 0], -vectors[:, 2], vectors[:, 1]), axis=1)
