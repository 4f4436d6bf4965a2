"""Another extension's pydantic: what does not fit is one sentence, in the panel and on the command line."""

import pytest
from enabled import in_own_bpy

WRONG_CORE = """
import importlib.abc, importlib.machinery, os
class Wrong(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        return importlib.machinery.ModuleSpec(name, self) if name == "pydantic" else None
    def create_module(self, spec):
        return None
    def exec_module(self, module):
        raise {error}("The installed pydantic-core version (1.0) is incompatible.")
sys.meta_path.insert(0, Wrong())
blender_addon.register()
"""
PANEL = """
from blender_addon.blender import turns
turns.load_options()
print(bpy.context.window_manager.maquette.message)
"""
COMMAND = """
from blender_addon.blender import command
sys.stderr = sys.stdout
print(command.run(["providers"]))
"""
LATE = """
import os, site
wheels = os.path.join(bpy.utils.user_resource("EXTENSIONS"), ".local", "lib", "python3", "site-packages")
system = next(one for one in site.getsitepackages() if one in sys.path)
before = list(sys.path)
sys.path.append(wheels)
blender_addon.register()
print(sys.path.index(wheels) == before.index(system), [one for one in sys.path if one != wheels] == before)
"""
SENTENCE = (
    "Maquette's Python packages cannot be loaded (The installed pydantic-core version (1.0) is incompatible). "
    "Another extension may bring a version that does not fit: update or disable it, then restart Blender."
)
ERRORS = pytest.mark.parametrize("error", ["SystemError", "ImportError"])


@pytest.fixture(autouse=True)
def own_data(tmp_path, monkeypatch):
    monkeypatch.setenv("MAQUETTE_DATA_DIR", str(tmp_path))


@ERRORS
def test_the_panel_says_it(error):
    assert in_own_bpy(WRONG_CORE.format(error=error) + PANEL) == SENTENCE


@ERRORS
def test_the_command_line_says_it_and_returns_2(error):
    program = WRONG_CORE.format(error=error) + COMMAND
    assert in_own_bpy(program) == "2"
    assert in_own_bpy(program.replace("print(command", "(command")) == f"maquette: {SENTENCE}"


def test_wheels_just_installed_come_before_the_systems_packages():
    assert in_own_bpy(LATE) == "True True"
