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


def cycles(seconds: float):
    """Let Cycles compute for so long, however fast the machine is."""
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.samples, scene.cycles.use_adaptive_sampling = 1_000_000, False
    scene.cycles.time_limit, scene.cycles.use_denoising = seconds, False  # not every Blender has a denoiser


def render(window: Window) -> str:
    cycles(8.0)
    bpy.context.scene.render.resolution_x = bpy.context.scene.render.resolution_y = 64
    bpy.context.preferences.view.render_display_type = "NONE"
    with window.inside("WINDOW"):
        bpy.ops.render.render("INVOKE_DEFAULT")
    return "Waits for the end of the render"


def bake(window: Window) -> str:
    cycles(8.0)
    with window.inside("WINDOW"):
        bpy.ops.mesh.primitive_plane_add()
        material = bpy.data.materials.new("Baked")
        material.use_nodes = True
        node = material.node_tree.nodes.new("ShaderNodeTexImage")
        node.image = bpy.data.images.new("Baked", 64, 64)
        material.node_tree.nodes.active = node
        bpy.context.object.data.materials.append(material)
        bpy.ops.object.bake("INVOKE_DEFAULT", type="COMBINED")
    return "Waits for the end of the bake"


def computed(window: Window) -> Scenario:
    """Wait until the render or the bake has ended by itself."""
    jobs = ("RENDER", "OBJECT_BAKE")
    yield from window.until(lambda: not any(map(bpy.app.is_job_running, jobs)), 90, "Cycles to end")


def escape(window: Window) -> Scenario:
    window.over_viewport()
    yield from window.key("ESC")
    yield 0.3


HOLDS = {
    "sculpt mode": (sculpt, object_mode),
    "pose mode": (pose, object_mode),
    "playback": (play, stop_playing),
    "modal operator": (move_object, escape),
    "render": (render, computed),
    "bake": (bake, computed),
    "file dialog": (open_dialog, close_dialog),
}
