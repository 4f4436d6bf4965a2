"""The test command counts honestly: what failed, crashed or never ran is not called passed."""

import importlib.util
import os
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))
_spec = importlib.util.spec_from_file_location("maquette_layers", SCRIPTS / "test.py")  # `test` is a standard module
layers = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(layers)


@pytest.mark.parametrize(
    ("text", "passed", "failed"),
    [
        ("def test_a(): pass\ndef test_b(): pass", 2, 0),
        ("def test_a(): pass\ndef test_b(): assert False", 1, 1),
        ("import os\ndef test_a(): pass\ndef test_b(): os._exit(0)", 0, 1),
        ("import nothing_of_this_name", 0, 1),
        ("", 0, 1),
        ("import pytest\ndef test_a(): pytest.skip()", 0, 1),
    ],
    ids=["good", "failing", "dying", "broken", "empty", "none run"],
)
def test_a_layer_is_counted(tmp_path, text, passed, failed):
    (tmp_path / "test_sample.py").write_text(text)
    outcome = layers.run_pytest(Path(sys.executable), str(tmp_path), [])
    assert (outcome.passed, outcome.failed) == (passed, failed)


def test_the_exit_code_tells_failed_from_left_out(capsys):
    ran, broke, left_out = layers.Outcome(3, 0), layers.Outcome(1, 2), layers.Outcome(reason="no Blender")
    assert layers.summary({"unit": ran, "window": left_out}, []) == 0
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "unit: passed (3 passed, 0 failed)",
        "window: left out, no Blender",
        "3 passed, 0 failed",
    ]
    assert layers.summary({"unit": ran, "window": left_out}, ["window"]) == 3
    assert layers.summary({"unit": ran, "window": broke}, ["bpy-5.2"]) == 1


def test_a_layer_that_was_named_or_required_must_run():
    outcomes = {"unit": layers.Outcome(1), "bpy-4.2": layers.Outcome(1), "bpy-5.2": layers.Outcome(reason="no Python")}
    assert layers.missing(outcomes, ["all"], []) == []
    assert layers.missing(outcomes, ["bpy"], ["unit"]) == []
    assert layers.missing(outcomes, ["bpy-5.2"], ["unit", "window"]) == ["bpy-5.2", "window"]


def test_a_layer_of_which_no_test_was_chosen_has_not_run(tmp_path, capsys):
    (tmp_path / "test_sample.py").write_text("def test_a(): pass")
    none = layers.run_pytest(Path(sys.executable), str(tmp_path), ["-k", "nothing_of_this_name"])
    assert str(none) == "no test ran"
    assert layers.missing({"unit": none}, [], ["unit"]) == ["unit"]
    assert layers.summary({"unit": none, "bpy-4.2": layers.Outcome(1)}, []) == 0
    assert layers.summary({"unit": none}, []) == 3, "nothing ran at all"


def run_main(monkeypatch, tmp_path, second, *arguments):
    """Run the command with layers that are files: unit passes, the second lane is as given."""
    (tmp_path / "unit.py").write_text("def test_a(): pass")
    (tmp_path / "second.py").write_text(second)
    files = {"unit": "unit.py", layers.SECOND_LANE: "second.py"}
    plain = layers.run_pytest

    def run_layer(name, pytest_args, fetch, out):
        fetched.append(fetch)
        return plain(Path(sys.executable), str(tmp_path / files[name]), pytest_args, out)

    fetched = []
    monkeypatch.setenv("MAQUETTE_REQUIRE", "")
    monkeypatch.setattr(layers, "run_layer", run_layer)
    monkeypatch.setitem(layers.GROUPS, "all", tuple(files))
    monkeypatch.setattr(sys, "argv", ["test.py", *arguments])
    return layers.main(), fetched


@pytest.mark.parametrize("arguments", [(), ("--require", "unit")])
def test_the_second_lane_decides_nothing(monkeypatch, tmp_path, capsys, arguments):
    assert run_main(monkeypatch, tmp_path, "def test_a(): assert False", *arguments) == (0, [True, False])
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "unit: passed (1 passed, 0 failed)",
        "bpy 5.2 (second lane): FAILED (0 passed, 1 failed), which decides nothing",
        "1 passed, 0 failed",
    ]


@pytest.mark.parametrize("arguments", [("unit", "bpy-5.2"), ("--require", "unit,bpy 5.2")])
def test_the_second_lane_decides_when_it_is_named_or_required(monkeypatch, tmp_path, capsys, arguments):
    assert run_main(monkeypatch, tmp_path, "def test_a(): assert False", *arguments) == (1, [True, True])
    assert capsys.readouterr().out.splitlines()[-1] == "1 passed, 1 failed"


def test_two_layers_at_a_time_are_printed_one_after_the_other(monkeypatch, tmp_path, capsys):
    second = "def test_a():\n    print('why it failed')\n    assert False"
    assert run_main(monkeypatch, tmp_path, second, "unit", "--jobs", "2", "bpy-5.2")[0] == 1
    said = capsys.readouterr().out
    first, last = sorted(said.partition("=== summary ===")[0].split("test session starts")[1:], key=len)
    assert "unit: passed" in first and "bpy 5.2: FAILED" in last and "why it failed" in last
    assert said.splitlines()[-1] == "1 passed, 1 failed"


def test_a_process_that_dies_with_code_0_has_failed(tmp_path):
    (tmp_path / "conftest.py").write_text("import os; os._exit(0)")
    assert layers.run_pytest(Path(sys.executable), str(tmp_path), []).failed == 1


@pytest.mark.parametrize(
    ("arguments", "end"),
    [
        ((), (["unit: no test ran", "0 passed, 0 failed"], 3)),
        (("--require", "unit"), (["unit: FAILED (0 passed, 5 failed)", "0 passed, 5 failed"], 1)),
    ],
    ids=["by itself", "required"],
)
def test_what_cannot_be_tested_here_is_not_called_passed(tmp_path, monkeypatch, capfd, arguments, end):
    """Where no disk can be mounted, its tests are left out with the reason; where they are required they fail."""
    unshare = tmp_path / "unshare"
    unshare.write_text("#!/bin/sh\necho no rights here >&2\nexit 1\n")
    unshare.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("MAQUETTE_REQUIRE", "")
    monkeypatch.setattr(layers, "environment", lambda *_: Path(sys.executable))
    monkeypatch.setitem(layers.GROUPS, "all", ("unit",))
    monkeypatch.setattr(sys, "argv", ["test.py", *arguments, "--", "-k", "test_a_disk_that_is_full_or_locked"])
    code = layers.main()
    said = capfd.readouterr().out
    assert (said.splitlines()[-len(end[0]) :], code) == end
    assert "no rights here" in said or "only root on Linux" in said
