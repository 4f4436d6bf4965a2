"""Small GLB files made by hand, so that each of their numbers can be chosen, wrong ones too."""

from __future__ import annotations

import json
import struct
import zlib
from typing import Any

import numpy as np

KINDS = {"float32": 5126, "uint32": 5125, "uint16": 5123, "uint8": 5121, "int16": 5122, "int8": 5120}
_TYPES = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4", 16: "MAT4"}

CUBE = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], np.float32)
"""Corners of the unit cube in glTF's axes (Y up)."""
CUBE_FACES = np.array(
    [0, 1, 3, 0, 3, 2, 4, 6, 7, 4, 7, 5, 0, 4, 5, 0, 5, 1, 2, 3, 7, 2, 7, 6, 0, 2, 6, 0, 6, 4, 1, 5, 7, 1, 7, 3],
    np.uint16,
)
"""Its triangles, counter-clockwise seen from outside."""


def png(rows: Any) -> bytes:
    """Encode (H, W), (H, W, 3) or (H, W, 4) values, uint8 or uint16, row 0 at the top."""
    rows = np.asarray(rows)
    height, width = rows.shape[:2]
    color = {1: 0, 3: 2, 4: 6}[rows.shape[2] if rows.ndim == 3 else 1]
    lines = rows.astype(rows.dtype.newbyteorder(">")).reshape(height, -1)
    data = b"".join(b"\0" + line.tobytes() for line in lines)
    head = struct.pack(">IIBBBBB", width, height, 8 * rows.dtype.itemsize, color, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(data, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(*chunk) for chunk in chunks)


def _png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def plain_png(color: tuple[int, ...], side: int = 8) -> bytes:
    """Encode a square of one colour."""
    return png(np.full((side, side, len(color)), color, np.uint8))


class Glb:
    """A GLB in the making: `root` is its JSON, to be changed at will; `data` its binary chunk."""

    def __init__(self) -> None:
        """Begin with an empty scene."""
        self.root: dict[str, Any] = {"asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": []}]}
        self.data = b""

    def add(self, key: str, item: dict[str, Any]) -> int:
        """Append to a top-level list and return the index."""
        self.root.setdefault(key, []).append(item)
        return len(self.root[key]) - 1

    def view(self, content: bytes) -> int:
        """Add bytes and return their buffer view's index."""
        view = {"buffer": 0, "byteOffset": len(self.data), "byteLength": len(content)}
        self.data += content + bytes(-len(content) % 4)
        return self.add("bufferViews", view)

    def accessor(self, values: Any) -> int:
        """Add an array, (N,) or (N, width)."""
        values = np.ascontiguousarray(values)
        width = values.shape[1] if values.ndim > 1 else 1
        facts = {"componentType": KINDS[values.dtype.name], "count": len(values), "type": _TYPES[width]}
        if width == 3:
            facts |= {"min": values.min(axis=0).tolist(), "max": values.max(axis=0).tolist()}
        return self.add("accessors", {"bufferView": self.view(values.tobytes()), **facts})

    def texture(self, content: bytes, kind: str = "image/png") -> dict[str, int]:
        """Add a picture and return the reference to it that a material holds."""
        source = self.add("images", {"bufferView": self.view(content), "mimeType": kind})
        return {"index": self.add("textures", {"source": source})}

    def mesh(self, points: Any = CUBE, faces: Any = CUBE_FACES, material: int | None = None, **more: Any) -> int:
        """Add a mesh of triangles; with a material it gets UVs too."""
        attributes = {"POSITION": self.accessor(np.asarray(points, np.float32))}
        primitive = {"attributes": attributes, "indices": self.accessor(np.asarray(faces).ravel()), **more}
        if material is not None:
            attributes["TEXCOORD_0"] = self.accessor(np.asarray(points, np.float32)[:, :2])
            primitive["material"] = material
        return self.add("meshes", {"primitives": [primitive]})

    def node(self, is_root: bool = True, **facts: Any) -> int:
        """Add a node, to the scene or to be some node's child."""
        number = self.add("nodes", facts)
        if is_root:
            self.root["scenes"][0]["nodes"].append(number)
        return number

    def build(self) -> bytes:
        """Return the file."""
        if self.data and "buffers" not in self.root:
            self.root["buffers"] = [{"byteLength": len(self.data)}]
        return container(json.dumps(self.root).encode(), self.data)


def container(text: bytes, data: bytes = b"") -> bytes:
    """Put JSON and binary data into a GLB."""
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text
    if data:
        chunks += struct.pack("<I4s", len(data), b"BIN\0") + data
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def cube(**node: Any) -> Glb:
    """Make a GLB with one cube, as simple as can be."""
    made = Glb()
    made.node(mesh=made.mesh(), **node)
    return made


def textured() -> Glb:
    """Make a cube with base color, metallic-roughness, normal, occlusion and emissive textures."""
    made = Glb()
    color, rough, flat = (made.texture(plain_png(one)) for one in ((200, 30, 30), (0, 128, 10), (128, 128, 255)))
    material = {
        "name": "from the provider",
        "pbrMetallicRoughness": {"baseColorTexture": color, "metallicRoughnessTexture": rough},
        "normalTexture": flat,
        "occlusionTexture": rough,
        "emissiveTexture": made.texture(plain_png((5, 5, 5))),
        "emissiveFactor": [1, 1, 1],
    }
    made.node(mesh=made.mesh(material=made.add("materials", material)), name="provider_node_1234")
    return made


def arrow() -> Glb:
    """Make an arrowhead that points to glTF's +Z, which Blender reads as −Y: 3 long, 2 wide, 1 high at its back."""
    points = [[-1, 0, 0], [1, 0, 0], [0, 0, 3], [-1, 1, 0], [1, 1, 0]]
    made = Glb()
    made.node(
        mesh=made.mesh(points, np.array([[0, 1, 2], [3, 2, 4], [0, 3, 1], [1, 3, 4], [0, 2, 3], [1, 4, 2]], np.uint16))
    )
    return made
