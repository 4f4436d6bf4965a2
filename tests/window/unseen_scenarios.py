"""What opens for a moment only, and what is far down: the presets, questions, disk use, accounts in a narrow editor."""

import bpy
from artist import IMAGE, count_draws, module, newest, open_panel, rows
from drive import PREFERENCES, SIDEBAR, Scenario, Window
from hosted_scenarios import ROW
from speech_scenarios import light, make_tasks


def unseen(window: Window) -> Scenario:
    """Look at it in the dark theme, and at the questions in the light one too."""
    yield from open_panel(window)
    bpy.context.scene.maquette.front.path = IMAGE
    yield from window.turns()
    yield from presets(window)
    yield from make_tasks(window)
    yield from question(window, "remove_dark")
    light()
    yield from question(window, "remove_light")
    yield from disk(window)
    yield from accounts(window)


def presets(window: Window) -> Scenario:
    """Open the presets by the button in the panel's header, and click on the first one."""
    local = bpy.context.scene.maquette.local
    drawn, end = count_draws(module("preset_menu").MAQUETTE_PT_presets)
    _, top = yield from window.find(".maquette.source", across=0.3)
    region = window.region()
    x, y = region.x + region.width - 68, top + ROW + 9
    yield from window.click(x, y)
    yield from window.until(lambda: drawn, 5, "the presets")
    end()
    yield from window.turns()
    window.shot("presets")
    window.facts["before"] = local.face_limit
    yield from window.click(x - 40, y - 2 * ROW)
    yield from window.until(lambda: local.face_limit != window.facts["before"], 5, "the preset")
    window.facts["after"] = local.face_limit
    window.over_viewport()
    yield from window.turns()
    window.shot("preset_applied")


def question(window: Window, name: str) -> Scenario:
    """Ask whether the task is to be removed, and leave it."""
    window.over_viewport()
    tasks = len(rows())
    yield from window.turns()
    with window.inside():
        bpy.ops.maquette.remove("INVOKE_DEFAULT", task=newest().name)
    yield from window.turns()
    window.shot(name)
    yield from window.key("ESC")
    yield 0.5  # it would be removed now
    window.facts[name] = len(rows()) - tasks


def disk(window: Window) -> Scenario:
    """Show what the preferences say of the disk at their top, and press both buttons."""
    shown = module("preferences").MAQUETTE_Preferences
    draw = shown.draw

    def with_disk(self, context):
        self.layout.use_property_split = True
        module("disk").draw(self.layout.column(), context)
        draw(self, context)

    shown.draw = with_disk
    window.area().type = "PREFERENCES"
    window.look_into(window.window, PREFERENCES)
    show_preferences()
    yield 0.5  # the files are counted
    yield from window.turns()
    window.shot("disk")
    for name in ("clear_tasks", "clear_caches"):
        yield from window.press(f"maquette.{name}")
        yield from window.turns()
        window.shot(name)
        yield from window.key("ESC")
        yield from window.turns()
    shown.draw = draw
    window.area().type = "VIEW_3D"
    window.look_into(window.window, SIDEBAR)


def show_preferences():
    bpy.context.preferences.active_section = "ADDONS"
    bpy.ops.preferences.addon_expand(module=module("session").ROOT_PACKAGE)
    bpy.context.window_manager.addon_search = "Maquette"


def accounts(window: Window) -> Scenario:
    """Let the narrow column at the right hold the preferences, and scroll down to an account that is open."""
    area = next(one for one in window.window.screen.areas if one.type == "PROPERTIES")
    module("accounts")._expanded.add("tripo")
    area.type = "PREFERENCES"
    yield from window.turns()
    window.move(area.x + area.width - 40, area.y + area.height // 2)
    for name in ("accounts_narrow", "account_narrow"):
        window.shot(name)
        for _ in range(10):
            window.button("PRESS", "WHEELDOWNMOUSE")
            yield 0.1
        yield from window.turns()
