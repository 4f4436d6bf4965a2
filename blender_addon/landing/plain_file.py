"""A plain GLB taken apart: its JSON, its binary chunk, and the numbers of an accessor. The gate checked it before.

Plain is a GLB whose meshes are nothing but triangles with positions, normals, UVs and colours. The lists of what is
known are closed: whatever else a file has, Blender's importer reads it.

Source: glTF 2.0 specification, sections 3.6 (Binary Data Storage), 3.7 (Geometry) and 4 (GLB File Format).
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from . import binary

FloatArray = npt.NDArray[np.float32]
IndexArray = npt.NDArray[np.int64]

_HEAD = 20
"""Bytes before the JSON: the file's header and that of its first chunk."""
_KINDS = frozenset({5120, 5121, 5122, 5123, 5126})
_INDEX_KINDS = frozenset({5121, 5123, 5125})
_TYPES = {"POSITION": ("VEC3",), "NORMAL": ("VEC3",), "TEXCOORD": ("VEC2",), "COLOR": ("VEC3", "VEC4")}
_ATTRIBUTE = re.compile(r"POSITION|NORMAL|(TEXCOORD|COLOR)_[0-7]")
_UNREAD = "TANGENT"
"""An attribute that Blender's importer does not look at."""
_TRIANGLES = 4
_PRIMITIVE_KEYS = frozenset({"attributes", "indices", "material", "mode", "extras"})
_ABSENT = ("skins", "animations", "cameras", "extensions")
_EXTENSIONS = frozenset(
    {"KHR_mesh_quantization", "KHR_texture_transform", "EXT_texture_webp"}
    | {
        f"KHR_materials_{name}"
        for name in (
            "anisotropy",
            "clearcoat",
            "emissive_strength",
            "ior",
            "pbrSpecularGlossiness",
            "sheen",
            "specular",
            "transmission",
            "unlit",
            "volume",
        )
    }
)
"""Of materials and textures, and quantised numbers: none that adds something to nodes, meshes or buffers."""


@dataclass(frozen=True)
class PlainGlb:
    """A GLB of which `is_plain` is true, or that was not looked at yet."""

    root: dict[str, Any]
    data: memoryview
    """The binary chunk."""

    def is_plain(self) -> bool:
        """Tell whether all of it is of the kinds that are known here."""
        root, buffers = self.root, self.root.get("buffers", [])
        if any(root.get(key) for key in _ABSENT) or len(buffers) != 1 or "uri" in buffers[0]:
            return False
        if not _EXTENSIONS.issuperset(root.get("extensionsUsed", ())):
            return False
        items = [item for key in ("nodes", "meshes", "accessors", "bufferViews") for item in root.get(key, ())]
        meshes = root.get("meshes", [])
        drawn = [primitive for mesh in meshes for primitive in mesh.get("primitives", ())]
        return (
            not any("extensions" in item for item in items)
            and bool(meshes)
            and all(mesh.get("primitives") for mesh in meshes)
            and all(self._is_plain(primitive) for primitive in drawn)
        )

    def _is_plain(self, primitive: dict[str, Any]) -> bool:
        attributes = {name: number for name, number in primitive["attributes"].items() if name != _UNREAD}
        if not _PRIMITIVE_KEYS.issuperset(primitive) or primitive.get("mode", _TRIANGLES) != _TRIANGLES:
            return False
        if "POSITION" not in attributes or not all(_ATTRIBUTE.fullmatch(name) for name in attributes):
            return False
        known = all(self._is_stored(number, _KINDS, _TYPES[name]) for name, number in _named(attributes))
        corners = primitive.get("indices", attributes["POSITION"])
        indexed = "indices" not in primitive or self._is_stored(corners, _INDEX_KINDS, ("SCALAR",))
        return known and indexed and self.root["accessors"][corners]["count"] % 3 == 0

    def _is_stored(self, number: int, kinds: frozenset[int], types: tuple[str, ...]) -> bool:
        """Tell whether an accessor's numbers stand in the file as they are, and are of these kinds."""
        accessor = self.root["accessors"][number]
        known = accessor["componentType"] in kinds and accessor["type"] in types
        return known and "bufferView" in accessor and "sparse" not in accessor

    def stored(self, number: int) -> npt.NDArray[Any]:
        """Return an accessor's numbers as they stand in the file, (N, width), read-only."""
        return binary.stored(self.root, self.data, number)

    def floats(self, number: int) -> FloatArray:
        """Return an accessor's numbers, (N, width); whole ones that stand for −1…1 or 0…1 as such."""
        return binary.meant(self.root, self.data, number).astype(np.float32)

    def content(self, view: int) -> memoryview:
        """Return the bytes of a buffer view."""
        facts = self.root["bufferViews"][view]
        start = facts.get("byteOffset", 0)
        return self.data[start : start + facts["byteLength"]]


def open_glb(path: Path) -> PlainGlb | None:
    """Take a GLB apart; None for another file. Raises ValueError, KeyError and the like when it passed no gate."""
    content = memoryview(path.read_bytes())
    if bytes(content[:4]) != b"glTF":
        return None  # the JSON of a glTF without its container
    (length,) = struct.unpack_from("<I", content, 12)
    return PlainGlb(json.loads(bytes(content[_HEAD : _HEAD + length])), content[_HEAD + length + 8 :])


def _named(attributes: dict[str, int]) -> Iterator[tuple[str, int]]:
    """Return the attributes without their numbers."""
    return ((name.rpartition("_")[0] or name, number) for name, number in attributes.items())
