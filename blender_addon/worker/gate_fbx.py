"""FBX, binary and text: whole, of a version Blender reads, with arrays of the size they declare and safe names.

Source: the layout as Blender's own reader takes it: records of (end, values, bytes of values, name), nested.
"""

from __future__ import annotations

import base64
import re
import struct
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import bpy

from ..core import sized
from ..core.errors import ModelFileError
from ..landing import operators
from . import aside, gate_files
from .gate_container import damaged, refuse_outside
from .gate_fbx_arrays import Arrays
from .gate_fbx_records import Record, records
from .gate_images import refuse_unsafe_size
from .gate_scene import MAX_NODES
from .passed import Passed

_MAGIC = b"Kaydara FBX Binary"
_OLDEST, _NEWEST = 7100, 7999
_PARTS = frozenset({b"Model", b"Geometry", b"Material", b"Texture", b"Deformer", b"NodeAttribute"})
_NAMES = frozenset({b"filename", b"relativefilename"})
_TEXT_NAME = re.compile(rb'(?:filename"?\s*:|"XRefUrl"\s*,\s*"[^"]*"\s*,)\s*"([^"]*)"', re.I)
_TEXT_PICTURE = re.compile(rb'\bContent:\s*,?\s*"([A-Za-z0-9+/]{16,})')


def check(path: Path, folder: Path, spare: Path) -> Passed:
    """Check a file that begins like FBX. Raises ModelFileError."""
    names = _names_in(path)
    outside = gate_files.check(names, path.parent, folder, decodes=True)  # looked into for an alpha channel
    if not outside:
        return Passed(path, folder)
    (copy,) = aside.copied([path], list(gate_files.belonging(names, path.parent, folder)), outside, folder, spare)
    for name in gate_files.check(_names_in(copy), copy.parent, spare, decodes=True):
        refuse_outside(name)
    return Passed(copy, spare)


def _names_in(path: Path) -> list[str]:
    """Check all that is in the file, and return the names of other files in it."""
    content = memoryview(path.read_bytes())
    return _binary(content) if bytes(content[: len(_MAGIC)]) == _MAGIC else _text(path, bytes(content))


def _binary(content: memoryview) -> list[str]:
    """Check the records and return the names of other files in them."""
    if len(content) < 27:
        damaged("an FBX of less than 27 bytes")
    (version,) = struct.unpack_from("<I", content, 23)
    _check_version(version)
    arrays, names, tops, parts = Arrays(content), list[str](), set[bytes](), Counter[bytes]()
    for record in records(content, version):
        if record.parent == 0:
            tops.add(record.name)
        parts[record.name] += record.name in _PARTS
        if parts[record.name] > MAX_NODES:
            raise ModelFileError("The FBX file has too many parts to be put into a scene.")
        arrays.take(record)
        names += _names(record)
        _picture(record)
    if b"Objects" not in tops:
        damaged("an FBX without objects")
    arrays.check()
    return names


def _check_version(version: int) -> None:
    if not _OLDEST <= version <= _NEWEST:
        raise ModelFileError(
            f"The FBX file has version {version / 1000:.1f}; versions 7.1 to 7.9 can be read. Use another format."
        )


def _names(record: Record) -> Iterator[str]:
    """Return the record's values when they name files: of textures, videos, and in properties that hold addresses."""
    texts = record.texts
    if record.name.lower() in _NAMES:
        yield from (text.decode("utf-8", "surrogateescape") for text in texts)
    elif record.name == b"P" and len(texts) > 4 and texts[2] == b"XRefUrl":
        yield texts[4].decode("utf-8", "surrogateescape")


def _picture(record: Record) -> None:
    """Check the size of an embedded picture; one that is damaged or of another kind is left out later."""
    if record.name == b"Content":
        for content in record.texts:
            if size := sized.size_of(BytesIO(content)):
                refuse_unsafe_size(size)


def _text(path: Path, content: bytes) -> list[str]:
    """Check a text FBX and return the names of other files in it. Raises ModelFileError where Blender reads none."""
    if not operators.exists("wm.fbx_import"):
        raise ModelFileError(
            f"{path.name} is an FBX in text form, which Blender {bpy.app.version_string} cannot read. "
            "Use a binary FBX, or use Blender 4.5 or newer."
        )
    version = re.search(rb"FBXVersion:\s*(\d{1,9})", content)
    if version:
        _check_version(int(version[1]))
    if b"Objects:" not in content or content.count(b"{") != content.count(b"}"):
        damaged("a text FBX without objects, or cut off")
    for match in _TEXT_PICTURE.finditer(content):
        text = match[1][:-1] if len(match[1]) % 4 == 1 else match[1]
        if size := sized.size_of(BytesIO(base64.b64decode(text + b"=="))):  # more at its end than it needs is ignored
            refuse_unsafe_size(size)
    return [match[1].decode("utf-8", "surrogateescape") for match in _TEXT_NAME.finditer(content)]
