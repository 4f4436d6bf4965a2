"""A scenario: images come in by a drop, the clipboard, the viewport, a folder, a menu and a shortcut."""

import shutil
from pathlib import Path

import bpy
from artist import FOLDER, IMAGE, hold, module, names, newest, open_panel, rows
from bpy_extras.view3d_utils import location_3d_to_region_2d
from drive import Scenario, Window

STANDING = {"Camera", "Cube", "Light"}


def copies(folder: str, *files: str) -> Path:
    """Make a folder with copies of the picture."""
    made = Path(FOLDER) / folder
    made.mkdir()
    for name in files:
        shutil.copy(IMAGE, made / name)
    return made


def drop(window: Window, shot: str, folder: Path, *files: str, place=None, region="WINDOW") -> Scenario:
    """Let go of files over a place of the scene, or over the sidebar, and take our entry of the menu by its key."""
    over = window.region(region)
    x, y = over.x + over.width // 2, over.y + over.height // 3
    if place:
        spot = location_3d_to_region_2d(over, over.data, place)
        x, y = over.x + spot.x, over.y + spot.y
    window.move(x, y)
    yield 0.2
    given = [{"name": name} for name in files]
    with window.inside(region):
        bpy.ops.wm.drop_import_file("INVOKE_DEFAULT", directory=str(folder), files=given)
    yield from window.turns()
    window.shot(f"{shot}_menu")
    yield from window.key("G" if region == "WINDOW" else "U")
    yield from window.turns()


def idle() -> bool:
    return bool(rows()) and all(
        one.state in ("succeeded", "failed") for one in bpy.context.window_manager.maquette.tasks
    )


def stands() -> dict:
    bpy.context.view_layer.update()  # what an operator has just made stands at the origin until then
    return {
        name: [round(value, 1) for value in bpy.data.objects[name].matrix_world.translation]
        for name in sorted(names("objects") - STANDING)
    }


def cancel(window: Window) -> None:
    """Cancel what runs: that models land on placeholders is seen elsewhere."""
    for name, state in rows().items():
        if state in ("queued", "running"):
            with window.inside("WINDOW"):
                bpy.ops.maquette.cancel(task=name)


def source(window: Window) -> Scenario:
    """Play all of it."""
    chairs = copies("chairs", "chair.png", "chair_left.png")
    for part in (dropped, on_panel, pasted, captured, several, menus, fields, refused, lent, shortcut):
        try:
            yield from part(window, chairs)
        except Exception as error:  # noqa: BLE001 - the other parts are played all the same
            window.facts[f"failed {part.__name__}"] = repr(error)
            window.shot(f"failed_{part.__name__}")
            yield from window.key("ESC")


def dropped(window: Window, chairs: Path) -> Scenario:
    """Drop a picture on the ground before the panel was ever open: it becomes a model there."""
    yield from drop(window, "viewport", chairs, "chair.png", place=(2.5, -2.5, 0))
    yield from window.until(rows, 20, "the task")
    yield from window.turns()
    window.shot("dropped")
    yield from window.until(idle, 60, "the model")
    window.facts["landed"] = stands()
    yield from open_panel(window)
    yield from window.comes(lambda: bpy.context.scene.maquette.left.path)
    window.facts["views"] = [Path(getattr(bpy.context.scene.maquette, view).path).name for view in ("front", "left")]
    window.shot("dropped_landed")


def on_panel(window: Window, chairs: Path) -> Scenario:
    """Drop a picture on the sidebar: it is the source image, and nothing starts."""
    with window.inside():
        bpy.ops.maquette.clear_image()
    window.facts["cleared"] = bpy.context.scene.maquette.left.path
    tasks = len(rows())
    yield from drop(window, "sidebar", chairs, "chair.png", region="UI")
    yield from window.comes(lambda: bpy.context.scene.maquette.left.path)
    yield 0.5  # a task would begin now
    window.facts["on_panel"] = [Path(bpy.context.scene.maquette.front.path).name, len(rows()) - tasks]
    window.over_viewport()
    yield from window.turns()
    window.shot("sidebar")
    yield from window.press("maquette.forget_found", across=0.75)
    yield from window.comes(lambda: not bpy.context.scene.maquette.left.path)
    window.facts["forgotten"] = bpy.context.scene.maquette.left.path


def pasted(window: Window, chairs: Path) -> Scenario:
    """Paste a path, then something that is none."""
    chosen, manager = bpy.context.scene.maquette, bpy.context.window_manager
    chosen.front.path = ""
    yield from window.turns()
    place = yield from window.find("maquette.paste_image", across=0.25)
    manager.clipboard = f'"{chairs / "chair_left.png"}"'
    yield from window.click(*place)
    yield from window.comes(lambda: chosen.front.path)
    window.facts["pasted"] = Path(chosen.front.path).name
    place = yield from window.find("maquette.paste_image", across=0.25)
    manager.clipboard = "a shopping list"
    yield from window.click(*place)
    yield 0.5  # the path would go now
    window.shot("pasted_nothing")
    window.facts["pasted_nothing"] = Path(chosen.front.path).name
    yield from window.key("ESC")


def captured(window: Window, _chairs: Path) -> Scenario:
    """Capture the viewport; the scene and the viewport are as before."""
    space = window.area().spaces.active
    before = (space.overlay.show_overlays, space.show_gizmo, names("images"), names("objects"))
    chosen = bpy.context.scene.maquette.front
    old = chosen.path
    yield from window.press("maquette.capture_view", across=0.5)
    yield from window.until(lambda: chosen.path != old, 20, "the picture")
    path = Path(chosen.path)
    shutil.copy(path, Path(FOLDER) / "capture.png")
    picture = bpy.data.images.load(str(path))
    window.facts["captured_px"] = max(picture.size)
    bpy.data.images.remove(picture)
    after = (space.overlay.show_overlays, space.show_gizmo, names("images"), names("objects"))
    window.facts["captured"] = [path.name, before == after]
    yield from window.turns()
    window.shot("captured")


def several(window: Window, _chairs: Path) -> Scenario:
    """Drop three subjects: one question, then a task each, beside each other."""
    kit = copies("kit", "barrel.png", "crate.png", "crate_left.png", "lamp.png")
    bpy.context.scene.maquette.provider = "slow"
    hold(40)
    tasks = len(rows())
    yield from drop(window, "several", kit, "barrel.png", "crate.png", "crate_left.png", "lamp.png", place=(0, -3, 0))
    window.shot("several_question")
    yield from window.key("RET")
    yield from window.until(lambda: len(rows()) == tasks + 3, 20, "the tasks")
    stand = lambda: {name for name in stands() if "Maquette" in name}  # noqa: E731
    yield from window.until(lambda: len(stand()) == 3, 20, "what stands in their places")
    window.facts["kit"] = {name: place for name, place in stands().items() if "Maquette" in name}
    window.shot("several_started")
    cancel(window)


def menus(window: Window, chairs: Path) -> Scenario:
    """Look at the entries in Blender's own menus; take one for a painted image."""
    image = bpy.data.images.load(str(chairs / "chair.png"))
    image.name = "painted"
    yield from window.popup("menu_add", bpy.ops.wm.call_menu, name="VIEW3D_MT_mesh_add")
    area = next(one for one in window.window.screen.areas if one.type == "DOPESHEET_EDITOR")
    area.ui_type = "IMAGE_EDITOR"
    area.spaces.active.image = image
    yield from window.turns()
    with bpy.context.temp_override(window=window.window, area=area, region=area.regions[-1]):
        bpy.ops.wm.call_menu(name="IMAGE_MT_image")
        yield from window.turns()
    window.shot("menu_image")
    yield from window.key("ESC")
    tasks = len(rows())
    with bpy.context.temp_override(window=window.window, area=area, region=area.regions[-1]):
        bpy.ops.maquette.from_image("INVOKE_DEFAULT", image="painted")
    yield from window.until(lambda: len(rows()) == tasks + 1, 20, "the task")
    window.facts["painted"] = [bpy.context.scene.maquette.source, newest().label]
    window.shot("painted")
    area.ui_type = "TIMELINE"
    cancel(window)


class MAQUETTE_PT_shortcuts(bpy.types.Panel):
    """What the preferences draw."""

    bl_space_type, bl_region_type, bl_category, bl_label = "VIEW_3D", "UI", "Maquette", "Shortcuts"
    bl_order = -1

    def draw(self, context):
        module("entries").draw_keymap(self.layout, context)


def fields(window: Window, _chairs: Path) -> Scenario:
    """Look at an image and a render in the panel, a field's own menu, the shortcuts, and all of it large."""
    chosen = bpy.context.scene.maquette
    chosen.source, chosen.front.image = "IMAGE", bpy.data.images["painted"]
    yield from window.turns()
    place = yield from window.find('images["painted"]', across=0.4)
    window.move(*place)
    for value in ("PRESS", "RELEASE"):
        window.button(value, "RIGHTMOUSE")
    yield from window.turns()
    window.shot("field_menu")
    yield from window.key("ESC")
    chosen.front.image = bpy.data.images["Render Result"]
    yield from window.turns()
    window.shot("render_result")
    bpy.utils.register_class(MAQUETTE_PT_shortcuts)
    yield from window.turns()
    window.shot("shortcuts")
    bpy.utils.unregister_class(MAQUETTE_PT_shortcuts)
    chosen.source = "FILE"
    bpy.context.preferences.view.ui_scale = 2.0
    yield from window.turns()
    window.shot("large")
    bpy.context.preferences.view.ui_scale = 1.0
    yield from window.turns()


def refused(window: Window, chairs: Path) -> Scenario:
    """Drop a picture for a provider that cannot be reached: it is set, and the reason is said."""
    chosen, tasks = bpy.context.scene.maquette, len(rows())
    chosen.provider = "tripo"
    yield from drop(window, "viewport", chairs, "chair.png", place=(2.5, -2.5, 0))
    yield from window.comes(lambda: Path(chosen.front.path).name == "chair.png")
    window.shot("refused")
    yield from window.key("ESC")
    many = copies("many", *(f"thing {at}.png" for at in range(101)))
    chosen.provider = "local"
    yield from drop(window, "too_many", many, *(one.name for one in many.iterdir()), place=(2.5, -2.5, 0))
    window.shot("too_many")
    yield 0.5  # a task would begin now
    window.facts["refused"] = [Path(chosen.front.path).name, len(rows()) - tasks]
    window.over_viewport()
    yield from window.turns()
    yield from window.key("ESC")


def lent(window: Window, _chairs: Path) -> Scenario:
    """Let an area be an Image Editor for a moment, as a paste needs it."""
    kinds = lambda: [one.ui_type for one in window.window.screen.areas]  # noqa: E731
    before = kinds()
    with window.inside("UI"), module("paste").image_editor(bpy.context):
        window.facts["lent"] = bpy.context.space_data.type
        bpy.ops.image.new(name="pasted", width=32, height=32)
    window.facts["given_back"] = kinds() == before
    yield from window.turns()
    window.shot("lent")


def shortcut(window: Window, _chairs: Path) -> Scenario:
    """Press the shortcut over the viewport."""
    bpy.context.preferences.view.filebrowser_display_type = "SCREEN"
    window.over_viewport()
    yield from window.turns()
    yield from window.key("I", ctrl=True, alt=True)
    asked = lambda: any(one.type == "FILE_BROWSER" for one in window.window.screen.areas)  # noqa: E731
    window.facts["shortcut"] = yield from window.comes(asked)
    yield from window.turns()
    window.shot("shortcut")
