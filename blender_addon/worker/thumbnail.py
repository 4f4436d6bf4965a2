"""Work "thumbnail": a small picture of a finished model, for the list of tasks."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy

from ..core.errors import ModelFileError
from . import export, preview

SIDE = 256
"""Pixels; as large as Blender's own thumbnails."""
MOST = 3_000_000
"""Triangles. What has more would hold the processor up for long, for a picture that small."""


def thumbnail(arguments: dict[str, Any], _: Callable[[float], None]) -> dict[str, Any]:
    """Render the collection in `blend` into the PNG `picture`. Raises ModelFileError when there is nothing to see."""
    libraries: Any = bpy.data.libraries  # the stubs do not know what its load() returns
    with libraries.load(arguments["blend"], link=False) as (there, wanted):
        wanted.collections = there.collections[:1]
    meshes = [one.data for one in bpy.data.objects if one.type == "MESH"]
    if not meshes or sum(len(one.loops) - 2 * len(one.polygons) for one in meshes) > MOST:
        raise ModelFileError("This model is too large for a thumbnail.")
    path = Path(arguments["picture"])
    export.whole(path, lambda part: preview.render(wanted.collections[0], part, SIDE, _half_the_processor()))
    return {"picture": str(path)}


def _half_the_processor() -> int:
    """Return in how many threads to render: the artist is at work, and models may be on their way."""
    return max(1, (os.cpu_count() or 1) // 2)
