"""Reads a model file into the open, empty Blender file, with Blender's own importers; plain GLBs faster."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ..core.errors import ModelFileError
from ..core.model_file import identify
from . import beside, colors, materials, operators, plain, textures, wiring
from .plain_file import PlainGlb

_GLTF = {
    "import_pack_images": True,
    "import_shading": "NORMALS",
    "merge_vertices": True,  # glTF splits vertices at texture seams: joined again, a closed mesh is closed
    "bone_heuristic": "BLENDER",
    "guess_original_bind_pose": True,
    "disable_bone_shape": True,
}
_FBX = {
    "use_custom_normals": True,
    "use_image_search": False,
    "use_custom_props": False,
    "use_anim": True,
    "import_subdivision": False,
    "use_subsurf": False,
    "validate_meshes": True,
}
"""Axes and unit stand in the file, and both of Blender's importers obey them."""
_Y_UP = {"forward_axis": "NEGATIVE_Z", "up_axis": "Y"}
"""glTF's axes, for formats that do not say theirs. Providers write the same model in all formats, and so do the common
exporters (trimesh, TRELLIS): STL and PLY too are Y up there."""
_Z_UP = {"forward_axis": "Y", "up_axis": "Z"}
"""What Blender and most other programs write into STL and PLY."""
_OBJ = {**_Y_UP, "use_split_objects": True, "use_split_groups": False, "validate_meshes": True}
_STL = {"use_facet_normal": False, "use_mesh_validate": True}
_PLY = {"merge_verts": False, "import_colors": "SRGB", "import_attributes": False}
_USD = {
    "import_textures_mode": "IMPORT_NONE",  # stays a path, so that it can be seen which picture is the model's own
    "import_usd_preview": True,
    "import_cameras": False,
    "import_lights": False,
    "import_volumes": False,
    "import_points": False,
    "create_world_material": False,
    "set_frame_range": False,
    "support_scene_instancing": False,  # copies instead: they are joined, or stand where they stood
    "read_mesh_attributes": False,
    "property_import_mode": "NONE",
    "attr_import_mode": "NONE",
    "mtl_name_collision_mode": "MAKE_UNIQUE",
    "validate_meshes": True,
}
"""All named here although some are defaults: another Blender may have other defaults."""
_DRACO_LIBRARY = "extern_draco"
"""Part of its file's name on every system. Distributions leave it out, and so does Blender 4.2 as a module."""


def read(path: Path, folder: Path, own: bool, opened: PlainGlb | None = None, up_axis: str = "Y") -> list[str]:
    """Bring the model into the scene and return what of it was left out, as sentences.

    `folder` holds all that belongs to the model and, unless it is its `own`, other files too. `opened`: the GLB, if it
    was taken apart already. `up_axis`: Y or Z, for STL and PLY, which do not tell theirs. Raises ModelFileError when it
    cannot be read or holds no faces.
    """
    kind = identify(path)
    try:
        if kind != ".glb" or not plain.read(path, _gltf, opened):
            _READERS[up_axis][kind](path)
    except (RuntimeError, KeyError, IndexError, TypeError, ValueError, AttributeError, MemoryError) as error:
        raise ModelFileError(_reason(path, str(error)), str(error)) from error
    warnings = [] if kind == ".glb" else _textures(path, folder, own)  # the gate saw all of a GLB's pictures
    if not any(item.type == "MESH" and item.data.polygons for item in bpy.data.objects):
        raise ModelFileError(f"{path.name} was read and holds no surface at all: there is nothing to put into a scene.")
    if not all(_is_finite(mesh) for mesh in bpy.data.meshes):
        raise ModelFileError(
            "The model file contains invalid points. Export or generate it again.", "seen after reading"
        )
    if kind == ".obj" and not any(path.parent.glob("*.mtl")):
        materials.drop_undescribed()
    colors.show(also_grey=kind != ".glb")  # a GLB says by itself what its materials take from vertices
    return warnings


def _reason(path: Path, error: str) -> str:
    """Say why an importer failed, as far as its own words tell."""
    if _DRACO_LIBRARY in error:
        return (
            f"{path.name} is compressed by Draco, and this Blender comes without the library for that. "
            "Use Blender from blender.org, or get the model without compression."
        )
    return f"Blender could not read {path.name}: it is damaged or of an unusual kind."


def _textures(path: Path, folder: Path, own: bool) -> list[str]:
    """Keep the model's own textures, find those that its file does not name, and return what was left out."""
    pictures = beside.find(path, folder)
    warnings = textures.keep_own(path, folder)
    materials.give_nodes(bpy.data.materials)
    wiring.wire(path.stem, [one for one in pictures if own or beside.role(one.name)])
    return warnings + _left_beside(wiring.missing(beside.doubtful(path, folder)))


def _left_beside(pictures: list[Path]) -> list[str]:
    """Say which pictures were not taken, because they may be another model's."""
    if not pictures:
        return []
    names = ", ".join(file.name for file in pictures[:3])
    more = f" and {len(pictures) - 3} more" if len(pictures) > 3 else ""
    return [
        f"Not used, because other models lie in the same folder: {names}{more}. "
        "Begin the names of textures like the model's, or give it a folder of its own."
    ]


def _is_finite(mesh: bpy.types.Mesh) -> bool:
    """Tell whether all coordinates are numbers; the gate cannot see them in all formats and extensions."""
    flat = np.empty(len(mesh.vertices) * 3, np.float32)
    points: Any = mesh.attributes["position"]
    points.data.foreach_get("vector", flat)
    return bool(np.isfinite(flat).all())


def _gltf(path: Path) -> None:
    operators.call("import_scene.gltf", path, _GLTF)


def _fbx(path: Path) -> None:
    """Blender 4.5 has an importer in C++, which is faster and reads more; the older one is in Python."""
    operators.call("wm.fbx_import" if operators.exists("wm.fbx_import") else "import_scene.fbx", path, _FBX)


def _obj(path: Path) -> None:
    operators.call("wm.obj_import", path, _OBJ)


def _stl(path: Path, axes: dict[str, str] = _Y_UP) -> None:
    operators.call("wm.stl_import", path, {**axes, **_STL})


def _ply(path: Path, axes: dict[str, str] = _Y_UP) -> None:
    operators.call("wm.ply_import", path, {**axes, **_PLY})


def _usd(path: Path) -> None:
    """Axes and unit stand in the file."""
    operators.call("wm.usd_import", path, _USD)
    for mesh in bpy.data.meshes:
        mesh.validate()  # the gate knows nothing of the numbers


_Y_UP_READERS: dict[str, Callable[[Path], None]] = {
    ".glb": _gltf,
    ".fbx": _fbx,
    ".obj": _obj,
    ".stl": _stl,
    ".ply": _ply,
    ".usd": _usd,
}
_Z_UP_READERS = _Y_UP_READERS | {".stl": partial(_stl, axes=_Z_UP), ".ply": partial(_ply, axes=_Z_UP)}
_READERS = {"Y": _Y_UP_READERS, "Z": _Z_UP_READERS}
