"""Blender's online access is off: nothing is sent on any way, and Local goes on working."""

import json
from pathlib import Path

import bpy
import pytest
from enabled import disc, extension  # noqa: F401 - fixtures
from hosted import online, tripo  # noqa: F401 - fixtures

from blender_addon.core.task import Task

ALLOW = "Preferences > System > Network > Allow Online Access, or start Blender with --online-mode"


@pytest.fixture
def command(capsys):
    """Return a function that calls `blender --command maquette`, and returns its exit code and last line."""
    from blender_addon.blender.command import run

    def call(*arguments):
        capsys.readouterr()
        code = run([str(one) for one in arguments])
        said = capsys.readouterr()
        return code, json.loads(said.out.splitlines()[-1]) if "--jsonl" in arguments else said.err

    return call


@pytest.fixture
def paid(tripo):  # noqa: F811
    """Keep a task that the provider has, of a Blender that has ended; return its id."""
    from blender_addon.blender import session

    task = Task("tripo", "crate.png", {"front": "front.png"}, {}, stage="running", provider_task="a")
    session.needed().assembly.journal.add(task)
    bpy.context.preferences.system.use_online_access = False
    return task.id


@pytest.mark.fault("N01")
def test_the_command_line_sends_nothing(paid, tripo, command, disc, tmp_path):  # noqa: F811
    generate = ("generate", disc, "--out", tmp_path / "a.glb", "--jsonl", "--provider")
    code, told = command(*generate, "tripo")
    assert (code, told["kind"], told["task"]) == (4, "network", None) and ALLOW in told["message"]
    code, told = command("balance", "tripo")
    assert code == 4 and ALLOW in told
    code, told = command("tasks", "resume", paid, "--jsonl")
    assert code == 4 and ALLOW in told["message"]
    code, told = command(*generate, "local")
    assert (code, told["event"]) == (0, "succeeded") and Path(told["outputs"][0]).is_file()
    assert tripo.seen == []
    bpy.context.preferences.system.use_online_access = True
    assert command(*generate, "tripo")[0] == 0 and tripo.paid == 1


@pytest.mark.fault("N01")
def test_no_operator_sends_anything(paid, tripo):  # noqa: F811
    from blender_addon.blender import session, snapshot

    snapshot.refresh()
    for name, given in {"generate": {"again": True}, "check_key": {}, "ask_price": {}}.items():
        with pytest.raises(RuntimeError, match="needs the network"):
            getattr(bpy.ops.maquette, name)(**given)
    tasks = session.needed().assembly.tasks
    assert bpy.ops.maquette.resume(task=paid) == {"FINISHED"} and tasks.running(paid)
    assert bpy.ops.maquette.cancel(task=paid) == {"FINISHED"}
    tasks.wait(paid)
    assert tripo.seen == []
