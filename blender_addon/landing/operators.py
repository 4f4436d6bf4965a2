"""Blender's importers and exporters by name: which of them this Blender has, and what settings they know."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import bpy


def exists(name: str) -> bool:
    """Tell whether this Blender has an operator (`export_scene.fbx`)."""
    try:
        _operator(name).get_rna_type()
    except (KeyError, AttributeError):
        return False
    return True


def call(name: str, path: Path, settings: Mapping[str, Any]) -> None:
    """Call an importer or exporter with those of the settings that this Blender's version of it knows."""
    operator = _operator(name)
    known = operator.get_rna_type().properties.keys()
    operator(filepath=str(path), **{key: value for key, value in settings.items() if key in known})


def _operator(name: str) -> Any:
    module, function = name.split(".")
    return getattr(getattr(bpy.ops, module), function)
