"""A stand-in for a plain GLB: all of it as it is, but a single triangle for each surface.

Blender's importer makes names, objects, materials and textures of it, as of the whole file; only the time that it
takes for the vertices is saved.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

from .plain_file import PlainGlb

MARK = "maquette_mesh"
"""Custom property of a mesh that was made of a stand-in: the number of the mesh in the file."""
_TRIANGLE = np.array([[0, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
_JSON, _BIN = b"JSON", b"BIN\0"


def write(glb: PlainGlb, path: Path) -> None:
    """Write the stand-in: its meshes are marked, their triangles are apart, so that none is welded to another."""
    parts: list[bytes | memoryview] = []
    root = dict(glb.root, accessors=[], bufferViews=[])
    root["images"] = [_image(glb, image, root["bufferViews"], parts) for image in glb.root.get("images", [])]
    most = max(len(mesh["primitives"]) for mesh in glb.root["meshes"])
    numbers = np.concatenate([_TRIANGLE + np.array([number, 0, 0], np.float32) for number in range(most)])
    view = _view(root["bufferViews"], parts, numbers.tobytes() + bytes(3 * 16))
    root["accessors"] = [_accessor(view, 36 * number, "VEC3") for number in range(most)]
    empty = {kind: most + place for place, kind in enumerate(("VEC2", "VEC3", "VEC4"))}
    root["accessors"] += [_accessor(view, 36 * most, kind) for kind in empty]
    meshes = enumerate(glb.root["meshes"])
    root["meshes"] = [_mesh(glb, mesh, number, empty) for number, mesh in meshes]
    root["buffers"] = [{"byteLength": sum(map(len, parts))}]
    _write(path, root, parts)


def _image(glb: PlainGlb, image: dict[str, Any], views: list[Any], parts: list[bytes | memoryview]) -> dict[str, Any]:
    if "bufferView" not in image:
        return image
    return dict(image, bufferView=_view(views, parts, glb.content(image["bufferView"])))


def _view(views: list[Any], parts: list[bytes | memoryview], content: bytes | memoryview) -> int:
    """Add bytes to the binary chunk and return their buffer view's number."""
    views.append({"buffer": 0, "byteOffset": sum(map(len, parts)), "byteLength": len(content)})
    parts += [content, bytes(-len(content) % 4)]
    return len(views) - 1


def _accessor(view: int, start: int, kind: str) -> dict[str, Any]:
    return {"bufferView": view, "byteOffset": start, "componentType": 5126, "count": 3, "type": kind}


def _mesh(glb: PlainGlb, mesh: dict[str, Any], number: int, empty: dict[str, int]) -> dict[str, Any]:
    """Return a mesh with as many triangles as it has primitives, with their attributes and materials."""
    primitives = []
    for place, primitive in enumerate(mesh["primitives"]):
        attributes = {name: empty[glb.root["accessors"][one]["type"]] for name, one in primitive["attributes"].items()}
        kept = {key: value for key, value in primitive.items() if key in ("material", "mode")}
        primitives.append({**kept, "attributes": {**attributes, "POSITION": place}})
    extras = mesh.get("extras")
    return {**mesh, "primitives": primitives, "extras": {**(extras if isinstance(extras, dict) else {}), MARK: number}}


def _write(path: Path, root: dict[str, Any], parts: list[bytes | memoryview]) -> None:
    text = json.dumps(root, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    size = sum(map(len, parts))
    with path.open("wb") as file:
        file.write(
            struct.pack("<4sIIII", b"glTF", 2, 28 + len(text) + size, len(text), int.from_bytes(_JSON, "little"))
        )
        file.write(text + struct.pack("<I4s", size, _BIN))
        file.writelines(parts)
