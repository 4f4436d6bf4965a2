"""Drives Blender's window from inside, as an artist would: mouse and keys through Window.event_simulate.

A scenario is a generator that yields the seconds to wait, so that Blender's event loop turns in between: what it does
or simulates is handled by the time it goes on, and drawn a turn later, however slow the machine is. What threads, other
processes or Blender's timers do in answer is waited for by conditions, not by times; a pause that is longer than a turn
gives something wrong the time to happen. Coordinates are Blender's: window pixels from the bottom left.
"""

import json
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import bpy

Scenario = Iterator[float]
SIDEBAR = ("VIEW_3D", "UI")
PREFERENCES = ("PREFERENCES", "WINDOW")
FIRST_DRAW_S = 120.0
"""The shaders are compiled in software at the first start."""
SLOWER = 5.0
"""So many times longer than on an idle machine may everything take that is waited for."""


class Window:
    """The window, its panels and what was seen."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.facts: dict = {}
        self.window = bpy.context.window_manager.windows[0]
        self.place = SIDEBAR
        """Area and region in which buttons are looked for."""
        self.found: dict[str, int] = {}
        """Each button that was seen, as Python → how high up it was."""
        self.mouse = (self.window.width // 2, self.window.height // 2)
        self.acts = 0
        """Clicks and keys so far."""

    # ---- looking
    def area(self):
        return next(one for one in self.window.screen.areas if one.type == self.place[0])

    def region(self, kind=""):
        return next(one for one in self.area().regions if one.type == (kind or self.place[1]))

    def inside(self, kind=""):
        return bpy.context.temp_override(window=self.window, area=self.area(), region=self.region(kind))

    def shot(self, name, *crop: str):
        """Save the screen as a person would see it; Blender's own screenshot is black with software OpenGL.

        `crop`: arguments of ImageMagick that choose a part.
        """
        with bpy.context.temp_override(window=self.window):
            bpy.ops.wm.redraw_timer(type="DRAW_WIN_SWAP", iterations=1)
        how = crop or ("-quality", "10")  # quickly written; what is cropped is kept and small
        subprocess.run(["import", "-window", "root", *how, str(self.folder / f"{name}.png")], check=True, timeout=300)

    def until(self, condition: Callable[[], object], seconds: float, what: str) -> Scenario:
        """Wait for the condition, which an idle machine reaches in these seconds. Raises TimeoutError that names it."""
        began = time.monotonic()
        while not condition():
            if (waited := time.monotonic() - began) > SLOWER * seconds:
                raise TimeoutError(f"waited {waited:.0f} s for {what}")
            yield 0.05

    def comes(self, condition: Callable[[], object]) -> Scenario:
        """Give what an act leads to the time that it needs; return whether it came, for the test to judge."""
        try:
            yield from self.until(condition, 5, "what an act leads to")
        except TimeoutError:
            return False
        return True

    def turns(self, count: int = 3) -> Scenario:
        """Let the event loop turn so often that what was done is seen in all editors."""
        for area in self.window.screen.areas:
            area.tag_redraw()
        for _ in range(count):
            yield 0.05

    def look_into(self, window, place):
        """Look for buttons there from now on, and send mouse and keys to that window."""
        self.window, self.place = window, place

    # ---- acting
    def move(self, x, y):
        self.mouse = (int(x), int(y))
        self.window.event_simulate(type="MOUSEMOVE", value="NOTHING", x=self.mouse[0], y=self.mouse[1])

    def button(self, value, kind="LEFTMOUSE"):
        self.window.event_simulate(type=kind, value=value, x=self.mouse[0], y=self.mouse[1])

    def click(self, x, y) -> Scenario:
        self.move(x, y - 1)
        yield 0.05
        self.move(x, y)
        yield 0.1
        yield from self.click_here()

    def click_here(self) -> Scenario:
        self.acts += 1
        self.button("PRESS")
        yield 0.1
        self.button("RELEASE")
        yield 0.1

    def key(self, kind, **modifiers) -> Scenario:
        self.acts += 1
        for value in ("PRESS", "RELEASE"):
            self.window.event_simulate(type=kind, value=value, x=self.mouse[0], y=self.mouse[1], **modifiers)
        yield 0.1

    def over_viewport(self):
        """Move the mouse to where keys go to the 3D viewport; in another editor to its edge, where no button is."""
        region = self.region("WINDOW")
        if self.place == SIDEBAR:
            self.move(region.x + region.width // 4, region.y + region.height // 2)
        else:
            self.move(region.x + 3, region.y + region.height // 2)

    def popup(self, shot, call, seconds=0.0, **arguments) -> Scenario:
        """Let an operator open a menu or a popup over the viewport, take its picture, and close it again.

        What shows pictures of its own needs longer than the others.
        """
        self.over_viewport()
        yield from self.turns()
        with self.inside("WINDOW"):
            call("INVOKE_DEFAULT", **arguments)
        yield seconds
        yield from self.turns()
        self.shot(shot)
        yield from self.key("ESC")
        yield from self.turns()

    # ---- the sidebar
    def open_tab(self, category) -> Scenario:
        self.area().spaces.active.show_region_ui = True
        yield from self.until(lambda: self._choose_tab(category), 10, "the sidebar's tabs")
        yield from self.turns()

    def _choose_tab(self, category):
        try:
            self.region().active_panel_category = category
        except AttributeError:  # read-only until the sidebar has been drawn
            return False
        return True

    def under_mouse(self) -> str:
        """Return the button under the mouse as Python: an operator's call or a property's path."""
        manager = bpy.context.window_manager
        with self.inside():
            for operator, arguments in (
                (bpy.ops.ui.copy_python_command_button, {}),
                (bpy.ops.ui.copy_data_path_button, {"full_path": True}),
            ):
                manager.clipboard = ""
                if operator.poll() and "FINISHED" in operator(**arguments) and manager.clipboard:
                    return manager.clipboard
        return ""

    def find(self, text, across=0.5, step=15):
        """Move over the region until a button that has this text in its Python is under the mouse; return where.

        From the top to the bottom, or from where it was seen before to places farther and farther away.
        """
        self.over_viewport()
        yield from self.until(lambda: not self.under_mouse(), 5, "the last button to be left")
        region = self.region()
        rows = range(region.y + region.height - 8, region.y + 8, -step)
        x, known = region.x + int(region.width * across), self._known(text, rows[0])
        for pause in (0.02, 0.2):  # what is drawn meanwhile may move a button away from the mouse
            for y in sorted(rows, key=lambda row: abs(row - known)):
                self.move(x, y)
                yield pause
                if text in self._seen():
                    for at in (y + (3 if y > known else -3), y):  # away from the edge over which it was reached
                        yield from self._settle(x, at)
                        if text in self._seen():
                            return self.mouse
        raise LookupError(f"no button {text} in {self.place}")

    def _settle(self, x, y) -> Scenario:
        """Move to a place in two steps: Blender takes a button that was just left for the one under the mouse."""
        self.move(x + 1, y)
        yield 0.1
        self.move(x, y)
        yield 0.1

    def _seen(self) -> str:
        """Return the button under the mouse, and remember where it is."""
        if found := self.under_mouse():
            self.found.pop(found, None)  # the last one of a name is the one to go by
            self.found[found] = self.mouse[1]
        return found

    def _known(self, text, otherwise):
        return next((y for seen, y in reversed(self.found.items()) if text in seen), otherwise)

    def press(self, text, across=0.5) -> Scenario:
        """Click on that button right when it was found under the mouse: it may move with the next redraw."""
        yield from self.find(text, across)
        yield from self.click_here()


class Gaps:
    """Measures how long Blender's event loop stands still, and how often the viewport is drawn while it is asked to."""

    def __init__(self):
        self.longest = 0.0
        self.ticks = self.draws = 0
        self._last = time.perf_counter()
        self._timer = lambda: self._tick()  # a bound method cannot be unregistered: each access makes a new one
        bpy.app.timers.register(self._timer, persistent=True)
        self._handle = bpy.types.SpaceView3D.draw_handler_add(self._drawn, (), "WINDOW", "POST_PIXEL")

    def _drawn(self):
        self.draws += 1

    def _tick(self):
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last)
        self.ticks += 1
        self._last = now
        for area in bpy.context.window_manager.windows[0].screen.areas:
            if area.type == "VIEW_3D":
                area.tag_redraw()
        return 0.01

    def skip(self):
        """Leave out what the test itself has just held up."""
        self._last = time.perf_counter()

    def stop(self) -> dict:
        bpy.app.timers.unregister(self._timer)
        bpy.types.SpaceView3D.draw_handler_remove(self._handle, "WINDOW")
        return {"longest_gap_ms": round(self.longest * 1000, 1), "ticks": self.ticks, "draws": self.draws}


def run(scenario: Callable[[Window], Scenario], folder: Path):
    """Play the scenario once the window is drawn, write facts.json, and quit Blender as an artist does."""
    state = {"drawn": False, "steps": None, "window": None, "began": time.monotonic()}
    preferences = bpy.context.preferences
    preferences.view.show_splash = False
    preferences.view.use_save_prompt = False

    def drawn():
        state["drawn"] = True

    handle = bpy.types.SpaceView3D.draw_handler_add(drawn, (), "WINDOW", "POST_PIXEL")

    def finish(error=""):
        facts = (state["window"].facts if state["window"] else {}) | {"error": error}
        (folder / "facts.json").write_text(json.dumps(facts), "utf-8")
        sys.stdout.flush()
        bpy.types.SpaceView3D.draw_handler_remove(handle, "WINDOW")
        with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
            bpy.ops.wm.quit_blender()

    def tick():
        try:
            if state["steps"] is None:
                if not state["drawn"]:
                    if time.monotonic() - state["began"] > FIRST_DRAW_S:
                        raise TimeoutError("the window was not drawn")
                    return 0.1
                state["window"] = Window(folder)
                state["steps"] = scenario(state["window"])
                return 0.3
            return float(next(state["steps"]) or 0.02)
        except StopIteration:
            finish()
        except Exception:  # noqa: BLE001 - the test reads it in facts.json
            error = traceback.format_exc()
            try:
                if state["window"]:
                    state["window"].shot("failure")
            finally:
                finish(error)
        return None

    bpy.app.timers.register(tick, first_interval=0.1, persistent=True)
