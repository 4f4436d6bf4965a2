"""A scenario: the placeholder of a running task is moved, the model takes its place, and what undo makes of it."""

import importlib

import bpy
from artist import IMAGE, addon_name, generate, hold, names, newest, open_panel, release, rows
from bpy_extras.view3d_utils import location_3d_to_region_2d
from drive import Scenario, Window

NAME = "toadstool (Maquette)"


def shown() -> dict:
    """Return name → place of all objects that are new to the scene."""
    bpy.context.view_layer.update()  # what an operator has just made stands at the origin until then
    return {
        one.name: [round(value, 2) for value in one.matrix_world.translation]
        for one in bpy.context.scene.objects
        if one.name not in ("Camera", "Cube", "Light")
    }


def placement(window: Window) -> Scenario:
    """Generate, move what stands there, land, undo, redo, land again, replace; and a task that is cancelled."""
    yield from open_panel(window)
    chosen = bpy.context.scene.maquette
    chosen.front.path, chosen.provider = IMAGE, "slow"
    bpy.context.scene.cursor.location = (2, -1, 0)
    hold(40)
    yield from generate(window)
    yield from window.until(lambda: rows() and newest().state == "running", 30, "the task to run")
    stand = bpy.data.objects[NAME]
    yield from window.until(lambda: stand.data, 30, "the picture")
    yield from window.turns()
    window.shot("waits")
    window.facts["placeholder"] = {
        "place": shown(),
        "selected": sorted(one.name for one in bpy.context.view_layer.objects.selected),
        "active": bpy.context.view_layer.objects.active.name,
        "image": list(stand.data.size),
    }
    yield from move(window)
    release()
    yield from window.until(lambda: newest().state in ("succeeded", "failed"), 90, "the model")
    window.facts |= {"landed": shown(), "images": sorted(one for one in names("images") if "Maquette" in one)}
    model = bpy.data.objects["toadstool"]
    window.facts["turned"] = [round(angle, 3) for angle in model.rotation_euler]
    yield from window.turns()
    window.shot("landed")
    window.over_viewport()
    yield from window.key("Z", ctrl=True)
    yield from window.comes(lambda: NAME in shown())
    yield 0.5  # it would land by itself now
    window.facts["undone"] = shown()
    window.shot("undone")
    yield from window.key("Z", ctrl=True, shift=True)
    yield from window.comes(lambda: NAME not in shown())
    window.facts["redone"] = shown()
    yield from window.key("Z", ctrl=True)
    yield from window.comes(lambda: NAME in shown())
    yield from window.press("maquette.land", across=0.2)
    yield from window.comes(lambda: NAME not in shown())
    window.facts["landed_again"] = shown()
    yield from replace(window)
    yield from cancel(window)
    window.facts["surface"] = surface(window)


def move(window: Window) -> Scenario:
    """Move it 1 m to the right and turn it by 90°, as one step that undo knows."""
    stand = bpy.data.objects[NAME]
    stand.location.x += 1
    stand.rotation_euler.z += 1.5708
    with window.inside("WINDOW"):
        bpy.ops.ed.undo_push(message="Move")
    yield from window.turns()
    window.shot("moved")


def replace(window: Window) -> Scenario:
    """Put the model in the place of the cube, and take that back."""
    cube = bpy.data.objects["Cube"]
    for one in bpy.context.view_layer.objects:
        one.select_set(one == cube)
    bpy.context.view_layer.objects.active = cube
    cube.location = (-3, 0, 0)
    with window.inside("WINDOW"):
        bpy.ops.ed.undo_push(message="Move Cube")
    mesh = lambda: bpy.data.objects["Cube"].data.name  # noqa: E731
    before = mesh()
    yield from window.press("maquette.replace")
    yield from window.comes(lambda: mesh() != before)
    window.facts["replaced"] = [before, mesh(), list(bpy.data.objects["Cube"].location)]
    window.shot("replaced")
    window.over_viewport()
    yield from window.key("Z", ctrl=True)
    yield from window.comes(lambda: mesh() == before)
    window.facts["cube_is_back"] = mesh()


def cancel(window: Window) -> Scenario:
    """Cancel a task while its placeholder stands."""
    hold(40)
    yield from generate(window)
    yield from window.until(lambda: NAME in names("objects"), 30, "the placeholder")
    yield from window.until(lambda: newest().state == "running", 30, "the task to run")
    with window.inside("WINDOW"):
        bpy.ops.maquette.cancel()
    yield from window.until(lambda: newest().state == "cancelled", 10, "the task to end")
    yield from window.until(lambda: NAME not in names("objects"), 10, "the placeholder to go")
    window.facts["cancelled"] = shown()
    window.over_viewport()
    yield from window.key("Z", ctrl=True)
    yield 1.5  # what comes back with the undo is cleared away
    yield from window.comes(lambda: NAME not in shown())
    window.facts["cancelled_and_undone"] = [one for one in shown() if "Maquette" in one]


def surface(window: Window) -> dict:
    """Return what is under two pixels of the viewport: the cube's top, and the ground."""
    region = window.region("WINDOW")
    aim, found = importlib.import_module(f"{addon_name()}.blender.aim"), {}
    with window.inside("WINDOW"):
        for name, place in (("top", (0, 0, 1)), ("ground", (2.5, -2.5, 0))):
            bpy.data.objects["Cube"].location = (0, 0, 0)
            bpy.context.view_layer.update()
            mouse = location_3d_to_region_2d(region, region.data, place)
            found[name] = [round(value, 2) for value in aim.surface(bpy.context, region, mouse)]
    return found
