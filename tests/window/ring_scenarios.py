"""Scenarios: the rings above placeholders, what removing a placeholder asks, and textures in a grey viewport."""

import bpy
from artist import IMAGE, count_calls, generate, hold, module, names, newest, open_panel, release, rows
from drive import Scenario, Window
from speech_scenarios import light

NAME = "toadstool (Maquette)"


def ring(window: Window) -> Scenario:
    """Two placeholders of tasks that run, seen from everywhere, and one that is removed."""
    yield from open_panel(window)
    chosen = bpy.context.scene.maquette
    chosen.front.path, chosen.provider = IMAGE, "slow"
    hold(10)
    window.facts["before"] = module("ring").drawing()
    for place in ((2, -1, 0), (-2, -1, 0)):
        bpy.context.scene.cursor.location = place
        with window.inside("WINDOW"):
            bpy.ops.maquette.generate(again=True)
    yield from window.until(lambda: set(rows().values()) == {"running"} and len(rows()) == 2, 30, "the tasks to run")
    yield from window.until(lambda: all(one.data for one in bpy.data.objects if NAME in one.name), 30, "the pictures")
    yield from window.comes(module("ring").drawing)
    window.facts["meanwhile"] = module("ring").drawing()
    yield from window.turns()
    yield from look(window)
    yield from remove(window)
    running = next(task for task, state in rows().items() if state == "running")
    bpy.ops.maquette.cancel(task=running)
    yield from window.until(lambda: "running" not in rows().values(), 30, "the tasks to end")
    yield from window.until(lambda: not [one for one in names("objects") if NAME in one], 10, "the placeholder to go")
    yield from window.comes(lambda: not module("ring").drawing())
    window.facts["after"] = module("ring").drawing()
    window.shot("after")


def look(window: Window) -> Scenario:
    """Take pictures at 0 %, 40 % and an unknown percent, in perspective, orthographic, large, light, and from afar."""
    shown, view = bpy.context.window_manager.maquette.tasks, window.area().spaces.active.region_3d
    for name, factors in (("zero", (0.0, 0.4)), ("unknown", (-1.0, 0.97))):
        for row, factor in zip(shown, factors, strict=True):
            row.factor = factor
        window.shot(name)
    view.view_perspective = "ORTHO"
    window.shot("ortho")
    with window.inside("WINDOW"):
        bpy.ops.view3d.view_axis(type="TOP")
    yield 0.5  # the view turns smoothly
    window.shot("top")
    with window.inside("WINDOW"):
        bpy.ops.view3d.view_axis(type="FRONT")
    yield 0.5
    window.shot("front")
    view.view_perspective = "PERSP"
    bpy.context.preferences.view.ui_scale = 2.0
    yield from window.turns()
    window.shot("large")
    bpy.context.preferences.view.ui_scale = 1.0
    view.view_distance = 1.5
    yield from window.turns()
    window.shot("near")
    view.view_distance = 15
    light()
    yield from window.turns()
    window.shot("light")


def remove(window: Window) -> Scenario:
    """Remove a placeholder as an artist does, keep waiting, undo, and remove it again to cancel the task."""
    asked = count_calls(module("stands"), "_ask")
    yield from delete(window)
    yield from window.until(lambda: asked, 5, "the question")
    yield from window.turns()
    window.shot("asked")
    yield from window.key("ESC")
    yield 1.5  # it would ask again now
    window.facts |= {
        "questions": len(asked),
        "states": sorted(rows().values()),
        "removed": NAME not in names("objects"),
    }
    yield from window.key("Z", ctrl=True)
    yield from window.comes(lambda: NAME in names("objects"))
    yield 1.0  # it would be cleared away, or asked about, now
    window.facts |= {"undone": NAME in names("objects"), "questions_after_undo": len(asked)}
    window.shot("undone")
    yield from delete(window)
    yield from window.until(lambda: len(asked) == 2, 5, "the question")
    yield from window.turns()
    for key in ("DOWN_ARROW", "RET"):  # from the first answer, under the mouse, to the second
        yield from window.key(key)
    yield from window.until(lambda: "cancelled" in rows().values(), 10, "the task to be cancelled")
    window.facts["states_later"] = sorted(rows().values())


def delete(window: Window) -> Scenario:
    """Select one placeholder alone and press X."""
    stand = bpy.data.objects[NAME]
    for one in bpy.context.view_layer.objects:
        one.select_set(one == stand)
    bpy.context.view_layer.objects.active = stand
    with window.inside("WINDOW"):
        bpy.ops.ed.undo_push(message="Select")
    window.over_viewport()
    yield from window.turns()
    yield from window.key("X")
    yield from window.turns()
    yield from window.key("RET")
    yield from window.until(lambda: NAME not in names("objects"), 5, "the placeholder to go")


def menu(window: Window) -> Scenario:
    """Land a model, show its textures, make it again, let variants be made and choose one, see where it came from."""
    yield from open_panel(window)
    chosen = bpy.context.scene.maquette
    chosen.front.path, chosen.provider = IMAGE, "slow"
    with window.inside("WINDOW"):
        bpy.ops.mesh.primitive_cube_add(location=(30, 0, 0))  # nothing of the start scene is in the way
        bpy.data.objects.remove(bpy.data.objects["Cube"])
        bpy.ops.object.select_all(action="DESELECT")
    yield from generate(window)
    yield from window.until(lambda: rows() and newest().state == "succeeded", 90, "the model")
    yield from window.turns()
    window.shot("grey")
    yield from window.press("maquette.show_textures")
    shading = window.area().spaces.active.shading
    yield from window.comes(lambda: shading.color_type == "TEXTURE")
    yield from window.turns()
    window.facts["shading"] = [shading.type, shading.color_type]
    window.shot("textures")
    yield from again(window)
    yield from variants(window)
    yield from source(window)


def again(window: Window) -> Scenario:
    """Open the menu by the right mouse button, and regenerate."""
    model = bpy.data.objects["toadstool"]
    model.location.x = 1
    first = model["maquette_task"]
    window.over_viewport()
    window.button("PRESS", "RIGHTMOUSE")
    yield 0.2
    window.button("RELEASE", "RIGHTMOUSE")
    yield from window.turns()
    window.shot("context_menu")
    yield from window.key("ESC")
    yield from window.turns()
    yield from window.popup("menu", bpy.ops.wm.call_menu, name="MAQUETTE_MT_object")
    hold(40)
    with window.inside("WINDOW"):
        bpy.ops.maquette.regenerate("INVOKE_DEFAULT")
    yield from window.until(lambda: newest().state == "running" and newest().factor > 0.2, 30, "the task to run")
    yield from window.turns()
    window.shot("regenerating")
    window.facts["again"] = module("regenerate").MAQUETTE_OT_regenerate.poll(bpy.context)
    release()
    yield from window.until(lambda: newest().state == "succeeded", 60, "the new model")
    model = bpy.data.objects["toadstool"]
    window.facts["regenerated"] = [model.location.x, model["maquette_task"] != first, len(names("meshes"))]
    yield from window.turns()
    window.shot("regenerated")


def variants(window: Window) -> Scenario:
    """Ask for three variants in the dialog, look at them, and use the last one."""
    with window.inside("WINDOW"):
        bpy.ops.maquette.variants("INVOKE_DEFAULT")
    yield from window.turns()
    window.shot("variants_dialog")
    hold(40)
    yield from window.key("RET")
    running = lambda: list(rows().values()).count("running")  # noqa: E731
    yield from window.until(lambda: len(rows()) == 5 and running(), 30, "the variants")
    yield from window.turns()
    window.shot("variants_running")
    release()
    yield from window.until(lambda: sorted(rows().values()).count("ready") == 3, 180, "the variants to be ready")
    pictures = lambda: sum("thumbnail" in row.picture for row in bpy.context.window_manager.maquette.tasks)  # noqa: E731
    yield from window.until(lambda: pictures() == 5, 120, "the thumbnails")
    yield from window.popup("variants_popup", bpy.ops.maquette.choose_variant, 2.0)
    sidebar = window.region()
    window.move(sidebar.x + sidebar.width // 2, sidebar.y + sidebar.height // 2)
    yield from window.turns()
    for _ in range(40):
        window.button("PRESS", "WHEELDOWNMOUSE")
        yield 0.02
    yield 0.5  # it scrolls smoothly
    window.shot("variants_panel")
    wanted = newest().name
    with window.inside("UI"):
        bpy.ops.maquette.replace(task=wanted)
    yield from window.comes(lambda: bpy.data.objects["toadstool"].get("maquette_task") == wanted)
    yield from window.turns()
    model = bpy.data.objects["toadstool"]
    window.facts["variant"] = [model["maquette_task"] == wanted, model.location.x]
    window.shot("variant_used")


def source(window: Window) -> Scenario:
    """Show the source image beside the mouse, then in an Image Editor."""
    yield from window.popup("source", bpy.ops.maquette.show_source, 2.0)
    window.over_viewport()
    yield from window.turns()
    editor = next(one for one in window.window.screen.areas if one.type == "DOPESHEET_EDITOR")
    editor.ui_type = "IMAGE_EDITOR"
    with window.inside("WINDOW"):
        bpy.ops.maquette.show_source("INVOKE_DEFAULT")
    yield from window.comes(lambda: editor.spaces.active.image)
    yield from window.turns()
    window.facts["editor"] = editor.spaces.active.image.name if editor.spaces.active.image else ""
    window.shot("source_editor")
