"""Landing models of several sizes, each beside importing the same file by hand: time and memory.

Each import and each landing is a Blender of its own, which has read a small model before; so has the background
Blender, which a task has started long before its model comes.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from landing_models import SIZES, Size, animated, plain

ROUNDS = 3
"""Of which the median is told."""
LIMIT_S = 600
STILL_MS, STILL_SIZE = 33, 1_500_000
RATIOS = {"plain": 0.5, "animated": 1.4}
"""Downloaded → landed, at most so many times a direct import; the second is read by Blender's own importer."""
MEMORY = 1.2
ANIMATED = ("500k",)
"""Sizes that are measured animated too."""
SMALL = Size(2_000, 64)


class Row(NamedTuple):
    """What was measured of one model; milliseconds and bytes."""

    name: str
    kind: str
    imported: float
    converted: float
    landed: float
    system: float
    """Of landing, the kernel's own time: giving out memory page by page."""
    undo: float
    """The undo step after the landing; 0 where Blender takes none without a window."""
    memory_imported: float
    memory_landed: float

    @property
    def ratio(self) -> float:
        """Downloaded → landed, in direct imports."""
        return (self.converted + self.landed) / self.imported

    @property
    def memory(self) -> float:
        """Memory after the landing, in that after the direct import."""
        return self.memory_landed / self.memory_imported

    def misses(self) -> list[str]:
        """Return what is not as wanted."""
        found = []
        if SIZES[self.name].triangles <= STILL_SIZE and self.landed > STILL_MS:
            found.append(f"stands still for more than {STILL_MS} ms")
        if self.ratio > RATIOS[self.kind]:
            found.append(f"takes more than {RATIOS[self.kind]} × the import")
        if self.memory > MEMORY:
            found.append(f"needs more than {MEMORY} × the memory")
        return found


def main() -> int:
    """Print the table and the verdict; return 1 when a target is missed."""
    if sys.argv[1] in STEPS:
        print(json.dumps(STEPS[sys.argv[1]](*map(Path, sys.argv[2:]))), flush=True)
        os._exit(0)  # the bpy module of Blender 4.2 can crash when it is taken down
    folder, names = Path(sys.argv[1]), sys.argv[2:] or list(SIZES)
    step("make", folder, folder / "small.glb")
    with Worker(folder) as worker:
        print(f"Blender {step('version')}")
        print("  model           import  converted    landed  (system)    undo   ratio  memory")
        rows = [measured(worker, folder, name, kind) for name in names for kind in kinds(name)]
    missed = [f"{row.name} {row.kind} {one}" for row in rows for one in row.misses()]
    print("\n".join(f"  NO: {one}" for one in missed) or "  as fast and as small as wanted: yes", flush=True)
    return 1 if missed else 0


def kinds(name: str) -> list[str]:
    """Return how the model of that size is measured."""
    return ["plain", "animated"] if name in ANIMATED else ["plain"]


def measured(worker: Worker, folder: Path, name: str, kind: str) -> Row:
    """Measure one model, and print it."""
    model, blend = folder / f"{name}-{kind}.glb", folder / "model.blend"
    if not model.exists():  # another version of Blender may have made it
        step("make", folder, model)
    found = []
    for _ in range(ROUNDS):
        imported, after_import = step("import", folder / "small.glb", model)
        blend.unlink(missing_ok=True)  # as for a new task: to free the last one's blocks takes its time
        converted = worker.convert(model, blend)
        landed, system, undo, after_landing = step("land", folder / "small.blend", blend)
        found.append((imported, converted, landed, system, undo, after_import, after_landing))
    row = Row(name, kind, *(statistics.median(one) for one in zip(*found, strict=True)))
    times = f"{row.imported:7.0f} {row.converted:10.0f} {row.landed:9.1f} {row.system:9.1f} {row.undo:7.1f}"
    print(f"  {name:>5} {kind:<9}{times} ms {row.ratio:5.2f} × {row.memory:5.2f} ×", flush=True)
    return row


class Worker:
    """A background Blender that has read a small model."""

    def __init__(self, folder: Path) -> None:
        """Start it."""
        from blender_addon.net.background import BackgroundBlenders

        self._background = BackgroundBlenders()
        self.convert(folder / "small.glb", folder / "small.blend")

    def __enter__(self) -> Worker:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._background.close()

    def convert(self, model: Path, blend: Path) -> float:
        """Convert as a task does: check, read, tidy, write. Return the milliseconds."""
        from blender_addon.core.halt import Halt

        start = time.perf_counter()
        order = {"model": str(model), "blend": str(blend), "name": "bench", "front_axis": "-Y", "provenance": {}}
        self._background.call("convert", order, Halt(), lambda _: None)
        return (time.perf_counter() - start) * 1000


def step(name: str, *paths: Path) -> Any:
    """Run one step in a Blender of its own and return what it prints last."""
    command = [sys.executable, __file__, name, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def make(folder: Path, path: Path) -> int:
    """Write a model file by its name."""
    name, _, kind = path.stem.partition("-")
    if kind == "animated":
        animated(path, folder / f"{name}-plain.glb")
        return 0
    return plain(path, SIZES.get(name, SMALL))


def version() -> str:
    """Return Blender's."""
    import bpy

    return str(bpy.app.version_string)


def memory() -> int:
    """Return the bytes that this process holds; 0 where the system does not tell."""
    from blender_addon.net.memory import resident_bytes

    return resident_bytes(os.getpid()) or 0


def land(small: Path, blend: Path) -> tuple[float, float, float, int]:
    """Land the .blend; return the milliseconds that Blender stood still, the kernel's, the undo step's, and memory."""
    import bpy

    from blender_addon.landing.append import land as into_scene

    into_scene(small, bpy.context.scene, (0.0, 0.0, 0.0), select=True)
    before = os.times().system
    milliseconds = into_scene(blend, bpy.context.scene, (0.0, 0.0, 0.0), select=True).milliseconds
    system = (os.times().system - before) * 1000
    held = memory()
    start = time.perf_counter()
    bpy.ops.ed.undo_push(message="Land")
    return milliseconds, system, (time.perf_counter() - start) * 1000, held


def import_in_place(small: Path, model: Path) -> tuple[float, int]:
    """Import the model file as an artist would by hand; return the milliseconds and the memory afterwards."""
    import bpy

    bpy.ops.import_scene.gltf(filepath=str(small))
    start = time.perf_counter()
    bpy.ops.import_scene.gltf(filepath=str(model))
    return (time.perf_counter() - start) * 1000, memory()


STEPS: dict[str, Callable[..., Any]] = {"make": make, "land": land, "import": import_in_place, "version": version}

if __name__ == "__main__":
    sys.exit(main())
