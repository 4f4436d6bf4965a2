"""What the preferences say of the disk and clear from it, and the thumbnails of finished models."""

import bpy
import pytest
from enabled import extension  # noqa: F401 - a fixture
from test_blender_landing import ready, step  # noqa: F401 - a fixture
from test_blender_task_actions import add, rows, running  # noqa: F401 - a fixture

from blender_addon.core.events import Failed
from blender_addon.core.kept import THUMBNAIL


def file(task, name, size):
    from blender_addon.blender import session

    (session.needed().assembly.journal.folder_of(task) / name).write_bytes(bytes(size))


def test_failed_and_cancelled_tasks_go_and_finished_ones_stay(running):  # noqa: F811
    kept = [add(stage=stage).name for stage in ("landed", "ready", "unconfirmed")]
    paid = add("tripo", stage="cancelled", provider_task="x", sent=9.0).name
    gone = [add(stage=stage).name for stage in ("failed", "cancelled")]
    assert bpy.ops.maquette.clear_tasks() == {"FINISHED"}
    assert {one.name for one in rows()} == {*kept, paid}
    assert not any(running.assembly.journal.folder_of(one).exists() for one in gone)
    assert bpy.ops.maquette.clear_tasks(also_fetchable=True) == {"FINISHED"}
    assert {one.name for one in rows()} == set(kept)


def test_it_is_counted_by_a_thread_and_forgotten_when_something_has_gone(running):  # noqa: F811
    from blender_addon.blender import disk

    task = add(stage="landed").name
    file(task, "front_converted.png", 2_500_000)
    disk._count(running)
    assert running.inquiries.asking(disk._USE), "not in Blender's own thread"
    use = running.inquiries.wait(disk._USE).value
    assert (use.spare.tasks, disk.size(use.spare.size_bytes)) == (1, "2 MB")
    bpy.ops.maquette.clear_caches()
    assert running.inquiries.answer(disk._USE) is None
    assert list(running.assembly.journal.folder_of(task).iterdir()) == []


def test_it_is_counted_anew_when_a_task_has_ended_or_is_gone(running):  # noqa: F811
    from blender_addon.blender import disk

    task = add(stage="failed").name
    for end in (
        lambda: (running.assembly.events.put(Failed(task, "network", "It failed.")), step()),
        lambda: bpy.ops.maquette.remove(task=task),
    ):
        disk._count(running)
        assert running.inquiries.wait(disk._USE).value
        end()
        assert running.inquiries.answer(disk._USE) is None


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 bytes"), (999, "999 bytes"), (1500, "2 kB"), (10**9, "1.0 GB")],
)
def test_sizes_in_words(extension, count, words):  # noqa: F811
    from blender_addon.blender import disk

    assert disk.size(count) == words


def test_a_finished_model_gets_a_thumbnail_when_nothing_else_is_to_be_done(ready, monkeypatch):  # noqa: F811
    from blender_addon.blender import snapshot

    running, task = ready  # noqa: F811
    snapshot.refresh()
    running.unpictured.append(task)
    with monkeypatch.context() as busy:
        busy.setattr(running.assembly.background, "idle", lambda: False)
        step()
    assert not running.inquiries.busy(), "models are made first"
    step()
    answer = running.inquiries.wait(("thumbnail", task))
    assert answer.problem == ""
    for _ in range(3):
        step()
    assert running.unpictured == []
    assert rows()[task].picture == str(running.assembly.journal.folder_of(task) / THUMBNAIL)


def test_a_model_that_has_no_thumbnail_gets_one_when_it_is_landed(ready):  # noqa: F811
    from blender_addon.blender import model_pictures

    running, task = ready  # noqa: F811
    for _ in range(2):
        model_pictures.want(running, task)
    assert running.unpictured == [task]
    running.unpictured.clear()
    file(task, THUMBNAIL, 9)
    model_pictures.want(running, task)
    assert running.unpictured == []


def test_a_model_without_a_thumbnail_is_left_at_that(ready):  # noqa: F811
    from blender_addon.blender import snapshot

    running, task = ready  # noqa: F811
    snapshot.refresh()
    (running.assembly.journal.folder_of(task) / "model.blend").write_bytes(b"no blend")
    running.unpictured.append(task)
    step()
    assert running.inquiries.wait(("thumbnail", task)).problem
    for _ in range(3):
        step()
    assert running.unpictured == [] and rows()[task].picture.endswith("front.png")
