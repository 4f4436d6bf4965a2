"""The pictures in the README."""

from pathlib import Path

import bpy
import mathutils
from artist import FOLDER, IMAGE, addon_name, generate, hold, module, names, newest, open_panel, rows
from drive import Scenario, Window


def portrait(window: Window) -> Scenario:
    """A model beside the panel that made it, with its textures; a placeholder; the preferences."""
    yield from open_panel(window)
    with window.inside("WINDOW"):
        bpy.ops.wm.save_as_mainfile(filepath=str(Path(FOLDER) / "garden.blend"))
    for one in list(bpy.data.objects):
        bpy.data.objects.remove(one)
    space = window.area().spaces.active
    space.shading.color_type = "TEXTURE"
    space.shading.show_cavity = True
    space.overlay.show_cursor = False
    bpy.context.scene.maquette.front.path = "//" + Path(IMAGE).name
    yield from generate(window)
    yield from window.until(lambda: rows() and newest().state in ("succeeded", "failed"), 120, "the model")
    yield from window.until(lambda: "thumbnail" in newest().picture, 120, "its thumbnail")
    view = space.region_3d
    view.view_location, view.view_distance = (0.35, 0, 0.95), 5.2
    view.view_rotation = mathutils.Euler((1.25, 0, 0.45)).to_quaternion()
    bpy.ops.object.select_all(action="DESELECT")
    window.over_viewport()
    yield 2.0
    window.facts["state"] = newest().state
    window.shot("portrait", "-crop", "953x925+205+82", "+repage")
    yield from waiting(window, view)
    yield from accounts(window)


def waiting(window: Window, view: bpy.types.RegionView3D) -> Scenario:
    """The placeholder of a task that is on its way, beside the model that has landed."""
    hold(64)
    bpy.context.scene.cursor.location = (2.3, 0, 0)
    bpy.context.scene.maquette.provider = "slow"
    view.view_location, view.view_distance = (1.3, 0, 1.0), 7.4
    yield from generate(window)
    yield from window.until(lambda: newest().factor > 0.6, 60, "the task to be on its way")
    yield from window.until(lambda: "toadstool (Maquette)" in names("images"), 60, "the placeholder's picture")
    window.over_viewport()
    yield from window.turns()
    window.shot("waiting", "-crop", "640x460+205+310", "+repage")


def accounts(window: Window) -> Scenario:
    """The preferences without what Blender says of every extension above them."""
    window.area().type = "PREFERENCES"
    bpy.context.preferences.active_section = "ADDONS"
    bpy.ops.preferences.addon_expand(module=addon_name())
    bpy.context.window_manager.addon_search = "Maquette"
    module("accounts")._expanded.add("tripo")
    yield 1.5
    window.shot("preferences", "-crop", "985x425+168+302", "+repage")
