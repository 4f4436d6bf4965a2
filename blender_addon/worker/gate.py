"""The gate: what a model file claims is checked before an importer believes it.

Blender's importers crash, hang, fill the memory or read other files of this computer when a file asks for it. Plain
Python and numpy here, in the background Blender; files that pass may still be refused by the importer.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..core.errors import ModelFileError
from ..core.model_file import identify
from . import (
    gate_accessors,
    gate_container,
    gate_fbx,
    gate_images,
    gate_obj,
    gate_ply,
    gate_scene,
    gate_stl,
)

_MAX_BYTES = 2 * 2**30


def check(path: Path) -> None:
    """Raise ModelFileError when the file is damaged, asks for too much or points outside itself."""
    gate = _GATES.get(identify(path))
    if gate is None:
        raise ModelFileError(f"{path.name} is an archive in an archive. Unpack it and choose a model file in it.")
    if path.stat().st_size > _MAX_BYTES:
        raise ModelFileError("The model file is larger than 2 GB. Ask the provider for a model with fewer faces.")
    gate(path)


def _glb(path: Path) -> None:
    document = gate_container.open_glb(path)
    gate_accessors.check(document)
    gate_images.check(document)
    gate_scene.check(document)


_GATES: dict[str, Callable[[Path], None]] = {
    ".glb": _glb,
    ".fbx": gate_fbx.check,
    ".obj": gate_obj.check,
    ".stl": gate_stl.check,
    ".ply": gate_ply.check,
}
