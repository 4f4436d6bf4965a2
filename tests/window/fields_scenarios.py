"""The panel's fields as an artist sees them: what will be sent, the menu of providers, presets, each provider once."""

import json
import os
from decimal import Decimal
from pathlib import Path

import bpy
from artist import IMAGE, addon_name, module, open_panel
from drive import Scenario, Window
from hosted_scenarios import ROW, open_menu, provider_of, providers


def fields(window: Window) -> Scenario:
    """Look at what will be sent, at the menu, and at the panel of each provider; nothing is sent."""
    yield from carried(window)
    chosen = bpy.context.scene.maquette
    chosen.provider, chosen.front.path = "local", IMAGE
    yield from window.turns()
    yield from unfold_sent(window)
    yield from look_at_sent(window, "sent_local")
    chosen.provider = "tripo"
    chosen.cut_out = chosen.crop = True
    yield from window.turns()
    yield from look_at_sent(window, "sent_tripo")
    yield from window.comes(lambda: module("readiness").reason(bpy.context.scene))
    window.facts["reason"] = module("readiness").reason(bpy.context.scene)
    yield from window.find("maquette.generate")
    yield 1.5  # its tooltip opens
    window.shot("disabled")
    yield from open_menu(window)
    yield from window.turns()
    window.shot("menu")
    yield from window.key("ESC")
    yield from unfold_sent(window)
    yield from look_at_money(window)
    for provider in ("local", *providers()):
        chosen.provider = provider
        yield from window.turns()
        window.shot(provider)
    with window.inside():
        title = lambda one: module("provider_menu").title(bpy.context, provider_of(one), module("text").FIELD)  # noqa: E731
        window.facts["titles"] = {one: title(one) for one in providers()}
    yield from look_at_presets(window)


def carried(window: Window) -> Scenario:
    """Open the panel of a Blender that has just started, after another one had used CSM; then undo a step."""
    folder = Path(os.environ["MAQUETTE_DATA_DIR"])
    folder.mkdir(exist_ok=True)
    used = {"scene": {"provider": "csm"}, "options": {"csm": {"topology": "quads"}}}
    (folder / "last-options.json").write_text(json.dumps(used), "utf-8")
    yield from open_panel(window)
    seen = lambda: [bpy.context.scene.maquette.provider, bpy.context.scene.maquette.csm.topology]  # noqa: E731
    window.facts["carried"] = seen()
    with window.inside("WINDOW"):
        bpy.ops.mesh.primitive_cube_add()
        bpy.ops.ed.undo_push(message="Add Cube")
        bpy.ops.ed.undo()
    yield from window.comes(lambda: seen() == window.facts["carried"])
    yield 0.3  # it would be overwritten now
    window.facts["carried_after_undo"] = seen()


def look_at_presets(window: Window) -> Scenario:
    """Open the presets as their button in the header does, and let one be applied."""
    window.over_viewport()
    with window.inside():
        bpy.ops.wm.call_panel(name="MAQUETTE_PT_presets", keep_open=True)
    yield from window.turns()
    window.shot("presets")
    presets = module("preset_menu").Path(module("preset_menu").__file__).parent / "presets" / "maquette"
    bpy.ops.script.execute_preset(filepath=str(presets / "Game_Prop.py"), menu_idname="MAQUETTE_PT_presets")
    window.facts["face_limit"] = bpy.context.scene.maquette.tripo.face_limit
    yield from window.turns()


def look_at_money(window: Window) -> Scenario:
    """Look at estimate, balance and what the day has cost, online; nobody is asked."""
    preferences, price = bpy.context.preferences.addons[addon_name()].preferences, module("price")
    preferences.daily_limit, bpy.context.preferences.system.use_online_access = 200, True
    answer = module("inquiry").Answer(Balance(300))
    module("session").needed().inquiries.settle(("balance", "tripo"), answer)
    said = lambda: price.words(module("session").current(), module("draft").of(bpy.context.scene))  # noqa: E731
    yield from window.comes(lambda: "left" in said())
    yield from window.turns()
    window.shot("money")
    window.facts["price"] = said()


class Balance:
    """What is left on an account, as a provider tells it."""

    def __init__(self, left: int):
        self.amount, self.unit, self.note = Decimal(left), "credits", ""


def unfold_sent(window: Window) -> Scenario:
    """Open or close the sub-panel, whose header stands above the menu of providers."""
    chosen = bpy.context.scene.maquette
    before, chosen.provider = chosen.provider, "local"  # without a note between
    yield from window.turns()
    x, y = yield from window.find("maquette.title", across=0.7)
    yield from window.click(x, y + 2 * ROW + 8)
    chosen.provider = before
    yield 0.5  # it opens smoothly


def look_at_sent(window: Window, name: str) -> Scenario:
    """Wait for the picture and take a screenshot."""
    draft, sent = module("draft"), module("sent")
    answer = lambda: sent.answer(bpy.context.scene, draft.of(bpy.context.scene), "front")  # noqa: E731
    yield from window.until(answer, 60, "the picture to be made")
    yield 0.5  # it is loaded, and shown in one of the next turns
    yield from window.turns()
    window.shot(name)
    window.facts[name] = answer().value.facts
