"""A placeholder that stands in the scene, and the model that it waits for."""

import shutil

import bpy
import pytest
from enabled import disc  # noqa: F401 - a fixture
from test_blender_landing import ready, step  # noqa: F401 - a fixture

from blender_addon.core.events import Ready
from blender_addon.landing import placeholders


@pytest.fixture
def stand(ready, disc):  # noqa: F811
    """Return the session, the task's id and its placeholder at (1, 2, 3)."""
    from blender_addon.blender import placeholder

    running, task = ready
    running.started.add(task)
    bpy.context.scene.cursor.location = (1, 2, 3)
    placeholder.put(bpy.context, running.assembly.journal.get(task), str(disc), 2.0)
    (item,) = placeholders.find(task)
    return running, task, item


@pytest.fixture
def pictured(ready, disc, request):  # noqa: F811
    """Return the same, with the task's image in its folder; the small picture of it has come."""
    running, task = ready
    shutil.copyfile(disc, running.assembly.journal.folder_of(task) / "front.png")
    stand = request.getfixturevalue("stand")
    assert running.inquiries.wait(("picture", task)).value
    return stand


def arrive(running, task):
    running.assembly.events.put(Ready(task, ""))
    step()
