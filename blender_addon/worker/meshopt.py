"""Makes a plain GLB of one that meshopt compressed: Blender reads those since 5.2 only.

What the extension claims is checked before anything is decoded; then the gate checks the plain GLB like any other.
Source: EXT_meshopt_compression; KHR_meshopt_compression adds a version of the attributes and a filter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import meshopt_attributes, meshopt_filters, meshopt_indices
from .gate_accessors import refuse_beyond_memory
from .gate_container import Document, damaged, mapping, whole

_NAMES = ("KHR_meshopt_compression", "EXT_meshopt_compression")
_MAX_COUNT = 2**31
_STRIDES = {"ATTRIBUTES": range(4, 257, 4), "TRIANGLES": (2, 4), "INDICES": (2, 4)}
"""Mode → bytes that an element can have."""
_FILTER_STRIDES = {"OCTAHEDRAL": (4, 8), "QUATERNION": (8,), "EXPONENTIAL": range(4, 257, 4), "COLOR": (4, 8)}


@dataclass(frozen=True)
class _Packed:
    """A compressed buffer view."""

    stream: memoryview
    mode: str
    filter: str
    count: int
    stride: int

    @property
    def size(self) -> int:
        """Return how many bytes it becomes."""
        return self.count * self.stride


def unpack(document: Document) -> bool:
    """Decode every compressed buffer view; tell whether the file was another before. Raises ModelFileError."""
    views = [view for view in document.items("bufferViews") if _claims(view) is not None]
    packed = [_checked(document, view) for view in views]
    refuse_beyond_memory(sum(one.size for one in packed) // 4)
    if packed:
        starts = document.grow([_decoded(one) for one in packed])
        for view, start in zip(views, starts, strict=True):
            view |= {"buffer": 0, "byteOffset": start}
            _forget(view)
        _forget(document.items("buffers")[0])
        del document.items("buffers")[1:]  # they stood for what is decoded now
    return document.forget(*_NAMES) or bool(packed)


def _claims(view: dict[str, Any]) -> dict[str, Any] | None:
    """Return what the extension says of a buffer view; None when it is not compressed."""
    extensions = mapping(view, "extensions")
    return next((mapping(extensions, name) for name in _NAMES if name in extensions), None)


def _forget(holder: dict[str, Any]) -> None:
    extensions = mapping(holder, "extensions")
    for name in _NAMES:
        extensions.pop(name, None)
    if not extensions:
        holder.pop("extensions", None)


def _checked(document: Document, view: dict[str, Any]) -> _Packed:
    """Check what a compressed buffer view claims. Raises ModelFileError."""
    claims = _claims(view) or {}
    buffers = document.items("buffers")
    whole(claims.get("buffer"), 0, min(len(buffers), 1), "a compressed buffer view's buffer")
    size = whole(buffers[0].get("byteLength"), 1, len(document.data) + 1, "the buffer's length")
    start = whole(claims.get("byteOffset", 0), 0, size, "a compressed buffer view's offset")
    length = whole(claims.get("byteLength"), 1, size - start + 1, "a compressed buffer view's length")
    count = whole(claims.get("count"), 1, _MAX_COUNT, "a compressed buffer view's count")
    stride = whole(claims.get("byteStride"), 2, 257, "a compressed buffer view's stride")
    mode, chosen = claims.get("mode"), claims.get("filter", "NONE")
    if not isinstance(mode, str) or stride not in _STRIDES.get(mode, ()):
        damaged(f"a buffer view compressed as {str(mode)[:40]} with elements of {stride} bytes")
    if chosen != "NONE" and (mode != "ATTRIBUTES" or stride not in _FILTER_STRIDES.get(str(chosen), ())):
        damaged(f"a buffer view of elements of {stride} bytes with the filter {str(chosen)[:40]}")
    if view.get("byteLength") != count * stride or (mode == "TRIANGLES" and count % 3):
        damaged("a compressed buffer view of another length than its elements")
    return _Packed(document.data[start : start + length], mode, str(chosen), count, stride)


def _decoded(packed: _Packed) -> memoryview:
    stream = bytes(packed.stream)
    if packed.mode != "ATTRIBUTES":
        decode = meshopt_indices.triangles if packed.mode == "TRIANGLES" else meshopt_indices.sequence
        return decode(stream, packed.count).astype(f"<u{packed.stride}").data
    elements = meshopt_attributes.decode(stream, packed.count, packed.stride)
    if packed.filter != "NONE":
        meshopt_filters.undo(packed.filter, elements)
    return elements.data
