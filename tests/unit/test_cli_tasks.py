"""`maquette tasks`, across processes that are interrupted, killed and asked to cancel."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_line import end
from test_cli import check_lines
from waiting import until

from blender_addon.core.journal import Journal

FIELDS = [
    "id",
    "provider",
    "provider_task",
    "state",
    "stage",
    "percent",
    "image",
    "created",
    "credits",
    "error",
    "outputs",
]

ROOT = Path(__file__).resolve().parents[2]
TWICE = """
import signal
from blender_addon.cli import main, providers
from blender_addon.core.tasks import Tasks
providers.list_providers = Tasks.stop = lambda *_: signal.raise_signal(signal.SIGINT)
main.main(["providers"])
"""
"""Ctrl-C in a call, and once more in what follows."""


def hanging(maquette, image, *arguments, work="reconstruct"):
    """Start a `generate` whose background Blender hangs, and wait until it does."""
    maquette.script(**{work: "hang"})
    before = len(list(maquette.folder.glob("hangs-*")))
    process = maquette.start("generate", image, *arguments)
    until(lambda: len(list(maquette.folder.glob("hangs-*"))) > before or process.poll() is not None, "it hangs")
    assert process.poll() is None, end(process)
    maquette.script()
    return process


def test_tasks_are_listed(maquette, image):
    assert maquette("tasks").err == "There are no tasks yet.\n"
    maquette("generate", image, "--out", image.with_suffix(".glb"))
    maquette.script(reconstruct={"kind": "input", "message": "All transparent.", "details": "alpha"})
    maquette("generate", image, "--name", "Fort")
    newest, oldest = maquette.tasks()
    assert list(newest) == list(oldest) == FIELDS
    assert (oldest["state"], oldest["percent"], oldest["credits"], oldest["error"]) == ("succeeded", 100, 0.0, None)
    assert (oldest["provider"], oldest["image"], oldest["outputs"]) == (
        *("local", "castle.png", [str(image.with_suffix(".glb"))]),
    )
    assert abs(oldest["created"] - time.time()) < 600
    assert newest["error"] == {"kind": "input", "message": "All transparent.", "details": "alpha"}
    rows = maquette("tasks").out.splitlines()
    assert rows[0].split() == ["TASK", "PROVIDER", "STATE", "%", "NAME", "IMAGE", "CREATED"]
    shown = [[row.split()[column] for column in (2, 4, 5)] for row in rows[1:]]
    assert shown == [["failed", "Fort", "castle.png"], ["succeeded", "castle", "castle.png"]]


@pytest.mark.fault("X01")
@pytest.mark.parametrize("work", ["reconstruct", "convert", "write"])
def test_a_killed_command_is_carried_on(maquette, image, tmp_path, work):
    out = tmp_path / "a.glb"
    process = hanging(maquette, image, "--out", out, "--preview", tmp_path / "a.png", "--jsonl", work=work)
    process.kill()
    end(process)
    (task,) = maquette.tasks()
    assert task["state"] in ("queued", "running", "ready")
    said = maquette("tasks", "resume", "--jsonl")
    assert said.code == 0, said
    check_lines(said.lines)
    assert said.last["task"] == task["id"]
    assert said.last["outputs"] == [str(out), str(tmp_path / "a.png")]
    assert out.exists()
    assert maquette.tasks()[0]["state"] == "succeeded"
    assert maquette("tasks", "resume").err == "There is nothing to resume.\n"


@pytest.mark.fault("X01")
def test_a_command_killed_as_it_submits_is_carried_on(maquette, image, data_folder):
    """Local may repeat its create: it costs nothing."""
    process = hanging(maquette, image)
    process.kill()
    end(process)
    (task,) = maquette.tasks()
    Journal(data_folder).update(task["id"], stage="submitting", provider_task=None)
    assert maquette("tasks", "resume", task["id"]).code == 0


if os.name == "posix":  # Windows has no way to interrupt one process alone

    @pytest.mark.parametrize(("work", "jsonl"), [("reconstruct", False), ("convert", True), ("write", False)])
    def test_ctrl_c_keeps_the_task(maquette, image, tmp_path, work, jsonl):
        out = tmp_path / "a.glb"
        process = hanging(maquette, image, "--out", out, *(["--jsonl"] if jsonl else []), work=work)
        process.send_signal(signal.SIGINT)
        said = end(process)
        assert said.code == 130, said
        assert "Traceback" not in said.err
        assert ("Interrupted. `maquette tasks resume` goes on" in said.err) != jsonl
        assert maquette.tasks()[0]["error"] is None
        assert maquette("tasks", "resume").code == 0
        assert out.exists()
        ended = maquette.folder.glob("hangs-*")
        until(lambda: not any(alive(int(one.name.split("-")[1])) for one in ended), "no Blender is left")

    def test_ctrl_c_speaks_of_no_task_where_there_is_none(maquette, tmp_path):
        (tmp_path / "tower.glb").write_bytes(b"glTF" + bytes(20))
        maquette.script(convert="hang")
        process = maquette.start("import", tmp_path / "tower.glb", "--out", tmp_path / "a.glb")
        until(lambda: list(maquette.folder.glob("hangs-*")) or process.poll() is not None, "it hangs")
        process.send_signal(signal.SIGINT)
        said = end(process)
        assert (said.code, said.err) == (130, "Interrupted.\n")

    def test_a_second_ctrl_c_ends_it_without_a_traceback(data_folder):
        ran = subprocess.run([sys.executable, "-c", TWICE], cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert (ran.returncode, ran.stderr) == (-signal.SIGINT, "")

    def alive(pid: int) -> bool:
        """Tell whether the process runs; one that nobody has buried yet does not."""
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        stat = f"/proc/{pid}/stat"
        return not os.path.exists(stat) or open(stat).read().rpartition(")")[2].split()[0] != "Z"  # noqa: PTH110, PTH123


def test_several_are_removed_at_once(maquette, image):
    for _ in range(3):
        maquette("generate", image)
    newest, *others = (one["id"] for one in maquette.tasks())
    said = maquette("tasks", "forget", *others)
    assert said.code == 0 and [line.split()[1] for line in said.err.splitlines()] == others
    assert [one["id"] for one in maquette.tasks()] == [newest]


def test_a_task_named_twice_is_removed_and_cancelled_once(maquette, image):
    maquette("generate", image)
    (task,) = maquette.tasks()
    said = maquette("tasks", "forget", task["id"], task["id"])
    assert (said.code, said.err) == (0, f"Task {task['id']} and its files are removed.\n")
    process = hanging(maquette, image)
    (task,) = maquette.tasks()
    process.kill()
    end(process)
    said = maquette("tasks", "cancel", task["id"], task["id"])
    assert (said.code, said.err) == (0, f"Task {task['id']} is cancelled.\n")


def test_another_process_cancels(maquette, image):
    process = hanging(maquette, image, "--jsonl")
    (task,) = maquette.tasks()
    said = maquette("tasks", "cancel", task["id"])
    assert (said.code, said.out) == (0, "")
    said = end(process)
    assert said.code == 1
    check_lines(said.lines)
    assert said.last == {"event": "cancelled", "task": task["id"]}
    assert maquette.tasks()[0]["state"] == "cancelled"
    assert maquette("tasks", "cancel", task["id"]).code == 2
    assert maquette("tasks", "resume", task["id"]).code == 0  # the provider went on with it: it is fetched after all
    assert maquette.tasks()[0]["state"] == "succeeded"


@pytest.mark.fault("X11")
def test_a_task_that_runs_elsewhere_is_neither_resumed_nor_forgotten(maquette, image):
    process = hanging(maquette, image)
    (task,) = maquette.tasks()
    said = maquette("tasks", "resume", task["id"])
    assert "is being run by another process" in said.err
    said = maquette("tasks", "forget", task["id"])
    assert (said.code, "is running. Cancel it first." in said.err) == (2, True)
    process.kill()
    end(process)
    assert (maquette.folder / "calls").read_text().count("reconstruct") == 1


def test_a_forgotten_task_is_gone_with_its_files(maquette, image, data_folder):
    maquette("generate", image)
    (task,) = maquette.tasks()
    assert (data_folder / "tasks" / task["id"]).is_dir()
    assert maquette("tasks", "forget", task["id"]).code == 0
    assert maquette.tasks() == []
    assert not (data_folder / "tasks" / task["id"]).exists()


def test_resume_takes_all_and_returns_the_first_failure(maquette, image):
    maquette.script(reconstruct={"kind": "network", "message": "No answer.", "details": ""})
    for _ in range(3):
        assert maquette("generate", image).code == 4
    assert maquette("tasks", "resume").code == 4
    ids = [one["id"] for one in maquette.tasks()]
    maquette.script()
    said = maquette("tasks", "resume", ids[1], "--jsonl")
    assert {line["task"] for line in said.lines} == {ids[1]}
    said = maquette("tasks", "resume", "--jsonl")
    assert said.code == 0
    assert [line["task"] for line in said.lines if line["event"] == "succeeded"] == [ids[2], ids[0]]


def test_a_task_named_twice_is_resumed_once(maquette, image):
    maquette.script(reconstruct={"kind": "network", "message": "No answer.", "details": ""})
    maquette("generate", image)
    maquette.script()
    (task,) = maquette.tasks()
    said = maquette("tasks", "resume", task["id"], task["id"], "--jsonl")
    assert [line["event"] for line in said.lines].count("succeeded") == 1 and said.err == ""


def test_an_unconfirmed_task_is_not_called_done(maquette, image, data_folder):
    maquette("generate", image)
    (task,) = maquette.tasks()
    error = {"kind": "network", "message": "It may have been charged.", "details": ""}
    unknown = {"provider": "modelslab", "provider_task": None}
    Journal(data_folder).update(task["id"], stage="unconfirmed", error=error, **unknown)
    said = maquette("tasks", "resume", "--jsonl")
    assert said.code == 4
    assert said.last == {"event": "failed", "task": task["id"], "kind": "network", "message": error["message"]}


def test_what_waits_for_the_panel_is_left_there(maquette, image, data_folder):
    maquette("generate", image)
    (task,) = maquette.tasks()
    Journal(data_folder).update(task["id"], stage="ready")
    assert (maquette("tasks", "resume", "--jsonl").out, maquette.tasks()[0]["state"]) == ("", "ready")
    assert maquette("tasks", "resume", task["id"]).code == 0
    assert maquette.tasks()[0]["state"] == "succeeded"


def test_two_commands_run_side_by_side(maquette, image, tmp_path):
    both = [maquette.start("generate", image, "--out", tmp_path / f"{name}.glb", "--jsonl") for name in "ab"]
    for said in map(end, both):
        assert said.code == 0, said
        check_lines(said.lines)
    assert [one["state"] for one in maquette.tasks()] == ["succeeded"] * 2
