"""The gate: what a model file claims is checked before an importer believes it.

Blender's importers crash, hang, fill the memory or read other files of this computer when a file asks for it. Plain
Python and numpy here, in the background Blender; files that pass may still be refused by the importer.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..core.model_file import identify
from . import gate_accessors, gate_container, gate_images, gate_scene


def check(path: Path) -> None:
    """Raise ModelFileError when the file is damaged, asks for too much or points outside itself."""
    _GATES[identify(path)](path)


def _glb(path: Path) -> None:
    document = gate_container.open_glb(path)
    gate_accessors.check(document)
    gate_images.check(document)
    gate_scene.check(document)


_GATES: dict[str, Callable[[Path], None]] = {".glb": _glb}
