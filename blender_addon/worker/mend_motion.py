"""Rig and animations of a GLB: a damaged rig is left out as a whole, of the animations those that are damaged."""

from __future__ import annotations

from collections.abc import Iterator

from ..core.errors import ModelFileError
from .gate_accessors import primitives
from .gate_container import Document, listed, mapping
from .gate_scene import check_animation, check_joints, check_skin, refuse_invalid

_JOINTS, _WEIGHTS = "JOINTS_", "WEIGHTS_"


def mend(document: Document) -> Iterator[str]:
    """Leave out what is damaged; yield what was left out."""
    if not _rig_is_good(document):
        _drop_rig(document)
        yield "The rig was damaged and left out."
    good = [one for one in document.items("animations") if _passes(check_animation, document, one)]
    if lost := len(document.items("animations")) - len(good):
        document.root["animations"] = good
        yield "1 animation was damaged and left out." if lost == 1 else f"{lost} animations were damaged and left out."


def drop_shape_animations(document: Document) -> None:
    """Remove the channels that move shapes which are there no more."""
    for animation in document.items("animations"):
        kept = [one for one in listed(animation, "channels") if mapping(one, "target").get("path") != "weights"]
        animation["channels"] = kept
    document.root["animations"] = [one for one in document.items("animations") if one["channels"]]


def _passes(check: object, *given: object) -> bool:
    assert callable(check)
    try:
        check(*given)
    except ModelFileError:
        return False
    return True


def _rig_is_good(document: Document) -> bool:
    skinned = [node for node in document.items("nodes") if "skin" in node]
    meshes = len(document.items("meshes"))
    shown = [node for node in skinned if isinstance(node.get("mesh"), int) and 0 <= node["mesh"] < meshes]
    return (
        all(_passes(check_skin, document, skin) for skin in document.items("skins"))
        and all(isinstance(node["skin"], int) and 0 <= node["skin"] < len(document.items("skins")) for node in skinned)
        and all(_passes(_check_weights, document, node) for node in shown)
    )


def _check_weights(document: Document, node: dict[str, int]) -> None:
    """Check joints and weights of all vertices of a node's mesh. Raises ModelFileError."""
    accessors = document.items("accessors")
    for primitive in primitives(document)[node["mesh"]]:
        attributes = mapping(primitive, "attributes")
        for name, number in attributes.items():
            if not name.startswith((_JOINTS, _WEIGHTS)):
                continue
            position = attributes.get("POSITION")
            if not isinstance(number, int) or not isinstance(position, int) or not 0 <= number < len(accessors):
                raise ModelFileError("a rig's attribute that is not there")
            if accessors[number]["count"] != accessors[position]["count"] or accessors[number]["type"] != "VEC4":
                raise ModelFileError("a rig's attribute that does not fit")
            refuse_invalid(document, number, "weights")
    check_joints(document, node)


def _drop_rig(document: Document) -> None:
    document.root.pop("skins", None)
    for node in document.items("nodes"):
        node.pop("skin", None)
    for primitive in (primitive for mesh in primitives(document) for primitive in mesh):
        for name in [name for name in mapping(primitive, "attributes") if name.startswith((_JOINTS, _WEIGHTS))]:
            del primitive["attributes"][name]
