"""The open file in other formats, with Blender's own exporters. Nothing half-written ever stands at the wanted path."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy

from ..core.errors import DiskError, InputError, ProviderError
from ..landing import images, operators
from . import as_png

_GLTF = {
    "export_format": "GLB",
    "export_image_format": "AUTO",
    "export_yup": True,
    "export_apply": False,
    "export_cameras": False,
    "export_lights": False,
    "export_extras": False,
}
_FBX = {
    "path_mode": "COPY",
    "embed_textures": True,
    "object_types": {"MESH", "ARMATURE", "EMPTY"},
    "add_leaf_bones": False,
}
_USD = {
    "export_materials": True,
    "export_textures_mode": "NEW",
    "export_cameras": False,
    "export_lights": False,
    "convert_world_material": False,
}
_LOST = {
    ".obj": "The textures of metal and roughness lie beside the .obj; its .mtl does not name them. A .glb holds them.",
    ".fbx": "The textures of metal and roughness are not in the .fbx. A .glb holds them.",
}
"""Format → what is said when metal and roughness are channels of one picture, as in glTF."""
_SPARE_BYTES = 2**20


def check(path: Path) -> None:
    """Raise InputError when this Blender cannot write that format."""
    if path.suffix.lower() not in _FORMATS:
        raise InputError(f"{path.name}: models are written as {', '.join(_FORMATS)}. Choose one of these.")
    if not can_write(path):
        raise InputError(
            f"This Blender ({bpy.app.version_string}) cannot write {path.suffix} files. Choose another format."
        )


def export(path: Path) -> None:
    """Write the open file there, in the format of the suffix. Raises DiskError, ProviderError."""
    _, function = _FORMATS[path.suffix.lower()]
    whole(path, function)


def lost(paths: list[Path]) -> list[str]:
    """Say, as sentences, what of the open file's materials the formats of these files have no place for.

    All textures are written beside an OBJ; its list of materials names whole pictures only, not one channel of them.
    """
    formats = {path.suffix.lower() for path in paths} & _LOST.keys()
    trees = [material.node_tree for material in bpy.data.materials if material.node_tree]
    shaders = [node for tree in trees for node in tree.nodes if node.type == "BSDF_PRINCIPLED"]
    links = [link for node in shaders for name in ("Metallic", "Roughness") for link in node.inputs[name].links]
    if not formats or all(link.from_node.type == "TEX_IMAGE" for link in links):
        return []
    return [_LOST[suffix] for suffix in sorted(formats, reverse=True)]


def whole(path: Path, function: Callable[[Path], None]) -> None:
    """Let a function write a file, and what belongs beside it, into a folder aside; then move all of it into place.

    Raises DiskError when the place cannot be written or the disk is full, ProviderError when the function itself fails.
    """
    folder = _folder_beside(path)
    try:
        function(folder / path.name)
        if not (folder / path.name).is_file():
            raise RuntimeError("no file was written")
        for made in folder.iterdir():
            made.replace(path.parent / made.name)
    except (OSError, RuntimeError) as error:
        if shutil.disk_usage(folder).free < _SPARE_BYTES or getattr(error, "errno", None) == errno.ENOSPC:
            raise DiskError(f"The disk is full: {path} could not be written. Free some space.", str(error)) from error
        if isinstance(error, OSError):
            raise DiskError(f"{path} could not be written ({error}). Choose another place.", str(error)) from error
        raise ProviderError(
            f"{path.name} could not be written: Blender's exporter failed. Choose another format.", str(error)
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _folder_beside(path: Path) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=".maquette-", dir=path.parent))
    except OSError as error:
        raise DiskError(
            f"Nothing can be written to {path.parent} ({error.strerror}). Choose another folder.", str(error)
        ) from error


def _blend(path: Path) -> None:
    bpy.ops.wm.save_as_mainfile(filepath=str(path), copy=True, check_existing=False, compress=False)


def glb(path: Path) -> None:
    """Write the open file as GLB."""
    operators.call("export_scene.gltf", path, _GLTF)


def _fbx(path: Path) -> None:
    with _unpacked(path.parent):  # the exporter takes a texture's name from its path
        operators.call("export_scene.fbx", path, _FBX)
    for texture in path.parent.iterdir():
        if texture != path:
            texture.unlink()


def _obj(path: Path) -> None:
    with _unpacked(path.parent, f"{path.stem}_"):
        operators.call(
            "wm.obj_export", path, {"path_mode": "STRIP", "export_materials": True, "export_pbr_extensions": True}
        )


def _usdz(path: Path) -> None:
    with as_png.all_but((".png", ".jpg")):
        operators.call("wm.usd_export", path, _USD)


def _stl(path: Path) -> None:
    operators.call("wm.stl_export", path, {})


_FORMATS: dict[str, tuple[str, Callable[[Path], None]]] = {
    ".blend": ("wm.save_as_mainfile", _blend),
    ".glb": ("export_scene.gltf", glb),
    ".fbx": ("export_scene.fbx", _fbx),
    ".obj": ("wm.obj_export", _obj),
    ".usdz": ("wm.usd_export", _usdz),
    ".stl": ("wm.stl_export", _stl),
}
"""Suffix → Blender's operator, and what calls it."""


def can_write(path: Path) -> bool:
    """Tell whether this Blender has the exporter for a known suffix."""
    return operators.exists(_FORMATS[path.suffix.lower()][0])


@contextmanager
def _unpacked(folder: Path, prefix: str = "") -> Iterator[None]:
    """Write the packed textures into a folder for as long as an exporter needs to find them there as files."""
    before = {image: image.filepath_raw for image in bpy.data.images if image.packed_file}
    for image, old in before.items():
        name = Path(bpy.path.basename(old) or f"{image.name}.png").name
        file = folder / (prefix + name.replace(" ", "_"))  # readers of .mtl files end a name at the first space
        file.write_bytes(image.packed_file.data)
        image.filepath_raw = str(file)
    try:
        yield
    finally:
        for image, old in before.items():
            images.set_path(image, old)
