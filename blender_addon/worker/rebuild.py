"""Work "reconstruct": pictures become a model file, with Local's geometry."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..core.errors import InputError
from ..local.shapes import PictureRefused, Recipe
from . import fence, glb, pictures
from .reduce import reduce


def rebuild(arguments: dict[str, Any], progress: Callable[[float], None]) -> dict[str, Any]:
    """Rebuild the views as a model and write it as GLB. Raises InputError when a picture cannot be used."""
    from ..local.reconstruct import reconstruct  # only here: the other works start without it

    start = time.perf_counter()
    paths = {name: Path(path) for name, path in arguments["views"].items()}
    views = {}
    for name, path in paths.items():
        with fence.files_only_in(path.resolve().parent):
            views[name] = pictures.load(path)
    try:
        model = reconstruct(views, Recipe(**arguments["options"]), reduce, lambda share: progress(share * 0.9))
    except PictureRefused as refused:
        raise InputError(str(refused)) from refused
    glb.write(model, Path(arguments["target"]))
    return {
        "faces": len(model.faces),
        "vertices": len(model.vertices),
        "seconds": round(time.perf_counter() - start, 3),
    }
