"""A new user: a Blender as it comes, the zip, one image, no instructions. Each click and key counts, and each drop."""

import shutil
from pathlib import Path

import bpy
from artist import FOLDER, IMAGE, addon_name, allowed, generate, names, newest, rows
from drive import SIDEBAR, Scenario, Window

CHOOSER = ("FILE_BROWSER", "WINDOW")
BUTTONS = ("FILE_BROWSER", "EXECUTE")


def bare(window: Window) -> Scenario:
    """Install the zip; make a model by the panel; make another one by a drop."""
    yield from window.turns()
    window.shot("1_bare")
    yield from install(window)
    yield from by_panel(window)
    yield from by_drop(window)


def install(window: Window) -> Scenario:
    """Drop the zip on the window, and confirm what Blender asks."""
    window.over_viewport()
    yield from window.turns()
    with window.inside("WINDOW"):
        bpy.ops.extensions.package_install_files("INVOKE_DEFAULT", url=str(Path(FOLDER).parents[1] / "maquette.zip"))
    yield from window.turns()
    window.shot("2_install")
    yield from window.key("RET")
    enabled = lambda: [one for one in bpy.context.preferences.addons.keys() if "maquette" in one]  # noqa: E731, SIM118
    yield from window.until(enabled, 60, "the extension")
    yield from window.turns()
    window.shot("3_installed")
    with window.inside("WINDOW"):
        bpy.ops.preferences.addon_show(module=addon_name())
    yield from window.until(lambda: hasattr(bpy.context.scene.maquette, "local"), 20, "the options")
    yield 0.3
    yield from window.turns()
    window.shot("4_preferences")
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[1]):
        bpy.ops.wm.window_close()
    yield from window.turns()


def by_panel(window: Window) -> Scenario:
    """Open the sidebar and its tab, choose the image, press Generate."""
    before, window.acts = names("objects"), 0
    window.over_viewport()
    yield from window.turns()
    yield from window.key("N")
    yield 0.5  # it slides in
    yield from window.turns()
    window.shot("5_sidebar")
    yield from click_tab(window)
    yield from window.until(lambda: hasattr(bpy.context.scene.maquette, "local"), 20, "the options")
    yield from window.turns()
    window.shot("6_empty")
    yield from window.press("maquette.pick_image")
    yield from choose_file(window)
    yield from allowed(window)
    yield from window.turns()
    window.shot("8_picked")
    yield from generate(window)
    yield from window.until(rows, 20, "the task")
    yield from window.turns()
    window.shot("9_started")
    yield from window.until(lambda: newest().state in ("succeeded", "failed"), 120, "the model")
    yield from window.turns()
    window.shot("10_landed")
    window.facts["by_panel"] = [window.acts, sorted(names("objects") - before)]


def click_tab(window: Window) -> Scenario:
    """Click on the tab; those of the sidebar stand below each other at its right edge."""
    region, acts = window.region(), window.acts
    for below in range(60, 500, 25):
        yield from window.click(region.x + region.width - 10, region.y + region.height - below)
        if region.active_panel_category == "Maquette":
            break
    window.acts = acts + 1  # who sees it clicks once


def choose_file(window: Window) -> Scenario:
    """Click on the image in Blender's file browser, then on its button."""
    windows, first = bpy.context.window_manager.windows, window.window
    yield from window.until(lambda: len(windows) > 1, 10, "the file browser")
    window.look_into(windows[1], CHOOSER)
    yield from window.until(lambda: window.area().spaces.active.params, 10, "the folder")
    folder = Path(FOLDER) / "pictures"
    folder.mkdir()
    shutil.copy(IMAGE, folder / "owl.png")
    window.area().spaces.active.params.directory = str(folder).encode()
    yield from click_file(window, window.area().spaces.active.params)
    window.shot("7_file_browser")
    window.look_into(windows[1], BUTTONS)
    yield from window.press("file.execute", across=0.93)
    yield from window.until(lambda: len(windows) == 1, 10, "the file browser to close")
    window.look_into(first, SIDEBAR)


def click_file(window: Window, params) -> Scenario:
    """Click on the image once its folder has been read, of which Blender tells nobody."""
    region, acts = window.region(), window.acts
    for _ in range(20):
        yield 1.0  # two clicks are no double click
        yield from window.click(region.x + 70, region.y + region.height - 70)
        if params.filename == "owl.png":
            window.acts = acts + 1  # who sees it clicks once
            return
    raise LookupError("no image in the file browser")


def by_drop(window: Window) -> Scenario:
    """Drop an image on the viewport, and click on the entry of Blender's menu."""
    before, tasks, window.acts = names("objects"), len(rows()), 1
    folder = Path(FOLDER) / "dropped"
    folder.mkdir()
    shutil.copy(IMAGE, folder / "chair.png")
    over = window.region("WINDOW")
    window.move(over.x + over.width // 3, over.y + over.height // 3)
    yield from window.turns()
    with window.inside("WINDOW"):
        bpy.ops.wm.drop_import_file("INVOKE_DEFAULT", directory=str(folder), files=[{"name": "chair.png"}])
    yield from window.turns()
    window.shot("11_dropped")
    yield from window.key("G")
    yield from window.until(lambda: len(rows()) == tasks + 1, 20, "the task")
    yield from window.until(lambda: newest().state in ("succeeded", "failed"), 120, "the model")
    yield from window.turns()
    window.shot("12_landed")
    window.facts["by_drop"] = [window.acts, sorted(names("objects") - before)]
