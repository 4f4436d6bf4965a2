"""The hosted providers as an artist meets them; their simulators run in the test's own process.

MAQUETTE_TEST_ACCOUNT is the account that is entered in the preferences: provider, key and base URL as JSON. Those of
the others stand in the environment.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import bpy
from artist import (
    FOLDER,
    IMAGE,
    addon_name,
    allowed,
    count_draws,
    generate,
    module,
    names,
    newest,
    open_panel,
    pick,
    rows,
)
from drive import PREFERENCES, SIDEBAR, Gaps, Scenario, Window

ACCOUNT = json.loads(os.environ.get("MAQUETTE_TEST_ACCOUNT", "{}"))
FROM_HERE = "online-from-here"
"""Path of a request of our own that marks when the network was allowed."""
ANSWER = "answer-now"
"""Path of another one, at which what the simulator holds back is answered."""
ROW = 22
"""Pixels from one row of a panel to the next."""
SPACING_M = 4.0


def hosted(window: Window) -> Scenario:
    """Offline and without a key nothing is sent; then each provider makes a model, Tripo after a refusal."""
    bpy.context.preferences.system.use_region_overlap = False  # else each move in the sidebar draws the viewport
    own_temporary_folder()
    yield from open_panel(window)
    yield from pick(window, IMAGE)
    entered().base_url = ACCOUNT["base_url"]
    yield from offline(window)
    yield from without_key(window)
    window.facts["landed"] = {}
    for at, provider in enumerate(providers()):
        yield from choose(window, provider)
        if provider == "tripo":
            yield from unfold(window, provider)
            yield from ask_balance(window)
            yield from lacking(window)
        bpy.context.scene.cursor.location.x = SPACING_M * at
        window.shot(provider)
        yield from make(window, provider)
    window.shot("landed")
    keep(window)
    yield from show_accounts(window)


def own_temporary_folder():
    """Let Blender write quit.blend, autosaves and crash reports where they can be looked at."""
    temporary = Path(FOLDER) / "temporary"
    temporary.mkdir()
    bpy.context.preferences.filepaths.temporary_directory = str(temporary)


def entered():
    """Return the properties of the account that is entered in the preferences."""
    return getattr(bpy.context.window_manager.maquette.accounts, ACCOUNT["provider"])


def providers() -> list:
    return [one for one in menu() if one not in ("local", "slow")]


def menu() -> list:
    return [one.identifier for one in bpy.context.scene.maquette.bl_rna.properties["provider"].enum_items]


# ---- what keeps Generate from being pressed


def offline(window: Window) -> Scenario:
    """Press what would ask a provider; then allow the network, and let each simulator see that it was only then."""
    yield from choose(window, ACCOUNT["provider"])
    yield from press_in_vain(window, "offline")
    for provider in providers():
        bpy.ops.maquette.check_key(provider=provider)
    yield 0.5  # they would be asked now
    bases = [value for name, value in os.environ.items() if name.endswith("_BASE_URL")]
    for base in (ACCOUNT["base_url"], *bases):
        mark(base, FROM_HERE)
    bpy.context.preferences.system.use_online_access = True
    yield from window.turns()


def mark(base: str, name: str):
    """Send a request of our own, from which the test sees what the provider was asked before and after."""
    try:
        urllib.request.urlopen(f"{base}/{name}", timeout=60)
    except urllib.error.HTTPError as error:
        error.close()


def without_key(window: Window) -> Scenario:
    """Go from the greyed-out button to the preferences, enter the key, and let it be checked."""
    yield from press_in_vain(window, "no_key")
    yield from enter_key(window, check_key)


def enter_key(window: Window, *then: Callable[[Window], Scenario]) -> Scenario:
    """Open the preferences by the panel's button, enter the key, and do the rest that is done there."""
    yield from window.press("maquette.open_preferences")
    windows = bpy.context.window_manager.windows
    yield from window.until(lambda: len(windows) > 1, 10, "the preferences")
    first = window.window
    window.look_into(windows[1], PREFERENCES)
    yield 0.3
    yield from window.turns()
    window.shot("preferences")
    yield from paste(window, ACCOUNT["key"])
    for act in then:
        yield from act(window)
        window.shot("preferences_checked")
    with bpy.context.temp_override(window=window.window):
        bpy.ops.wm.window_close()
    window.look_into(first, SIDEBAR)
    yield from window.turns()


def press_in_vain(window: Window, name: str) -> Scenario:
    """Press Generate though it is greyed out, and keep the reason that stands below it."""
    said = lambda: module("readiness").reason(bpy.context.scene)  # noqa: E731
    yield from window.until(said, 10, "the reason")
    reason = said()
    yield from window.press("maquette.generate")
    yield 0.5  # a task would begin now
    window.shot(name)
    window.facts[name] = [reason, len(rows())]


def paste(window: Window, text: str) -> Scenario:
    """Put a text into the field of the API key with the clipboard."""
    place = yield from window.find(".key", across=0.6)
    yield from window.click(*place)
    yield from window.click(*place)
    bpy.context.window_manager.clipboard = text
    yield from window.key("V", ctrl=True)
    bpy.context.window_manager.clipboard = ""
    yield from window.key("RET")
    yield from window.until(lambda: entered().key == text, 5, "the key to be kept")


def check_key(window: Window) -> Scenario:
    """Press Check Key; the simulator answers when it is told to."""
    told = lambda: module("account_operators").told(module("session").current(), provider_of(ACCOUNT["provider"]))  # noqa: E731
    place = yield from window.find("maquette.check_key", across=0.55)
    gaps = Gaps()
    yield from window.click(*place)
    yield from window.comes(lambda: told()[1] == "SORTTIME")
    window.facts["asking"] = told()[0]
    ticks = gaps.ticks
    yield 0.5
    mark(ACCOUNT["base_url"], ANSWER)
    gaps.skip()
    yield from window.until(lambda: told()[1] not in ("SORTTIME", "NONE"), 20, "the answer about the key")
    window.facts["checked"] = {"said": told()[0], "ticks": gaps.ticks - ticks} | gaps.stop()
    yield from window.turns()


def provider_of(name: str):
    return sys.modules[f"{addon_name()}.providers"].find(name)


# ---- a model from each of them


def choose(window: Window, provider: str) -> Scenario:
    """Choose the provider in the panel's menu, with the mouse and the arrow keys."""
    chosen = bpy.context.scene.maquette
    if chosen.provider == provider:
        return
    yield from open_menu(window)
    yield from window.key("HOME")
    for _ in range(menu().index(provider)):
        yield from window.key("DOWN_ARROW")
    yield from window.key("RET")
    yield from window.until(lambda: chosen.provider == provider, 3, f"the menu to have chosen {provider}")
    yield from window.turns()


def open_menu(window: Window) -> Scenario:
    """Click upwards from the field Name, over the lines of the provider's note, until its menu opens."""
    drawn, end = count_draws(module("provider_menu").MAQUETTE_MT_provider)
    x, y = yield from window.find("maquette.title", across=0.7)
    for step in range(12):
        yield from window.click(x, y + ROW + 2 + step * ROW // 2)  # a click into the field itself would edit it
        if drawn:
            end()
            return
    raise LookupError("no menu of providers")


def unfold(window: Window, provider: str) -> Scenario:
    """Open the sub-panel Advanced, whose header stands below the last option that is always shown."""
    options = sys.modules[f"{addon_name()}.core.options"].option_fields(provider_of(provider).options)
    plain = [one.name for one in options if not (one.ui.cli_only or one.ui.advanced)]
    x, y = yield from window.find(f".{provider}.{plain[-1]}", across=0.7)
    yield from window.click(x, y - ROW - 6)
    yield 0.4  # it opens smoothly


def ask_balance(window: Window) -> Scenario:
    """Press the button beside the estimate."""
    said = lambda: module("price").words(module("session").current(), module("draft").of(bpy.context.scene))  # noqa: E731
    yield from window.press("maquette.check_key", across=0.84)
    yield from window.until(lambda: "left" in said(), 20, "the balance")
    window.facts["balance"] = said()
    yield from window.turns()
    window.shot("balance")


def lacking(window: Window) -> Scenario:
    """Generate while the account has not enough credits."""
    yield from generate(window)
    yield from window.until(lambda: rows() and newest().state == "failed", 30, "the task to fail")
    window.facts["failure"] = newest().message
    yield from window.turns()
    window.shot("failed")


def make(window: Window, provider: str) -> Scenario:
    """Generate, and look at what has landed."""
    objects, tasks = names("objects"), set(rows())
    yield from allowed(window)
    place = yield from window.find("maquette.generate")
    gaps = Gaps()
    yield from window.click(*place)
    yield from window.until(lambda: set(rows()) - tasks, 10, "the task")
    yield from window.until(lambda: newest().state == "succeeded" or newest().message, 60, f"the model of {provider}")
    about = {"state": newest().state, "message": newest().message, "cost": newest().cost} | gaps.stop()
    about["objects"] = [look(bpy.data.objects[name]) for name in names("objects") - objects]
    window.facts["landed"][provider] = about


def look(one) -> dict:
    """Return what there is to know of a landed object: its tip is the one corner that stands alone on its side."""
    at = bpy.context.scene.cursor.location
    corners = {tuple(round(part, 3) for part in one.matrix_world @ vertex.co - at) for vertex in one.data.vertices}
    images = [
        node.image
        for slot in one.material_slots
        for node in slot.material.node_tree.nodes
        if node.type == "TEX_IMAGE" and node.image
    ]
    return {
        "name": one.name,
        "lowest": min(corner[2] for corner in corners),
        "front": [side for side in ("-X", "+X", "-Y", "+Y") if alone(corners, "XY".index(side[1]), side[0] == "+")],
        "colors": [[round(255 * part) for part in image.pixels[:3]] for image in images],
        "provenance": {name: one[name] for name in one.keys() if name.startswith("maquette_")},  # noqa: SIM118
    }


def alone(corners, axis: int, is_upper: bool) -> bool:
    """Tell whether one corner stands alone at that end of the axis."""
    ends = [corner[axis] for corner in corners]
    return ends.count(max(ends) if is_upper else min(ends)) == 1


def keep(window: Window):
    """Save the scene and the preferences, where a key must not be."""
    with bpy.context.temp_override(window=window.window):
        bpy.ops.wm.save_as_mainfile(filepath=str(Path(FOLDER) / "scene.blend"), compress=False)
        bpy.ops.wm.save_userpref()


def show_accounts(window: Window) -> Scenario:
    """Show all accounts at once, in the large window."""
    for provider in providers():
        getattr(bpy.context.window_manager.maquette.accounts, provider).expanded = True
    window.area().type = "PREFERENCES"
    yield from window.turns()
    window.shot("accounts")
