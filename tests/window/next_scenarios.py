"""What a provider makes of a model, as an artist asks for it: in the sidebar, and in the menu of the object."""

import bpy
from artist import IMAGE, count_calls, generate, module, newest, open_panel, rows
from drive import Scenario, Window
from speech_scenarios import narrow

APART = 12
"""Pixels between two places at which a header is looked for; one is about 20 high."""


def next_steps(window: Window) -> Scenario:
    """Rig a model of Tripo's, let it walk, and look at what else is offered."""
    bpy.context.preferences.system.use_online_access = True
    yield from open_panel(window)
    bpy.ops.object.select_all(action="DESELECT")
    chosen = bpy.context.scene.maquette
    chosen.provider, chosen.front.path = "tripo", IMAGE
    yield from window.turns()
    drawn = count_calls(module("next_steps"), "_draw_step")
    yield from made(window, generate(window))
    window.shot("offered")
    yield from unfold(window, drawn, "tripo_rig")
    window.shot("rig")
    yield from made(window, window.press("maquette.follow_up"))
    window.shot("rigged")
    window.facts["bones"] = sum(len(one.bones) for one in bpy.data.armatures)
    yield from unfold(window, drawn, "tripo_animate")
    window.shot("animate")
    yield from by_menu(window)
    yield from look_narrow(window)


def made(window: Window, asking: Scenario) -> Scenario:
    """Ask for something, wait until what was made of it has landed, and make that active."""
    before = set(rows())
    yield from asking
    yield from window.until(lambda: set(rows()) - before, 10, "the task")
    yield from window.until(lambda: newest().state == "succeeded" or newest().message, 60, "what was asked for")
    window.facts.setdefault("made", []).append([newest().label, newest().state, newest().message, newest().cost])
    task = newest().name
    item = next(one for one in bpy.context.scene.objects if one.get("maquette_task") == task and not one.parent)
    bpy.context.view_layer.objects.active = item
    yield from window.turns()


def unfold(window: Window, drawn: list, what: str) -> Scenario:
    """Open the sub-panel of a step with the mouse; `drawn`: the calls of what draws an open one."""
    region = window.region()
    for y in range(region.y + 10, region.y + region.height, APART):
        found = yield from opened_by(window, drawn, y)
        if found == what:
            return
        if found:  # another one: close it again
            yield from opened_by(window, drawn, y)
    raise LookupError(f"no header opens {what}")


def opened_by(window: Window, drawn: list, y: int) -> Scenario:
    """Click at that height where only headers and labels are, and return the id of the step that is open then."""
    region = window.region()
    yield from window.click(region.x + region.width * 0.4, y)
    yield 0.4  # it opens smoothly
    drawn.clear()
    yield from window.turns()
    return drawn[-1][2].id if drawn else ""


def look_narrow(window: Window) -> Scenario:
    """Look at an open step in a sidebar of 180 pixels and at twice the size; the panel has them for itself."""
    others = (bpy.types.MAQUETTE_PT_generate, bpy.types.MAQUETTE_PT_tasks)
    model = next(one for one in bpy.context.window_manager.maquette.tasks if one.label == "toadstool")
    bpy.context.view_layer.objects.active["maquette_task"] = model.name
    bpy.context.view_layer.objects.active["maquette_provider"] = "tripo"
    yield from narrow(window)
    for one in others:
        bpy.utils.unregister_class(one)
    yield from window.turns()
    window.shot("narrow")
    bpy.context.preferences.view.ui_scale = 2.0
    yield from window.turns()
    window.shot("large")
    bpy.context.preferences.view.ui_scale = 1.0
    for one in others:
        bpy.utils.register_class(one)


def by_menu(window: Window) -> Scenario:
    """Open a step's options from the object's menu, and go on."""
    yield from window.popup("object_menu", lambda *_: bpy.ops.wm.call_menu(name="MAQUETTE_MT_object"))
    yield from window.popup("steps_menu", lambda *_: bpy.ops.wm.call_menu(name="MAQUETTE_MT_next_steps"))
    step = {"what": "tripo_animate", "dialog": True}
    yield from window.popup("dialog", bpy.ops.maquette.follow_up, 0.3, **step)
    window.facts["left"] = len(rows())
    opened, ask = [], bpy.ops.maquette.follow_up
    bpy.context.scene.maquette.tripo_rig.spec = "unreal"
    wrong = {"what": "tripo_rig", "dialog": True}
    yield from window.popup("dialog_wrong", lambda *given, **more: opened.extend(ask(*given, **more)), 0.3, **wrong)
    window.facts["opened"] = opened
    window.over_viewport()
    with window.inside("WINDOW"):
        bpy.ops.maquette.follow_up("INVOKE_DEFAULT", **step)
    yield from window.turns()
    yield from made(window, window.key("RET"))
    window.facts["actions"] = len(bpy.data.actions)
    window.shot("animated")
