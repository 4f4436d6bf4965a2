"""The works by name. Each is given the request's arguments and a progress function (0–1), and returns plain values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import convert, picture, rebuild, thumbnail, write

Work = Callable[[dict[str, Any], Callable[[float], None]], dict[str, Any]]

WORKS: dict[str, Work] = {
    "picture": picture.picture,
    "reconstruct": rebuild.rebuild,
    "convert": convert.convert,
    "write": write.write,
    "thumbnail": thumbnail.thumbnail,
}
