"""`maquette generate`: flags, events, exit codes, and what goes where."""

import json
import os
import re
import sys
from pathlib import Path

import pytest
from pictures import real_png

from blender_addon.cli.report import EXIT, INTERRUPTED, Report
from blender_addon.core.errors import KINDS
from blender_addon.core.events import Succeeded

ROOT = Path(__file__).resolve().parents[2]
FIELDS = {
    "submitted": {"provider_task": str},
    "progressed": {"state": str, "percent": (int, type(None))},
    "downloaded": {"path": str, "bytes": int},
    "succeeded": {
        "objects": int,
        "triangles": int,
        "materials": int,
        "images": int,
        "credits": (float, int, type(None)),
        "outputs": list,
        "seconds": float,
        "main_thread_ms": float,
    },
    "failed": {"kind": str, "message": str},
    "cancelled": {},
}
"""design.md, section 6."""


def check_lines(lines) -> None:
    """Every line has the fields of its event, no more and no less, and one task."""
    for line in lines:
        fields = FIELDS[line["event"]]
        assert set(line) == {"event", "task", *fields}, line
        assert all(isinstance(line[name], kind) for name, kind in fields.items()), line
    assert len({line["task"] for line in lines}) == 1
    assert [line["event"] in ("succeeded", "failed", "cancelled") for line in lines] == [False] * (len(lines) - 1) + [
        True
    ]


def test_the_events_of_a_whole_run(maquette, image, tmp_path):
    out, preview = tmp_path / "a.glb", tmp_path / "a.png"
    said = maquette("generate", image, "--out", out, "--out", tmp_path / "a.blend", "--preview", preview, "--jsonl")
    assert (said.code, said.err) == (0, "")
    check_lines(said.lines)
    names = [line["event"] for line in said.lines]
    assert [one for one in names if one != "progressed"] == ["submitted", "downloaded", "succeeded"]
    assert said.lines[0]["provider_task"] == said.lines[0]["task"]
    assert Path(next(line for line in said.lines if line["event"] == "downloaded")["path"]).name == "model.glb"
    assert said.last["outputs"] == [str(out), str(tmp_path / "a.blend"), str(preview)]
    assert {name: said.last[name] for name in ("objects", "triangles", "materials", "images", "credits")} == {
        **{"objects": 1, "triangles": 12, "materials": 1, "images": 3},
        "credits": 0.0,
    }
    assert said.last["main_thread_ms"] == 12.346
    assert all(Path(path).read_bytes().startswith(b"BLENDER") for path in said.last["outputs"])
    (task,) = maquette.tasks()
    assert (task["state"], task["stage"], task["outputs"]) == ("succeeded", "landed", said.last["outputs"])


def test_what_was_left_out_or_repaired_is_said_to_programs_and_people(maquette, image, tmp_path):
    (tmp_path / "tower.glb").write_bytes(b"glTF\x02\0\0\0" + bytes(99))
    for call in (("generate", image), ("import", tmp_path / "tower.glb")):
        out = ("--out", tmp_path / "a.glb")
        assert "warnings" not in maquette(*call, *out, "--jsonl").last
        maquette.script(convert="warn")
        assert maquette(*call, *out, "--jsonl").last["warnings"] == ["A texture was left out."]
        assert "A texture was left out." in maquette(*call, *out).err.splitlines()
        maquette.script()


def test_people_get_sentences_on_stderr_and_results_on_stdout(maquette, image, tmp_path):
    said = maquette("generate", image, "--out", tmp_path / "a.glb")
    assert said.code == 0
    assert said.out.splitlines() == [str(tmp_path / "a.glb")]
    assert "has started." in said.err
    assert "12 triangles, 1 material, 3 textures." in said.err
    assert "\r" not in said.err, "a log gets no progress bar"


def test_one_triangle_is_one(capsys):
    Report(False).event(Succeeded("t", 1, 1, 1, 0, None, [], seconds=1.0, main_thread_ms=1.0))
    assert capsys.readouterr().err == "Done in 1.0 s: 1 triangle, 1 material, 0 textures.\n"


@pytest.mark.parametrize("flags", [(), ("--preview", "a.png")])
def test_without_out_the_model_is_kept_and_people_are_told_where(maquette, image, tmp_path, monkeypatch, flags):
    monkeypatch.chdir(tmp_path)
    said = maquette("generate", image, *flags)
    assert (said.code, len(said.out.splitlines())) == (0, len(flags) // 2)
    kept, model = re.search(r'kept in (.+)\. `maquette import "(.+)" --out FILE`', said.err).groups()
    assert Path(kept).read_bytes().startswith(b"BLENDER")
    assert maquette("import", model, "--out", image.with_suffix(".glb")).code == 0
    (task,) = maquette.tasks()
    again = maquette("tasks", "resume", task["id"])
    assert (again.code, again.err.splitlines()[0]) == (0, f"Task {task['id']} has ended already (succeeded).")
    assert again.err.splitlines()[1] in said.err, "who asks for it again is told where it is"


def test_the_suffix_is_taken_in_any_case_and_the_folder_from_here(maquette, image, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = maquette("generate", "castle.png", "--out", "A.GLB", "--jsonl")
    assert said.last["outputs"] == [str(tmp_path / "A.GLB")]


def test_views_and_options_reach_the_background_blender(maquette, image, tmp_path, data_folder):
    views = ["--view", f"left={image}", "--view", f"back={image}", "--view", f"right={image}"]
    sets = ["--set", "method=hull", "--set", "face_limit=500", "--set", "symmetry=yes", "--set", "roundness=none"]
    assert maquette("generate", image, *views, *sets).code == 0
    (task,) = maquette.tasks()
    order = json.loads((data_folder / "tasks" / task["id"] / "order.json").read_text())
    assert set(order["views"]) == {"front", "left", "back", "right"}
    given = {name: order["options"][name] for name in ("method", "face_limit", "symmetry", "roundness")}
    assert given == {"method": "hull", "face_limit": 500, "symmetry": True, "roundness": None}


def test_a_height_is_the_providers_own_option_where_there_is_one(maquette, image, data_folder):
    assert maquette("generate", image, "--height", "0.3").code == 0
    (task,) = maquette.tasks()
    order = json.loads((data_folder / "tasks" / task["id"] / "order.json").read_text())
    assert order["options"]["height"] == 0.3
    assert json.loads((data_folder / "tasks" / task["id"] / "task.json").read_text())["height"] is None


def test_pictures_are_cut_out_and_cropped_and_the_model_is_named_when_that_is_asked(maquette, image, data_folder):
    assert maquette("generate", image).code == 0
    assert maquette("generate", image, "--remove-background", "--crop", "--name", " Crown ").code == 0
    new, old = (data_folder / "tasks" / task["id"] for task in maquette.tasks())
    assert [path.name for path in old.glob("front*")] == ["front.png"], "it was sent as it is"
    order = json.loads((new / "order.json").read_text())
    assert Path(order["views"]["front"]) == new / "front_converted.png"
    kept = json.loads((new / "task.json").read_text())
    assert (kept["title"], kept["cut_out"], kept["crop"]) == ("Crown", True, True)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_error_has_its_exit_code(maquette, image, kind):
    codes = {"input": 2, "account": 3, "credits": 3, "network": 4, "timeout": 4, "disk": 4}
    maquette.script(reconstruct={"kind": kind, "message": "What happened.", "details": "x"})
    said = maquette("generate", image, "--jsonl")
    assert said.code == EXIT[kind] == codes.get(kind, 1)
    check_lines(said.lines)
    assert (said.last["kind"], said.last["message"]) == (kind, "What happened.")
    (task,) = maquette.tasks()
    assert task["state"] == ("running" if kind in ("account", "network", "timeout", "disk") else "failed") or (
        task["stage"] == "submitted"
    )
    assert task["error"]["kind"] == kind


def test_the_readme_names_each_exit_code():
    text = (ROOT / "README.md").read_text("utf-8").partition("Exit codes: ")[2].partition("\n\n")[0]
    named = {int(code): words for code, words in (one.split(maxsplit=1) for one in text.split(" · "))}
    assert set(named) == {0, INTERRUPTED, *EXIT.values()}
    words = {"input": "path", "account": "account", "credits": "credits", "provider": "failed", "rejected": "failed"}
    words |= {"model_file": "model file", "network": "no answer", "timeout": "time-out", "disk": "disk full"}
    assert [kind for kind in KINDS if words[kind] not in " ".join(named[EXIT[kind]].split())] == []


def test_people_are_told_what_went_wrong(maquette, image):
    maquette.script(reconstruct={"kind": "input", "message": "What happened.", "details": "x"})
    said = maquette("generate", image)
    assert (said.code, said.out) == (2, "")
    assert said.err.endswith("maquette: What happened.\n")


def test_a_model_file_that_kills_blender_is_an_error_of_the_model_file(maquette, image):
    maquette.script(convert="die")
    said = maquette("generate", image, "--jsonl")
    assert (said.code, said.last["kind"]) == (1, "model_file")
    assert "these were my last words" in maquette.tasks()[0]["error"]["details"]


def test_a_failure_in_writing_leaves_the_task_ready(maquette, image, tmp_path):
    maquette.script(write="die")
    said = maquette("generate", image, "--out", tmp_path / "a.glb", "--jsonl")
    assert said.code == 1
    check_lines(said.lines)
    assert maquette.tasks()[0]["state"] == "ready"
    maquette.script()
    said = maquette("tasks", "resume", "--jsonl")
    assert (said.code, [line["event"] for line in said.lines]) == (0, ["succeeded"])
    assert (tmp_path / "a.glb").exists()


def test_a_task_that_failed_speaks_of_no_scene(maquette, image):
    maquette.script(convert="die")
    for flags in ((), ("--jsonl",)):
        said = maquette("generate", image, *flags)
        message = said.last["message"] if flags else said.err
        assert said.code == 1 and "stopped unexpectedly" in message and "scene" not in message


def test_a_picture_that_is_cut_off_starts_no_task(maquette, image):
    image.write_bytes(real_png()[:-30])
    said = maquette("generate", image)
    assert (said.code, said.out) == (2, "") and "has started" not in said.err
    assert "is damaged: it is not there to its end" in said.err and maquette.tasks() == []


def test_a_source_is_not_written_over(maquette, image, tmp_path):
    (tmp_path / "tower.glb").write_bytes(b"glTF\x02\0\0\0" + bytes(99))
    before = image.read_bytes()
    for call in (
        ("import", tmp_path / "tower.glb", "--out", tmp_path / "new" / ".." / "tower.glb"),
        ("generate", image, "--preview", image),
    ):
        (tmp_path / "new").mkdir(exist_ok=True)
        said = maquette(*call)
        assert said.code == 2 and "is the source itself" in said.err
    assert image.read_bytes() == before and maquette.tasks() == []


def test_the_poll_interval_can_be_set(maquette, image, monkeypatch, tmp_path):
    """At an hour a poll, a task that does not end at once would never end here; the time given ends it."""
    monkeypatch.setenv("MAQUETTE_POLL_S", "0.05")
    maquette.script(reconstruct="hang")
    said = maquette("generate", image, "--timeout", "0.2", "--jsonl")
    assert (said.code, said.last["kind"]) == (4, "timeout")
    maquette.script(reconstruct="hang")
    told = maquette("tasks", "resume", "--timeout", "0.2")
    assert told.err.endswith(f"\n`maquette tasks resume {said.last['task']}` goes on with it.\n")
    maquette.script()
    assert "stopped: resume it" in maquette("tasks").out
    assert maquette("tasks", "resume", said.last["task"]).code == 0, "a second try may take as long as it takes"


def test_a_file_name_that_is_no_text_can_be_used(maquette, tmp_path):
    if sys.platform != "linux":
        return  # other systems have no such names
    image = tmp_path / os.fsdecode(b"caf\xe9.png")
    image.write_bytes(real_png())
    said = maquette("generate", image, "--out", tmp_path / os.fsdecode(b"caf\xe9.glb"), "--jsonl")
    assert said.code == 0
    assert said.last["outputs"] == [str(tmp_path / os.fsdecode(b"caf\xe9.glb"))]
    assert maquette.tasks()[0]["image"] == image.name


def test_json_lines_are_ascii(maquette, tmp_path, image):
    """Whatever encoding the pipe has on the system at hand."""
    said = maquette("generate", image, "--out", tmp_path / "château.glb", "--jsonl")
    assert said.out.isascii()
    assert said.last["outputs"] == [str(tmp_path / "château.glb")]
