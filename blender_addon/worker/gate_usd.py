"""USD: no layer of it names a file outside the model's folder, or a file of another kind; its importer reads all.

Which names are files is not told apart: every text in a layer is taken for one. What the numbers in it claim is not
checked; they can end no more than this process. Source: OpenUSD's default resolver: a name leads from its layer, from
the first layer's folder, or from the current one, is normalised as text, and knows no schemes.
"""

from __future__ import annotations

import mmap
import os
import re
from collections.abc import Iterator
from pathlib import Path

import bpy

from ..core.errors import ModelFileError
from ..core.model_file import identify
from ..landing import operators
from . import aside, gate_files
from .gate_container import damaged, refuse_outside
from .gate_usd_crate import texts
from .passed import Passed

_SUFFIXES = {True: (".usd", ".usdc"), False: (".usd", ".usda")}
"""Of crates, and of text: the importer goes by them."""
_LAYERS = (".usd", ".usda", ".usdc", ".usdz", ".sdf", ".mtlx", ".abc", ".drc")
_BETWEEN = re.compile(rb"@([^@\n]*)(?=@)")
"""A file's name in text stands between two @; taken from each to the next, none is missed."""
_CLIPS = re.compile(rb"\b(clips|clipSets|clip\w*Paths?|templateAssetPath)\b")
_ARGUMENTS = re.compile(r":SDF_FORMAT_ARGS:|\[")
"""What follows a name: settings, or a file in an archive."""
_MAX_NAME, _MAX_LAYERS = 4096, 1000


def check(path: Path, folder: Path, spare: Path) -> Passed:
    """Check a USD layer and all those in the folder that it names. Raises ModelFileError."""
    if not operators.exists("wm.usd_import"):
        raise ModelFileError(
            f"This Blender ({bpy.app.version_string}) was built without USD. Use the one from blender.org, or a GLB."
        )
    layers, pictures = [path], set[Path]()
    for layer in layers:
        for file in _named(layer, (layer.parent, path.parent, Path.cwd()), folder):
            if _is_layer(file) and file not in layers:
                layers.append(file)
            elif file not in layers:
                pictures.add(file)
        if len(layers) > _MAX_LAYERS:
            damaged("a USD of too many layers")
    if path.suffix.lower() in _SUFFIXES[_is_crate(path)]:
        return Passed(path, folder)
    others = sorted(pictures.union(layers[1:]))
    (copy,) = aside.copied([path], others, [], folder, spare)
    return Passed(copy.rename(copy.with_suffix(".usd")), spare)


def _is_crate(layer: Path) -> bool:
    with layer.open("rb") as file:
        return file.read(8) == b"PXR-USDC"


def _is_layer(file: Path) -> bool:
    """Tell whether a file is USD. Raises ModelFileError when it would be read as a layer and is something else."""
    try:
        kind = identify(file)
    except ModelFileError:
        kind = ""
    if kind != ".usd" and file.suffix.lower() in _LAYERS:
        damaged(f"a USD that is made of {file.name[:60]}")
    return kind == ".usd"


def _named(layer: Path, bases: tuple[Path, ...], folder: Path) -> Iterator[Path]:
    """Yield the files in the folder that a layer's names lead to. Raises ModelFileError when one leads out of it."""
    for name in dict.fromkeys(_names(layer)):
        if gate_files.ELSEWHERE.match(name) or name.startswith("`"):
            refuse_outside(name)
        for base in dict.fromkeys(bases):
            if "<" in name and not Path(os.path.normpath(base / name)).is_relative_to(base):
                refuse_outside(name)  # stands for several files
            for file in gate_files.direct(name, base):
                if gate_files.leads_out(file, folder):
                    refuse_outside(name)
                if gate_files.exists(file) and file.is_file():
                    yield file.resolve()


def _names(layer: Path) -> Iterator[str]:
    """Yield all that may be a file's name in a layer, normalised."""
    for raw in _texts(layer):
        text = _ARGUMENTS.split(raw.decode("utf-8", "surrogateescape"))[0]
        if len(text) > _MAX_NAME:
            text = os.path.normpath(text)
        if len(text) <= _MAX_NAME and not {".", "/", "\\", "`"}.isdisjoint(text):
            yield text


def _texts(layer: Path) -> Iterator[bytes]:
    """Yield all texts in a layer that may hold a name. Raises ModelFileError."""
    if _is_crate(layer):
        for text in texts(layer):
            if _CLIPS.fullmatch(text):
                _refuse_clips()
            yield text
        return
    with layer.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if _CLIPS.search(content):
            _refuse_clips()
        if content.find(b"@@@") >= 0:
            damaged("a name with @ in it")
        yield from (match[1] for match in _BETWEEN.finditer(content))


def _refuse_clips() -> None:
    raise ModelFileError("The USD file is made of clips, which are not read. Use a GLB.")
