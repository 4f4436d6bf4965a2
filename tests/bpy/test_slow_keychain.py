"""A keychain that takes its time, because it asks a person: nothing waits for it in Blender's own thread."""

import threading
from types import SimpleNamespace

import bpy
import pytest
from enabled import disc, extension  # noqa: F401 - fixtures
from hosted import online, tripo  # noqa: F401 - fixtures


class Keychain:
    """Has the key for who asks in a thread."""

    def __init__(self, key):
        self.key, self.told = key, None

    def ready(self, _):
        return self.told is not None

    def known(self, _):
        return self.told

    def get(self, _):
        assert self.told or threading.current_thread() is not threading.main_thread(), "Blender stands still"
        self.told = self.key
        return self.key

    def usable(self):
        return True

    def trouble(self):
        return ""

    def remove(self, _): ...


@pytest.fixture
def running(tripo, monkeypatch):  # noqa: F811
    """Return the session of a Blender with an artist in front of it, whose key of Tripo's lies in the keychain."""
    from blender_addon.blender import readiness, session, turns

    now = session.needed()
    monkeypatch.setattr(now.assembly.accounts, "keychain", Keychain(tripo.key))
    now.assembly.accounts._change("tripo", {"key": "", "keychain": "tripo-x"})
    app = SimpleNamespace(background=False, online_access=True)
    monkeypatch.setattr(readiness, "bpy", SimpleNamespace(app=app, context=bpy.context, types=bpy.types))
    monkeypatch.setattr(turns, "wake", lambda: None)
    return now


@pytest.mark.parametrize("name", ["check_key", "ask_price"])
def test_a_question_waits_for_the_key_in_its_thread(running, name):
    assert getattr(bpy.ops.maquette, name)() == {"FINISHED"}


def test_what_is_paid_does_not_wait_for_the_key(running, disc):  # noqa: F811
    from blender_addon.blender import sending
    from blender_addon.core.errors import InputError
    from blender_addon.providers.tripo import Tripo

    with pytest.raises(InputError, match=r"keychain\. Try again in a moment"):
        sending.write(Tripo, {"front": disc}, {}, True)
    running.inquiries.wait(("keychain", "tripo"))
    assert sending.write(Tripo, {"front": disc}, {}, True).stage == "prepared"


@pytest.mark.parametrize("chosen", ["tripo", "local"])
def test_what_can_wait_is_done_as_soon_as_the_key_is_there(running, monkeypatch, chosen):
    from blender_addon.blender import begin, turns
    from blender_addon.providers.tripo import Tripo

    done = []
    bpy.context.scene.maquette.provider, bpy.context.scene.maquette.front.path = chosen, ""
    begin.soon(bpy.context, done.append, None if chosen == "tripo" else Tripo)
    assert begin._step() == turns.GAP_S and done == []
    running.inquiries.wait(("keychain", "tripo"))
    begin._step()
    assert len(done) == 1
    begin.unregister()


def test_a_model_is_fetched_as_soon_as_the_key_is_there(running, monkeypatch):
    from blender_addon.blender import begin

    soon = []
    monkeypatch.setattr(begin, "soon", lambda _, work, provider: soon.append(provider.id))
    name = "1ec04ced-4b87-44f6-a296-beee80777941"
    assert bpy.ops.maquette.fetch(provider="tripo", provider_task=name) == {"FINISHED"}
    assert soon == ["tripo"] and running.assembly.journal.all() == []
