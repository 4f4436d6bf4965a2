"""What the scenarios see of Maquette and do with its panel, as an artist would."""

import importlib
import os
import sys
from pathlib import Path

import bpy
from drive import Scenario, Window

NAME, FOLDER, IMAGE = sys.argv[sys.argv.index("--") + 1 :]


def rows() -> dict:
    """Return the task list as the panel shows it: id → state."""
    return {row.name: row.state for row in bpy.context.window_manager.maquette.tasks}


def newest():
    return bpy.context.window_manager.maquette.tasks[0]


def addon_name() -> str:
    return next(one.module for one in bpy.context.preferences.addons if "maquette" in one.module)


def module(name):
    """Return a module of the installed add-on's Blender part."""
    return importlib.import_module(f"{addon_name()}.blender.{name}")


def count_calls(owner, name) -> list:
    """Return a list that grows by one at each call of the module's function."""
    calls, function = [], getattr(owner, name)

    def counted(*arguments):
        calls.append(arguments)
        return function(*arguments)

    setattr(owner, name, counted)
    return calls


def count_draws(kind) -> tuple:
    """Return a list that grows by one each time that the panel or menu is drawn, and a function that ends this."""
    drawn, draw = [], kind.draw

    def noted(self, context):  # Blender counts a draw function's arguments
        drawn.append(1)
        draw(self, context)

    def end():
        kind.draw = draw

    kind.draw = noted
    return drawn, end


def names(kind) -> set:
    return {one.name for one in getattr(bpy.data, kind)}


def open_panel(window: Window) -> Scenario:
    """Open the tab and wait until it shows the options."""
    yield from window.open_tab("Maquette")
    yield from window.until(lambda: hasattr(bpy.context.scene.maquette, "local"), 20, "the options")
    yield from window.turns()


def pick(window: Window, path: str) -> Scenario:
    """Pick an image with the button and Blender's file browser."""
    bpy.context.preferences.view.filebrowser_display_type = "SCREEN"
    yield from window.press("maquette.pick_image", across=0.3)
    browsers = lambda: [one for one in window.window.screen.areas if one.type == "FILE_BROWSER"]  # noqa: E731
    yield from window.until(lambda: browsers() and browsers()[0].spaces.active.params, 10, "the file browser")
    area = browsers()[0]
    area.spaces.active.params.directory = str(Path(path).parent).encode()
    area.spaces.active.params.filename = Path(path).name
    yield 0.5  # the list is read
    window.shot("file_browser")
    with bpy.context.temp_override(window=window.window, area=area, region=area.regions[-1]):
        bpy.ops.file.execute()
    yield from window.until(lambda: not browsers(), 10, "the file browser to close")
    yield from window.turns()


def hold(percent: float):
    """Let tasks of the slow provider (which the test put beside the others) stay at that percent until `release`."""
    os.environ["MAQUETTE_SLOW_AT"] = str(percent)


def release():
    """Let held tasks, and those to come, be done with their next poll."""
    os.environ.pop("MAQUETTE_SLOW_AT", None)


def generate(window: Window) -> Scenario:
    """Press Generate once it can be pressed."""
    yield from allowed(window)
    yield from window.press("maquette.generate")


def allowed(window: Window) -> Scenario:
    """Wait until nothing stands in the way of Generate: threads find out what the picture and the account are like."""
    free = lambda: not module("readiness").reason(bpy.context.scene)  # noqa: E731
    yield from window.until(free, 10, "Generate to be allowed")


def start_slow(window: Window) -> Scenario:
    """Start a task of the slow provider, hold it, and wait until it runs."""
    hold(10)
    yield from open_panel(window)
    bpy.context.scene.maquette.provider = "slow"
    bpy.context.scene.maquette.front.path = IMAGE
    yield from generate(window)
    yield from window.until(lambda: rows() and newest().factor > 0.05, 30, "the task to run")
