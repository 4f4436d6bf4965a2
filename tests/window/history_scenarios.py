"""The list of tasks: what an earlier Blender has left in it, and a task from Generate to its thumbnail."""

import os
import time

import bpy
from artist import IMAGE, addon_name, hold, module, names, newest, open_panel, release, rows
from drive import Scenario, Window

SECONDS = 30.0


def history(window: Window) -> Scenario:
    """Look at the old tasks, make a model, fetch another one by its id, and tidy up."""
    window.area().spaces.active.show_region_ui = True
    yield from open_panel(window)
    bpy.data.objects["Cube"].hide_set(True)
    window.facts["listed"] = [(row.label, row.state) for row in bpy.context.window_manager.maquette.tasks]
    yield from window.turns()
    window.shot("history")
    yield from each_state(window)
    yield from drawn(window)
    yield from menu(window)
    yield from made(window)
    yield from again(window)
    yield from fetched(window)
    yield from narrow(window)
    yield from tidied(window)


def show(window: Window, state: str) -> Scenario:
    """Choose the first task in that state."""
    shown = bpy.context.window_manager.maquette
    shown.active = next(at for at, row in enumerate(shown.tasks) if row.state == state)
    yield from window.turns()


def each_state(window: Window) -> Scenario:
    """Take a picture of the active task in each state."""
    for state in ("succeeded", "failed", "unconfirmed", "cancelled", "ready"):
        yield from show(window, state)
        window.shot(state)


def drawn(window: Window) -> Scenario:
    """Measure what drawing the panel takes, with all the tasks in the list."""
    panel, line, took = bpy.types.MAQUETTE_PT_tasks, bpy.types.MAQUETTE_UL_tasks, []

    def timed(function, *arguments):
        start = time.perf_counter()
        function(*arguments)
        took.append((time.perf_counter() - start) * 1000)

    before = panel.draw, line.draw_item
    panel.draw = lambda self, context: timed(before[0], self, context)
    line.draw_item = lambda self, c, layout, d, item, i, a, p: timed(before[1], self, c, layout, d, item, i, a, p)
    sums = []
    for _ in range(20):
        took.clear()
        window.area().tag_redraw()
        window.region().tag_redraw()
        yield 0.15
        sums.append(round(sum(took), 2))
    panel.draw, line.draw_item = before
    window.facts["draw_ms"] = sorted(sums)


def menu(window: Window) -> Scenario:
    """Open the menu beside the main button."""
    yield from show(window, "failed")
    yield from window.popup("menu", bpy.ops.wm.call_menu, name="MAQUETTE_MT_task")


def made(window: Window) -> Scenario:
    """Generate; while it runs the list and the status bar say so, and when it has landed it gets a thumbnail."""
    chosen = bpy.context.scene.maquette
    chosen.provider, chosen.front.path = "slow", IMAGE
    status_bar = module("status_bar")
    words, status_bar.KEPT_S = status_bar.words, 2.0
    hold(40)
    bpy.ops.maquette.generate("INVOKE_DEFAULT")
    yield from window.until(lambda: newest().factor > 0.3, 30, "the task to run")
    yield from window.comes(lambda: words().endswith("%"))
    yield from window.turns()
    window.facts["status"] = words()
    window.facts["usual"] = newest().usual
    window.shot("running")
    release()
    yield from window.until(lambda: newest().state == "succeeded", 90, "the model")
    yield from window.comes(lambda: not words().endswith("%"))
    yield from window.turns()
    window.facts["status_landed"] = words()
    window.shot("landed")
    yield from window.comes(words)
    yield from window.turns()
    window.facts["status_afterwards"] = words()
    window.shot("afterwards")
    yield from window.until(lambda: newest().picture.endswith("thumbnail.png"), 90, "the thumbnail")
    yield from window.until(lambda: not words(), 20, "the status bar to be empty")
    yield from window.turns()
    window.shot("thumbnail")
    window.facts["said"] = yield from reports(window)


def reports(window: Window) -> Scenario:
    """Return what Blender's Info editor has."""
    area = window.area()
    area.type = "INFO"
    yield from window.turns()
    with bpy.context.temp_override(window=window.window, area=area, region=area.regions[-1]):
        bpy.ops.info.select_all(action="SELECT")
        bpy.ops.info.report_copy()
    area.type = "VIEW_3D"
    yield from window.open_tab("Maquette")
    return bpy.context.window_manager.clipboard


def again(window: Window) -> Scenario:
    """Fill the panel from a task that another provider made."""
    task = next(row for row in bpy.context.window_manager.maquette.tasks if row.label == "Old 003")
    bpy.ops.maquette.use_again(task=task.name)
    chosen = bpy.context.scene.maquette
    window.facts["again"] = [chosen.provider, chosen.tripo.face_limit, chosen.tripo.use_face_limit, chosen.front.path]
    yield 0.2


def fetched(window: Window) -> Scenario:
    """Fetch a model of which only its id is known here, by the button in the panel's header."""
    provider_task = os.environ["MAQUETTE_TEST_ELSEWHERE"]
    before = names("objects")
    bpy.context.preferences.system.use_online_access = True
    with window.inside():
        bpy.ops.maquette.fetch("INVOKE_DEFAULT", provider_task=provider_task, title="From the Web")
    yield from window.turns()
    window.shot("fetch")
    yield from window.key("RET")
    yield from window.until(lambda: newest().label == "From the Web", 10, "the task")
    yield from window.until(lambda: newest().state == "succeeded" or newest().message, SECONDS, "the model")
    window.facts["fetched"] = [newest().state, newest().message, sorted(names("objects") - before)]
    listed = len(rows())
    bpy.ops.maquette.fetch(provider="tripo", provider_task=provider_task)
    window.facts["known"] = len(rows()) - listed
    yield from window.turns()
    window.shot("fetched")


def narrow(window: Window) -> Scenario:
    """At twice the size the sidebar is narrow; the panel of tasks has it for itself."""
    other = bpy.types.MAQUETTE_PT_generate
    bpy.utils.unregister_class(other)
    bpy.context.preferences.view.ui_scale = 2.0
    yield from show(window, "cancelled")
    window.shot("large")
    bpy.context.preferences.view.ui_scale = 1.0
    yield from show(window, "succeeded")
    window.shot("alone")
    bpy.utils.register_class(other)
    yield from window.turns()


def tidied(window: Window) -> Scenario:
    """Look at the preferences' figures, and remove what has failed."""
    window.area().type = "PREFERENCES"
    bpy.context.preferences.active_section = "ADDONS"
    bpy.ops.preferences.addon_expand(module=addon_name())
    bpy.context.window_manager.addon_search = "Maquette"
    session, disk = module("session"), module("disk")
    opened = type(bpy.context.preferences.addons[addon_name()].preferences)
    draw = opened.draw
    opened.draw = lambda self, context: disk.draw(self.layout, context)
    counted = lambda: session.current().inquiries.answer(disk._USE)  # noqa: E731
    yield from window.until(counted, 30, "the files to be counted")
    yield from window.turns()
    window.shot("disk")
    area = next(one for one in window.window.screen.areas if one.type == "PREFERENCES")
    window.place = ("PREFERENCES", "WINDOW")
    with bpy.context.temp_override(window=window.window, area=area, region=area.regions[-1]):
        bpy.ops.maquette.clear_tasks("INVOKE_DEFAULT")
    yield from window.turns()
    window.shot("clear")
    yield from window.key("RET")
    paid = lambda: sorted(row.label for row in bpy.context.window_manager.maquette.tasks if row.state == "cancelled")  # noqa: E731
    yield from window.until(lambda: "failed" not in rows().values(), 30, "the tasks to go")
    window.facts["left"] = [paid(), sorted(set(rows().values()))]
    yield from window.until(counted, 30, "the files to be counted again")
    yield from window.turns()
    window.shot("cleared")
    opened.draw = draw
