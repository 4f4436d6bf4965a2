"""The numbers in a GLB: every accessor lies inside its buffer, and all of them together fit into memory.

Source: glTF 2.0 specification, sections 3.6 (Binary Data Storage) and 5.1 (Accessor).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ..core.errors import ModelFileError
from ..landing.binary import KINDS, WIDTHS, stored
from .gate_container import Document, damaged, listed, mapping, refuse_outside, whole

_MAX_COUNT = 2**31
_MAX_NUMBERS = 180_000_000
"""Of all accessors together, and of all positions as often as nodes show their meshes: 25 million triangles."""


def check(document: Document) -> None:
    """Check buffers, buffer views and accessors. Raises ModelFileError."""
    sizes = _buffers(document)
    for view in document.items("bufferViews"):
        size = sizes[whole(view.get("buffer"), 0, len(sizes), "a buffer view's buffer")]
        start = whole(view.get("byteOffset", 0), 0, size + 1, "a buffer view's offset")
        whole(view.get("byteLength"), 1, size - start + 1, "a buffer view's length")
        if "byteStride" in view:
            whole(view["byteStride"], 4, 253, "a buffer view's stride")
    total = 0
    for accessor in document.items("accessors"):
        total += _accessor(document, accessor)
    refuse_beyond_memory(total)


def refuse_beyond_memory(numbers: int) -> None:
    """Raise ModelFileError when that many numbers are more than is safe to ask for."""
    if numbers > _MAX_NUMBERS:
        raise ModelFileError(
            "The model file asks for more memory than is safe. Use a model with fewer faces.",
            f"{numbers:,} numbers",
        )


def values(document: Document, number: int) -> npt.NDArray[Any] | None:
    """Return an accessor's own numbers, (N, width); None when they do not stand in the file as they are."""
    is_stored = "bufferView" in document.items("accessors")[number]
    return stored(document.root, document.data, number) if is_stored else None


def _buffers(document: Document) -> list[int]:
    """Return the buffers' sizes in bytes; only the GLB's own chunk is a buffer here."""
    buffers = document.items("buffers")
    for number, buffer in enumerate(buffers):
        if "uri" in buffer:
            refuse_outside(buffer["uri"])
        if number:
            damaged("a second buffer without data")
    return [whole(buffer.get("byteLength"), 1, len(document.data) + 1, "the buffer's length") for buffer in buffers]


def _accessor(document: Document, accessor: dict[str, Any]) -> int:
    """Check one accessor and return how many numbers it stands for."""
    kind, width = accessor.get("componentType"), accessor.get("type")
    if not isinstance(kind, int) or kind not in KINDS or not isinstance(width, str) or width not in WIDTHS:
        damaged("an accessor of an unknown type")
    count = whole(accessor.get("count"), 1, _MAX_COUNT, "an accessor's count")
    size = np.dtype(KINDS[kind]).itemsize * WIDTHS[width]
    if "bufferView" in accessor:
        _fits(document, accessor, count, size)
    if "sparse" in accessor:
        _sparse(document, mapping(accessor, "sparse"), count, size)
    return count * WIDTHS[width]


def _fits(document: Document, place: dict[str, Any], count: int, size: int) -> None:
    """Check that `count` elements of `size` bytes lie inside the buffer view."""
    views = document.items("bufferViews")
    view = views[whole(place.get("bufferView"), 0, len(views), "a buffer view's number")]
    length = view["byteLength"]
    start = whole(place.get("byteOffset", 0), 0, length, "an accessor's offset")
    stride = view.get("byteStride", size)
    if stride < size or start + stride * (count - 1) + size > length:
        damaged("an accessor ends beyond its buffer view")


def _sparse(document: Document, sparse: dict[str, Any], count: int, size: int) -> None:
    """Check an accessor's list of replaced values."""
    replaced = whole(sparse.get("count"), 1, count + 1, "a sparse accessor's count")
    indices = mapping(sparse, "indices")
    kind = indices.get("componentType")
    if kind not in (5121, 5123, 5125):
        damaged("sparse indices of an unknown type")
    number = np.dtype(KINDS[kind])
    _fits(document, indices, replaced, number.itemsize)
    _fits(document, mapping(sparse, "values"), replaced, size)
    view = document.items("bufferViews")[indices["bufferView"]]
    start = view.get("byteOffset", 0) + indices.get("byteOffset", 0)
    if np.frombuffer(document.data, number.newbyteorder("<"), replaced, start).max() >= count:
        damaged("a sparse index beyond its accessor")


def primitives(document: Document) -> list[list[dict[str, Any]]]:
    """Return the primitives of each mesh."""
    return [listed(mesh, "primitives") for mesh in document.items("meshes")]
