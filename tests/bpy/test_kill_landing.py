"""Blender is killed while a model lands: after the restart it stands in the scene once, whatever was written."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from enabled import in_own_bpy

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 120

SESSION = """
import os, sys
os.environ["MAQUETTE_DATA_DIR"] = sys.argv[2]
scene = sys.argv[1]
blender_addon.register()
from blender_addon.blender import session, watch
from blender_addon.core.events import Ready
running = session.needed()
journal = running.assembly.journal


def arrive():
    (task,) = journal.all()
    running.assembly.events.put(Ready(task.id, ""))
    watch.step(bpy.context)


def standing():
    return len([one for one in bpy.data.objects if one.get("maquette_task")])
"""
"""What every program here begins with; the argument before the data folder is the artist's .blend."""

PREPARE = """
from blender_addon.core.provenance import provenance
from blender_addon.core.task import Task
from blender_addon.landing.provenance import mark
task = Task("local", "crate.png", {"front": "front.png"}, {}, stage="ready", blend="model.blend", made_for=scene)
folder = journal.folder_of(task.id)
folder.mkdir()
mesh = bpy.data.meshes.new("crate")
mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 0, 1)], [], [(0, 1, 2)])
crate, made = bpy.data.objects.new("crate", mesh), bpy.data.collections.new("crate")
made.objects.link(crate)
mark([made, crate], provenance(task))
bpy.data.libraries.write(str(folder / "model.blend"), {made})
bpy.data.batch_remove([crate, made, mesh])
journal.add(task)
bpy.ops.wm.save_as_mainfile(filepath=scene)
"""

DIE = """
bpy.ops.wm.open_mainfile(filepath=scene)
update = journal.update


def die(task_id, **changes):
    if changes.get("stage") == "landed":
        if sys.argv[3] == "saved":
            bpy.ops.wm.save_mainfile()
        import signal
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    return update(task_id, **changes)


journal.update = die
arrive()
"""
"""Killed when the model has been appended and that is about to be written, with the file saved in between or not."""

AGAIN = """
bpy.ops.wm.open_mainfile(filepath=scene)
before = standing()
arrive()
print(before, standing(), journal.all()[0].stage)
blender_addon.unregister()
"""

ASKED = """
bpy.ops.wm.open_mainfile(filepath=scene)
bpy.ops.maquette.land(task=journal.all()[0].id)
print(standing(), journal.all()[0].stage)
blender_addon.unregister()
"""


def killed(program, *arguments):
    """Run a program that kills itself."""
    command = [
        sys.executable,
        "-c",
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import bpy; import blender_addon\n",
    ]
    command[-1] += program
    ran = subprocess.run([*command, *map(str, arguments)], capture_output=True, encoding="utf-8", timeout=LIMIT_S)
    assert ran.returncode in (-getattr(signal, "SIGKILL", 9), signal.SIGTERM), ran.stdout + ran.stderr


@pytest.fixture
def files(tmp_path):
    """Give the artist's .blend and the data folder, with one task that is ready to land there."""
    files = tmp_path / "castle.blend", tmp_path / "data"
    in_own_bpy(SESSION + PREPARE + "print(0)\nblender_addon.unregister()", *files)
    return files


@pytest.mark.fault("X01", "X04")
@pytest.mark.parametrize(("saved", "stood"), [("saved", 1), ("unsaved", 0)])
def test_what_was_killed_between_append_and_journal_stands_there_once(files, saved, stood):
    killed(SESSION + DIE, *files, saved)
    assert in_own_bpy(SESSION + AGAIN, *files) == f"{stood} 1 landed"


@pytest.mark.fault("X01")
def test_an_artist_who_asks_gets_it_once_more(files):
    killed(SESSION + DIE, *files, "saved")
    assert in_own_bpy(SESSION + ASKED, *files) == "2 landed"
