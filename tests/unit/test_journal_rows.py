"""One row that cannot be read has nothing to do with the others; and the note that each task has among its files."""

import json
import sqlite3
import sys
from contextlib import closing
from dataclasses import asdict

import pytest
from test_journal_damage import a_task, garbage, made

from blender_addon.core import notes
from blender_addon.core.journal import Journal
from blender_addon.core.task import STATES, Task


def spoil(folder, task_id, body):
    with closing(sqlite3.connect(folder / "journal.sqlite")) as database, database:
        database.execute("UPDATE task SET body = CAST(? AS TEXT) WHERE id = ?", (body, task_id))


def body_with(**facts):
    kept = asdict(Task("local", "a.png", {}, {}))
    return json.dumps(kept | {"id": "THE ID"} | facts)


BAD = {
    "no JSON": "{",
    "no UTF-8": b"\xff\xfe{}",
    "a list": "[]",
    "nothing": "{}",
    "an unknown stage": body_with(stage="exploding"),
    "a stage that is a list": body_with(stage=[]),
    "a number as a name": body_with(image=5),
    "no number": body_with(created=float("nan")),
    "another id": body_with(id="../../elsewhere"),
    "credits that are none": body_with(credits="many"),
    "a view that is a number": body_with(views={"front": 1}),
    "an error without words": body_with(error={}),
    "endless": "[" * 100_000,
}


def test_what_is_bad_here_is_nothing_but_what_its_name_says(data_folder):
    tasks = made(data_folder, 1, files=False)
    spoil(data_folder, tasks[0].id, body_with().replace("THE ID", tasks[0].id))
    assert Journal(data_folder).notices == []
    assert len(Journal(data_folder).all()) == 1


@pytest.mark.fault("D06")
@pytest.mark.parametrize("body", BAD.values(), ids=BAD.keys())
def test_a_row_that_cannot_be_read_is_set_aside_alone(data_folder, body):
    tasks = made(data_folder, 2, files=False)
    spoil(data_folder, tasks[0].id, body.replace("THE ID", tasks[0].id) if isinstance(body, str) else body)
    journal = Journal(data_folder)
    assert journal.all() == [tasks[1]]
    (kept,) = data_folder.glob("journal-damaged-task-*.txt")
    assert journal.notices == [
        f"Task {tasks[0].id} cannot be read in the task journal; what is left of it is kept as {kept}."
    ]
    assert journal.get(tasks[0].id) is None
    with pytest.raises(KeyError):
        journal.update(tasks[0].id, stage="running")
    journal.update(tasks[1].id, stage="running")


@pytest.mark.fault("D06")
@pytest.mark.parametrize("call", ["get", "all", "update"])
def test_a_row_that_cannot_be_read_comes_back_from_its_note(data_folder, call):
    task, other = made(data_folder, 2)
    spoil(data_folder, task.id, "{")
    journal = Journal(data_folder)
    if call == "update":
        assert journal.update(task.id, percent=5).provider_task == task.provider_task
    elif call == "all":
        assert journal.all() == [other, task]
    assert journal.get(task.id).provider_task == task.provider_task
    assert journal.notices == [f"Task {task.id} was damaged in the task journal and was recovered from its folder."]


def test_every_stage_and_every_field_can_be_read_again(data_folder):
    journal = Journal(data_folder)
    full = {
        "again": True, "percent": 5, "provider_task": "p", "sent": 1.0, "ended": 2, "estimate": "1.5", "credits": "30",
        "timeout_s": 5, "model_file": "model.glb", "blend": "model.blend", "outputs": ["a"], "preview": "b.png",
        "error": {"kind": "network", "message": "Lost.", "details": ""}, "statistics": {"objects": 1},
        "warnings": ["w"],
    }  # fmt: skip
    tasks = [Task("local", "a.png", {"front": "f"}, {"a": [1, None, {}]}, stage=stage, **full) for stage in STATES]
    for one in tasks:
        journal.add(one)
    assert len(journal.all()) == len(tasks) and journal.notices == []


# ---- the note among the task's files


def test_a_note_holds_what_matters_and_only_this_user_reads_it(data_folder):
    journal = Journal(data_folder)
    task = a_task(journal)
    note = journal.folder_of(task.id) / "task.json"
    assert note.stat().st_mode & 0o077 == 0 or sys.platform == "win32"
    kept = notes.read(journal.folder_of(task.id))
    assert (kept.task, kept.changes) == (task, 1)
    written = note.stat().st_mtime_ns
    journal.update(task.id, percent=40)
    assert note.stat().st_mtime_ns == written, "percent alone is not worth it"
    journal.update(task.id, stage="running")
    assert notes.read(journal.folder_of(task.id)).task.percent == 40
    assert [one.name for one in journal.folder_of(task.id).iterdir()] == ["task.json"], "no part is left"


def test_a_folder_that_was_copied_by_hand_is_no_second_task(data_folder):
    (task,) = made(data_folder, 1)
    copy = data_folder / "tasks" / "copy"
    copy.mkdir()
    (copy / "task.json").write_bytes((data_folder / "tasks" / task.id / "task.json").read_bytes())
    garbage(data_folder / "journal.sqlite")
    assert Journal(data_folder).all() == [task]


def test_a_task_whose_folder_was_deleted_can_still_be_changed(data_folder):
    journal = Journal(data_folder)
    task = a_task(journal, files=False)
    assert journal.update(task.id, stage="running").stage == "running"
    assert not journal.folder_of(task.id).exists()
    assert journal.claim(task.id)
    assert journal.folder_of(task.id).is_dir(), "what is fetched again needs a place"


def test_an_id_that_leads_elsewhere_is_no_task(data_folder):
    """The id names the folder that is removed with the task."""
    journal = Journal(data_folder)
    journal.add(Task("local", "a.png", {}, {}, id="../../elsewhere"))
    assert journal.all() == []
    assert len(list(data_folder.glob("journal-damaged-task-*"))) == 1


@pytest.mark.parametrize("name", ["../journal.sqlite", "..", "", "a/b"])
def test_an_owner_that_is_a_path_is_nobody(data_folder, name):
    journal = Journal(data_folder)
    assert not journal.owner.alive(name)
    assert (data_folder / "journal.sqlite").exists()
