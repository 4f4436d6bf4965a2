"""Work "picture": any picture that Blender can read becomes a PNG that every provider takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import fence, pictures


def picture(arguments: dict[str, Any], _: Callable[[float], None]) -> dict[str, Any]:
    """Write the source as PNG, 8 bits a channel, alpha kept. Raises InputError when it cannot be used."""
    source, target = Path(arguments["source"]), Path(arguments["target"])
    with fence.files_only_in(source.resolve().parent):
        rows = pictures.load(source)
    pictures.save(rows, target)
    return {"size": [rows.shape[1], rows.shape[0]]}
