"""The table of faults is that of the tests' marks, and every mark names a row."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))
_spec = importlib.util.spec_from_file_location("maquette_faults", SCRIPTS / "faults.py")
table = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(table)

LISTED = 'ROWS = {"N05": "The answer is lost", "D10": "A scanner", "X18": "Windows"}\nREASONS: dict[str, str] = {%s}\n'
MARKED = {
    "on a test": ('@pytest.mark.fault("N05", "D10")\ndef test_a(): ...', ["N05 test_a", "D10 test_a"]),
    "on parameters": (
        '@pytest.mark.parametrize("x", [1, pytest.param(2, marks=pytest.mark.fault("N05"))])\ndef test_a(x): ...',
        ["N05 test_a"],
    ),
    "on shared parameters": (
        'CASES = [pytest.param(2, marks=[pytest.mark.fault("N05")])]\n'
        '@pytest.mark.parametrize("x", CASES)\ndef test_a(x): ...\ndef test_b(): ...',
        ["N05 test_a"],
    ),
    "on a file": ('pytestmark = pytest.mark.fault("N05")\ndef test_a(): ...\ndef helper(): ...', ["N05 test_a"]),
    "on a class": (
        '@pytest.mark.fault("N05")\nclass TestA:\n    @pytest.mark.fault("D10")\n    def test_b(self): ...',
        ["N05 TestA::test_b", "D10 TestA::test_b"],
    ),
    "in a condition": ('if True:\n    @pytest.mark.fault("N05")\n    def test_a(): ...', ["N05 test_a"]),
    "by a name": (
        'ROWS = ("N05",)\nROWS += ("X18",)\n@pytest.mark.fault(*ROWS)\ndef test_a(): ...',
        ["N05 test_a", "X18 test_a"],
    ),
    "nowhere": ('@pytest.mark.other("N05")\ndef test_a(): ...\n# @pytest.mark.fault("N05")', []),
}


@pytest.fixture
def tests(tmp_path):
    """Give a folder of tests with a list of three faults."""
    (tmp_path / "unit").mkdir()
    (tmp_path / "faults.py").write_text(LISTED % "")
    return tmp_path


def test_the_table_is_up_to_date(capsys):
    assert (table.main(["--check"]), capsys.readouterr().err) == (0, "")
    with capsys.disabled():
        print(f"\nfaults: {table.said(table.read())}")


def test_every_fault_of_the_list_is_there():
    rows = table.read().rows
    assert {letter: sum(row[0] == letter for row in rows) for letter in table.AREAS} == {
        "N": 31, "P": 35, "F": 39, "Z": 12, "D": 14, "X": 20, "U": 17, "S": 20,
    }  # fmt: skip
    assert len(rows) == 188 and all(re.fullmatch(r"[A-Z]\d\d", row) and what for row, what in rows.items())


@pytest.mark.parametrize(("text", "expected"), MARKED.values(), ids=MARKED)
def test_marks_are_found_without_running_the_tests(tests, text, expected):
    (tests / "unit" / "test_one.py").write_text("import pytest\n" + text)
    assert [f"{one.row} {one.test.partition('::')[2]}" for one in table.marks(tests)] == expected


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ('@pytest.mark.fault("N99")', "unit/test_one.py::test_a is marked with N99, which is no row"),
        ('@pytest.mark.fault("N05", "n05")', "is marked with n05, which is no row"),
        ("@pytest.mark.fault(*ROWS)", "unit/test_one.py:1: a mark of a fault takes plain texts"),
    ],
)
def test_a_mark_that_names_no_fault_is_told(tests, capsys, mark, said):
    (tests / "unit" / "test_one.py").write_text(mark + "\ndef test_a(): ...")
    assert table.main([], tests) == 1
    assert said in capsys.readouterr().err
    assert not (tests / "FAULTS.md").exists()


def test_a_reason_for_no_fault_is_told(tests, capsys):
    (tests / "faults.py").write_text(LISTED % '"X99": "No Windows."')
    assert table.main([], tests) == 1
    assert "a reason for X99" in capsys.readouterr().err


def test_a_stale_table_is_told_and_mended(tests, capsys):
    assert table.main([], tests) == 0
    assert "| N05 | The answer is lost | open |" in (tests / "FAULTS.md").read_text()
    assert table.main(["--check"], tests) == 0
    (tests / "unit" / "test_one.py").write_text('@pytest.mark.fault("N05")\ndef test_a(): ...')
    (tests / "faults.py").write_text(LISTED % '"X18": "No Windows."')
    assert table.main(["--check"], tests) == 1
    assert "FAULTS.md is stale: run python3 scripts/faults.py" in capsys.readouterr().err
    assert table.main([], tests) == 0
    text = (tests / "FAULTS.md").read_text("utf-8")
    assert "| N05 | The answer is lost | unit/test_one.py: `test_a` |" in text
    assert "| X18 | Windows | No Windows. |" in text
    assert "covered: 1 · explained: 1 · open: 1" in text and text.endswith("## Open\n\nD10\n")
