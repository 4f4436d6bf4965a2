"""Several real processes with one journal: each step of a task is taken by one of them, and by another when it dies."""

import hosted_line
import pytest
from command_line import end
from hosted_cases import CASES
from test_cli_tasks import hanging
from waiting import until

from blender_addon.core.journal import Journal
from blender_addon.core.orphans import orphans

line = hosted_line.line


def orphan(maquette, image, *arguments):
    """Return a task whose process was killed in the middle of its work."""
    process = hanging(maquette, image, *arguments)
    process.kill()
    end(process)
    (task,) = maquette.tasks()
    return task["id"]


def calls(maquette, work):
    return (maquette.folder / "calls").read_text().split().count(work)


def race(maquette, work, *arguments):
    """Let four commands start at once, one of which has to wait in its work; return what they said, that one last."""
    maquette.script(**{work: "slow"})
    four = [maquette.start(*arguments) for _ in range(4)]
    try:
        until(lambda: sum(one.poll() is not None for one in four) == 3, "three of them end")
        (maquette.folder / "go").touch()
        return [end(one) for one in sorted(four, key=lambda one: one.returncode is None)]
    finally:
        for one in four:
            one.kill()


@pytest.mark.fault("X11")
def test_of_commands_that_resume_an_orphan_at_once_one_does(maquette, image, tmp_path):
    out = tmp_path / "a.glb"
    orphan(maquette, image, "--out", out)
    before = calls(maquette, "reconstruct")
    *others, one = race(maquette, "reconstruct", "tasks", "resume")
    assert [said.code for said in others] == [2, 2, 2]
    assert all("is being run by another process" in said.err for said in others)
    assert (one.code, out.exists()) == (0, True)
    assert [calls(maquette, work) for work in ("reconstruct", "convert", "write")] == [before + 1, 1, 1]


@pytest.mark.fault("X12")
def test_of_commands_that_land_a_model_at_once_one_does(maquette, image, data_folder, tmp_path):
    maquette("generate", image)
    (task,) = maquette.tasks()
    Journal(data_folder).update(task["id"], stage="ready", outputs=[str(tmp_path / "a.glb")])
    before = calls(maquette, "write")
    *others, one = race(maquette, "write", "tasks", "resume", task["id"])
    assert all("is being run by another process" in said.err for said in others)
    assert (one.code, calls(maquette, "write")) == (0, before + 1)
    again = maquette("tasks", "resume", task["id"])
    assert (again.code, "has ended already (succeeded)" in again.err) == (0, True)


def test_a_task_that_was_landed_meanwhile_is_not_landed_again(maquette, image, data_folder, monkeypatch):
    """Between the look at the journal and the claim, another process may have done it all."""
    from blender_addon.cli import tasks

    maquette("generate", image)
    (task,) = maquette.tasks()
    journal = Journal(data_folder)
    journal.update(task["id"], stage="ready")
    land = tasks.land

    def late(assembly, task_id, report, started):
        journal.update(task_id, stage="landed")
        return land(assembly, task_id, report, started)

    monkeypatch.setattr(tasks, "land", late)
    before = calls(maquette, "write")
    said = maquette("tasks", "resume", task["id"])
    assert (said.code, calls(maquette, "write")) == (0, before)


@pytest.mark.fault("X11")
@pytest.mark.parametrize("line", CASES[:1], indirect=True, ids=lambda case: case.id)
def test_a_paid_orphan_is_fetched_by_one_process(line):
    """All of them ask at once; one polls, one downloads, and the provider is paid once."""
    line.sim.script([line.sim.SCRIPT[0]])
    end(line.kill_when(lambda: line.sim.requests(line.case.poll), "it polls"))
    line.finish()
    before = len(line.sim.requests("/results/*"))
    *others, one = race(line.maquette, "convert", "tasks", "resume", "--jsonl")
    assert [said.code for said in others] == [2, 2, 2]
    assert (one.code, one.last["event"]) == (0, "succeeded")
    assert line.sim.paid == len(line.sim.requests(line.case.create)) == 1
    assert len(line.sim.requests("/results/*")) == before + 1


@pytest.mark.fault("X11")
def test_an_orphan_is_seen_at_once_and_only_an_orphan(maquette, image, data_folder):
    assert orphans(data_folder) == [] and not data_folder.exists(), "nothing is made to look"
    process = hanging(maquette, image)
    (task,) = maquette.tasks()
    assert orphans(data_folder) == []
    process.kill()
    end(process)
    assert orphans(data_folder) == [task["id"]]
    assert maquette("tasks", "resume").code == 0
    assert orphans(data_folder) == []


@pytest.mark.fault("D06")
def test_a_damaged_journal_stops_no_command(maquette, image, data_folder, tmp_path):
    for _ in range(3):
        maquette("generate", image)
    lost = maquette.tasks()[1]["id"]
    (data_folder / "tasks" / lost / "task.json").unlink()
    (data_folder / "journal.sqlite").write_bytes(b"this is no database " * 100)
    said = maquette("generate", image, "--out", tmp_path / "a.glb")
    (kept,) = data_folder.glob("journal-damaged-*")
    assert said.code == 0
    assert f"2 of 3 tasks were recovered; the damaged journal is kept as {kept}.\n" in said.err
    assert len(maquette.tasks()) == 3
    (data_folder / "journal.sqlite").write_bytes(b"")
    said = maquette("tasks", "--json")
    assert "3 of 4 tasks were recovered" in said.err
    assert said.out.startswith("[")
