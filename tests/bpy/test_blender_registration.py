"""Enabling and disabling: what start-up costs, and that nothing is left behind."""

import bpy
import pytest
from enabled import extension, in_own_bpy  # noqa: F401 - a fixture

import blender_addon

CHECK_START = """
blender_addon.register()
print(sorted({"pydantic", "requests", "urllib3"} & (set(sys.modules) - before)))  # Blender 5.2 loads requests itself
blender_addon.unregister()
"""
CHECK_LIGHT = """
blender_addon.register()
ours = {name.removeprefix("blender_addon.") for name in set(sys.modules) - before if name.startswith("blender_addon.")}
print(sorted(one for one in ours if not one.startswith("blender")), {"sqlite3", "logging"} & set(sys.modules) - before)
blender_addon.unregister()
"""
ARRIVE = """
import time
blender_addon.register()
from blender_addon.blender import declared, turns
first = turns.options_arrive(), declared.ready()
while (again := turns.options_arrive()) is not None:
    assert not declared.ready()
    time.sleep(0.01)
print(f"first {first[0]} {first[1]}, then {again} {declared.ready()}")
blender_addon.unregister()
"""
EXIT = """
blender_addon.register()
from blender_addon.blender import session
session.needed()
print("registered")
"""


def left_in_blender():
    """Return everything of ours that Blender knows."""
    handlers = [
        f"{name}: {one.__name__}"
        for name in dir(bpy.app.handlers)
        if isinstance(getattr(bpy.app.handlers, name), list)
        for one in getattr(bpy.app.handlers, name)
        if "blender_addon" in one.__module__
    ]
    pointers = [one.__name__ for one in (bpy.types.Scene, bpy.types.WindowManager) if hasattr(one, "maquette")]
    kinds = [name for name in dir(bpy.types) if name.startswith("MAQUETTE")]
    return handlers + pointers + kinds + list(dir(bpy.ops.maquette))


def test_start_up_loads_neither_pydantic_nor_requests():
    assert in_own_bpy(CHECK_START) == "[]"


def test_start_up_loads_only_what_blender_registers():
    """What a click or a task needs comes with it: the journal, providers, events, the command line."""
    assert in_own_bpy(CHECK_LIGHT) == "['core', 'core.errors', 'core.folders'] set()"


def test_options_arrive_while_blender_goes_on(tmp_path, monkeypatch):
    """What they need is imported in a thread: the timer comes again until it is there, and only then makes them."""
    monkeypatch.setenv("MAQUETTE_DATA_DIR", str(tmp_path))
    assert in_own_bpy(ARRIVE) == "first 0.1 False, then None True"


def test_what_is_registered_is_seen(extension):  # noqa: F811
    found = left_in_blender()
    for expected in ("Scene", "WindowManager", "MAQUETTE_PT_generate", "load_post: file_loaded", "generate", "watch"):
        assert expected in found, found


@pytest.mark.fault("X15")
def test_twice_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("MAQUETTE_DATA_DIR", str(tmp_path))
    kinds = set(dir(bpy.types))
    for _ in range(2):
        blender_addon.register()
        from blender_addon.blender import session

        session.needed()
        blender_addon.unregister()
        assert left_in_blender() == []
        assert set(dir(bpy.types)) == kinds
        assert session.current() is None


@pytest.mark.fault("X17")
def test_no_timer_in_background(extension):  # noqa: F811
    from blender_addon.blender import turns

    turns.wake()
    turns.want_options()
    assert not any(bpy.app.timers.is_registered(one) for one in turns.TIMERS)


def test_blender_ends_well_while_registered(monkeypatch, tmp_path):
    monkeypatch.setenv("MAQUETTE_DATA_DIR", str(tmp_path))
    assert in_own_bpy(EXIT) == "registered"


def test_preferences_are_named_after_the_root_package():
    from blender_addon.blender.preferences import MAQUETTE_Preferences

    assert MAQUETTE_Preferences.bl_idname == "blender_addon"
