"""The panel's fields as an artist sees them: what will be sent, the menu of providers, presets, each provider once."""

import bpy
from artist import IMAGE, module, open_panel
from drive import Scenario, Window
from hosted_scenarios import ROW, open_menu, providers


def fields(window: Window) -> Scenario:
    """Look at what will be sent, at the menu, and at the panel of each provider; nothing is sent."""
    yield from open_panel(window)
    chosen = bpy.context.scene.maquette
    chosen.front.path = IMAGE
    yield 0.5
    yield from unfold_sent(window)
    yield from look_at_sent(window, "sent_local")
    chosen.provider = "tripo"
    chosen.cut_out = chosen.crop = True
    yield 0.3
    yield from look_at_sent(window, "sent_tripo")
    window.facts["reason"] = module("readiness").reason(bpy.context.scene)
    yield from window.find("maquette.generate")
    yield 2.0
    window.shot("disabled")
    yield from open_menu(window)
    yield 0.5
    window.shot("menu")
    yield from window.key("ESC")
    yield from unfold_sent(window)
    for provider in ("local", *providers()):
        chosen.provider = provider
        yield 0.5
        window.shot(provider)


def unfold_sent(window: Window) -> Scenario:
    """Open or close the sub-panel, whose header stands above the menu of providers."""
    chosen = bpy.context.scene.maquette
    before, chosen.provider = chosen.provider, "local"  # without a note between
    yield 0.3
    x, y = yield from window.find("maquette.title", across=0.7)
    yield from window.click(x, y + 2 * ROW + 8)
    chosen.provider = before
    yield 0.5


def look_at_sent(window: Window, name: str) -> Scenario:
    """Wait for the picture and take a screenshot."""
    draft, sent = module("draft"), module("sent")
    answer = lambda: sent.answer(bpy.context.scene, draft.of(bpy.context.scene), "front")  # noqa: E731
    yield from window.until(answer, 60, "the picture to be made")
    yield 1.5
    window.shot(name)
    window.facts[name] = answer().value.facts
