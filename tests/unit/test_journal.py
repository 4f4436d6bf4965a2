"""The journal: on the disk before anything is sent, and shared by processes that may die at any time."""

import os
import signal
import threading

import pytest
from another import Another
from waiting import LIMIT_S, until

from blender_addon.core.errors import InputError
from blender_addon.core.journal import Journal
from blender_addon.core.record import Record, read
from blender_addon.core.task import STATES, Task


@pytest.fixture
def another(journal):
    one = Another(journal.folder)
    yield one
    one.kill()


def a_task(**more) -> Task:
    return Task("local", "castle.png", {"front": "front.png"}, {"method": "auto"}, **more)


def test_a_task_is_kept_as_it_was_given(journal):
    task = a_task(outputs=["/a.glb"], timeout_s=5.0, made_for="castle.blend", statistics={"objects": 1})
    journal.add(task)
    assert Journal(journal.folder).get(task.id) == task
    assert journal.get("nothing") is None


def test_a_name_that_is_no_text_is_kept(journal):
    """On Linux a file name is any bytes; Python shows the odd ones as lone surrogates."""
    task = a_task(outputs=[os.fsdecode(b"/caf\xe9.glb")])
    journal.add(task)
    assert journal.get(task.id) == task


def test_an_update_changes_what_is_named_and_nothing_else(journal):
    task = a_task()
    journal.add(task)
    changed = journal.update(task.id, stage="running", percent=40)
    assert journal.get(task.id) == changed
    assert (changed.stage, changed.percent, changed.key) == ("running", 40, task.key)
    with pytest.raises(KeyError):
        journal.update("nothing", stage="running")


def test_tasks_are_listed_the_newest_first_and_unfinished_the_oldest_first(journal):
    stages = list(STATES)
    for number, stage in enumerate(stages):
        journal.add(a_task(stage=stage, created=float(number)))
    assert [one.stage for one in journal.all()] == stages[::-1]
    ended = {"landed", "failed", "cancelled"}
    assert [one.stage for one in journal.unfinished()] == [one for one in stages if one not in ended]


def test_a_removed_task_is_gone(journal):
    task = a_task()
    journal.add(task)
    journal.remove(task.id)
    assert journal.all() == []
    assert journal.cancel_asked(task.id), "whoever runs it has to end"


def test_fields_of_a_newer_version_are_left_alone(journal):
    text = Record(a_task()).to_json().replace("{", '{"colour_of_tomorrow": 1, ', 1)
    assert read(text).task.provider == "local"


@pytest.mark.fault("X11")
def test_a_task_has_one_owner(journal, another):
    task = a_task()
    journal.add(task)
    assert another.call("claim", task.id) == "True"
    assert not journal.claim(task.id)
    assert journal.owned_elsewhere(task.id)
    assert another.call("claim", task.id) == "False", "not even twice by the same process"
    assert another.call("owned_elsewhere", task.id) == "False"
    another.call("release", task.id)
    assert not journal.owned_elsewhere(task.id)
    assert journal.claim(task.id)
    assert another.call("claim", task.id) == "False"


def test_what_is_not_ours_cannot_be_released(journal, another):
    task = a_task()
    journal.add(task)
    another.call("claim", task.id)
    journal.release(task.id)
    assert journal.owned_elsewhere(task.id)


def test_nothing_can_be_claimed_that_is_not_there(journal):
    assert not journal.claim("nothing")
    assert not journal.owned_elsewhere("nothing")


@pytest.mark.fault("X11")
def test_the_task_of_a_dead_process_is_an_orphan_at_once(journal, another):
    task = a_task()
    journal.add(task)
    another.call("claim", task.id)
    assert not journal.claim(task.id)
    another.kill()
    assert not journal.owned_elsewhere(task.id)
    assert journal.claim(task.id)
    assert len(list((journal.folder / "owners").iterdir())) == 1, "the dead process's file is removed"


if hasattr(signal, "SIGSTOP"):  # Windows cannot stop a process

    def test_a_process_that_sleeps_is_not_dead(journal, another):
        task = a_task()
        journal.add(task)
        another.call("claim", task.id)
        os.kill(another.process.pid, signal.SIGSTOP)
        assert not journal.claim(task.id)
        os.kill(another.process.pid, signal.SIGCONT)


@pytest.mark.fault("X11")
def test_an_orphan_is_adopted_once(journal, another):
    task = a_task()
    journal.add(task)
    another.call("claim", task.id)
    another.kill()
    heirs = [Journal(journal.folder) for _ in range(6)]
    won: list[bool] = []
    threads = [threading.Thread(target=lambda one=one: won.append(one.claim(task.id))) for one in heirs]
    for one in threads:
        one.start()
    for one in threads:
        one.join(LIMIT_S)
    assert sorted(won) == [False] * 5 + [True]


def test_another_process_can_ask_to_cancel(journal, another):
    task = a_task()
    journal.add(task)
    journal.claim(task.id)
    assert not journal.cancel_asked(task.id)
    another.call("ask_cancel", task.id)
    assert journal.cancel_asked(task.id)
    journal.release(task.id)
    assert not journal.cancel_asked(task.id), "it has been answered"


def test_a_cancel_outlives_the_owner_that_never_answered_it(journal, another):
    task = a_task()
    journal.add(task)
    another.call("claim", task.id)
    journal.ask_cancel(task.id)
    another.kill()
    assert journal.claim(task.id)
    assert journal.cancel_asked(task.id)


def test_processes_that_open_a_new_journal_together_all_get_it(data_folder):
    several = [Another(data_folder) for _ in range(4)]
    try:
        assert [one.call("all") for one in several] == ["[]"] * 4
    finally:
        for one in several:
            one.kill()


def test_threads_share_one_journal(journal):
    task = a_task()
    journal.add(task)

    def write(name: str) -> None:
        for number in range(8):
            journal.update(task.id, **{name: number})

    threads = [threading.Thread(target=write, args=(name,)) for name in ("percent", "sent", "timeout_s", "ended")]
    for one in threads:
        one.start()
    until(lambda: not any(one.is_alive() for one in threads), "the threads end")
    kept = journal.get(task.id)
    assert (kept.percent, kept.sent, kept.timeout_s, kept.ended) == (7, 7, 7, 7)


def test_a_data_folder_that_is_a_file_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(InputError, match="cannot be made"):
            Journal(path)


@pytest.mark.fault("D13")
def test_the_journal_is_on_the_disk_when_add_returns(journal, another):
    """Another process sees it at once, and the settings say that a power cut does not undo it."""
    task = a_task()
    journal.add(task)
    assert f"id='{task.id}'" in another.call("get", task.id)
    with journal._open() as database:
        assert database.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert database.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
