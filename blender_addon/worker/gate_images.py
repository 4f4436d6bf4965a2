"""The pictures in a GLB: inside the file, of a kind that Blender decodes, and not larger than is safe.

Source: glTF 2.0 specification, section 5.18 (Image); data: RFC 2397.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from ..core import encoded
from ..core.errors import ModelFileError
from ..core.source import MAX_PIXELS, MAX_SIDE
from .gate_container import Document, damaged, refuse_outside, whole

_MAX_PIXELS_ALTOGETHER = 400_000_000
"""Five textures of 8192 × 8192 pixels, decoded: 1.6 GB."""


def check(document: Document) -> None:
    """Check every picture, in buffer views that were checked already. Raises ModelFileError."""
    total = 0
    for image in document.items("images"):
        total = check_one(document, image, total)


def check_one(document: Document, image: dict[str, Any], total: int) -> int:
    """Check a picture, and all of them with the `total` pixels before it; return the new total.

    Raises ModelFileError.
    """
    size = encoded.size_of(_head(document, image), encoded.NATIVE)
    if size is None or min(size) < 1:
        raise ModelFileError(
            "A texture in the model file is damaged or of an unknown kind. Export or generate it again."
        )
    refuse_unsafe_size(size, total + size[0] * size[1])
    return total + size[0] * size[1]


def is_whole(document: Document, image: dict[str, Any]) -> bool:
    """Tell whether a picture in the buffer is there to its end: cut ones are shown half, or pink."""
    if "bufferView" not in image:
        return True  # a data: URI: its end was there, or the JSON's would not be
    view = document.items("bufferViews")[image["bufferView"]]
    return encoded.is_whole(document.data[view.get("byteOffset", 0) :][: view["byteLength"]])


def refuse_unsafe_size(size: tuple[int, int], total: int = 0) -> None:
    """Raise ModelFileError when a picture, or all of them with `total` pixels, cannot be decoded safely."""
    width, height = size
    if max(size) > MAX_SIDE or width * height > MAX_PIXELS or total > _MAX_PIXELS_ALTOGETHER:
        raise ModelFileError(
            f"The textures in the model file are larger than is safe ({width} × {height} pixels). Use smaller ones."
        )


def _head(document: Document, image: dict[str, Any]) -> bytes:
    """Return the beginning of the encoded picture."""
    if "uri" in image:
        return _from_data(image["uri"])
    views = document.items("bufferViews")
    view = views[whole(image.get("bufferView"), 0, len(views), "an image's buffer view")]
    start = view.get("byteOffset", 0)
    return bytes(document.data[start : start + min(view["byteLength"], encoded.HEAD_BYTES)])


def _from_data(uri: object) -> bytes:
    if not isinstance(uri, str) or not uri.startswith("data:image/"):
        refuse_outside(uri)
    _, _, text = uri.partition(";base64,")
    try:
        return base64.b64decode(text[: encoded.HEAD_BYTES // 4 * 4])
    except (binascii.Error, ValueError) as error:
        damaged(f"a data: picture cannot be decoded: {error}")
