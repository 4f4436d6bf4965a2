"""Copy Details: everything that a bug report needs, and nothing that is secret."""

import json
import os
import re
from pathlib import Path

import pytest
from hosted_cases import CASES
from hosted_line import calling

from blender_addon.core import log, redact
from blender_addon.core.details import details, public, version
from blender_addon.core.task import Task

KEY = "tsk_5ecret5ecret5ecret"
line = calling(CASES[0])


@pytest.mark.fault("S02")
def test_a_failed_task_is_told_in_full(line, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    line.maquette.script(convert={"kind": "model_file", "message": "It is empty.", "details": "last words"})
    assert line.generate("--set", "face_limit=5000").code == 1
    task = line.task
    told = line.maquette("tasks", "details", task["id"])
    assert told.code == 0
    for fact in (
        f"Maquette: {version()}",
        "Blender: ",
        "Python: 3.",
        "System: ",
        f"Task: {task['id']}",
        f"Provider: {line.case.id}",
        f"Provider's task: {task['provider_task']}",
        "Stage: failed",
        '"face_limit": 5000',
    ):
        assert fact in told.out
    assert "Error: model_file: It is empty.\nDetails:\n  last words\n" in told.out
    assert re.search(r"created \d{4}-\d\d-\d\d .*create sent \d{4}.*ended \d{4}", told.out)
    requests = [one for one in told.out.splitlines() if "net.trace" in one]
    assert len(requests) == len(line.sim.seen) and "200" in requests[0]
    assert line.sim.key not in told.out and "Signature" not in told.out
    assert str(tmp_path) not in told.out and "~" in told.out


@pytest.mark.fault("S02", "S16")
def test_a_task_full_of_secrets_is_told_without_them(tmp_path, monkeypatch):
    monkeypatch.setattr(redact, "_hidden", set())
    redact.hide(KEY)
    task = Task(
        "tripo",
        "a.png",
        {"front": "https://me.example/a.png?token=5ecret"},
        {"prompt": f"a castle {KEY}"},
        error={
            "kind": "provider",
            "message": f"no {KEY}",
            "details": "x-api-key: 5ecretly\nhttps://a.example/x?5ecret",
        },
    )
    handler = log.attach(tmp_path)
    log.logging.getLogger(log.PACKAGE).info("task %s has %s", task.id, KEY)
    log.detach(handler)
    told = details(task, tmp_path, {"Blender": "5.0"})
    assert "5ecret" not in told and "https://me.example/a.png" in told and "a castle •••" in told
    assert KEY not in json.dumps(task.public()) or "5ecret" not in public(json.dumps(task.public()))


@pytest.mark.fault("S02")
def test_tasks_json_repeats_no_secret(line, data_folder):
    from blender_addon.core.journal import Journal

    assert line.generate().code == 0
    journal = Journal(data_folder)
    words = {"kind": "provider", "message": f"no {line.sim.key}", "details": "https://a.example/x?Signature=5ecret"}
    journal.update(line.task["id"], error=words)
    journal.close()
    said = line.maquette("tasks", "--json").out
    assert line.sim.key not in said and "5ecret" not in said
    assert json.loads(said)[0]["error"]["message"] == "no •••"


@pytest.mark.fault("S12")
def test_names_and_sentences_do_not_steer_the_terminal(maquette, tmp_path, image):
    if os.name != "posix":  # no such name can be given there
        return
    odd = Path(image).rename(image.with_name("cas\x1b[2Jtle.png"))
    assert maquette("generate", odd, "--out", tmp_path / "a.glb").code == 0
    for said in (maquette("tasks"), maquette("generate", tmp_path / "no\x1b]0;x\x07.png")):
        assert not re.search(r"[\x00-\x09\x0b-\x1f]", said.out + said.err)
        assert r"\x1b" in said.out + said.err


def test_the_version_is_the_manifests():
    manifest = Path(__file__).parents[2] / "blender_manifest.toml"
    assert f'version = "{version()}"' in manifest.read_text()
