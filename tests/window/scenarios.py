"""What is played in the window. Started as `blender --python scenarios.py -- NAME FOLDER IMAGE`."""

import shutil
import sys
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import addon_utils
import bpy
from artist import (
    FOLDER,
    IMAGE,
    NAME,
    addon_name,
    allowed,
    count_calls,
    generate,
    hold,
    module,
    names,
    newest,
    open_panel,
    pick,
    release,
    rows,
    start_slow,
)
from bare_scenarios import bare
from careful_scenarios import careful
from drive import Gaps, Scenario, Window, run
from fields_scenarios import fields
from heavy_scenarios import heavy
from history_scenarios import history
from hosted_scenarios import ACCOUNT, entered, hosted
from hostile_scenarios import hostile
from large_scenarios import large
from next_scenarios import next_steps
from placement import placement
from portrait_scenarios import portrait
from ring_scenarios import menu, ring
from source_scenarios import source
from speech_scenarios import looks, speech
from unseen_scenarios import unseen


def model(window: Window) -> Scenario:
    """From the empty panel to the model and back with one undo."""
    yield from open_panel(window)
    window.shot("empty")
    yield from pick(window, IMAGE)
    yield from allowed(window)
    yield from window.turns()
    window.shot("picked")
    before = {kind: names(kind) for kind in ("objects", "meshes", "materials", "images", "collections")}
    idle = Gaps()
    for _ in range(10):
        yield 0.1
    window.facts["idle"] = idle.stop()
    place = yield from window.find("maquette.generate")
    gaps = Gaps()
    yield from window.click(*place)
    yield from window.until(lambda: rows() and newest().state != "queued", 30, "the task to run")
    yield from window.turns()
    window.shot("running")
    gaps.skip()
    yield from window.until(lambda: newest().state in ("succeeded", "failed"), 120, "the model")
    window.facts |= gaps.stop() | {"state": newest().state, "message": newest().message}
    window.facts["new_objects"] = sorted(names("objects") - before["objects"])
    window.facts["selected"] = sorted(one.name for one in bpy.context.view_layer.objects.selected)
    yield from window.turns()
    window.shot("landed")
    window.over_viewport()
    yield from window.key("Z", ctrl=True)
    yield from window.comes(lambda: "toadstool" not in names("objects"))
    window.facts["after_undo"] = sorted(names("objects") ^ before["objects"])
    window.facts["image_after_undo"] = bpy.context.scene.maquette.front.path
    yield from window.press("maquette.land", across=0.3)
    yield from window.until(lambda: "toadstool" in names("objects"), 10, "the model to land again")
    window.facts["selected_again"] = sorted(one.name for one in bpy.context.view_layer.objects.selected)
    window.shot("landed_again")


def manners(window: Window) -> Scenario:
    """Edit Mode holds a landing up; a bad image greys Generate out; cancelling; a large panel; the preferences."""
    yield from open_panel(window)
    chosen = bpy.context.scene.maquette
    broken = Path(FOLDER) / "broken.png"
    broken.write_text("this is no picture")
    chosen.front.path = str(broken)
    yield from window.until(lambda: module("readiness").reason(bpy.context.scene), 10, "what is wrong with the picture")
    calls = count_calls(module("generate"), "prepare")
    place = yield from window.find("maquette.generate")
    yield from window.click(*place)
    yield 0.3  # a task would begin now
    window.facts |= {"tasks_of_broken": len(rows()), "calls_of_broken": len(calls)}
    window.shot("refused")
    chosen.front.path = IMAGE
    bpy.ops.object.mode_set(mode="EDIT")
    yield from generate(window)
    yield from window.until(lambda: rows() and "Object Mode" in newest().message, 120, "the landing to wait")
    window.facts["calls_of_picture"] = len(calls)
    window.facts |= {"mode": bpy.context.mode, "waits": newest().state}
    window.shot("waits")
    bpy.ops.object.mode_set(mode="OBJECT")
    yield from window.until(lambda: newest().state == "succeeded", 10, "the landing after Edit Mode")
    window.facts["active_stays"] = bpy.context.view_layer.objects.active.name
    hold(10)
    chosen.provider = "slow"
    yield from generate(window)
    yield from window.until(lambda: newest().state == "running", 30, "the slow task to run")
    yield from window.press("maquette.cancel")
    yield from window.until(lambda: newest().state not in ("queued", "running"), 10, "the task to end")
    window.facts["cancelled"] = newest().state
    window.shot("cancelled")
    yield from fail(window, chosen)
    bpy.context.preferences.view.ui_scale = 2.0
    yield from window.turns()
    window.shot("large")
    bpy.context.preferences.view.ui_scale = 1.0
    yield from window.turns()
    window.area().type = "PREFERENCES"
    bpy.context.preferences.active_section = "ADDONS"
    bpy.ops.preferences.addon_expand(module=addon_name())
    bpy.context.window_manager.addon_search = "Maquette"
    yield from window.turns()
    window.shot("preferences")


def fail(window: Window, chosen) -> Scenario:
    """Send a picture with nothing on it."""
    blank = bpy.data.images.new("blank", 64, 64, alpha=True, float_buffer=False)
    blank.pixels = [0.0] * (64 * 64 * 4)
    blank.filepath_raw, blank.file_format = str(Path(FOLDER) / "blank.png"), "PNG"
    blank.save()
    chosen.provider, chosen.front.path = "local", blank.filepath_raw
    yield from generate(window)
    yield from window.until(lambda: newest().state == "failed", 60, "the task to fail")
    window.facts["failure"] = newest().message
    yield from window.turns()
    window.shot("failed")


def autosave(window: Window) -> Scenario:
    """A task that is held all the time, and autosave after one minute."""
    folder = Path(FOLDER) / "autosave"
    folder.mkdir()
    paths = bpy.context.preferences.filepaths
    paths.temporary_directory = str(folder)
    paths.use_auto_save_temporary_files = True
    paths.auto_save_time = 1
    yield from open_panel(window)
    entered().key = ACCOUNT["key"]
    hold(40)
    bpy.context.scene.maquette.provider = "slow"
    bpy.context.scene.maquette.front.path = IMAGE
    began = time.monotonic()
    gaps = Gaps()
    yield from generate(window)
    yield from window.until(rows, 10, "the task")
    bpy.ops.mesh.primitive_monkey_add()  # something to save
    saved = lambda: [one.name for one in folder.rglob("*.blend")]  # noqa: E731
    yield from window.until(lambda: saved() or newest().state not in ("queued", "running"), 80, "an autosave")
    window.facts |= {
        "saved": saved(),
        "state_when_saved": newest().state,
        "seconds": round(time.monotonic() - began, 1),
        "percent_shown": round(newest().factor, 2),
    } | gaps.stop()
    shutil.copytree(folder, Path(FOLDER) / "kept")  # Blender removes its autosave when it quits
    window.shot("long_task")


def leave(window: Window) -> Scenario:
    """A task goes on being watched when another file is opened, and is kept when Blender quits."""
    yield from start_slow(window)
    with window.inside("WINDOW"):
        bpy.ops.mesh.primitive_monkey_add()
        bpy.ops.ed.undo_push(message="Add Monkey")
    window.over_viewport()
    yield from window.key("Z", ctrl=True)
    yield from window.comes(lambda: "Suzanne" not in names("objects"))
    window.facts["after_undo"] = sorted(names("objects"))
    with bpy.context.temp_override(window=window.window):
        bpy.ops.wm.read_homefile(use_factory_startup=False)
    window.window = bpy.context.window_manager.windows[0]
    yield from window.until(rows, 10, "the list of tasks")
    window.facts["percent_before"] = newest().factor
    hold(20)
    yield from window.until(
        lambda: newest().factor > window.facts["percent_before"], 20, "the task to be watched again"
    )
    window.facts |= {"percent_later": newest().factor, "state_when_left": newest().state}


def resumed(window: Window) -> Scenario:
    """The next Blender carries on by itself; the model waits, since it was made for another file."""
    objects = lambda: sorted(names("objects"))  # noqa: E731
    yield from window.until(lambda: rows() and newest().state == "ready", 90, "the task to be resumed")
    yield 1.0  # it would land now
    window.facts |= {"state_resumed": newest().state, "objects_before_land": objects()}
    yield from window.open_tab("Maquette")
    yield from window.turns()
    window.shot("ready")
    yield from window.press("maquette.land", across=0.3)
    yield from window.until(lambda: newest().state == "succeeded", 10, "the model to land")
    yield from window.comes(lambda: "toadstool" in names("objects"))
    window.facts["objects_after_land"] = objects()


def failing_step(window: Window, watch: Any) -> Scenario:
    """A step that fails ends its turn with its timer, and the next turn watches again."""
    step, before = watch.step, []

    def failing(_context: bpy.types.Context) -> None:
        watch.step = step
        before.append(removed[:])
        raise ValueError("injected")

    yield from window.until(lambda: watch._timer is not None, 10, "a turn, and not the break between two")
    removed = count_calls(watch, "_remove")
    watch.step, watch.REST_S = failing, 1000.0
    yield from window.until(lambda: before and watch._timer is None and watch.resting(), 30, "the step to fail")
    window.facts["modal_after_a_failed_step"] = [one.bl_idname for one in window.window.modal_operators]
    window.facts["timers_removed_after_a_failed_step"] = len(removed) - len(before[0])
    watch._rests_until = time.monotonic() + 0.5  # the rest of the rest
    yield from window.until(lambda: watch._timer is not None, 10, "the task to be watched again")


def disabled(window: Window) -> Scenario:
    """Disabling the add-on ends everything at once; enabling it again takes the task up."""
    yield from start_slow(window)
    addon = addon_name()
    turns, watch = module("turns"), module("watch")  # Blender forgets them when it disables the add-on
    yield from failing_step(window, watch)
    removed = count_calls(watch, "_remove")
    began = time.monotonic()
    addon_utils.disable(addon)
    window.facts["disabling_s"] = round(time.monotonic() - began, 2)
    yield from window.until(lambda: removed, 10, "the window's timer to be removed")
    threads = lambda: [one.name for one in threading.enumerate() if one.name.startswith("maquette")]  # noqa: E731
    yield from window.comes(lambda: not threads() and not window.window.modal_operators)
    yield 0.5  # a timer would be removed twice now
    window.facts["left"] = [one for one in dir(bpy.types) if one.startswith("MAQUETTE")]
    window.facts["threads_left"] = threads()
    window.facts["timers_left"] = [one.__name__ for one in turns.TIMERS if bpy.app.timers.is_registered(one)]
    window.facts["window_timers_removed"] = len(removed)
    window.facts["modal_left"] = [one.bl_idname for one in window.window.modal_operators]
    release()
    addon_utils.enable(addon)
    yield from window.until(lambda: rows() and newest().state == "ready", 60, "the task to be taken up again")
    window.facts["state_again"] = newest().state


ALL = (
    *(model, portrait, manners, autosave, leave, resumed, disabled, hosted, hostile, careful, heavy),
    *(placement, fields, ring, menu, history, source, speech, looks, bare, unseen, large, next_steps),
)
SCENARIOS = {one.__name__: one for one in ALL}
run(SCENARIOS[NAME], Path(FOLDER))
