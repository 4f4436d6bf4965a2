"""Model files: which format a file has, by its content and never by its name."""

from __future__ import annotations

import re
import struct
from pathlib import Path

from .errors import ModelFileError

_HEAD_BYTES = 2**16
_STL_HEAD = 84
"""Bytes in front of a binary STL's triangles: anything, then their number."""
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"glTF", ".glb"),
    (b"Kaydara FBX Binary  \0\x1a\0", ".fbx"),
    (b"ply\n", ".ply"),
    (b"ply\r\n", ".ply"),
    (b"PXR-USDC", ".usd"),
    (b"#usda", ".usd"),
    (b"PK\x03\x04", ".zip"),
)
_WRONG: tuple[tuple[bytes, str], ...] = (
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML file"),
    (b"{", "a JSON file"),
    (b"pk\x05\x06", "an empty ZIP archive"),
    (b"kaydara fbx binary", "an FBX file without its beginning"),
    (b"blender", "a .blend file"),
)
_TEXTS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb'\{.*"(asset|accessors|buffers|bufferViews|meshes)"\s*:\s*[{[]', re.S), ".gltf"),
    (re.compile(rb";\s*FBX \d|FBXHeaderExtension:"), ".fbx"),
    (re.compile(rb"solid\b.{0,512}?\bfacet\s+normal\s", re.I | re.S), ".stl"),
    (re.compile(rb"(?:.*[\r\n])??[ \t]*v[ \t]+[-+.\d]", re.S), ".obj"),
)
"""What a text begins with; comments and names may stand before the first vertex of an OBJ."""
_LAYERS = (b".usd", b".usda", b".usdc")


def identify(path: Path, title: str = "") -> str:
    """Return the format's suffix: .glb .gltf .fbx .obj .stl .ply .usd, or .zip and .usdz for archives of them.

    Raises ModelFileError that says what the file is instead; `title` is what the file is called there.
    """
    head, size = _head(path)
    if not head:
        raise ModelFileError(f"The model file {path.name} is empty.")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    suffix = next((suffix for magic, suffix in _MAGIC if head.startswith(magic)), "")
    if suffix == ".zip" and _first_member(head).endswith(_LAYERS):
        return ".usdz"
    if suffix or (suffix := ".stl" if _is_binary_stl(head, size) else ""):
        return suffix
    what = next((name for magic, name in _WRONG if start.lower().startswith(magic)), "")
    if what in ("", "a JSON file") and b"\0" not in head:
        suffix = next((suffix for pattern, suffix in _TEXTS if pattern.match(start)), "")
    if suffix:
        return suffix
    if path.suffix.lower() == ".stl" and not what and len(head) >= _STL_HEAD:
        raise ModelFileError(
            f"{title or path.name} is no whole STL file: its size does not fit its number of triangles. Save or "
            "download it again."
        )
    raise ModelFileError(
        f"{title or path.name} is {what or 'of no known format'}; Maquette reads GLB, glTF, FBX, OBJ, STL, PLY and "
        "USD, also in a ZIP."
    )


def _head(path: Path) -> tuple[bytes, int]:
    """Return the beginning of the file and its size in bytes. Raises ModelFileError."""
    try:
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES), path.stat().st_size
    except OSError as error:
        raise ModelFileError(f"The model file {path} cannot be read ({error.strerror}).") from error


def _first_member(head: bytes) -> bytes:
    """Return the name of a ZIP's first member, in small letters."""
    length = int.from_bytes(head[26:28], "little")
    return head[30 : 30 + length].lower()


def _is_binary_stl(head: bytes, size: int) -> bool:
    """Tell whether the number of triangles after the first 80 bytes, which may be anything, explains the size."""
    if len(head) < _STL_HEAD:
        return False
    (count,) = struct.unpack_from("<I", head, 80)
    return bool(count) and size == _STL_HEAD + 50 * count
