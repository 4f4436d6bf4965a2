"""Pictures that are no files yet (a render, the clipboard, the viewport) become files in the data folder.

A file has a thumbnail, adds nothing to the .blend, and is sent as it was when it was chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import bpy

from ..core.errors import InputError
from ..core.folders import check_room, data_folder, private_folder
from . import encoding, slots

KEPT = 30
"""Of each kind, the newest; a task has copies of its own."""
RENDER = {"media_type": "IMAGE", "file_format": "TARGA_RAW", "color_mode": "RGBA", "color_depth": "8"}
"""How a render is written; Blender 4.2 and 4.5 have no media_type."""


def use(scene: bpy.types.Scene, name: str, library: str = "") -> None:
    """Let the image of the .blend be the source: a render as the file that it is now. Raises InputError.

    `library`: path of the .blend that it is linked from.
    """
    image: Any = bpy.data.images.get((name, library or None))
    if image is None:
        raise InputError(f"There is no image {name} in this file. Choose another one.")
    if image.source == "VIEWER":
        path = new_file("Render")
        write_render(scene, image, path)
        slots.replace(scene, {"front": path})
        return
    chosen = scene.maquette
    chosen.source = "IMAGE"
    for view in ("left", "back", "right"):
        getattr(chosen, view).image = None
    chosen.front.image = image


def new_file(kind: str) -> Path:
    """Return where to write the next picture of this kind; the oldest ones go. Raises InputError."""
    folder = private_folder(data_folder() / "captured")
    check_room(folder)
    kept = {number: path for path in folder.glob(f"{kind} *.png") if (number := _number(path))}
    for number in sorted(kept)[: max(0, len(kept) + 1 - KEPT)]:
        with suppress(OSError):  # somebody has it open: next time
            kept[number].unlink()
    return folder / f"{kind} {max(kept, default=0) + 1}.png"


def _number(path: Path) -> int:
    word = path.stem.rpartition(" ")[2]
    return int(word) if word.isdecimal() else 0


def write_render(scene: bpy.types.Scene, image: Any, path: Path) -> None:
    """Write the render result, or the compositor's viewer, as a PNG file. Raises InputError when there is none."""
    take_render(scene, image, path)()


def take_render(scene: bpy.types.Scene, image: Any, path: Path) -> Callable[..., None]:
    """Take the render as it looks, and return what writes it as a PNG file, in any thread. Raises InputError.

    Blender's Python sees no pixels of it: it becomes a file that is not packed, which is written in no time.
    """
    raw = path.with_suffix(".tga")
    with _as_targa(scene.render.image_settings):
        try:
            image.save_render(str(raw), scene=scene)
        except RuntimeError as error:
            raise InputError("There is no finished render. Render an image first.") from error
    if not raw.is_file():
        raise InputError("There is no finished render. Render an image first.")
    return partial(encoding.write_targa, raw, path)


@contextmanager
def _as_targa(settings: Any) -> Iterator[None]:
    """Let renders be written as raw Targa meanwhile, whatever the artist's output is."""
    names = [name for name in RENDER if hasattr(settings, name)]
    before = {name: getattr(settings, name) for name in names}
    try:
        for name in names:
            setattr(settings, name, RENDER[name])
        yield
    finally:
        for name in names:
            with suppress(TypeError):  # what this format does not have
                setattr(settings, name, before[name])
