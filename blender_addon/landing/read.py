"""Reads a model file into the open, empty Blender file, with Blender's own importers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import bpy

from ..core.errors import ModelFileError
from ..core.model_file import identify
from . import operators

_GLTF = {
    "import_pack_images": True,
    "import_shading": "NORMALS",
    "merge_vertices": True,  # glTF splits vertices at texture seams: joined again, a closed mesh is closed
    "bone_heuristic": "BLENDER",
    "guess_original_bind_pose": True,
    "disable_bone_shape": True,
}
"""Named here although some are defaults: another Blender may have other defaults."""


def read(path: Path) -> None:
    """Bring the model into the scene. Raises ModelFileError when it cannot be read or holds no faces."""
    reader = _READERS[identify(path)]
    try:
        reader(path)
    except (RuntimeError, KeyError, IndexError, TypeError, ValueError, AttributeError, MemoryError) as error:
        raise ModelFileError(
            f"Blender could not read {path.name}: it is damaged or of an unusual kind.", str(error)
        ) from error
    if not any(item.type == "MESH" and item.data.polygons for item in bpy.data.objects):
        raise ModelFileError(f"{path.name} was read and holds no surface at all: there is nothing to put into a scene.")


def _gltf(path: Path) -> None:
    operators.call("import_scene.gltf", path, _GLTF)


_READERS: dict[str, Callable[[Path], None]] = {".glb": _gltf}
