"""The preference that textures stand beside the .blend: files where it was saved, and nothing is overwritten."""

import shutil

import bpy
import models
import pytest
from enabled import extension  # noqa: F401 - a fixture

import blender_addon

FILES = [f"Tea pot {role}.png" for role in ("base color", "emissive", "metallic roughness", "normal")]
BASE = FILES[0]


@pytest.fixture
def land(extension, converted, tmp_path):  # noqa: F811
    """Return a function that lands a pot with four textures in the open file, and returns its task's warnings."""
    from blender_addon.blender import session
    from blender_addon.core.task import Task

    blend = converted(models.textured().build(), name="Tea pot")
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    journal = session.needed().assembly.journal
    addon = bpy.context.preferences.addons.new()
    addon.module = blender_addon.__name__
    addon.preferences.textures_beside = True

    def work():
        task = Task("local", "pot.png", {"front": "front.png"}, {}, stage="ready", blend="model.blend")
        journal.folder_of(task.id).mkdir()
        shutil.copy(blend, journal.folder_of(task.id) / "model.blend")
        journal.add(task)
        assert bpy.ops.maquette.land(task=task.id) == {"FINISHED"}
        return journal.get(task.id).warnings

    yield work
    bpy.context.preferences.addons.remove(addon)


@pytest.fixture
def saved(tmp_path):
    """Return the folder of a .blend file that was saved."""
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def save(folder):
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "scene.blend"), check_existing=False)


def paths():
    return {image.name: image.filepath for image in bpy.data.images if not image.packed_file and image.users}


def test_they_are_files_and_the_file_finds_them_again(land, saved):
    save(saved)
    assert land() == []
    assert len(paths()) == 4 and paths()["Tea pot base color"] == f"//textures/{BASE}"
    save(saved)
    bpy.ops.wm.open_mainfile(filepath=str(saved / "scene.blend"))
    image = bpy.data.images["Tea pot base color"]
    assert not image.packed_file and image.colorspace_settings.name == "sRGB"
    assert image.pixels[:3] == pytest.approx((200 / 255, 30 / 255, 30 / 255), abs=0.01)


def test_what_an_artist_painted_stays(land, saved):
    save(saved)
    land()
    (saved / "textures" / BASE).write_bytes(b"painted over")
    land()
    assert (saved / "textures" / BASE).read_bytes() == b"painted over"
    again = "Tea pot base color.001.png"
    assert sorted(path.name for path in (saved / "textures").iterdir()) == sorted([again, *FILES])
    assert paths()["Tea pot base color.001"] == f"//textures/{again}"
    assert paths()["Tea pot normal.001"] == "//textures/Tea pot normal.png"


def test_in_a_file_that_was_never_saved_they_are_packed(land):
    land()
    assert paths() == {}


def test_a_folder_that_cannot_be_made_is_said_and_they_stay_packed(land, saved):
    save(saved)
    (saved / "textures").write_bytes(b"a file stands in the way")
    assert land() == ["The textures stay packed: they cannot be written beside the file (File exists)."]
    assert paths() == {}
