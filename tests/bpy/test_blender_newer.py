"""A model that a newer Blender has made ready is made ready again for this one, and never paid for again."""

import bpy
import models
import pytest
from enabled import extension  # noqa: F401 - a fixture
from test_blender_landing import ready, row, step  # noqa: F401 - a fixture

HEADERS = [b"BLENDER-v999", b"BLENDER17-01v0999"]


@pytest.fixture
def newer(ready, request):  # noqa: F811
    """Return the session, the task and its folder, whose .blend Blender 9.99 has written."""
    running, task = ready
    folder = running.assembly.journal.folder_of(task)
    (folder / "model.blend").write_bytes(getattr(request, "param", HEADERS[1]) + bytes(100))
    return running, task, folder


def has(newer, content):
    running, task, folder = newer
    (folder / "model.glb").write_bytes(content)
    running.assembly.journal.update(task, model_file="model.glb")


@pytest.mark.parametrize("newer", HEADERS, indirect=True)
def test_without_its_model_file_it_lands_in_the_newer_blender(newer):
    running, task, _ = newer
    with pytest.raises(RuntimeError, match=r"made ready by Blender 9\.99, .* Land it in Blender 9\.99\."):
        bpy.ops.maquette.land(task=task)
    assert running.assembly.journal.get(task).stage == "ready"


def test_what_would_land_by_itself_can_be_resumed(newer):
    running, task, _ = newer
    has(newer, b"")
    running.arrivals[task] = False
    step()
    assert "Resume the task to make it again." in row().message and row().resumable
    assert running.assembly.tasks.reopen(task).stage == "downloaded"


def test_land_makes_it_again(newer):
    has(newer, models.cube().build())
    assert bpy.ops.maquette.land(task=newer[1]) == {"FINISHED"}
    assert sum(one.name.startswith("crate") for one in bpy.data.objects) == 1


@pytest.mark.parametrize("content", [models.cube().build(), b"no model"], ids=["sound", "damaged"])
def test_in_a_window_it_lands_as_soon_as_it_is_made(newer, content):
    from blender_addon.blender.newer import made_again

    running, task, _ = newer
    has(newer, content)
    assert made_again(running, task)
    running.arrivals[task] = True
    running.assembly.tasks.wait(task)
    step()
    is_sound = content != b"no model"
    assert running.assembly.journal.get(task).stage == ("landed" if is_sound else "failed")
    assert task not in running.arrivals
    assert not made_again(running, task)
