"""Where an object comes from, kept as custom properties: plain text on the collection and on each root object."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import bpy

PREFIX = "maquette_"


def mark(items: Iterable[bpy.types.ID], provenance: Mapping[str, Any]) -> None:
    """Write the provenance (provider, task, provider_task, image, options) on each of the items."""
    texts = {PREFIX + key: _text(value) for key, value in provenance.items()}
    for item in items:
        for key, text in texts.items():
            item[key] = text


def stands(task: str) -> bool:
    """Tell whether an object of that task is in any scene of the open file."""
    return any(one.get(f"{PREFIX}task") == task for scene in bpy.data.scenes for one in scene.objects)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
