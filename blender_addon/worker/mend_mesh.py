"""The meshes of a GLB: damaged UVs, normals, colours and shapes are left out, and invalid points with their faces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from ..core.errors import ModelFileError
from .gate_accessors import primitives, values
from .gate_container import Document, listed, mapping
from .gate_scene import TRIANGLES, refuse_invalid, same_count
from .mend_motion import drop_shape_animations

_SPARABLE = {"TEXCOORD": "UVs", "NORMAL": "normals", "TANGENT": "tangents", "COLOR": "vertex colours"}
_TYPES = {"TEXCOORD": ("VEC2",), "NORMAL": ("VEC3",), "TANGENT": ("VEC4",), "COLOR": ("VEC3", "VEC4")}
_MOST_INVALID = 0.1
"""Share of the points: of a model with more invalid ones nothing sensible would be left."""


def mend(document: Document) -> Iterator[str]:
    """Leave out what is damaged; yield what was left out."""
    every = [primitive for mesh in primitives(document) for primitive in mesh]
    drawn = [one for one in every if "POSITION" in mapping(one, "attributes")]
    for primitive in drawn:
        yield from _attributes(document, primitive)
    if not all(_shapes_are_good(document, mesh) for mesh in document.items("meshes")):
        _drop_shapes(document)
        yield "The shape keys were damaged and left out."
    lost = sum(_drop_points(document, primitive) for primitive in drawn)
    if lost:
        points = "1 invalid point was" if lost == 1 else f"{lost:,} invalid points were"
        yield f"{points} left out, with the faces around."


def _attributes(document: Document, primitive: dict[str, Any]) -> Iterator[str]:
    """Remove the attributes that can be spared and that are damaged."""
    attributes = mapping(primitive, "attributes")
    for name in [name for name in attributes if name != "POSITION" and not name.startswith(("JOINTS_", "WEIGHTS_"))]:
        kind = name.partition("_")[0]
        try:
            same_count(document, {"POSITION": attributes["POSITION"], name: attributes[name]}, None)
            _check_type(document, attributes[name], kind)
            refuse_invalid(document, attributes[name], name[:40])
        except ModelFileError:
            if "POSITION" in attributes and _is_there(document, attributes["POSITION"]):
                del attributes[name]
                yield f"The {_SPARABLE.get(kind, 'additional values of the points')} were damaged and left out."


def _is_there(document: Document, number: object) -> bool:
    return isinstance(number, int) and 0 <= number < len(document.items("accessors"))


def _check_type(document: Document, number: int, kind: str) -> None:
    if kind in _TYPES and document.items("accessors")[number]["type"] not in _TYPES[kind]:
        raise ModelFileError("an attribute of a wrong type")


def _shapes_are_good(document: Document, mesh: dict[str, Any]) -> bool:
    """Tell whether all primitives of a mesh have as many shapes, and each shape fits its points."""
    parts = listed(mesh, "primitives")
    if not any("targets" in part for part in parts) and "weights" not in mesh:
        return True
    try:
        counts = {len(listed(part, "targets")) for part in parts}
        for part in parts:
            count = same_count(document, {"POSITION": mapping(part, "attributes").get("POSITION")}, None)
            for target in listed(part, "targets"):
                _check_shape(document, target, count)
    except ModelFileError:
        return False
    weights = mesh.get("weights", [0] * max(counts))
    plain = isinstance(weights, list) and all(isinstance(one, int | float) for one in weights)
    return len(counts) == 1 and plain and len(weights) == max(counts)


def _check_shape(document: Document, target: dict[str, Any], count: int) -> None:
    same_count(document, target, count)
    for name, number in target.items():
        refuse_invalid(document, number, "a shape's points")
        if name in ("POSITION", "NORMAL", "TANGENT") and document.items("accessors")[number]["type"] != "VEC3":
            raise ModelFileError("a shape of a wrong type")


def _drop_shapes(document: Document) -> None:
    for mesh in document.items("meshes"):
        mesh.pop("weights", None)
        if isinstance(mesh.get("extras"), dict):
            mesh["extras"].pop("targetNames", None)
        for primitive in listed(mesh, "primitives"):
            primitive.pop("targets", None)
    for node in document.items("nodes"):
        node.pop("weights", None)
    drop_shape_animations(document)


def _drop_points(document: Document, primitive: dict[str, Any]) -> int:
    """Leave out the faces at invalid points, and put those points where a valid one is; return how many there were.

    Nothing is done, and the gate refuses the file, when there are too many of them or the faces are no plain triangles.
    """
    place = primitive["attributes"]["POSITION"]
    points = values(document, place) if _is_there(document, place) else None
    if points is None or points.dtype.kind != "f" or points.shape[1] != 3 or "targets" in primitive:
        return 0
    bad = ~np.isfinite(points).all(axis=1)
    lost = int(bad.sum())
    if not lost or lost > max(1, _MOST_INVALID * len(bad)) or lost == len(bad):
        return 0
    corners = _corners(document, primitive, len(points))
    if corners is None:
        return 0
    kept = corners[~bad[corners].any(axis=1)]
    if not len(kept):
        return 0
    whole = points.copy()
    whole[bad] = points[kept[0, 0]]
    attributes = primitive["attributes"] = dict(primitive["attributes"])
    attributes["POSITION"] = _accessor(document, whole.astype("<f4"), 5126, "VEC3")
    primitive["indices"] = _accessor(document, kept.ravel().astype("<u4"), 5125, "SCALAR")
    return lost


def _corners(document: Document, primitive: dict[str, Any], count: int) -> npt.NDArray[np.int64] | None:
    """Return the triangles, (N, 3); None when they are not plain ones of this file, or refer beyond the points."""
    number = primitive.get("indices")
    if primitive.get("mode", TRIANGLES) != TRIANGLES or "extensions" in primitive:
        return None
    if number is None:
        found = np.arange(count)
    else:
        stored = values(document, number) if _is_there(document, number) else None
        if stored is None or stored.dtype.kind != "u" or stored.shape[1] != 1:
            return None
        found = stored.ravel().astype(np.int64)
    return found.reshape(-1, 3) if found.size and found.size % 3 == 0 and found.max() < count else None


def _accessor(document: Document, content: npt.NDArray[Any], kind: int, width: str) -> int:
    """Add an accessor with this content and return its number."""
    facts = {"bufferView": document.append(content.tobytes()), "componentType": kind, "count": len(content)}
    document.root["accessors"].append(facts | {"type": width})
    return len(document.root["accessors"]) - 1
