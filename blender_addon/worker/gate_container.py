"""The outside of a GLB: its header, its two chunks, its JSON, the extensions it needs.

Source: glTF 2.0 specification, sections 3 and 4 (GLB File Format).
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from ..core.errors import DamagedError, ModelFileError
from ..landing import binary

_JSON_BYTES = 64 * 2**20
_JSON_DEPTH = 64
_READABLE: tuple[str, ...] = (
    "KHR_materials_",
    "KHR_texture_transform",
    "KHR_mesh_quantization",
    "KHR_draco_mesh_compression",
)
_READABLE += ("KHR_lights_punctual", "KHR_animation_pointer", "EXT_texture_webp", "EXT_mesh_gpu_instancing")
_READABLE += ("EXT_meshopt_compression", "KHR_meshopt_compression")
"""Required extensions, or beginnings of them, that Blender 4.2 and newer read, or the gate (meshopt.py)."""

KTX2 = "KHR_texture_basisu"


@dataclass
class Document:
    """A GLB that was opened: every list in it is a list of objects, nothing else is known yet."""

    root: dict[str, Any]
    data: memoryview
    """The binary chunk."""

    def append(self, content: bytes) -> int:
        """Add bytes to the buffer and return the number of their buffer view."""
        (start,) = self.grow([content])
        self.root["bufferViews"].append({"buffer": 0, "byteOffset": start, "byteLength": len(content)})
        return len(self.root["bufferViews"]) - 1

    def grow(self, contents: Sequence[bytes | memoryview]) -> list[int]:
        """Add bytes to the buffer and return where each begins, which is divisible by four."""
        starts, pieces, end = list[int](), list[bytes | memoryview]([self.data]), len(self.data)
        for content in contents:
            pieces += bytes(-end % 4), content
            starts.append(end + -end % 4)
            end = starts[-1] + memoryview(content).nbytes
        self.data = memoryview(b"".join(pieces))
        self.root["buffers"][0]["byteLength"] = end
        return starts

    def forget(self, *names: str) -> bool:
        """Take extensions out of the lists of those that are used or needed; tell whether there was one."""
        found = False
        for key in ("extensionsUsed", "extensionsRequired"):
            every = self.root.get(key)
            if isinstance(every, list) and any(name in every for name in names):
                found = True
                every[:] = [name for name in every if name not in names]
                if not every:
                    del self.root[key]
        return found

    def write(self, path: Path) -> None:
        """Write it as a GLB."""
        binary.write(path, self.root, self.data)

    def items(self, key: str) -> list[dict[str, Any]]:
        """Return a top-level list, empty when there is none. Raises ModelFileError when it is something else."""
        return listed(self.root, key)


def damaged(what: str) -> NoReturn:
    """Raise DamagedError for a file that breaks glTF's rules."""
    raise DamagedError("The model file is damaged. Download, export or generate it again.", what)


def refuse_outside(uri: object) -> NoReturn:
    """Raise ModelFileError for a file that would make Blender read other files."""
    raise ModelFileError("The model file refers to files outside itself and was refused.", str(uri)[:200])


def whole(value: object, low: int, high: int, what: str) -> int:
    """Return the value if it is a whole number from `low` up to, not including, `high`. Raises ModelFileError."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value < high:
        damaged(f"{what} is {str(value)[:40]}, not a whole number from {low} to {high - 1}")
    return value


def listed(holder: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """Return a list of objects, empty when there is none. Raises ModelFileError when it is something else."""
    items = holder.get(key, [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        damaged(f"{key} is not a list of objects")
    return items


def mapping(holder: dict[str, Any], key: str) -> dict[str, Any]:
    """Return an object, empty when there is none. Raises ModelFileError when it is something else."""
    item = holder.get(key, {})
    if not isinstance(item, dict):
        damaged(f"{key} is not an object")
    return item


def open_glb(path: Path) -> Document:
    """Take the container apart. Raises ModelFileError when it is incomplete, damaged or of another kind."""
    content = memoryview(path.read_bytes())
    if len(content) < 20:
        _incomplete(len(content), 20)
    _, version, length = struct.unpack_from("<4sII", content)
    if version != 2:
        raise ModelFileError(f"The model file is glTF {version}; Blender reads glTF 2. Use another format.")
    if length > len(content):
        _incomplete(len(content), length)
    chunks = _chunks(content[:length])
    if chunks[0][0] != binary.JSON_CHUNK or len(chunks[0][1]) > _JSON_BYTES:
        damaged("the first chunk is not JSON, or longer than 64 MB")
    root = parse(bytes(chunks[0][1]))
    data = chunks[1][1] if len(chunks) > 1 and chunks[1][0] == binary.BIN_CHUNK else memoryview(b"")
    _check_extensions(root)
    return Document(root, data)


def _incomplete(there: int, wanted: int) -> NoReturn:
    raise DamagedError(
        "The model file is incomplete. Download, export or generate it again.",
        f"{there} of {wanted} bytes are there",
    )


def _chunks(content: memoryview) -> list[tuple[int, memoryview]]:
    chunks, at = [], 12
    while at + 8 <= len(content):
        length, kind = struct.unpack_from("<II", content, at)
        if at + 8 + length > len(content):
            damaged("a chunk ends beyond the file")
        chunks.append((kind, content[at + 8 : at + 8 + length]))
        at += 8 + length
    return chunks


def parse(text: bytes) -> dict[str, Any]:
    """Return a glTF's JSON. Raises ModelFileError when it is none, or nested too deeply."""

    def refuse(constant: str) -> NoReturn:
        damaged(f"{constant} in the JSON")

    try:
        root = json.loads(text.decode("utf-8"), parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        damaged(f"the JSON cannot be read: {str(error)[:200]}")
    if not isinstance(root, dict) or not isinstance(root.get("asset"), dict):
        damaged("the JSON is not a glTF document")
    level: list[Any] = [root]
    for _ in range(_JSON_DEPTH):
        level = [inner for item in level for inner in (item.values() if isinstance(item, dict) else item)]
        level = [item for item in level if isinstance(item, dict | list)]
    if level:
        damaged(f"the JSON is nested deeper than {_JSON_DEPTH} levels")
    return root


def _check_extensions(root: dict[str, Any]) -> None:
    needed = root.get("extensionsRequired", [])
    if not isinstance(needed, list) or not all(isinstance(name, str) for name in needed):
        damaged("extensionsRequired is not a list of names")
    if KTX2 in needed:
        raise ModelFileError(
            "The model's textures are compressed as KTX2, which Blender cannot read. "
            "Use PNG or JPEG textures, or another format.",
            KTX2,
        )
    strange = sorted(name[:60] for name in needed if not name.startswith(_READABLE))
    if strange:
        raise ModelFileError(
            f"The model file needs {' and '.join(strange[:3])}, which Blender cannot read. Use another format."
        )
