"""When and where a model lands, and what the task list shows; the modal operator's step is called here by hand."""

import shutil
import sqlite3
from types import SimpleNamespace

import bpy
import pytest
from enabled import disc, extension  # noqa: F401 - fixtures

from blender_addon.core.events import Ready
from blender_addon.core.task import Task


@pytest.fixture
def ready(extension, tmp_path):  # noqa: F811
    """Return the session and the id of a task whose .blend waits."""
    from blender_addon.blender import session

    running = session.needed()
    journal = running.assembly.journal
    task = Task("local", "crate.png", {"front": "front.png"}, {}, stage="ready", blend="model.blend")
    folder = journal.folder_of(task.id)
    folder.mkdir()
    mesh = bpy.data.meshes.new("crate")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 0, 1)], [], [(0, 1, 2)])
    made = bpy.data.collections.new("crate")
    made.objects.link(bpy.data.objects.new("crate", mesh))
    bpy.data.libraries.write(str(folder / "model.blend"), {made})
    bpy.data.batch_remove([made.objects[0], made, mesh])
    journal.add(task)
    return running, task.id


def step():
    from blender_addon.blender import watch

    watch.step(bpy.context)


def landed():
    return [one for one in bpy.data.objects if one.name.startswith("crate")]


def row():
    return bpy.context.window_manager.maquette.tasks[0]


def test_a_task_of_this_file_lands_at_the_cursor(ready):
    running, task = ready
    running.started.add(task)
    bpy.context.scene.cursor.location = (1, 2, 3)
    running.assembly.events.put(Ready(task, ""))
    step()
    assert [tuple(one.location) for one in landed()] == [(1, 2, 3)]
    assert running.assembly.journal.get(task).stage == "landed"
    assert row().state == "succeeded"


def test_a_task_lands_at_the_origin_where_the_artist_wants_that(ready, monkeypatch):
    from blender_addon.blender import session

    running, task = ready
    chosen = SimpleNamespace(land_at="ORIGIN", textures_beside=False, use_placeholder=False)
    monkeypatch.setattr(session, "preferences", lambda: chosen)
    running.started.add(task)
    bpy.context.scene.cursor.location = (1, 2, 3)
    running.assembly.events.put(Ready(task, ""))
    step()
    assert [tuple(one.location) for one in landed()] == [(0, 0, 0)]


@pytest.mark.fault("U01")
def test_it_waits_in_edit_mode_and_lands_afterwards(ready):
    running, task = ready
    running.started.add(task)
    bpy.ops.object.mode_set(mode="EDIT")
    running.assembly.events.put(Ready(task, ""))
    step()
    assert landed() == []
    assert (row().state, row().message) == ("ready", "Waits until you are back in Object Mode")
    assert not bpy.ops.maquette.land.poll()
    bpy.ops.object.mode_set(mode="OBJECT")
    step()
    assert len(landed()) == 1
    assert bpy.context.mode == "OBJECT"


@pytest.mark.fault("U03")
def test_a_task_of_another_file_waits_for_the_artist(ready):
    running, task = ready
    running.assembly.events.put(Ready(task, ""))
    step()
    assert landed() == []
    assert row().state == "ready"
    assert bpy.ops.maquette.land(task=task) == {"FINISHED"}
    assert len(landed()) == 1


@pytest.mark.fault("U03")
def test_a_task_made_for_the_open_file_is_its_own_after_a_restart(ready, tmp_path):
    running, task = ready
    path = str(tmp_path / "castle.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    running.assembly.journal.update(task, made_for=path)
    running.assembly.events.put(Ready(task, ""))
    step()
    assert len(landed()) == 1


@pytest.mark.fault("U03", "X16")
def test_opening_another_file_takes_the_right_to_land(ready):
    running, task = ready
    running.started.add(task)
    running.arrivals[task] = False
    bpy.ops.wm.read_homefile(use_factory_startup=True)
    step()
    assert (running.started, running.arrivals, landed()) == (set(), {}, [])


@pytest.mark.parametrize("selected", [True, False])
def test_the_selection_is_the_artists(ready, selected):
    running, task = ready
    running.started.add(task)
    for one in bpy.data.objects:
        one.select_set(selected and one.name == "Cube")
    running.assembly.events.put(Ready(task, ""))
    step()
    assert [one.name for one in bpy.context.view_layer.objects.selected] == (["Cube"] if selected else ["crate"])


@pytest.mark.fault("U07")
def test_land_selects_and_lands_again(ready):
    for count in (1, 2):
        assert bpy.ops.maquette.land(task=ready[1]) == {"FINISHED"}
        assert len(landed()) == count
        assert len(bpy.context.view_layer.objects.selected) == 1


def test_a_model_file_that_is_gone_is_one_sentence(ready):
    running, task = ready
    (running.assembly.journal.folder_of(task) / "model.blend").unlink()
    running.started.add(task)
    running.assembly.events.put(Ready(task, ""))
    step()
    assert "was removed from" in row().message
    step()
    assert landed() == []


@pytest.mark.fault("D09")
def test_a_model_that_was_removed_can_be_fetched_again(ready):
    running, task = ready
    folder = running.assembly.journal.folder_of(task)
    running.assembly.journal.update(task, stage="landed", provider_task="paid-1", model_file="model.glb")
    shutil.rmtree(folder)
    with pytest.raises(RuntimeError, match="Resume the task to fetch it again, which costs nothing"):
        bpy.ops.maquette.land(task=task)
    assert (row().state, row().resumable) == ("failed", True)
    assert running.assembly.tasks.reopen(task).stage == "submitted"


@pytest.mark.fault("U03")
def test_a_task_belongs_to_the_file_under_the_name_it_is_saved_by(ready, tmp_path):
    running, task = ready
    running.started |= {task, "removed meanwhile"}
    path = tmp_path / "castle.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    assert running.assembly.journal.get(task).made_for == str(path)
    assert row().made_for == "castle.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "copy.blend"), copy=True)
    assert running.assembly.journal.get(task).made_for == str(path)
    bpy.ops.wm.open_mainfile(filepath=str(path))
    running.assembly.events.put(Ready(task, ""))
    step()
    assert len(landed()) == 1


@pytest.mark.fault("U04")
@pytest.mark.parametrize("gone", ["renamed", "deleted"])
def test_a_scene_that_was_renamed_or_deleted_holds_nothing_up(gone, ready):
    running, task = ready
    first, other = bpy.context.scene, bpy.data.scenes.new("Other")
    running.started.add(task)
    running.scenes[task] = first.session_uid
    if gone == "deleted":
        bpy.context.window.scene = other
        bpy.data.scenes.remove(first)
    else:
        first.name = "Renamed"
    running.assembly.events.put(Ready(task, ""))
    step()
    assert [scene.name for scene in bpy.data.scenes for one in scene.objects if one.name == "crate"] == [
        bpy.context.scene.name
    ]
    assert row().state == "succeeded"


def test_a_saved_file_lists_no_tasks(ready, tmp_path):
    from blender_addon.blender import snapshot

    snapshot.refresh()
    path = tmp_path / "scene.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path), compress=False)
    assert b"crate.png" not in path.read_bytes()
    assert ready[1].encode() not in path.read_bytes()
    assert row().label == "crate"


def test_remove_takes_row_and_files_away(ready):
    from blender_addon.blender import snapshot

    snapshot.refresh()
    running, task = ready
    assert bpy.ops.maquette.remove(task=task) == {"FINISHED"}
    assert len(bpy.context.window_manager.maquette.tasks) == 0
    assert not running.assembly.journal.folder_of(task).exists()


def test_cancelling_what_has_ended_is_said(ready):
    from blender_addon.blender import snapshot

    snapshot.refresh()
    ready[0].assembly.journal.update(ready[1], stage="failed")
    with pytest.raises(RuntimeError, match="has ended already"):
        bpy.ops.maquette.cancel(task=ready[1])


@pytest.mark.parametrize("error", [sqlite3.OperationalError("disk I/O error"), KeyError("gone")], ids=repr)
def test_a_journal_that_fails_after_the_landing_is_one_sentence(error, ready, monkeypatch):
    from blender_addon.blender import snapshot

    snapshot.refresh()
    running, task = ready
    running.arrivals[task] = False

    def fail(*_arguments, **_changes):
        raise error

    monkeypatch.setattr(running.assembly.journal, "update", fail)
    step()
    assert len(landed()) == 1
    assert "has landed" in row().message
    assert running.arrivals == {}
    with pytest.raises(RuntimeError, match="has landed"):
        bpy.ops.maquette.land(task=task)


if bpy.app.version < (5, 2):  # Blender 5.2.3 as a module dies when a scene is linked

    @pytest.mark.fault("U15")
    def test_nothing_lands_in_a_linked_scene(ready, tmp_path):
        from blender_addon.blender import arrivals, generate, land, snapshot

        running, task = ready
        path = tmp_path / "other.blend"
        other = bpy.data.scenes.new("other")
        bpy.data.libraries.write(str(path), {other})
        bpy.data.scenes.remove(other)
        with bpy.data.libraries.load(str(path), link=True) as (_, target):
            target.scenes = ["other"]
        snapshot.refresh()
        running.arrivals[task] = False
        context = SimpleNamespace(scene=target.scenes[0])
        assert land.obstacle(context, asked=True) == land.LINKED
        arrivals.land_all(context, running)
        assert not generate.MAQUETTE_OT_generate.poll(context)
        assert (landed(), row().message) == ([], land.LINKED)
