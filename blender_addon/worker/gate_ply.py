"""PLY: a header that Blender reads without harm, a body as long as it says, and faces of vertices that exist.

Blender's importer believes all of it: a wrong count or index ends the process. Source: Greg Turk, The PLY Polygon File
Format, 1994.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..core.errors import ModelFileError
from . import gate_ply_body
from .gate_accessors import refuse_beyond_memory
from .gate_container import damaged
from .gate_ply_body import Element, Property

_TYPES = {
    "char": "i1",
    "uchar": "u1",
    "short": "i2",
    "ushort": "u2",
    "int": "i4",
    "uint": "u4",
    "float": "f4",
    "double": "f8",
}
_TYPES |= {"int8": "i1", "uint8": "u1", "int16": "i2", "uint16": "u2", "int32": "i4", "uint32": "u4"}
_TYPES |= {"float32": "f4", "float64": "f8"}
_FORMATS = {"ascii": "", "binary_little_endian": "<", "binary_big_endian": ">"}
_MAX_HEADER = 2**16
_MAX_PROPERTIES = 256
_READ = frozenset({"vertex", "face"})


def check(path: Path) -> None:
    """Check a file that begins like PLY. Raises ModelFileError."""
    content = np.memmap(path, np.uint8, "r")
    order, elements, start = _header(bytes(content[:_MAX_HEADER]))
    by_name = {element.name: element for element in elements}
    vertex, face = by_name.get("vertex"), by_name.get("face")
    if len(by_name) < len(elements) or not vertex or vertex.lists or not {"x", "y", "z"} <= vertex.names:
        damaged("a PLY without points, or with an element twice")
    if not face or not face.count:
        raise ModelFileError(f"{path.name} holds points and no faces: there is nothing to put into a scene.")
    if face.corners is None:
        damaged("faces without a list of vertices")
    strange = [name for name, element in by_name.items() if element.count and name not in _READ]
    if strange:
        raise ModelFileError(f"The PLY file holds {strange[0][:40]} elements, which are not read. Use a GLB.")
    if elements.index(vertex) > elements.index(face):
        damaged("faces before their vertices")
    refuse_beyond_memory(sum(element.count * len(element.properties) for element in elements))
    gate_ply_body.check(content[start:], order, vertex, face)


def _header(head: bytes) -> tuple[str, list[Element], int]:
    """Return the byte order ("" for text), the elements and where the body begins. Raises ModelFileError."""
    end = head.find(b"\nend_header")
    after = head.find(b"\n", end + 1)
    if end < 0 or after < 0 or head[end + 11 : after].strip(b"\r"):
        damaged("a PLY header without an end")
    lines = [line.rstrip("\r").split() for line in head[:end].decode("ascii", "replace").split("\n")]
    order, elements = None, list[Element]()
    for words in lines[1:]:
        match words:
            case ["format", kind, "1.0"] if kind in _FORMATS and order is None:
                order = _FORMATS[kind]
            case ["element", name, count]:
                elements.append(Element(name, _count(count)))
            case ["property", *rest] if elements and len(elements[-1].properties) < _MAX_PROPERTIES:
                elements[-1].properties.append(_property(rest))
            case [] | ["comment" | "obj_info", *_]:
                pass
            case _:
                damaged(f"a PLY header with the line {' '.join(words)[:80]}")
    if order is None:
        damaged("a PLY header without a format")
    return order, elements, after + 1


def _count(text: str) -> int:
    if not text.isdigit() or len(text) > 10:
        damaged(f"a PLY element with the count {text[:40]}")
    return int(text)


def _property(words: list[str]) -> Property:
    match words:
        case [kind, name] if kind in _TYPES:
            return Property(name, _TYPES[kind])
        case ["list", length, kind, name] if _TYPES.get(length, "f")[0] in "ui" and kind in _TYPES:
            return Property(name, _TYPES[kind], _TYPES[length])
    return damaged(f"a PLY property of an unknown type: {' '.join(words)[:80]}")
