"""OBJ and the lists of materials beside it: vertices and faces are there, and names stay in the model's folder.

Blender reads a line on when it ends in a backslash, lets anything stand before a word, and reads the list called like
the model as well; so a name is looked for everywhere, not only where it belongs.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from pathlib import Path

from ..core.errors import ModelFileError
from . import aside, gate_files
from .gate_container import damaged, refuse_outside
from .gate_scene import MAX_NODES
from .passed import Passed

_MAX_LINE = 60_000
"""Blender gives up at a line of 65,536 bytes, in the middle of the model, and says nothing."""
_MAX_MATERIALS_BYTES = 16 * 2**20
_VERTEX, _FACE = re.compile(rb"^[ \t]*v[ \t]", re.M), re.compile(rb"^[ \t]*f[ \t]", re.M)
_BLANK, _NUMBER = rb"[\0-\t\v\f\x0e-\x20\x80-\xff]", rb"[-+.\deE]"
_HUGE = rb"[eE]\+?0*+(?:19|[2-9]\d|\d{3})"
"""An exponent of what is too far away for single precision to reckon with."""
_BAD_VERTEX = re.compile(
    rb"\n%(blank)s*+v%(blank)s++(?:[-+.\d]++(?!%(huge)s)%(number)s*+%(blank)s++){0,2}+"
    rb"(?:[-+.\d]++%(huge)s|%(number)s*+[^-+.\deE\\\0-\x20\x7f-\xff])"
    % {b"blank": _BLANK, b"number": _NUMBER, b"huge": _HUGE}
)
"""One of its three numbers is none, or huge; Blender would put the vertex at 0 there."""
_PART = re.compile(rb"^[ \t]*o[ \t]", re.M)
_SPACE = rb"(?:[\0-\t\v\f\x0e-\x20\x80-\xff]|\\\r?\n)"
"""What Blender takes for a space; on common processors that includes all bytes above ASCII."""
_LIST = re.compile(rb"mtllib" + _SPACE + rb"((?:\\\r?\n|[^\r\n])*)")
_PICTURE = re.compile(rb"(?:map_\w+|bump|refl|disp|decal|norm)(" + _SPACE + rb"[^\r\n]*)", re.I)
_WORD = re.compile(r"[^\0-\x20]+")
_MAX_NAME = 1024
"""Blender's own limit for a path."""


def check(path: Path, folder: Path, spare: Path) -> Passed:
    """Check a file that begins like OBJ, and the lists of materials that it names. Raises ModelFileError."""
    named = _lists(path)
    lists = [one for one in dict.fromkeys((*named, path.with_suffix(".mtl"))) if one.is_file()]
    outside = _outside(lists, folder)
    lost = [one.name for one in named if not one.is_file()]
    repairs = [f"The list of materials {_shown(lost[0])} is not in the model's folder."] if lost else []
    if not outside:
        return Passed(path, folder, repairs)
    pictures = [file for one in lists for file in gate_files.belonging(list(_pictures(one)), one.parent, folder)]
    copies = aside.copied(lists, [path, *pictures], outside, folder, spare)
    for name in _outside(copies, spare):
        refuse_outside(name)
    return Passed(spare / path.relative_to(folder), spare, repairs)


def _shown(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable())[:60]


def _outside(lists: list[Path], folder: Path) -> list[str]:
    """Check the pictures in lists of materials; return the names that lead out of the folder."""
    return [name for one in lists for name in gate_files.check(list(_pictures(one)), one.parent, folder, decodes=False)]


def _lists(path: Path) -> list[Path]:
    """Check the model itself, and return the lists of materials that it names."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if max(map(len, file)) > _MAX_LINE:
            damaged("a line too long to be read")
        if not _VERTEX.search(content) or not _FACE.search(content):
            raise ModelFileError(f"{path.name} holds no faces: there is nothing to put into a scene.")
        if _BAD_VERTEX.search(content) or _BAD_VERTEX.match(b"\n" + content[:_MAX_LINE]):
            raise ModelFileError("The model file contains invalid points. Export or generate it again.")
        if sum(1 for _ in _PART.finditer(content)) > MAX_NODES:
            raise ModelFileError(f"{path.name} has too many parts to be put into a scene.")
        names = [re.sub(rb"\\\r?\n", b" ", match[1]) for match in _LIST.finditer(content)]
    return [path.parent / _inside(name) for name in names]


def _inside(raw: bytes) -> str:
    """Return the name of a list of materials. Raises ModelFileError when it leads out of the folder."""
    name = raw.strip(b' \t"\0').decode("utf-8", "surrogateescape")
    if name[:1] in ("/", "\\") or ":" in name or ".." in re.split(r"[\\/]", name) or "\0" in name:
        refuse_outside(name)
    return name


def _pictures(materials: Path) -> Iterator[str]:
    """Return what may be names of pictures in a list of materials: a line from its first word on, its second, …

    Switches stand before the name, which may hold spaces.
    """
    if materials.stat().st_size > _MAX_MATERIALS_BYTES:
        damaged("a list of materials larger than 16 MB")
    content = materials.read_bytes()
    if content.count(b"newmtl") > MAX_NODES:
        raise ModelFileError(f"{materials.name} has too many materials to be put into a scene.")
    for match in _PICTURE.finditer(content):
        line = match[1].decode("utf-8", "surrogateescape")
        if len(line) > _MAX_NAME:
            damaged("a texture's name is too long")
        for word in _WORD.finditer(line):
            yield line[word.start() :].strip().replace('"', "")
        yield match[1].strip(bytes((*range(33), *range(128, 256)))).decode("ascii", "replace")
