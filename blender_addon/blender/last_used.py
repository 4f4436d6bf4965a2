"""The options that were used last, carried into new files: written at Generate, read where nothing was set yet."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

from ..core import files
from ..core.folders import data_folder
from . import declared
from .failures import log

if TYPE_CHECKING:
    from ..core.provider import Provider

NAME = "last-options.json"
OURS = ("provider", "use_height", "height", "cut_out", "crop")
"""Properties of `Scene.maquette` that go along with the providers' options; no image and no name does."""


def keep(scene: bpy.types.Scene, provider: type[Provider[Any]]) -> None:
    """Write down what the scene has. In background mode a script decides, not an artist."""
    if bpy.app.background:
        return
    known = _read()
    known["scene"] = {name: getattr(scene.maquette, name) for name in OURS}
    known["scene"]["height"] *= scene.unit_settings.scale_length  # metres: the next file may have another unit
    known.setdefault("options", {})[provider.id] = declared.values(scene, provider)
    try:
        files.write_whole(_path(), json.dumps(known).encode())
    except OSError as error:  # the task is under way: this is not worth a word
        log().info("the options are not kept for new files: %s", error)


def offer(with_undo: bool = False) -> None:
    """Give them to each scene of a new file that has none of its own. Never raises: nothing depends on it.

    `with_undo`: the file is open already, and an undo must not take them away again.
    """
    if bpy.app.background or bpy.data.filepath or not declared.ready():
        return
    try:
        _offer(with_undo)
    except Exception as error:  # noqa: BLE001 - see above
        log().warning("the options that were used last are left alone: %r", error)


def _offer(with_undo: bool) -> None:
    untouched = [scene for scene in bpy.data.scenes if scene.is_editable and not touched(scene.maquette)]
    known = _read() if untouched else {}
    for scene in untouched if known else ():
        _give(scene, known)
    if known and with_undo:
        with suppress(RuntimeError):  # there is no undo yet
            bpy.ops.ed.undo_push(message="Last Used Options")


def touched(chosen: Any) -> bool:
    """Tell whether anybody has set an option, or chosen a provider."""
    from ..providers import follow_up_names, names

    groups = [getattr(chosen, name) for name in (*names(), *follow_up_names())]
    return any(map(chosen.is_property_set, OURS)) or any(
        group.is_property_set(one.identifier)
        for group in groups
        for one in group.bl_rna.properties
        if one.identifier not in {"rna_type", "name"}
    )


def _give(scene: bpy.types.Scene, known: dict[str, Any]) -> None:
    from ..providers import find
    from ..providers import known as is_known

    for name, value in known["scene"].items():
        if name in OURS:
            with suppress(TypeError, ValueError, OverflowError):  # a provider that is no longer there
                value = value / scene.unit_settings.scale_length if name == "height" else value
                setattr(scene.maquette, name, value)
    for name, values in known["options"].items():
        if is_known(name):
            declared.set_values(scene, find(name), values)


def _read() -> dict[str, Any]:
    """Return what was kept; nothing where it cannot be read."""
    with suppress(OSError, ValueError, RecursionError):
        known = json.loads(_path().read_text("utf-8"))
        if isinstance(known, dict) and all(isinstance(known.get(part), dict) for part in ("scene", "options")):
            known["options"] = {name: one for name, one in known["options"].items() if isinstance(one, dict)}
            return known
    return {}


def _path() -> Path:
    return data_folder() / NAME
