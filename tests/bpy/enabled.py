"""The add-on registered in this process's bpy, with a data folder of its own; and programs in a bpy of their own."""

import subprocess
import sys
from pathlib import Path

import bpy
import pytest

import blender_addon

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 120


@pytest.fixture
def extension(tmp_path, monkeypatch):
    """Register the add-on in Blender's factory state; unregister it afterwards, whatever happened."""
    monkeypatch.setenv("MAQUETTE_DATA_DIR", str(tmp_path / "data"))
    bpy.ops.wm.read_factory_settings()
    blender_addon.register()
    yield blender_addon
    blender_addon.unregister()
    bpy.ops.wm.read_factory_settings()


def in_own_bpy(program: str, *arguments: object) -> str:
    """Run a program with the add-on importable in a process of its own; return what it printed last."""
    head = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import bpy; before = set(sys.modules); import blender_addon\n"
    )
    command = [sys.executable, "-c", head + program, *map(str, arguments)]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=LIMIT_S)
    assert ran.returncode == 0, f"exit code {ran.returncode}\n{ran.stdout}\n{ran.stderr}"
    assert "Traceback" not in ran.stderr, ran.stderr
    return ran.stdout.strip().splitlines()[-1]


@pytest.fixture
def disc(tmp_path):
    """Return a picture of a red disc on a transparent ground, as a PNG file of 96 × 96 pixels."""
    path = tmp_path / "disc.png"
    image = disc_image("disc source")
    image.filepath_raw, image.file_format = str(path), "PNG"
    image.save()
    bpy.data.images.remove(image)
    return path


def disc_image(name: str) -> bpy.types.Image:
    """Make a generated image of a red disc on a transparent ground."""
    size = 96
    image = bpy.data.images.new(name, size, size, alpha=True)
    inside = [(x - 47.5) ** 2 + (y - 47.5) ** 2 < 36**2 for y in range(size) for x in range(size)]
    image.pixels = [value for one in inside for value in ((0.8, 0.1, 0.1, 1.0) if one else (0.0, 0.0, 0.0, 0.0))]
    return image
