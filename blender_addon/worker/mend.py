"""What is damaged in a GLB and can be spared is taken out, because the rest was paid for, and it is said.

Afterwards the gate checks everything once more. Buffers, buffer views and accessors were checked before.
"""

from __future__ import annotations

from . import mend_mesh, mend_motion, mend_names, mend_pictures
from .gate_container import Document

_PARTS = (mend_names.mend, mend_pictures.mend, mend_motion.mend, mend_mesh.mend)
_GEOMETRY = frozenset({"POSITION", "NORMAL", "TEXCOORD_0"})


def mend(document: Document) -> list[str]:
    """Take out what is damaged; return what, as sentences. Without a sentence the document is as it was."""
    return list(dict.fromkeys(sentence for part in _PARTS for sentence in part(document)))


def strip(document: Document) -> str:
    """Leave nothing but the surfaces and where they stand; return that, as a sentence."""
    root = document.root
    for key in ("materials", "textures", "images", "samplers", "skins", "animations", "cameras", "extensions"):
        root.pop(key, None)
    needed = [name for name in root.pop("extensionsRequired", []) if name in ("KHR_mesh_quantization", _DRACO)]
    if needed:
        root["extensionsRequired"] = root["extensionsUsed"] = needed
    for node in document.items("nodes"):
        for key in ("skin", "camera", "extensions", "weights", "extras", "name"):
            node.pop(key, None)
    for mesh in document.items("meshes"):
        mesh.pop("weights", None), mesh.pop("extras", None), mesh.pop("name", None)
        for primitive in mesh.get("primitives", []):
            _strip_primitive(primitive)
    return "Blender could read only the surface of this model: its materials, rig and animations were left out."


_DRACO = "KHR_draco_mesh_compression"


def _strip_primitive(primitive: dict[str, object]) -> None:
    attributes, extensions = primitive.get("attributes"), primitive.get("extensions")
    kept = {key: value for key, value in primitive.items() if key in ("mode", "indices")}
    if isinstance(attributes, dict):
        kept["attributes"] = {name: number for name, number in attributes.items() if name in _GEOMETRY}
    if isinstance(extensions, dict) and _DRACO in extensions:
        kept["extensions"] = {_DRACO: extensions[_DRACO]}
    primitive.clear()
    primitive.update(kept)
