"""Scenarios: the rings above placeholders, what removing a placeholder asks, and textures in a grey viewport."""

import bpy
from artist import IMAGE, count_calls, module, names, open_panel, rows
from drive import Scenario, Window

NAME = "toadstool (Maquette)"


def ring(window: Window) -> Scenario:
    """Two placeholders of tasks that run, seen from everywhere, and one that is removed."""
    yield from open_panel(window)
    chosen = bpy.context.scene.maquette
    chosen.front.path, chosen.provider = IMAGE, "slow"
    window.facts["before"] = module("ring").drawing()
    for place in ((2, -1, 0), (-2, -1, 0)):
        bpy.context.scene.cursor.location = place
        with window.inside("WINDOW"):
            bpy.ops.maquette.generate(again=True)
    yield from window.until(lambda: set(rows().values()) == {"running"} and len(rows()) == 2, 30, "the tasks to run")
    yield from window.until(lambda: all(one.data for one in bpy.data.objects if NAME in one.name), 30, "the pictures")
    window.facts["meanwhile"] = module("ring").drawing()
    yield 1.0
    yield from look(window)
    yield from remove(window)
    running = next(task for task, state in rows().items() if state == "running")
    bpy.ops.maquette.cancel(task=running)
    yield from window.until(lambda: "running" not in rows().values(), 30, "the tasks to end")
    yield from window.until(lambda: not [one for one in names("objects") if NAME in one], 10, "the placeholder to go")
    yield 0.6
    window.facts["after"] = module("ring").drawing()
    window.shot("after")


def look(window: Window) -> Scenario:
    """Take pictures at 0 %, 40 % and an unknown percent, in perspective, orthographic, large, light, and from afar."""
    shown, view = bpy.context.window_manager.maquette.tasks, window.area().spaces.active.region_3d
    for name, factors in (("zero", (0.0, 0.4)), ("unknown", (-1.0, 0.97))):
        for row, factor in zip(shown, factors, strict=True):
            row.factor = factor
        window.shot(name)
    view.view_perspective = "ORTHO"
    window.shot("ortho")
    with window.inside("WINDOW"):
        bpy.ops.view3d.view_axis(type="TOP")
    yield 0.5
    window.shot("top")
    with window.inside("WINDOW"):
        bpy.ops.view3d.view_axis(type="FRONT")
    yield 0.5
    window.shot("front")
    view.view_perspective = "PERSP"
    bpy.context.preferences.view.ui_scale = 2.0
    yield 1.0
    window.shot("large")
    bpy.context.preferences.view.ui_scale = 1.0
    view.view_distance = 1.5
    yield 0.5
    window.shot("near")
    view.view_distance = 15
    yield 0.5


def remove(window: Window) -> Scenario:
    """Remove a placeholder as an artist does, keep waiting, undo, and remove it again to cancel the task."""
    asked = count_calls(module("stands"), "_ask")
    yield from delete(window)
    yield from window.until(lambda: asked, 5, "the question")
    yield 0.5
    window.shot("asked")
    yield from window.key("ESC")
    yield 1.5
    window.facts |= {
        "questions": len(asked),
        "states": sorted(rows().values()),
        "removed": NAME not in names("objects"),
    }
    yield from window.key("Z", ctrl=True)
    yield 1.0
    window.facts |= {"undone": NAME in names("objects"), "questions_after_undo": len(asked)}
    window.shot("undone")
    yield from delete(window)
    yield from window.until(lambda: len(asked) == 2, 5, "the question")
    yield 0.3
    for key in ("DOWN_ARROW", "RET"):  # from the first answer, under the mouse, to the second
        yield from window.key(key)
    yield from window.until(lambda: "cancelled" in rows().values(), 10, "the task to be cancelled")
    window.facts["states_later"] = sorted(rows().values())


def delete(window: Window) -> Scenario:
    """Select one placeholder alone and press X."""
    stand = bpy.data.objects[NAME]
    for one in bpy.context.view_layer.objects:
        one.select_set(one == stand)
    bpy.context.view_layer.objects.active = stand
    with window.inside("WINDOW"):
        bpy.ops.ed.undo_push(message="Select")
    window.over_viewport()
    yield 0.3
    yield from window.key("X")
    yield 0.5
    yield from window.key("RET")
    yield from window.until(lambda: NAME not in names("objects"), 5, "the placeholder to go")
