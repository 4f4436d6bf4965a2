"""What the artist's Blender stands still for when Generate takes a large image of the .blend, and what threads do then.

Compared with Blender writing the image itself, in the same process.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import bpy
import numpy as np

SIDES = 4096, 8192
PART = 4
"""Of what Blender takes, at most the PARTth is wanted."""


def main() -> int:
    """Print the times and whether they are what is wanted; return 1 when one is not."""
    import blender_addon

    blender_addon.register()
    print(f"Blender {bpy.app.version_string}: Blender writes it · the add-on takes it · a thread writes it")
    kept = True
    for side in SIDES:
        for name, is_float in (("8 bits", False), ("float", True)):
            image = painted(side, is_float)
            kept &= measured(f"{name}, {side} px", image)
            bpy.data.images.remove(image)
    kept &= measured("render, 4096 px", rendered(4096))
    print(f"  at most a {PART}th wanted of what is painted: {'yes' if kept else 'NO'}", flush=True)
    os._exit(0 if kept else 1)  # the bpy module of Blender 4.2 can crash when it is taken down


def measured(name: str, image: Any) -> bool:
    """Print how long the image takes, and tell whether it is short enough."""
    from blender_addon.blender import pictures, taking

    is_render = image.source == "VIEWER"
    with tempfile.TemporaryDirectory(prefix="maquette-") as folder:
        path = Path(folder) / "own.png"
        found: list[Any] = []
        own = best(lambda _: image.save_render(str(path)) if is_render else taking._save(image, path))
        took = best(lambda number: found.append(pictures.taken(image, Path(folder) / number)))
        rest = time_to(found.pop()[1])
    print(f"  {name}: {own:.2f} s · {took:.2f} s, 1 : {own / took:.1f} · {rest:.2f} s", flush=True)
    return is_render or took * PART <= own


def best(work: Callable[[str], Any]) -> float:
    """Return the shorter of two times, in seconds: the system finds room for a gigabyte now fast, now slowly."""
    return min(time_to(partial(work, number)) for number in "12")


def time_to(work: Callable[[], Any]) -> float:
    """Return how many seconds the work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def painted(side: int, is_float: bool) -> Any:
    """Return an image of spots and a little noise, half of it see-through."""
    random = np.random.default_rng(1)
    values = random.random((side, side, 4), np.float32)
    values[..., :3] *= 0.03
    values[..., 0] += np.kron(random.random((side // 64, side // 64)), np.ones((64, 64))) * 0.9
    values[..., 2] += np.linspace(0, 0.9, side)
    values[..., 3] = np.where(np.arange(side) < side // 4, 0.5, 1)[:, None]
    image = bpy.data.images.new("painted", side, side, alpha=True, float_buffer=is_float)
    image.pixels.foreach_set(values.ravel())
    return image


def rendered(side: int) -> Any:
    """Return the render of an empty world."""
    scene = bpy.context.scene
    for one in list(scene.objects):
        bpy.data.objects.remove(one)
    bpy.ops.object.camera_add()
    scene.camera = bpy.context.object
    scene.render.engine, scene.cycles.samples, scene.cycles.use_denoising = "CYCLES", 1, False
    scene.render.resolution_x = scene.render.resolution_y = side
    settings = scene.render.image_settings
    settings.file_format, settings.color_mode, settings.color_depth = "PNG", "RGBA", "8"
    bpy.ops.render.render()
    return bpy.data.images["Render Result"]


if __name__ == "__main__":
    sys.exit(main())
