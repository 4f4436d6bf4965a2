"""Makes floats of those numbers in a quantized GLB that would land as something else than was meant.

Normals are given their length: Blender 4.2 takes shorter ones for others, by up to 5°. UVs get the texture transform
that undoes their quantization: an artist would find them in a corner of the picture, and Mapping nodes in materials.
Blender reads the other quantized numbers as they are. All was checked before, but for the insides of materials.
Source: KHR_mesh_quantization, KHR_texture_transform.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from ..landing.binary import meant
from .gate_accessors import primitives
from .gate_container import Document, mapping

_QUANTIZED, _TRANSFORM, _VARIANTS = "KHR_mesh_quantization", "KHR_texture_transform", "KHR_materials_variants"
_FLOAT, _NORMAL, _UVS = 5126, "NORMAL", "TEXCOORD_0"
_FAR = 1e6
_Transform = tuple[float, ...]
"""Offset and scale, two numbers each; none for normals."""
_Surface = dict[str, int]
"""A primitive's attributes."""


def dequantize(document: Document) -> bool:
    """Write normals, and UVs with a transform, as floats if the file is quantized; tell whether anything changed."""
    used = document.root.get("extensionsUsed")
    if not isinstance(used, list) or _QUANTIZED not in used:
        return False
    wanted, first = dict[tuple[int, _Transform], int](), len(document.items("accessors"))
    for attributes, name, transform in (*_normals(document), *(() if _VARIANTS in used else _uvs(document))):
        attributes[name] = first + wanted.setdefault((attributes[name], transform), len(wanted))
    _add(document, [_floats(document, *one) for one in wanted])
    return bool(wanted)


def _surfaces(document: Document) -> Iterator[tuple[dict[str, Any], _Surface]]:
    for primitive in (primitive for mesh in primitives(document) for primitive in mesh):
        yield primitive, mapping(primitive, "attributes")


def _normals(document: Document) -> Iterator[tuple[_Surface, str, _Transform]]:
    for _, attributes in _surfaces(document):
        if _is_stored(document, attributes, _NORMAL):
            yield attributes, _NORMAL, ()


def _uvs(document: Document) -> Iterator[tuple[_Surface, str, _Transform]]:
    """Yield the UVs whose material has one transform for all its textures, and take it out of the material."""
    shown: list[list[_Surface]] = [[] for _ in document.items("materials")]
    for primitive, attributes in _surfaces(document):
        if "material" in primitive:
            shown[primitive["material"]].append(attributes)
    for material, surfaces in zip(document.items("materials"), shown, strict=True):
        infos = list(_infos(material))
        found = [_transform(info) for info in infos]
        stored = surfaces and all(_is_stored(document, attributes, _UVS) for attributes in surfaces)
        if stored and found and found[0] and found.count(found[0]) == len(found):
            yield from ((attributes, _UVS, found[0]) for attributes in surfaces)
            for info in infos:
                del info["extensions"][_TRANSFORM]


def _infos(holder: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what refers to a texture, here and in extensions."""
    for key, value in holder.items():
        if isinstance(value, dict) and key.endswith("Texture"):
            yield value
        elif isinstance(value, dict):
            yield from _infos(value)


def _transform(info: dict[str, Any]) -> _Transform | None:
    """Return a texture's transform; None when there is none, or it turns the texture or chooses other UVs."""
    extensions = info.get("extensions")
    facts = extensions.get(_TRANSFORM) if isinstance(extensions, dict) else None
    if not isinstance(facts, dict) or not {"offset", "scale"}.issuperset(facts) or info.get("texCoord", 0) != 0:
        return None
    offset, scale = facts.get("offset", [0, 0]), facts.get("scale", [1, 1])
    both = [*offset, *scale] if isinstance(offset, list) and isinstance(scale, list) else []
    plain = len(both) == 4 and all(isinstance(number, int | float) and abs(number) < _FAR for number in both)
    return tuple(both) if plain else None


def _is_stored(document: Document, attributes: _Surface, name: str) -> bool:
    """Tell whether a surface has such numbers and they stand in the file as they are."""
    accessor = document.items("accessors")[attributes[name]] if name in attributes else {}
    return "bufferView" in accessor and "sparse" not in accessor


def _floats(document: Document, number: int, transform: _Transform) -> npt.NDArray[np.float32]:
    """Return normals, (N, 3), of length 1, or UVs, (N, 2), transformed."""
    made: npt.NDArray[np.float64] = meant(document.root, document.data, number).astype(np.float64)
    if transform:
        made = made * transform[2:] + transform[:2]
    else:
        lengths = np.linalg.norm(made, axis=1, keepdims=True)
        made /= np.where(lengths > 0, lengths, 1)
    return made.astype(np.float32)


def _add(document: Document, every: list[npt.NDArray[np.float32]]) -> None:
    """Add an accessor for each."""
    for floats, start in zip(every, document.grow([one.data for one in every]), strict=True):
        view = {"buffer": 0, "byteOffset": start, "byteLength": floats.nbytes}
        facts = {"componentType": _FLOAT, "type": f"VEC{floats.shape[1]}", "count": len(floats)}
        document.items("accessors").append({"bufferView": len(document.items("bufferViews")), **facts})
        document.items("bufferViews").append(view)
