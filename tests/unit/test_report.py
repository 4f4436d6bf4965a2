"""The report of the full run belongs to the code that is here, and only a full run makes one."""

import copy
import importlib.util
import json
import os
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))
import _report as report  # noqa: E402

_spec = importlib.util.spec_from_file_location("maquette_layers_full", SCRIPTS / "test.py")
layers = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(layers)
SOUND = {"lost": 0, "paid twice": 0, "other faults": 0}
FIGURES = {
    "kill": {
        "killed": {"hits": 150, "ends": {"landed": 149, "unconfirmed": 1}, **SOUND},
        "network cut": {"hits": 50, **SOUND},
    },
    "kill-blender-5.0": {"killed": {"hits": 14, **SOUND}},
    "corpus-5.0": {
        "kinds": ["glb", "fbx"],
        "formats": {kind: {"files": count, "cases": {"killed": ["a"]}} for kind, count in report.FILES.items()},
    },
}


def changed(*path, to):
    """Return the figures with one of them changed."""
    made = copy.deepcopy(FIGURES)
    inside = made
    for name in path[:-1]:
        inside = inside[name]
    inside[path[-1]] = to
    return made


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Give a place for a report, not made yet."""
    monkeypatch.setattr(report, "REPORT", tmp_path / "REPORT.json")
    return tmp_path / "REPORT.json"


def test_the_report_fits_the_code():
    """A full run renews it, so there it may be stale."""
    assert not report.stale() or os.environ.get("MAQUETTE_FULL")


def tree(root, **changes):
    files = {
        "net/http.py": "a",
        "worker/gate.py": "b",
        "core/journal.py": "c",
        "core/options.py": "d",
        "cli/main.py": "e",
    }
    for name, text in {**files, **changes}.items():
        path = root / "blender_addon" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return report.stamp(root)


@pytest.mark.parametrize(
    ("name", "text", "changed"),
    [
        ("net/http.py", "A", True),
        ("worker/gate.py", "", True),
        ("core/journal.py", "cc", True),
        ("core/new.py", "", True),
        ("landing/read.py", "", True),
        ("core/options.py", "D", False),
        ("cli/main.py", "E", False),
        ("net/notes.txt", "", False),
    ],
)
def test_the_stamp_is_of_the_transport_journal_gate_worker_and_landing_code(tmp_path, name, text, changed):
    assert (tree(tmp_path / "changed", **{name: text}) != tree(tmp_path / "plain")) == changed


def test_line_ends_do_not_change_the_stamp(tmp_path):
    ends = [tree(tmp_path / name, **{"net/http.py": text}) for name, text in (("a", "x\ny\n"), ("b", "x\r\ny\r\n"))]
    assert ends[0] == ends[1]


def test_the_stamp_covers_what_it_is_about():
    names = {path.relative_to(report.ROOT / "blender_addon").as_posix() for path in report.stamped()}
    assert {
        "net/http.py",
        "net/download.py",
        "worker/gate.py",
        "core/journal.py",
        "core/run.py",
        "core/owner.py",
        "landing/read.py",
    } <= names
    assert not {"core/options.py", "core/source.py", "blender/panel.py"} & names
    missing = [one for one in report.UNSTAMPED if not (report.ROOT / one).exists()]
    assert not missing, "a file that is left out by its name is gone"


def run_full(monkeypatch, tmp_path, *arguments, figures=FIGURES, passed=1, during=lambda: None):
    """Run the command with one layer, whose tests write these figures."""

    def run_layer(name, pytest_args, fetch, out):
        assert os.environ["MAQUETTE_FULL"] == "1"
        for key, value in figures.items():
            (Path(os.environ["MAQUETTE_REPORT"]) / f"{key}.json").write_text(json.dumps(value))
        during()
        return layers.Outcome(passed, 1 - passed)

    monkeypatch.setenv("MAQUETTE_REQUIRE", "")
    monkeypatch.delenv("MAQUETTE_FULL", raising=False)
    monkeypatch.delenv("MAQUETTE_REPORT", raising=False)
    monkeypatch.setattr(layers, "run_layer", run_layer)
    monkeypatch.setattr(layers.faults, "main", lambda arguments: 0)
    monkeypatch.setitem(layers.GROUPS, "all", ("unit",))
    monkeypatch.setattr(sys, "argv", ["test.py", *(arguments or ("full",))])
    code = layers.main()
    assert "MAQUETTE_FULL" not in os.environ and "MAQUETTE_REPORT" not in os.environ
    return code


def test_a_full_run_writes_its_figures_and_the_stamp(made, monkeypatch, tmp_path, capsys):
    assert run_full(monkeypatch, tmp_path) == 0
    assert "REPORT.json is written. Faults: 188 rows" in capsys.readouterr().out
    facts = json.loads(made.read_text("utf-8"))
    assert facts["figures"] == FIGURES and facts["stamp"] == report.stamp()
    assert facts["layers"] == {"unit": "passed (1 passed, 0 failed)"}
    shown = made.with_suffix(".md").read_text("utf-8")
    for line in (
        "|  | killed | network cut |",
        "| hits | 150 | 50 |",
        "| ends | landed: 149<br>unconfirmed: 1 |  |",
        "| kinds | glb, fbx |",
        "### formats",
        "|  | glb | fbx | obj | stl | ply | zip | usd |",
        "| files | 1000 | 500 | 500 | 500 | 500 | 500 | 500 |",
        "| unit | passed (1 passed, 0 failed) |",
        f"| stamp | `{report.stamp()}` |",
    ):
        assert line in shown.splitlines()
    assert report.stale() == ""


def test_a_report_of_other_code_is_told_with_what_renews_it(made, monkeypatch, tmp_path):
    assert report.stale() == "There is no REPORT.json: run python3 scripts/test.py full."
    run_full(monkeypatch, tmp_path)
    monkeypatch.setattr(report, "stamp", lambda: "0" * 64)
    assert report.stale().endswith("gate, worker or landing code: run python3 scripts/test.py full.")
    made.with_suffix(".md").write_text("# Report")
    assert "REPORT.md does not belong to REPORT.json: run python3 scripts/test.py full" in report.stale()


@pytest.mark.parametrize(
    ("given", "said", "code"),
    [
        ({"passed": 0}, "0 passed, 1 failed", 1),
        ({"figures": {"kill": {}}}, "No report is written: no test made the figures corpus.", 1),
        ({"figures": {}}, "No report is written: no test made the figures kill and corpus.", 1),
        *(
            ({"figures": changed(*path, to=to)}, f"No report is written: {said}.", 1)
            for path, to, said in (
                (("kill", "killed", "hits"), 149, "kill: 149 of 150 killed"),
                (("kill", "network cut", "hits"), 0, "kill: 0 of 50 network cut"),
                (("kill", "killed", "lost"), 1, "kill, killed: lost"),
                (("kill-blender-5.0", "killed", "paid twice"), 1, "kill-blender-5.0, killed: paid twice"),
                (("corpus-5.0", "formats", "glb", "files"), 999, "corpus-5.0: 999 of 1000 glb"),
                (("corpus-5.0", "formats", "fbx", "files"), 0, "corpus-5.0: 0 of 500 fbx"),
                (("corpus-5.0", "formats", "obj", "cases"), {"over time": ["a"]}, "corpus-5.0, obj: over time"),
                (("corpus-5.0", "formats", "zip", "cases"), {"read outside": ["a"]}, "corpus-5.0, zip: read outside"),
            )
        ),
    ],
)
def test_a_run_without_all_figures_writes_no_report(made, monkeypatch, tmp_path, capsys, given, said, code):
    assert run_full(monkeypatch, tmp_path, **given) == code
    assert capsys.readouterr().out.splitlines()[-1] == said
    assert not made.exists()


def test_code_that_changes_meanwhile_gets_no_stamp(made, monkeypatch, tmp_path, capsys):
    stamps = iter(("before", "after"))
    monkeypatch.setattr(report, "stamp", lambda: next(stamps))
    assert run_full(monkeypatch, tmp_path) == 1
    assert "was changed while its tests ran" in capsys.readouterr().out
    assert not made.exists()


def test_a_full_run_takes_layers_and_no_choice_of_tests(made, monkeypatch, tmp_path, capsys):
    assert run_full(monkeypatch, tmp_path, "full", "unit") == 0
    with pytest.raises(SystemExit):
        run_full(monkeypatch, tmp_path, "full", "--", "-k", "kill")
    assert "full takes no arguments for pytest" in capsys.readouterr().err
