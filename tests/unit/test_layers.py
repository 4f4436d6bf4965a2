"""The test command counts honestly: what failed, crashed or never ran is not called passed."""

import importlib.util
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
    ],
    ids=["good", "failing", "dying", "broken", "empty"],
)
def test_a_layer_is_counted(tmp_path, text, passed, failed):
    (tmp_path / "test_sample.py").write_text(text)
    outcome = layers.run_pytest(Path(sys.executable), str(tmp_path), ["-p", "no:cacheprovider"][: 2 if text else 0])
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


def test_a_process_that_dies_with_code_0_has_failed(tmp_path):
    (tmp_path / "conftest.py").write_text("import os; os._exit(0)")
    assert layers.run_pytest(Path(sys.executable), str(tmp_path), []).failed == 1
