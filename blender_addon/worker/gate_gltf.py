"""A glTF in JSON becomes a GLB: its buffers and pictures are taken from data: URIs and from files in its folder.

No other file is opened. What comes out is checked like any GLB. Source: glTF 2.0 specification, sections 3.6 and 3.8.
"""

from __future__ import annotations

import base64
import binascii
import re
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote

from ..core.encoded import NATIVE, kind_of
from ..core.errors import ModelFileError
from .gate_container import Document, damaged, listed, mapping, parse, whole
from .mend_pictures import NONE

_DATA = re.compile(r"data:[^,]{0,200};base64,")
_ELSEWHERE = re.compile(r"[\\/]|\w+:")
_MAX_BYTES = 2**31


def assemble(path: Path, folder: Path, target: Path) -> None:
    """Write the glTF as a GLB to `target`. Raises ModelFileError; what is wrong inside is left to the GLB's gate."""
    root = parse(path.read_bytes())
    data, places = _joined(root, path.parent, folder)
    for view in listed(root, "bufferViews"):
        for holder in (view, *mapping(view, "extensions").values()):
            if isinstance(holder, dict) and "buffer" in holder:
                _move(holder, places)
    document = Document(root, memoryview(data))
    root.setdefault("bufferViews", [])
    lost = [number for number, image in enumerate(listed(root, "images")) if not _embed(document, image, path, folder)]
    for texture in listed(root, "textures"):
        for holder in (texture, *mapping(texture, "extensions").values()):
            if isinstance(holder, dict) and holder.get("source") in lost:
                del holder["source"]  # what shows it is left out, and said, by mend_pictures
    document.write(target)


def _joined(root: dict[str, Any], base: Path, folder: Path) -> tuple[bytearray, list[tuple[int, int]]]:
    """Join all buffers with content into the first; return it, and where each went: new number, offset in it."""
    data, empty, places = bytearray(), list[dict[str, Any]](), list[tuple[int, int]]()
    for buffer in listed(root, "buffers"):
        length = whole(buffer.get("byteLength"), 1, _MAX_BYTES, "a buffer's length")
        if "uri" not in buffer:  # holds the place of views that are compressed
            empty.append(buffer)
            places.append((len(empty), 0))
            continue
        content = _content(buffer["uri"], base, folder)
        if content is None:
            _refuse_missing(buffer["uri"])
        if len(content) < length or len(data) + length > _MAX_BYTES:
            damaged(f"a buffer of {len(content)} bytes instead of {length}, or too many of them")
        data += bytes(-len(data) % 4)
        places.append((0, len(data)))
        data += content[:length]
    root["buffers"] = [{"byteLength": len(data)}, *empty]
    return data, places


def _refuse_missing(uri: object) -> NoReturn:
    name = "".join(letter for letter in str(uri) if letter.isprintable())[:60]
    raise ModelFileError(
        f"The glTF file needs {name}, which is not in its folder. Choose it where all its files are, or a ZIP of them."
    )


def _move(holder: dict[str, Any], places: list[tuple[int, int]]) -> None:
    number, offset = places[whole(holder["buffer"], 0, len(places), "a buffer view's buffer")]
    holder["buffer"] = number
    holder["byteOffset"] = whole(holder.get("byteOffset", 0), 0, _MAX_BYTES, "a buffer view's offset") + offset


def _embed(document: Document, image: dict[str, Any], path: Path, folder: Path) -> bool:
    """Bring a picture into the buffer. False when it is no file in the folder; a white pixel stands for it then."""
    if "uri" not in image or str(image["uri"]).startswith("data:image/"):
        return True
    content = _content(image["uri"], path.parent, folder)
    image.clear()
    if not content:
        image["uri"] = NONE
        return False
    image["bufferView"] = document.append(content)
    kind = kind_of(content) or ""
    image["mimeType"] = f"image/{kind.lower()}" if kind in NATIVE else "image/png"
    return True


def _content(uri: object, base: Path, folder: Path) -> bytes | None:
    """Return what is in a data: URI, or in a file of the folder; None for everything else, which is not opened."""
    if not isinstance(uri, str):
        return None
    if start := _DATA.match(uri):
        try:
            return base64.b64decode(uri[start.end() :])
        except (binascii.Error, ValueError) as error:
            damaged(f"a data: URI cannot be decoded: {error}")
    name = unquote(uri)
    if _ELSEWHERE.match(name) or "\\" in name:
        return None
    try:
        file = (base / name).resolve()
        return file.read_bytes() if file.is_relative_to(folder) and file.is_file() else None
    except (OSError, ValueError):
        return None
