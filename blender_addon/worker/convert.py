"""Work "convert": a model file becomes a .blend that holds one tidy collection, ready to be appended."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bpy

from ..landing import statistics
from ..landing.read import read
from ..landing.tidy import tidy
from . import fence
from .gate import check, stripped
from .passed import Passed
from .unpack import fresh, unpacked

_MANY = 10_000_000


def convert(arguments: dict[str, Any], progress: Callable[[float], None]) -> dict[str, Any]:
    """Unpack, check, read, tidy and save. Raises ModelFileError when the model file cannot be used."""
    blend = Path(arguments["blend"])
    unpacking = unpacked(Path(arguments["model"]), blend.with_name("unpacked"))
    with unpacking as (model, folder, others), _spare_folder(blend) as spare:
        passed = check(model, folder, spare)
        progress(0.1)
        try:
            collection, warnings = _landed(passed, blend, arguments)
        except Exception:
            bare = stripped(passed, spare)
            if bare is None:
                raise
            bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
            collection, warnings = _landed(bare, blend, arguments)
    progress(0.9)
    part = blend.with_name(blend.name + ".part")
    bpy.data.libraries.write(str(part), {collection}, path_remap="NONE", fake_user=False, compress=False)
    part.replace(blend)
    counts = statistics.count(collection.all_objects)
    counts["texture_px"] = statistics.largest_side(collection.all_objects)
    if counts["triangles"] >= _MANY:
        warnings.append(f"The model has {counts['triangles'] / 1e6:.0f} million triangles; your scene may become slow.")
    return {"statistics": counts, "warnings": others + warnings}


def _landed(passed: Passed, blend: Path, arguments: dict[str, Any]) -> tuple[bpy.types.Collection, list[str]]:
    """Read and tidy the model; return its collection, and what was repaired or left out, as sentences."""
    with fence.files_only_in(passed.folder):
        own = passed.folder.is_relative_to(blend.resolve().parent)
        left_out = read(passed.model, passed.folder, own, passed.opened, arguments.get("up_axis", "Y"))
    collection, warnings = tidy(
        arguments["name"],
        arguments["front_axis"],
        arguments["provenance"],
        apart=arguments.get("parts", False),
        height=arguments.get("height"),
    )
    return collection, list(dict.fromkeys((*passed.repairs, *left_out, *warnings)))


@contextmanager
def _spare_folder(blend: Path) -> Iterator[Path]:
    """Give a new, empty folder beside the .blend, for repaired copies."""
    folder = fresh(blend.with_name("repaired"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
