"""The panel and the preferences in another language, narrow, large and light: to be looked at."""

from pathlib import Path

import bpy
from artist import FOLDER, IMAGE, addon_name, count_calls, module, newest, open_panel, rows
from drive import Scenario, Window

NARROW_PX = 180


def speech(window: Window) -> Scenario:
    """Switch the language as an artist does, and go through all that shows text."""
    yield from open_panel(window)
    view = bpy.context.preferences.view
    say = module("translations").say
    window.facts["before"] = [say("Choose an image first"), module("translations")._phrases is None]
    bpy.context.scene.maquette.front.path = IMAGE
    yield from make_tasks(window)
    yield from each_provider(window, "english")
    view.language = "zh_HANS"
    view.use_translate_interface = view.use_translate_tooltips = view.use_translate_reports = True
    yield from window.until(lambda: say("Choose an image first") != "Choose an image first", 10, "the language")
    pgettext = bpy.app.translations.pgettext_iface
    window.facts["chinese"] = [pgettext("Land", "Operator"), pgettext("Normal", "Maquette"), say("About 20 credits")]
    yield from each_provider(window, "chinese")
    view.use_translate_interface = False
    window.facts["switched_off"] = say("About 20 credits")
    view.use_translate_interface = True
    yield from preferences(window, "chinese_preferences")
    view.language = "en_US"
    yield from window.until(lambda: say("About 20 credits") == "About 20 credits", 10, "the language")
    window.facts["after"] = pgettext("Land Again", "Operator")


def looks(window: Window) -> Scenario:
    """The same panels narrow, at twice the size, in the light theme; then the preferences, wide and narrow."""
    yield from open_panel(window)
    chosen = bpy.context.preferences.addons[addon_name()].preferences
    chosen.use_height, chosen.height = True, 1.8
    height_said(window, "usual")
    bpy.context.scene.maquette.front.path = IMAGE
    yield from make_tasks(window)
    yield from narrow(window)
    height_said(window, "narrow")
    yield from empty(window)
    yield from each_provider(window, "narrow")
    bpy.context.preferences.view.ui_scale = 2.0
    yield from window.turns()
    height_said(window, "large")
    yield from each_provider(window, "large")
    bpy.context.preferences.view.ui_scale = 1.0
    light()
    yield from window.turns()
    window.shot("light")
    yield from preferences(window, "preferences")


def height_said(window: Window, name: str):
    """Note how the panel says the height of the preferences."""
    with window.inside():
        window.facts[f"height_{name}"] = module("neutral").told(bpy.context, 1.8)


def empty(window: Window) -> Scenario:
    """Look at the panel of tasks as it is as long as there is none."""
    panel, snapshot = module("task_panel"), module("snapshot")
    sentence = panel.sentence
    snapshot.clear()
    drawn = count_calls(panel, "sentence")
    yield from window.turns()
    panel.sentence = sentence
    window.facts["empty"] = [text for _, _, text in drawn]
    window.shot("empty")
    snapshot.reread()


def make_tasks(window: Window) -> Scenario:
    """Let one task succeed and one fail, as a list has both."""
    bpy.context.scene.maquette.provider = "local"
    for path in (IMAGE, blank()):
        bpy.context.scene.maquette.front.path = path
        bpy.ops.maquette.generate("INVOKE_DEFAULT")
        yield from window.until(rows, 10, "the task")
        yield from window.until(lambda: newest().state in ("succeeded", "failed"), 120, "the task's end")
    bpy.context.scene.maquette.front.path = IMAGE


def blank() -> str:
    """Return a picture with nothing on it."""
    image = bpy.data.images.new("blank", 64, 64, alpha=True)
    image.pixels = [0.0] * (64 * 64 * 4)
    image.filepath_raw, image.file_format = str(Path(FOLDER) / "blank.png"), "PNG"
    image.save()
    bpy.data.images.remove(image)
    return str(Path(FOLDER) / "blank.png")


def each_provider(window: Window, name: str) -> Scenario:
    chosen = bpy.context.scene.maquette
    for one in chosen.bl_rna.properties["provider"].enum_items.keys():  # noqa: SIM118 - a collection of Blender's
        if one == "slow":
            continue
        chosen.provider = one
        yield from window.turns()
        window.over_viewport()  # a panel that has grown moves the next one with the redraw after
        yield from window.turns()
        window.shot(f"{name}_{one}")


def narrow(window: Window) -> Scenario:
    """Drag the sidebar's edge until it is narrow."""
    region = window.region()
    y, right = region.y + region.height // 2, region.x + region.width
    for off in (0, -1, 1, -2, 2, -3, 3, -4, 4, -6, 6):
        region = window.region()
        x = region.x + off
        window.move(x - 30, y)
        yield 0.2
        window.move(x, y)
        yield 0.4
        window.button("PRESS")
        yield 0.3
        for step in range(1, 12):
            window.move(x + (right - NARROW_PX - x) * step // 11, y)
            yield 0.1
        window.button("RELEASE")
        yield 0.5
        window.facts.setdefault("tries", []).append([off, window.region().width])
        if window.region().width < 200:
            break
    window.facts["narrow"] = window.region().width


def light():
    """Choose Blender's light theme."""
    files = [Path(folder) / "Blender_Light.xml" for folder in bpy.utils.preset_paths("interface_theme")]
    file = next(str(one) for one in files if one.is_file())
    bpy.ops.script.execute_preset(filepath=file, menu_idname="USERPREF_MT_interface_theme_presets")


def preferences(window: Window, name: str) -> Scenario:
    """Open the add-on's preferences with all sections of one account open, wide; then in a narrow area."""
    window.area().type = "PREFERENCES"
    bpy.context.preferences.active_section = "ADDONS"
    bpy.ops.preferences.addon_expand(module=addon_name())
    bpy.context.window_manager.addon_search = "Maquette"
    yield from window.turns()
    window.shot(name)
    module("accounts")._expanded.update(("tripo", "csm"))
    yield from window.turns()
    window.shot(f"{name}_open")
    bpy.context.preferences.view.ui_scale = 2.0
    yield from window.turns()
    window.shot(f"{name}_large")
    bpy.context.preferences.view.ui_scale = 1.0
    yield from window.turns()
    next(one for one in window.window.screen.areas if one.type == "PREFERENCES").type = "VIEW_3D"
    yield from window.turns()
