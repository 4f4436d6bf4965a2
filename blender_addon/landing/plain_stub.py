"""A stand-in for a plain GLB: all of it as it is, but a single triangle for each surface and a mark for each picture.

Blender's importer makes names, objects, materials and textures of it, as of the whole file; only the time that it
takes for vertices and encoded pictures is saved.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np

from . import binary, looks
from .plain_file import PlainGlb

MARK = "maquette_mesh"
"""Custom property of a mesh that was made of a stand-in: the number of the mesh in the file."""
_PICTURE = b"maquette picture "
"""What stands in a picture's place, with its number."""
_TRIANGLE = np.array([[0, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)


def write(glb: PlainGlb, path: Path) -> None:
    """Write the stand-in: its meshes are marked, their triangles are apart, so that none is welded to another."""
    most = max(len(mesh["primitives"]) for mesh in glb.root["meshes"])
    points = [_TRIANGLE + np.array([number, 0, 0], np.float32) for number in range(most)]
    parts = [np.concatenate(points).tobytes() + bytes(3 * 16)]
    empty = {kind: most + place for place, kind in enumerate(("VEC2", "VEC3", "VEC4"))}
    root = dict(glb.root)
    root["accessors"] = [_accessor(number, "VEC3") for number in range(most)]
    root["accessors"] += [_accessor(most, kind) for kind in empty]
    root["meshes"] = [_mesh(glb, mesh, number, empty) for number, mesh in enumerate(glb.root["meshes"])]
    root["images"] = [_image(image, number, parts) for number, image in enumerate(glb.root.get("images", []))]
    starts = np.cumsum([0, *map(len, parts)]).tolist()
    root["bufferViews"] = [
        {"buffer": 0, "byteOffset": start, "byteLength": len(part)} for start, part in zip(starts, parts, strict=False)
    ]
    root["buffers"] = [{"byteLength": starts[-1]}]
    binary.write(path, root, b"".join(parts))


def restore_pictures(glb: PlainGlb) -> None:
    """Pack the file's own pictures into the images that were made of a stand-in's."""
    for image in bpy.data.images:
        mark = image.packed_file.data if image.packed_file else b""
        if mark.startswith(_PICTURE):
            picture = glb.root["images"][int(mark.removeprefix(_PICTURE))]
            content: Any = bytes(glb.content(picture["bufferView"]))  # the stubs think that it is text
            image.pack(data=content, data_len=len(content))
            looks.know(image, content)  # the gate has seen that it is whole


def _accessor(triangle: int, kind: str) -> dict[str, Any]:
    start = triangle * _TRIANGLE.nbytes
    return {"bufferView": 0, "byteOffset": start, "componentType": 5126, "count": 3, "type": kind}


def _mesh(glb: PlainGlb, mesh: dict[str, Any], number: int, empty: dict[str, int]) -> dict[str, Any]:
    """Return a mesh with as many triangles as it has primitives, with their attributes and materials."""
    primitives = []
    for place, primitive in enumerate(mesh["primitives"]):
        attributes = {name: empty[glb.root["accessors"][one]["type"]] for name, one in primitive["attributes"].items()}
        kept = {key: value for key, value in primitive.items() if key == "material"}
        primitives.append({**kept, "attributes": {**attributes, "POSITION": place}})
    extras = mesh.get("extras")
    return {**mesh, "primitives": primitives, "extras": {**(extras if isinstance(extras, dict) else {}), MARK: number}}


def _image(image: dict[str, Any], number: int, parts: list[bytes]) -> dict[str, Any]:
    """Return a picture whose content is its mark; one that stands in the JSON stays."""
    if "bufferView" not in image:
        return image
    parts.append(_PICTURE + str(number).encode())
    return dict(image, bufferView=len(parts) - 1)
