"""Names and extras of a GLB: names become short texts without control characters, odd extras go."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from .gate_container import Document

_LONGEST = 1024
"""Blender itself shortens names to what it can hold; longer ones are no names."""
_KEPT = 48
_MAX_EXTRAS = 64


def mend(document: Document) -> Iterator[str]:
    """Clean every name and every list of extras; yield what was done."""
    items = [document.root]
    for value in document.root.values():
        if isinstance(value, list):
            items += [item for item in value if isinstance(item, dict)]
    for mesh in document.items("meshes"):
        primitives = mesh.get("primitives")
        items += [one for one in primitives if isinstance(one, dict)] if isinstance(primitives, list) else []
    if sum(_rename(item) for item in items):
        yield "Names in the model file were damaged and cleaned."
    if sum(_empty(item) for item in items):
        yield "Additional data of an unusual kind was left out."


def _rename(item: dict[str, Any]) -> bool:
    """Clean an item's name, and those of a mesh's shapes; tell whether that was necessary."""
    name, extras = item.get("name", ""), item.get("extras")
    cleaned = _clean(name)
    if cleaned:
        item["name"] = cleaned
    elif name != "":
        del item["name"]
    shapes = extras.get("targetNames") if isinstance(extras, dict) else None
    if isinstance(shapes, list) and isinstance(extras, dict):
        extras["targetNames"] = [_clean(shape) or f"shape {number}" for number, shape in enumerate(shapes, 1)]
        return bool(cleaned != name or extras["targetNames"] != shapes)
    return bool(cleaned != name)


def _clean(name: object) -> str:
    """Return the name as a short text that can be shown anywhere; empty when it is none."""
    if not isinstance(name, str):
        return ""
    kept = "".join(letter for letter in name[: 4 * _LONGEST] if unicodedata.category(letter) not in _CONTROLS)
    return kept if len(kept) <= _LONGEST else kept[:_KEPT]


_CONTROLS = frozenset({"Cc", "Cf", "Cs"})


def _empty(item: dict[str, Any]) -> bool:
    """Remove extras that are more than a few plain values, but for the names of a mesh's shapes."""
    extras = item.get("extras", {})
    shapes = extras.get("targetNames") if isinstance(extras, dict) else None
    named = {"targetNames": shapes} if isinstance(shapes, list) else {}
    if isinstance(extras, dict) and len(extras) <= _MAX_EXTRAS:
        plain = {key: value for key, value in extras.items() if isinstance(value, str | int | float | bool)}
        if plain | named == extras and all(0 < len(key) < _MAX_EXTRAS for key in extras) and _short(plain):
            return False
    item["extras"] = named
    return True


def _short(plain: dict[str, Any]) -> bool:
    return all(
        len(str(value)) <= _LONGEST if isinstance(value, str) else abs(value) < 2**31 for value in plain.values()
    )
