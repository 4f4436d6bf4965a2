"""Work "convert": a model file becomes a .blend that holds one tidy collection, ready to be appended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy

from ..landing import statistics
from ..landing.read import read
from ..landing.tidy import tidy
from . import fence
from .gate import check
from .unpack import unpacked


def convert(arguments: dict[str, Any], progress: Callable[[float], None]) -> dict[str, Any]:
    """Unpack, check, read, tidy and save. Raises ModelFileError when the model file cannot be used."""
    blend = Path(arguments["blend"])
    with unpacked(Path(arguments["model"]), blend.with_name("unpacked")) as (model, folder):
        check(model)
        progress(0.1)
        with fence.files_only_in(folder):
            left_out = read(model, folder)
        progress(0.7)
        collection, warnings = tidy(arguments["name"], arguments["front_axis"], arguments["provenance"])
    progress(0.9)
    part = blend.with_name(blend.name + ".part")
    bpy.data.libraries.write(str(part), {collection}, path_remap="NONE", fake_user=False, compress=False)
    part.replace(blend)
    return {"statistics": statistics.count(collection.all_objects), "warnings": left_out + warnings}
