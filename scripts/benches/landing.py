"""Landing a large model against importing it: how long the artist's Blender stands still.

Every measurement is a Blender of its own; both ways take turns, and the median of each counts.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TRIANGLES = 1_500_000
TEXTURE_SIDE = 4096
ROUNDS = 3
LIMIT_S = 600
WANTED_MS = 50


def main() -> int:
    """Print both times and their ratio; return 1 when landing takes longer than wanted."""
    if len(sys.argv) > 1:
        print(json.dumps(STEPS[sys.argv[1]](*map(Path, sys.argv[2:]))), flush=True)
        os._exit(0)  # the bpy module of Blender 4.2 can crash when it is taken down
    with tempfile.TemporaryDirectory(prefix="maquette-") as folder:
        model, blend = Path(folder) / "model.glb", Path(folder) / "model.blend"
        triangles = step("make", model)
        print(f"{triangles:,.0f} triangles, three 4K textures, {model.stat().st_size / 1e6:.0f} MB")
        print(f"background: GLB to .blend in {convert(model, blend):.1f} s, {blend.stat().st_size / 1e6:.0f} MB")
        rounds = [(step("import", model), step("land", blend), step("land_system", blend)) for _ in range(ROUNDS)]
    imported, landed, system = (statistics.median(times) for times in zip(*rounds, strict=True))
    print(f"import in place: {imported:.0f} ms   land: {landed:.1f} ms   ratio: {imported / landed:.0f}")
    if system:
        print(f"of landing, the system's own time, which is giving out memory page by page: {system:.0f} ms")
    return verdict(landed)


def verdict(landed: float) -> int:
    """Say whether landing stays within what is wanted, and return the exit code; in milliseconds."""
    print(f"at most {WANTED_MS} ms wanted: {'yes' if landed <= WANTED_MS else 'NO'}")
    return 0 if landed <= WANTED_MS else 1


def step(name: str, path: Path) -> float:
    """Run one step in a Blender of its own and return the number that it prints last."""
    command = [sys.executable, __file__, name, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr[-2000:]}")
    return float(done.stdout.strip().splitlines()[-1])


def convert(model: Path, blend: Path) -> float:
    """Convert in the background Blender, as a task does, and return the seconds it took."""
    from blender_addon.core.halt import Halt
    from blender_addon.net.background import BackgroundBlenders

    background = BackgroundBlenders()
    start = time.perf_counter()
    order = {"model": str(model), "blend": str(blend), "name": "bench", "front_axis": "-Y", "provenance": {}}
    try:
        background.call("convert", order, Halt(), lambda _: None)
    finally:
        background.close()
    return time.perf_counter() - start


def make(path: Path) -> int:
    """Write a torus with textures as grainy as photographs, which compress as badly; return its triangles."""
    import bpy
    import numpy as np

    from blender_addon.local.shapes import Model
    from blender_addon.worker import glb

    rings, sides = 1500, TRIANGLES // 3000
    u, v = np.meshgrid(np.arange(rings) / rings, np.arange(sides) / sides, indexing="ij")
    radius = 1 + 0.4 * np.cos(v * 2 * np.pi)
    points = [radius * np.cos(u * 2 * np.pi), radius * np.sin(u * 2 * np.pi), 0.4 * np.sin(v * 2 * np.pi)]
    first = np.arange(rings)[:, None] * sides + np.arange(sides)
    right, up = np.roll(first, -1, axis=0), np.roll(first, -1, axis=1)
    both = np.roll(right, -1, axis=1)
    corners = [np.stack(three, axis=-1).reshape(-1, 3) for three in ((first, right, both), (first, both, up))]
    faces = np.concatenate(corners).astype(np.int32)
    uvs = np.stack([u.ravel()[faces], v.ravel()[faces]], axis=-1)
    grain = np.random.default_rng(0).integers(120, 136, (3, TEXTURE_SIDE, TEXTURE_SIDE, 3), np.uint8)
    vertices = np.stack(points, axis=-1).reshape(-1, 3)
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    glb.write(Model(vertices, faces, uvs, grain[0], grain[1, ..., 0].copy(), grain[2]), path)
    return len(faces)


def land(blend: Path) -> float:
    """Land the .blend and return how many milliseconds Blender stood still."""
    import bpy

    from blender_addon.landing.append import land as into_scene

    return into_scene(blend, bpy.context.scene, (0.0, 0.0, 0.0), select=True).milliseconds


def land_system(blend: Path) -> float:
    """Land the .blend and return how many milliseconds of it the system's kernel took; 0 where it does not tell."""
    if sys.platform == "win32":
        land(blend)
        return 0.0
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_stime
    land(blend)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_stime - before) * 1000


def import_in_place(model: Path) -> float:
    """Import the model file as an artist would by hand, and return the milliseconds."""
    import bpy

    start = time.perf_counter()
    bpy.ops.import_scene.gltf(filepath=str(model))
    return (time.perf_counter() - start) * 1000


STEPS = {"make": make, "land": land, "land_system": land_system, "import": import_in_place}

if __name__ == "__main__":
    sys.exit(main())
