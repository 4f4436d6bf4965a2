"""What artists do to Blender while a task runs and when its model arrives.

One Blender plays it all. A task of the provider `slow` is held until everything was done to it. A model arrives again
and again by the event that its thread would send.
"""

import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import bpy
from artist import FOLDER, IMAGE, addon_name, hold, module, names, newest, open_panel, release, rows
from drive import SIDEBAR, Scenario, Window
from hostile_holds import HOLDS

KINDS = ("objects", "meshes", "materials", "images", "collections", "libraries")


def hostile(window: Window) -> Scenario:
    """Undo and redo, whatever holds a landing up, scenes and windows, and in the end one task through all files."""
    parts = [undo_at_every_stage(window), *(held(window, name, *acts) for name, acts in HOLDS.items())]
    parts += [one(window) for one in (two_scenes, scene_goes, linked_scene, other_language, through_files, unconfirmed)]
    window.area().spaces.active.shading.type = "WIREFRAME"  # drawn the fastest
    window.facts["troubles"] = []
    for part in parts:  # one that fails must not hide what the others find
        try:
            yield from part
        except Exception:  # noqa: BLE001 - the test reads it
            window.facts["troubles"].append(traceback.format_exc())
            window.shot(f"trouble_{len(window.facts['troubles'])}")
            release()


# ---- what is looked at


def held_data() -> dict:
    """Return the names of everything that a landing brings."""
    return {kind: sorted(names(kind)) for kind in KINDS}


def models() -> list:
    """Return the landed models that stand in any scene, by scene."""
    found = [(scene, one) for scene in bpy.data.scenes for one in scene.objects if one.type == "MESH"]
    return sorted(scene.name for scene, one in found if one.name.startswith("toadstool"))


def stage() -> str:
    return module("session").current().assembly.journal.get(newest().name).stage


def arrive():
    """Let the newest task's model arrive as if it had never landed, as its thread tells it."""
    running, task = module("session").current(), newest().name
    for one in [*bpy.data.objects, *bpy.data.collections]:  # what stands is not landed a second time by itself
        if "maquette_task" in one.keys() and one.library is None:  # noqa: SIM118 - an ID is no dict
            del one["maquette_task"]
    running.assembly.journal.update(task, stage="ready")
    running.started.add(task)
    running.assembly.events.put(events().Ready(task, ""))
    module("turns").wake()


def start(window: Window) -> Scenario:
    """Start a task and hold it, once the last model has its thumbnail."""
    hold(10)
    yield from window.until(lambda: not module("session").busy(), 60, "the last task to end")
    bpy.ops.maquette.generate("EXEC_DEFAULT")
    yield from window.until(lambda: newest().state == "running", 30, "the task to run")


def events():
    return sys.modules[f"{addon_name()}.core.events"]


def waits(window: Window, words: str) -> Scenario:
    yield from window.until(lambda: words in newest().message, 30, f"the landing to wait: {words}")


def one_more(window: Window, before: list, what: str) -> Scenario:
    """Wait until one more model stands there, and see that it stays at one."""
    yield from window.until(lambda: len(models()) > len(before), 45, f"the landing after {what}")
    yield 0.4
    window.facts.setdefault("landings", {})[what] = len(models()) - len(before)


# ---- undo and redo


def undo_at_every_stage(window: Window) -> Scenario:
    """Undo and redo before and while the task runs, and after its model has landed."""
    window.over_viewport()
    yield from undo(window)
    yield from open_panel(window)
    bpy.context.scene.maquette.provider, bpy.context.scene.maquette.front.path = "slow", IMAGE
    yield from start(window)
    # shown as soon as it is made: a step of undo that is older brings the placeholder without it, for a moment
    yield from window.until(lambda: "toadstool (Maquette)" in names("images"), 60, "the placeholder's picture")
    with window.inside("WINDOW"):
        bpy.ops.mesh.primitive_monkey_add()
        bpy.ops.ed.undo_push(message="Add Monkey")
    window.over_viewport()
    yield from undo(window)
    seen = [not (yield from window.comes(lambda: "Suzanne" not in names("objects")))]
    yield from redo(window)
    seen.append((yield from window.comes(lambda: "Suzanne" in names("objects"))))
    window.facts["work_while_running"] = [*seen, newest().state]
    before = held_data()
    release()
    yield from window.until(lambda: newest().state == "succeeded", 60, "the model")
    landed = held_data()
    yield from undo(window)
    same = yield from window.comes(lambda: held_data() == before)
    window.facts["undone_is_before"] = [same, landed != before]
    yield from redo(window)
    window.facts["redone_is_landed"] = yield from window.comes(lambda: held_data() == landed)
    yield 0.6  # a second landing would begin now
    window.facts["after_redo"] = [newest().state, stage(), len(models())]


def undo(window: Window) -> Scenario:
    yield from window.key("Z", ctrl=True)
    yield 0.4


def redo(window: Window) -> Scenario:
    yield from window.key("Z", ctrl=True, shift=True)
    yield 0.4


# ---- what holds a landing up


def held(window: Window, name: str, begin: Callable, end: Callable) -> Scenario:
    """Let a model arrive at the wrong moment: it waits, says so, and lands afterwards."""
    before = models()
    words = begin(window)
    yield 0.4
    arrive()
    yield from waits(window, words)
    window.facts.setdefault("held", {})[name] = len(models()) - len(before)
    if name == "file dialog":
        window.shot("held")
    yield from end(window)
    yield from one_more(window, before, name)
    for one in [one for one in bpy.data.objects if one.name.startswith("toadstool")]:  # they slow the viewport down
        bpy.data.objects.remove(one)


# ---- scenes and windows


def two_scenes(window: Window) -> Scenario:
    """A second window shows a second scene, and a task that was started there lands there."""
    other = bpy.data.scenes.new("Other")
    with window.inside("WINDOW"):
        bpy.ops.wm.window_new_main()
    yield from window.turns()
    second = bpy.context.window_manager.windows[-1]
    second.scene = other
    yield from window.turns()
    before = models()
    other.maquette.provider, other.maquette.front.path = "slow", IMAGE
    with bpy.context.temp_override(window=second):
        bpy.ops.maquette.generate("EXEC_DEFAULT")
    yield from one_more(window, before, "two windows")
    window.facts["scenes_of_two_windows"] = [one for one in models() if one == "Other"]
    with bpy.context.temp_override(window=second):
        bpy.ops.wm.window_close()
    yield from window.turns()


def scene_goes(window: Window) -> Scenario:
    """The scene is renamed and deleted, with all collections, while the task is on its way."""
    first = bpy.context.scene
    first.name = "Renamed"
    before = models()
    arrive()
    yield from one_more(window, before, "renaming the scene")
    yield from start(window)
    empty = bpy.data.scenes.new("Empty")
    window.window.scene = empty
    for one in [one for one in bpy.data.scenes if one != empty]:
        bpy.data.scenes.remove(one)
    for one in list(bpy.data.collections):
        bpy.data.collections.remove(one)
    yield 0.3
    before = models()
    release()
    yield from one_more(window, before, "deleting the scene")
    window.facts["state_after_deleting"] = [newest().state, newest().message]


def linked_scene(window: Window) -> Scenario:
    """The window shows a scene that is linked: nothing can be started or landed there, until it shows its own again."""
    path, own = str(Path(FOLDER) / "library.blend"), bpy.context.scene
    made = bpy.data.scenes.new("Library")
    bpy.data.libraries.write(path, {made})
    bpy.data.scenes.remove(made)
    with bpy.data.libraries.load(path, link=True) as (_, target):
        target.scenes = ["Library"]
    window.window.scene = target.scenes[0]
    yield 0.3
    before = models()
    arrive()
    yield from waits(window, "linked")
    with bpy.context.temp_override(window=window.window):
        window.facts["linked"] = [bpy.ops.maquette.generate.poll(), bpy.ops.maquette.land.poll()]
    window.window.scene = own
    yield from one_more(window, before, "a linked scene")
    bpy.data.libraries.remove(bpy.data.libraries[0])


def other_language(window: Window) -> Scenario:
    """Blender speaks German, and names what is new in German."""
    view = bpy.context.preferences.view
    languages = {one for one in ("de_DE", "de") if one in bpy.app.translations.locales}
    view.language = languages.pop()
    view.use_translate_interface = view.use_translate_new_dataname = True
    yield from window.turns()
    before = models()
    bpy.context.scene.maquette.provider, bpy.context.scene.maquette.front.path = "slow", IMAGE
    bpy.ops.maquette.generate("EXEC_DEFAULT")
    yield from one_more(window, before, "another language")
    shaders = [
        node.type
        for one in bpy.data.objects
        for slot in one.material_slots
        for node in slot.material.node_tree.nodes
        if node.type == "BSDF_PRINCIPLED"
    ]
    window.facts["shaders_in_german"] = bool(shaders)
    window.shot("german")
    view.language = "en_US"
    yield 0.3


# ---- files, and the add-on itself


def modal() -> list:
    return [one for shown in bpy.context.window_manager.windows for one in shown.modal_operators]


def through_files(window: Window) -> Scenario:
    """Save under a name, revert, open another file, begin a new one, reload the scripts: the task goes on."""
    castle = Path(FOLDER) / "castle.blend"
    module("watch").TURN_S = 3.0  # scripts can be reloaded between two turns only
    yield from start(window)
    known = newest().name
    steps = {
        "save as": lambda: bpy.ops.wm.save_as_mainfile(filepath=str(castle)),
        "revert": lambda: bpy.ops.wm.revert_mainfile(),
        "new": lambda: bpy.ops.wm.read_homefile(use_factory_startup=False),
        "open": lambda: bpy.ops.wm.open_mainfile(filepath=str(castle)),
        "reload": lambda: bpy.ops.script.reload(),
    }
    for name, act in steps.items():
        if name == "reload":  # Blender refuses while any modal operator runs, and ours takes breaks
            yield from window.until(lambda: not modal(), 40, "a break between two turns")
        with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
            act()
        yield 0.5
        window.look_into(bpy.context.window_manager.windows[0], SIDEBAR)
        yield from window.until(lambda: rows().get(known) == "running", 15, f"the task to go on after {name}")
        window.facts.setdefault("made_for", {})[name] = newest().made_for
    before = models()
    release()
    yield from one_more(window, before, "save as, revert, new, open, reload")
    window.facts["last"] = [rows()[known], newest().message]
    window.facts["unfinished"] = [name for name, state in rows().items() if state != "succeeded"]


def unconfirmed(window: Window) -> Scenario:
    """A picture of a task of which nobody knows whether it was created."""
    task = sys.modules[f"{addon_name()}.core.task"].Task
    told = "The answer was lost, so nobody knows whether the task was created."
    made = task("tripo", "crate.png", {}, {}, stage="unconfirmed", error={"kind": "network", "message": told})
    module("session").current().assembly.journal.add(made)
    module("snapshot").refresh(select=made.id)
    yield from open_panel(window)
    window.shot("unconfirmed")
    window.facts["unconfirmed"] = newest().state
