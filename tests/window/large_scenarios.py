"""A scenario: a large painted image is written out while Blender goes on, and sent as it was at the click."""

import bpy
import numpy as np
from artist import generate, hold, module, newest, open_panel, rows
from drive import Gaps, Scenario, Window

SIDE = 4096


def large(window: Window) -> Scenario:
    """Generate from a painted image, from one that is exchanged meanwhile, and look at what will be sent."""
    hold(10)
    yield from open_panel(window)
    chosen = bpy.context.scene.maquette
    chosen.provider, chosen.source, chosen.front.image = "slow", "IMAGE", painted("painted")
    yield from window.turns()
    yield from sent(window)
    yield from exchanged(window)
    yield from looked_at(window)


def painted(name: str) -> bpy.types.Image:
    """Return an image that takes long to be packed."""
    values = np.random.default_rng(len(name)).random((SIDE, SIDE, 4), np.float32)
    values[: SIDE // 2, :, 3] = 1
    image = bpy.data.images.new(name, SIDE, SIDE, alpha=True)
    image.pixels.foreach_set(values.ravel())
    return image


def pixels(image: bpy.types.Image) -> np.ndarray:
    values = np.empty(SIDE * SIDE * 4, np.float32)
    image.pixels.foreach_get(values)
    return values


def writing() -> bool:
    return module("readiness").reason(bpy.context.scene) == module("ahead").WRITING


def sent(window: Window) -> Scenario:
    """Press Generate, paint on, and compare what was sent."""
    image = bpy.data.images["painted"]
    before = pixels(image)
    gaps = Gaps()
    yield from generate(window)
    yield from window.until(writing, 10, "the image to be taken")
    image.pixels.foreach_set(np.zeros(SIDE * SIDE * 4, np.float32))
    yield from window.turns()
    window.shot("writing")
    yield from window.until(rows, 60, "the task")
    window.facts["gaps"] = gaps.stop()
    folder = module("session").needed().assembly.journal.folder_of(newest().name)
    kept = bpy.data.images.load(str(folder / "front.png"))
    window.facts["as_at_the_click"] = bool(np.array_equal(pixels(kept), before))
    window.facts["title"] = newest().label
    bpy.data.images.remove(kept)
    yield from window.turns()
    window.shot("sent")


def exchanged(window: Window) -> Scenario:
    """Press Generate and choose another image before the first one is written."""
    chosen, tasks = bpy.context.scene.maquette, len(rows())
    chosen.front.image = painted("taken back")
    yield from window.turns()
    yield from generate(window)
    yield from window.until(writing, 10, "the image to be taken")
    chosen.front.image = painted("other one")
    yield from window.until(lambda: not module("ahead").busy() and module("press")._waiting is None, 60, "the refusal")
    yield 0.5  # a task would begin now
    window.shot("exchanged")
    window.facts["tasks_of_an_exchanged_image"] = len(rows()) - tasks
    window.over_viewport()
    yield from window.key("ESC")
    yield from window.turns()


def looked_at(window: Window) -> Scenario:
    """Look at what will be sent."""
    sent, chosen = module("sent"), bpy.context.scene.maquette
    with window.inside():
        bpy.ops.maquette.show_sent()
    wanted = lambda: module("draft").of(bpy.context.scene)  # noqa: E731
    window.facts["preparing"] = sent.answer(bpy.context.scene, wanted(), "front") is None
    window.facts["free_meanwhile"] = not writing()
    yield from window.until(lambda: sent.answer(bpy.context.scene, wanted(), "front"), 60, "what will be sent")
    found = sent.answer(bpy.context.scene, wanted(), "front").value
    window.facts["seen"] = [found.facts.split(" · ")[0], found.refused, chosen.front.image.name]
