"""Where an object comes from, kept as custom properties: plain text on the collection and on each object in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import bpy

PREFIX = "maquette_"
_TOP = f"{PREFIX}top"


def mark(items: Iterable[bpy.types.ID], provenance: Mapping[str, Any]) -> None:
    """Write the provenance (provider, task, provider_task, image, options) on each of the items."""
    texts = {PREFIX + key: _text(value) for key, value in provenance.items()}
    for item in items:
        for key, text in texts.items():
            item[key] = text


def mark_top(item: bpy.types.Object) -> None:
    """Mark the object that all others of a model hang on: artists hang models on each other."""
    item[_TOP] = True


def is_top(item: bpy.types.Object) -> bool:
    """Tell whether a model begins with the object, downwards."""
    return bool(item.get(_TOP))


def stands(task: str) -> bool:
    """Tell whether an object of that task is in any scene of the open file."""
    return any(task_of(one) == task for scene in bpy.data.scenes for one in scene.objects)


def task_of(item: bpy.types.ID) -> str:
    """Return the id of the task that the object or collection comes from; empty when it is none of Maquette's."""
    return str(item.get(f"{PREFIX}task", ""))


def copy(one: bpy.types.ID, other: bpy.types.ID) -> None:
    """Write the provenance of one on another, which may have had another."""
    for key in [key for key in one.keys() if key.startswith(PREFIX)]:  # noqa: SIM118 - no dictionary
        other[key] = one[key]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
