"""A scene that has chosen a hosted provider, and the provider's simulator on this computer."""

import bpy
import pytest
from simulators.tripo import Tripo
from simulators.triverse import Triverse

KEYS = ("MAQUETTE_TRIPO_API_KEY", "TRIPO_API_KEY", "MAQUETTE_TRIVERSE_API_KEY", "TRIVERSE_API_KEY")


@pytest.fixture
def online(monkeypatch):
    """Allow the network in Blender's preferences; no key comes from this user's environment."""
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MAQUETTE_POLL_S", "0.01")
    bpy.context.preferences.system.use_online_access = True
    yield
    bpy.context.preferences.system.use_online_access = False


def use(simulator, name, monkeypatch, disc):
    """Let the scene have chosen the provider, with the key that the simulator knows entered by the artist."""
    from blender_addon.blender import session

    monkeypatch.setenv(f"MAQUETTE_{name.upper()}_BASE_URL", simulator.base_url)
    session.needed()
    getattr(bpy.context.window_manager.maquette.accounts, name).key = simulator.key
    chosen = bpy.context.scene.maquette
    chosen.provider, chosen.front.path = name, str(disc)
    return simulator


@pytest.fixture
def tripo(extension, online, disc, monkeypatch):
    """Return Tripo's simulator; the scene has chosen Tripo and a picture that is right."""
    with Tripo() as simulator:
        yield use(simulator, "tripo", monkeypatch, disc)


@pytest.fixture
def triverse(extension, online, disc, monkeypatch):
    """Return Triverse's simulator; the scene has chosen Triverse and a picture that is right."""
    with Triverse() as simulator:
        yield use(simulator, "triverse", monkeypatch, disc)
