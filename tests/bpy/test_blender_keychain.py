"""Tripo's key in the system's keychain, as Blender has it with a window: nothing there waits for it."""

import sys
import time
from pathlib import Path
from types import SimpleNamespace

import bpy
import pytest
from enabled import extension  # noqa: F401 - fixture
from hosted import online  # noqa: F401 - fixture

from blender_addon.providers.tripo import Tripo

LIMIT_S = 30
"""Of what another thread has to do."""
SECRET = "tsk_" + "5ecret" * 6


def account():
    return bpy.context.window_manager.maquette.accounts.tripo


@pytest.fixture
def in_keychain(extension, online, tmp_path, monkeypatch):  # noqa: F811
    """Return the session; Tripo's key lies in a keychain on the disk that this session has not asked yet."""
    from blender_addon.blender import readiness, session
    from blender_addon.net.keychain import Keychain

    running = session.needed()
    sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))
    monkeypatch.setenv("MAQUETTE_TEST_KEYCHAIN", str(tmp_path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keychains.Slow")
    (tmp_path / "go").touch()
    store = running.assembly.accounts
    account().key = SECRET
    ends = time.monotonic() + LIMIT_S
    while store.keeps("tripo") != "keychain":
        assert time.monotonic() < ends, "the key is never moved"
        time.sleep(0.01)
    (tmp_path / "go").unlink()
    store.keychain = Keychain(LIMIT_S)
    monkeypatch.setattr(readiness, "bpy", SimpleNamespace(app=SimpleNamespace(background=False, online_access=True)))
    yield running
    (tmp_path / "go").touch()
    sys.path.remove(str(Path(__file__).parents[1] / "unit"))


@pytest.mark.fault("S05", "S06")
def test_a_key_in_the_keychain_is_waited_for_in_a_thread(in_keychain, tmp_path):
    from blender_addon.blender import accounts, readiness, watch

    assert accounts.place(in_keychain, Tripo) == "Stored in the system's keychain"
    assert not accounts.key_is_missing(in_keychain, Tripo)
    assert account().key == accounts.UNSEEN, "drawing the field asks nobody"
    assert readiness.network(Tripo).sentence == readiness.ASKING
    assert in_keychain.inquiries.asking(("keychain", "tripo")), "the panel is drawn anew when it has answered"
    watch.step(bpy.context)
    assert readiness.network(Tripo).sentence == readiness.ASKING
    (tmp_path / "go").touch()
    in_keychain.inquiries.wait(("keychain", "tripo"))
    assert readiness.network(Tripo).sentence == ""
    assert account().key == SECRET


@pytest.mark.fault("S06")
def test_leaving_the_field_as_it_was_changes_nothing(in_keychain, tmp_path):
    from blender_addon.blender import accounts

    account().key = accounts.UNSEEN
    (tmp_path / "go").touch()
    assert in_keychain.assembly.accounts.key(Tripo) == SECRET
