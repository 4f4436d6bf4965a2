"""What this is: version, licence, and what a bug report needs."""

from __future__ import annotations

from functools import cache
from typing import Any

import bpy

from .text import beside, sentence

LICENSE = "https://www.gnu.org/licenses/gpl-3.0.html"


@cache
def version() -> str:
    """Return Maquette's version; the file that tells it is read once."""
    from ..core.details import version as read

    return read()


def draw(layout: Any, context: bpy.types.Context) -> None:
    """Draw it in the preferences."""
    sentence(layout, context, "From an image to a finished 3D model in the open scene.")
    beside(layout, "Version").label(text=version(), translate=False)
    row = beside(layout, "License")
    row.operator("wm.url_open", text="GPL-3.0-or-later", icon="URL", translate=False).url = LICENSE
    sentence(
        layout, context, "A task's own Copy Details holds what a bug report needs, without any API key.", icon="INFO"
    )
