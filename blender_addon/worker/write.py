"""Work "write": lands a tidy .blend in an empty scene and writes it in the formats that were asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy

from ..landing.append import land
from . import export, preview


def write(arguments: dict[str, Any], progress: Callable[[float], None]) -> dict[str, Any]:
    """Land at the origin, export every output by its suffix, render the preview.

    Raises InputError when this Blender lacks a format, DiskError, ProviderError.
    """
    outputs = [Path(path) for path in arguments["outputs"]]
    for path in outputs:
        export.check(path)
    _clean_scene()
    landed = land(Path(arguments["blend"]), bpy.context.scene, (0.0, 0.0, 0.0), select=False)
    for number, path in enumerate(outputs, 1):
        export.export(path)
        progress(0.5 * number / len(outputs))
    if arguments.get("preview"):
        export.whole(Path(arguments["preview"]), lambda part: preview.render(landed.collection, part))
    return {
        "statistics": landed.statistics,
        "outputs": [str(path) for path in outputs],
        "warnings": export.lost(outputs),
        "main_thread_ms": landed.milliseconds,
    }


def _clean_scene() -> None:
    """Open Blender's own start file without its cube, light and camera; its world and its workspaces stay."""
    bpy.ops.wm.read_homefile(use_factory_startup=True)
    bpy.data.batch_remove([*bpy.data.objects, *bpy.data.collections])
    bpy.data.orphans_purge(do_recursive=True)
