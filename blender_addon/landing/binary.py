"""What stands in the bytes of a GLB: its container, and the numbers of an accessor. Nothing is checked here.

Source: glTF 2.0 specification, sections 3.6 (Binary Data Storage), 3.11 (normalized numbers) and 4 (GLB File Format).
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

JSON_CHUNK, BIN_CHUNK = 0x4E4F534A, 0x004E4942
KINDS: dict[int, Any] = {
    5120: np.int8,
    5121: np.uint8,
    5122: np.int16,
    5123: np.uint16,
    5125: np.uint32,
    5126: np.float32,
}
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}


def write(path: Path, root: dict[str, Any], data: bytes | memoryview) -> None:
    """Write a GLB; without a binary chunk when there is no data."""
    text = json.dumps(root, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    size = len(data) + -len(data) % 4
    with path.open("wb") as file:
        whole = 20 + len(text) + (8 + size if size else 0)
        file.write(struct.pack("<4sIIII", b"glTF", 2, whole, len(text), JSON_CHUNK) + text)
        if size:
            file.write(struct.pack("<II", size, BIN_CHUNK))
            file.write(data)
            file.write(bytes(size - len(data)))


def stored(root: dict[str, Any], data: memoryview, number: int) -> npt.NDArray[Any]:
    """Return an accessor's own numbers as they stand in the file, (N, width); those of `data` itself."""
    accessor = root["accessors"][number]
    view = root["bufferViews"][accessor["bufferView"]]
    kind, width = np.dtype(KINDS[accessor["componentType"]]), WIDTHS[accessor["type"]]
    start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
    stride = view.get("byteStride", kind.itemsize * width)
    return np.ndarray((accessor["count"], width), kind.newbyteorder("<"), data, start, (stride, kind.itemsize))


def meant(root: dict[str, Any], data: memoryview, number: int) -> npt.NDArray[Any]:
    """Return an accessor's own numbers, (N, width); whole ones that stand for −1…1 or 0…1 as such."""
    values = stored(root, data, number)
    if values.dtype.kind == "f" or not root["accessors"][number].get("normalized"):
        return values
    return np.maximum(-1.0, values / float(np.iinfo(values.dtype).max))
