"""Several scenes in one file: a model lands in the scene in which it was asked for."""

from pathlib import Path
from types import SimpleNamespace

import bpy
import pytest
from enabled import extension  # noqa: F401 - a fixture
from placed import arrive
from test_blender_landing import ready, row  # noqa: F401 - a fixture

from blender_addon.landing import provenance


@pytest.fixture
def other(extension):  # noqa: F811
    """Return another scene than the one that the window shows; what is shown is put back."""
    shown = bpy.context.window.scene
    yield bpy.data.scenes.new("Other")
    bpy.context.window.scene = shown


def scenes_of(task):
    return [one for one in bpy.data.scenes if any(provenance.task_of(item) == task for item in one.objects)]


def test_without_a_placeholder_a_model_lands_where_it_was_started(ready, other):  # noqa: F811
    running, task = ready
    own = bpy.context.scene
    own.cursor.location = (1, 2, 3)
    running.started.add(task)
    running.scenes[task] = own.session_uid
    bpy.context.window.scene = other
    arrive(running, task)
    assert running.assembly.journal.get(task).stage == "landed"
    assert not other.objects and tuple(bpy.data.objects["crate"].location) == (1, 2, 3)
    assert own in bpy.data.objects["crate"].users_scene


def test_two_batches_go_to_the_scenes_in_which_they_were_asked_for(other, monkeypatch):
    from blender_addon.blender import batch, declared, sending

    shown, sent = bpy.context.scene, []
    timers = SimpleNamespace(is_registered=lambda _: True, unregister=lambda _: None)
    seen = SimpleNamespace(data=bpy.data, types=bpy.types, app=SimpleNamespace(background=False, timers=timers))
    quiet = SimpleNamespace(ed=SimpleNamespace(undo_push=lambda **_: None))
    monkeypatch.setattr(batch, "bpy", SimpleNamespace(**vars(seen), context=bpy.context, ops=quiet))
    monkeypatch.setattr(sending, "write", lambda _, views, *__, **___: views["front"].stem)
    monkeypatch.setattr(sending, "send", lambda context, task, *_, **__: sent.append((context.scene.name, task)))
    monkeypatch.setattr(batch.begin, "tell", lambda *_: None)
    declared.ensure()
    one, two, three = ({"front": Path(f"{name}.png")} for name in "abc")
    batch.start(bpy.context, [one, two], (0, 0, 0), True)
    bpy.context.window.scene = other
    batch.start(bpy.context, [three], (0, 0, 0), True)
    assert batch._step() == batch.GAP_S
    assert batch._step() == 1.0, "the others wait for their scene"
    bpy.context.window.scene = shown
    while batch._step() is not None:
        pass
    assert sent == [("Other", "c"), (shown.name, "a"), (shown.name, "b")]
