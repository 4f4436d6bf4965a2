"""What stands on the numbers of a GLB: meshes, nodes, skins and animations refer to things that exist and fit.

Source: glTF 2.0 specification, sections 3.5 (Scenes), 3.7 (Geometry) and 3.11 (Animations).
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np

from ..core.errors import ModelFileError
from .gate_accessors import primitives, refuse_beyond_memory, values
from .gate_container import Document, damaged, listed, mapping, whole

MAX_NODES = 5_000
_MAX_DEPTH = 256
TRIANGLES = 4


def check(document: Document) -> None:
    """Check everything above the accessors. Raises ModelFileError."""
    for key in ("nodes", "meshes", "materials", "textures", "skins", "animations", "scenes"):
        count = len(document.items(key))
        if count > MAX_NODES:
            raise ModelFileError(f"The model file has {count:,} {key}, too many to be put into a scene.")
    every = [primitive for mesh in primitives(document) for primitive in mesh]
    if len(every) > MAX_NODES:
        raise ModelFileError(f"The model file has {len(every):,} surfaces, too many to be put into a scene.")
    for primitive in every:
        _primitive(document, primitive)
    _nodes(document)
    _instances(document)
    _skins(document)
    _animations(document)


def _primitive(document: Document, primitive: dict[str, Any]) -> None:
    """Check one mesh primitive: all its attributes as long as its positions, its indices within them."""
    mode = whole(primitive.get("mode", TRIANGLES), 0, 7, "a primitive's mode")
    attributes = mapping(primitive, "attributes")
    if "POSITION" not in attributes:
        return  # nothing to show: the specification lets it be
    count = same_count(document, attributes, None)
    targets = listed(primitive, "targets")
    if len(targets) > MAX_NODES:
        raise ModelFileError("The model file has more shape keys than can be put into a scene.")
    for target in targets:
        same_count(document, target, count)
    _finite(document, attributes["POSITION"])
    if "material" in primitive:
        whole(primitive["material"], 0, len(document.items("materials")), "a primitive's material")
    corners = count
    if "indices" in primitive:
        corners = _indices(document, primitive["indices"], count)
    if mode >= TRIANGLES and (corners < 3 or (mode == TRIANGLES and corners % 3)):
        damaged(f"{corners} corners do not make triangles")


def _accessor(document: Document, number: object, what: str) -> dict[str, Any]:
    accessors = document.items("accessors")
    return accessors[whole(number, 0, len(accessors), what)]


def same_count(document: Document, attributes: dict[str, Any], count: int | None) -> int:
    """Return how many vertices the attributes have; all must have as many."""
    for name, number in attributes.items():
        accessor = _accessor(document, number, f"attribute {name[:40]}")
        if count is None:
            count = accessor["count"]
        if accessor["count"] != count:
            damaged(f"attribute {name[:40]} has {accessor['count']} values for {count} vertices")
        if name == "POSITION" and accessor["type"] != "VEC3":
            damaged("positions that are not three numbers each")
    return count or 0


def _finite(document: Document, number: int) -> None:
    points = values(document, number)
    if points is not None and points.dtype.kind == "f" and not np.isfinite(points).all():
        raise ModelFileError("The model file contains invalid points. Export or generate it again.")


def _indices(document: Document, number: object, count: int) -> int:
    """Check the vertex indices and return how many there are."""
    accessor = _accessor(document, number, "a primitive's indices")
    if accessor["type"] != "SCALAR" or accessor["componentType"] not in (5121, 5123, 5125):
        damaged("vertex indices of an unknown type")
    indices = values(document, whole(number, 0, 2**31, "indices"))
    if indices is not None and int(indices.max()) >= count:
        damaged("a vertex index beyond the vertices")
    return int(accessor["count"])


def _nodes(document: Document) -> None:
    """Check that the nodes form trees that are not too deep, and refer to what exists."""
    nodes = document.items("nodes")
    parents: dict[int, int] = {}
    for number, node in enumerate(nodes):
        for key, holder in (("mesh", "meshes"), ("skin", "skins"), ("camera", "cameras")):
            if key in node:
                whole(node[key], 0, len(document.items(holder)), f"a node's {key}")
        for key, length in (("matrix", 16), ("translation", 3), ("rotation", 4), ("scale", 3)):
            _numbers(node.get(key, [0] * length), length, f"a node's {key}")
        for child in _numbers_of(node, "children", len(nodes)):
            if child in parents:
                damaged("a node with two parents")
            parents[child] = number
    for number in range(len(nodes)):
        above: int | None = number
        for _ in range(_MAX_DEPTH):
            above = parents.get(above) if above is not None else None
        if above is not None:
            damaged(f"nodes in a circle, or deeper than {_MAX_DEPTH} levels")
    for scene in document.items("scenes"):
        _numbers_of(scene, "nodes", len(nodes))
    if "scene" in document.root:
        whole(document.root["scene"], 0, len(document.items("scenes")), "the scene")


def _numbers(given: object, length: int, what: str) -> None:
    if (
        not isinstance(given, list)
        or len(given) != length
        or not all(isinstance(number, int | float) and math.isfinite(number) for number in given)
    ):
        damaged(f"{what} is not {length} numbers")


def _numbers_of(holder: dict[str, Any], key: str, end: int) -> list[int]:
    """Return a list of node numbers. Raises ModelFileError when one of them is not a node."""
    numbers = holder.get(key, [])
    if not isinstance(numbers, list):
        damaged(f"{key} is not a list")
    return [whole(number, 0, end, key) for number in numbers]


def _instances(document: Document) -> None:
    """Refuse a small file that shows a large mesh thousands of times."""
    sizes = [sum(_positions(document, primitive) for primitive in mesh) for mesh in primitives(document)]
    shown = Counter(node["mesh"] for node in document.items("nodes") if "mesh" in node)
    refuse_beyond_memory(sum(sizes[mesh] * times for mesh, times in shown.items()))
    for node in document.items("nodes"):
        copies = mapping(mapping(node, "extensions"), "EXT_mesh_gpu_instancing")
        for number in mapping(copies, "attributes").values():
            if _accessor(document, number, "an instance's attribute")["count"] > MAX_NODES:
                raise ModelFileError("The model file shows one part too many times to be put into a scene.")


def _positions(document: Document, primitive: dict[str, Any]) -> int:
    """Return how many numbers a primitive's positions are."""
    number = mapping(primitive, "attributes").get("POSITION")
    return 0 if number is None else 3 * int(document.items("accessors")[number]["count"])


def _skins(document: Document) -> None:
    for skin in document.items("skins"):
        check_skin(document, skin)
    for node in document.items("nodes"):
        if "skin" in node and "mesh" in node:
            check_joints(document, node)


def check_skin(document: Document, skin: dict[str, Any]) -> None:
    """Check that a skin's bones are nodes and that each has its matrix. Raises ModelFileError."""
    nodes = document.items("nodes")
    joints = _numbers_of(skin, "joints", len(nodes))
    if not joints or len(set(joints)) < len(joints):
        damaged("a skin without joints, or with one twice")
    if "skeleton" in skin:
        whole(skin["skeleton"], 0, len(nodes), "a skin's skeleton")
    if "inverseBindMatrices" in skin:
        matrices = _accessor(document, skin["inverseBindMatrices"], "a skin's matrices")
        if matrices["type"] != "MAT4" or matrices["count"] < len(joints):
            damaged("a skin with fewer matrices than joints")
        refuse_invalid(document, skin["inverseBindMatrices"], "a skin's matrices")


def check_joints(document: Document, node: dict[str, Any]) -> None:
    """Check that every vertex of a skinned mesh names joints that its skin has. Raises ModelFileError."""
    skins = document.items("skins")
    count = len(skins[whole(node["skin"], 0, len(skins), "a node's skin")].get("joints", []))
    for primitive in primitives(document)[node["mesh"]]:
        for name, number in mapping(primitive, "attributes").items():
            used = values(document, number) if name.startswith("JOINTS_") else None
            if used is not None and (used.dtype.kind == "f" or used.shape[1] != 4 or int(used.max()) >= count):
                damaged("a vertex that follows a joint which the skin has not")


def refuse_invalid(document: Document, number: int, what: str) -> None:
    """Raise ModelFileError when an accessor that stands in the file as it is holds something else than numbers."""
    found = values(document, number)
    if found is not None and found.dtype.kind == "f" and not np.isfinite(found).all():
        damaged(f"{what} that are no numbers")


def _animations(document: Document) -> None:
    for animation in document.items("animations"):
        check_animation(document, animation)


def check_animation(document: Document, animation: dict[str, Any]) -> None:
    """Check that an animation moves nodes that exist, with values for all of its times. Raises ModelFileError."""
    nodes, samplers = document.items("nodes"), listed(animation, "samplers")
    for sampler in samplers:
        for key, what in (("input", "an animation's times"), ("output", "an animation's values")):
            _accessor(document, sampler.get(key), what)
            refuse_invalid(document, sampler[key], what)
    for channel in listed(animation, "channels"):
        sampler = samplers[whole(channel.get("sampler"), 0, len(samplers), "a channel's sampler")]
        target = mapping(channel, "target")
        if "node" in target:
            whole(target["node"], 0, len(nodes), "a channel's node")
        _values_for_all_times(document, sampler, target.get("path"))


def _values_for_all_times(document: Document, sampler: dict[str, Any], path: object) -> None:
    """Check a channel's values against its times; a spline has three values for each."""
    accessors = document.items("accessors")
    times, moved = accessors[sampler["input"]], accessors[sampler["output"]]
    wanted = times["count"] * (3 if sampler.get("interpolation") == "CUBICSPLINE" else 1)
    kind = {"translation": "VEC3", "rotation": "VEC4", "scale": "VEC3"}.get(path) if isinstance(path, str) else ""
    if kind == "" or times["type"] != "SCALAR" or (kind and (moved["type"] != kind or moved["count"] != wanted)):
        damaged("an animation whose values do not fit its times")
    if path == "weights" and moved["count"] % wanted:
        damaged("an animation whose values do not fit its times")
