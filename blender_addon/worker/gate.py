"""The gate: what a model file claims is checked before an importer believes it.

Blender's importers crash, hang, fill the memory or read other files of this computer when a file asks for it. Plain
Python and numpy here, in the background Blender; files that pass may still be refused by the importer.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..core.errors import ModelFileError
from ..core.model_file import identify
from ..landing.plain_file import PlainGlb
from . import (
    dequantize,
    gate_accessors,
    gate_container,
    gate_fbx,
    gate_gltf,
    gate_images,
    gate_obj,
    gate_ply,
    gate_scene,
    gate_stl,
    gate_usd,
    mend,
    meshopt,
    metal,
)
from .passed import Passed

_MAX_BYTES = 2 * 2**30


def check(path: Path, folder: Path, spare: Path) -> Passed:
    """Let the file, whose folder is `folder`, pass, or a repaired copy in the folder `spare`, which is empty.

    Raises ModelFileError when the file is damaged beyond repair, asks for too much or points outside itself.
    """
    gate = _GATES.get(identify(path))
    if gate is None:
        raise ModelFileError(f"{path.name} is an archive in an archive. Unpack it and choose a model file in it.")
    if path.stat().st_size > _MAX_BYTES:
        raise ModelFileError("The model file is larger than 2 GB. Use a model with fewer faces.")
    return gate(path, folder, spare)


def stripped(passed: Passed, spare: Path) -> Passed | None:
    """Return a GLB's bare surface, for an importer that could not read the whole; None for other formats."""
    if identify(passed.model) != ".glb":
        return None
    document = gate_container.open_glb(passed.model)
    lost = mend.strip(document)
    bare = spare / passed.model.name
    document.write(bare)
    return Passed(bare, spare, [lost])


def _glb(path: Path, folder: Path, spare: Path) -> Passed:
    document = gate_container.open_glb(path)
    changed = meshopt.unpack(document)
    gate_accessors.check(document)
    repairs = mend.mend(document)
    gate_images.check(document)
    gate_scene.check(document)
    changed |= dequantize.dequantize(document)
    changed |= metal.tame(document)
    opened = PlainGlb(document.root, document.data)
    if not changed and not repairs:
        return Passed(path, folder, opened=opened)
    document.write(spare / path.name)
    return Passed(spare / path.name, spare, repairs, opened)


def _gltf(path: Path, folder: Path, spare: Path) -> Passed:
    made = spare / f"{path.stem}.glb"
    gate_gltf.assemble(path, folder, made)
    return _glb(made, spare, spare)


def _as_it_is(check_file: Callable[[Path], None]) -> Callable[[Path, Path, Path], Passed]:
    """Return a gate that never repairs."""

    def gate(path: Path, folder: Path, spare: Path) -> Passed:
        check_file(path)
        return Passed(path, folder)

    return gate


_GATES: dict[str, Callable[[Path, Path, Path], Passed]] = {
    ".glb": _glb,
    ".gltf": _gltf,
    ".fbx": gate_fbx.check,
    ".obj": gate_obj.check,
    ".stl": _as_it_is(gate_stl.check),
    ".ply": _as_it_is(gate_ply.check),
    ".usd": gate_usd.check,
}
