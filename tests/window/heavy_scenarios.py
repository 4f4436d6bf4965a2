"""A large model imported by hand and landed by Maquette in one session, and panels that show two hundred tasks."""

import os
import shutil
import statistics
import sys
import time
from pathlib import Path

import bpy
import numpy as np
from artist import FOLDER, addon_name, module, newest, open_panel
from drive import Gaps, Scenario, Window

TRIANGLES = int(os.environ.get("MAQUETTE_HEAVY_TRIANGLES", "200000"))
TEXTURE_SIDE = 1024
TASKS = 200
DRAWS = 40
STAGES = ("running", "prepared", "ready", "landed", "failed", "cancelled", "unconfirmed", "downloading")
BROKEN = {"kind": "network", "message": "The connection was lost.", "details": ""}


def heavy(window: Window) -> Scenario:
    """Import, land, then draw the panels again and again."""
    yield from open_panel(window)
    small, model = write("small", 2000), write("heavy", TRIANGLES)
    bpy.ops.import_scene.gltf(filepath=str(small))  # the importer and the shaders are loaded
    yield from window.turns()
    remove_all()
    yield from window.turns()
    draws, gaps = Draws(), Gaps()
    bpy.ops.import_scene.gltf(filepath=str(model))
    yield from wait_for_draws(window, draws)
    window.facts["import"] = gaps.stop() | draws.stop()
    window.shot("imported")
    remove_all()
    yield from window.turns()
    draws, gaps = Draws(), Gaps()
    start(model)
    yield from window.until(lambda: newest().state in ("succeeded", "failed"), 300, "the model to land")
    yield from wait_for_draws(window, draws)
    window.facts["landing"] = gaps.stop() | draws.stop()
    window.facts |= {"state": newest().state, "triangles": newest().triangles, "warnings": newest().warnings}
    window.shot("landed")
    remove_all()
    yield from draw_panels(window)


def write(name: str, triangles: int) -> Path:
    """Write a GLB of a grainy sheet with three textures, and remove it again."""
    side = round((triangles / 2) ** 0.5)
    bpy.ops.mesh.primitive_grid_add(x_subdivisions=side, y_subdivisions=side)
    mesh = bpy.context.object.data
    points = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", points)
    points[2::3] = np.sin(points[0::3] * 9) * np.cos(points[1::3] * 7) * 0.3
    mesh.vertices.foreach_set("co", points)
    mesh.shade_smooth()
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    shader = material.node_tree.nodes["Principled BSDF"]
    for at, socket in enumerate(("Base Color", "Roughness", "Metallic")):
        image = bpy.data.images.new(f"{name} {at}", TEXTURE_SIDE, TEXTURE_SIDE)
        image.pixels.foreach_set(np.random.default_rng(at).random(TEXTURE_SIDE**2 * 4, np.float32))
        image.pack()
        node = material.node_tree.nodes.new("ShaderNodeTexImage")
        node.image = image
        material.node_tree.links.new(node.outputs["Color"], shader.inputs[socket])
    mesh.materials.append(material)
    path = Path(FOLDER) / f"{name}.glb"
    bpy.ops.export_scene.gltf(filepath=str(path), use_selection=True)
    remove_all()
    return path


def remove_all() -> None:
    """Empty the file."""
    for one in list(bpy.data.objects):
        bpy.data.objects.remove(one)
    for _ in range(3):  # meshes, then materials, then images
        bpy.data.orphans_purge()


def start(model: Path) -> None:
    """Start a task whose model file has come, for the file that is open."""
    running = module("session").needed()
    task = sys.modules[f"{addon_name()}.core.task"].Task(
        "local", "heavy.png", {"front": "heavy.png"}, {}, stage="downloaded", model_file=model.name
    )
    running.assembly.journal.add(task)
    folder = running.assembly.journal.folder_of(task.id)
    folder.mkdir(exist_ok=True)
    shutil.copy(model, folder)
    running.started.add(task.id)
    running.assembly.tasks.start(task.id)
    module("turns").wake()
    module("snapshot").refresh()


class Draws:
    """Measures how long the viewport takes to be drawn; the first time it hands the mesh to the graphics card."""

    def __init__(self):
        self.longest, self.count, self._began = 0.0, 0, 0.0
        add = bpy.types.SpaceView3D.draw_handler_add
        self._handles = [
            add(self._begin, (), "WINDOW", "PRE_VIEW"),
            add(self._end, (), "WINDOW", "POST_PIXEL"),
        ]

    def _begin(self):
        self._began = time.perf_counter()

    def _end(self):
        self.longest = max(self.longest, time.perf_counter() - self._began)
        self.count += 1

    def stop(self) -> dict:
        for one in self._handles:
            bpy.types.SpaceView3D.draw_handler_remove(one, "WINDOW")
        return {"longest_draw_ms": round(self.longest * 1000, 1)}


def wait_for_draws(window: Window, draws: Draws) -> Scenario:
    """Wait until the viewport was drawn a few times from now on."""
    count = draws.count
    yield from window.until(lambda: draws.count > count + 3, 60, "the viewport to be drawn")


def draw_panels(window: Window) -> Scenario:
    """Fill the list with tasks of all kinds and time each panel's draw()."""
    running = module("session").needed()
    made = sys.modules[f"{addon_name()}.core.task"].Task
    for number in range(TASKS):
        stage = STAGES[number % len(STAGES)]
        error = {"kind": "network", "message": "The connection was lost.", "details": ""} if stage == "failed" else None
        task = made(
            "local", f"{number}.png", {"front": "front.png"}, {}, stage=stage, error=error, percent=number % 100
        )
        running.assembly.journal.add(task)
    module("snapshot").refresh()
    times = {name: time_draws(getattr(bpy.types, name)) for name in ("MAQUETTE_PT_tasks", "MAQUETTE_PT_generate")}
    for _ in range(DRAWS):
        window.region().tag_redraw()
        yield 0.05
    window.shot("many")
    window.facts["tasks"] = len(bpy.context.window_manager.maquette.tasks)
    window.facts["draws"] = {
        name: {"count": len(found), "median_ms": round(statistics.median(found), 2), "longest_ms": round(max(found), 2)}
        for name, found in times.items()
    }


def time_draws(panel) -> list:
    """Return a list that gets the milliseconds of each draw() of the panel."""
    found, draw = [], panel.draw

    def timed(self, context):
        start = time.perf_counter()
        draw(self, context)
        found.append((time.perf_counter() - start) * 1000)

    panel.draw = timed
    return found
