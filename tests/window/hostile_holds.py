"""What an artist may be in the middle of when a model arrives: how it begins, what the panel then says, how it ends."""

import bpy
from drive import Scenario, Window


def sculpt(window: Window) -> str:
    bpy.context.view_layer.objects.active = bpy.data.objects["Suzanne"]
    bpy.ops.object.mode_set(mode="SCULPT")
    return "Object Mode"


def pose(window: Window) -> str:
    with window.inside("WINDOW"):
        bpy.ops.object.armature_add()
        bpy.ops.object.mode_set(mode="POSE")
    return "Object Mode"


def object_mode(window: Window) -> Scenario:
    bpy.ops.object.mode_set(mode="OBJECT")
    yield 0.1


def play(window: Window) -> str:
    with window.inside("WINDOW"):
        bpy.ops.screen.animation_play()
    return "playback"


def stop_playing(window: Window) -> Scenario:
    with window.inside("WINDOW"):
        bpy.ops.screen.animation_cancel()
    yield 0.1


def move_object(window: Window) -> str:
    window.over_viewport()
    with window.inside("WINDOW"):
        bpy.ops.transform.translate("INVOKE_DEFAULT")
    return "Waits for the end of Move"


def open_dialog(window: Window) -> str:
    bpy.context.preferences.view.filebrowser_display_type = "SCREEN"
    with window.inside("WINDOW"):
        bpy.ops.wm.open_mainfile("INVOKE_DEFAULT", display_file_selector=True)
    return "file browser"


def close_dialog(window: Window) -> Scenario:
    area = next(one for one in window.window.screen.areas if one.type == "FILE_BROWSER")
    with bpy.context.temp_override(window=window.window, area=area, region=area.regions[-1]):
        bpy.ops.file.cancel()
    yield 0.3


def escape(window: Window) -> Scenario:
    window.over_viewport()
    yield from window.key("ESC")
    yield 0.3


HOLDS = {
    "sculpt mode": (sculpt, object_mode),
    "pose mode": (pose, object_mode),
    "playback": (play, stop_playing),
    "modal operator": (move_object, escape),
    "file dialog": (open_dialog, close_dialog),
}
