"""Writes tests/FAULTS.md: each fault of tests/faults.py, and the tests that cover it, read from their marks.

python3 scripts/faults.py            writes it
python3 scripts/faults.py --check    exit code 1 and a sentence when it is stale or a mark names no fault
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from _layout import ROOT, say
from _marks import Mark, MarkedFile, MarkError

TESTS = ROOT / "tests"
COVERED, EXPLAINED, OPEN = "covered", "explained", "open"
AREAS = {
    "N": "Network",
    "P": "Provider",
    "F": "Model file",
    "Z": "Archive",
    "D": "Disk",
    "X": "Processes and threads",
    "U": "User and scene",
    "S": "Secrets and safety",
}


class Faults(NamedTuple):
    """The table as data."""

    rows: dict[str, str]
    reasons: dict[str, str]
    tests: dict[str, list[str]]

    def state(self, row: str) -> str:
        """Tell how a row stands."""
        return COVERED if self.tests.get(row) else EXPLAINED if row in self.reasons else OPEN

    def counts(self) -> dict[str, int]:
        """Count the rows by how they stand."""
        found = Counter(self.state(row) for row in self.rows)
        return {state: found[state] for state in (COVERED, EXPLAINED, OPEN)}


def main(arguments: list[str], tests: Path = TESTS) -> int:
    """Write the table, or check it; return the exit code."""
    if arguments not in ([], ["--check"]):
        say(__doc__ or "")
        return 2
    table = tests / "FAULTS.md"
    try:
        made = render(read(tests))
    except MarkError as error:
        say(str(error))
        return 1
    if table.exists() and table.read_text(encoding="utf-8") == made:
        return 0
    if arguments:
        say(f"{table.name} is stale: run python3 scripts/faults.py.")
        return 1
    table.write_bytes(made.encode())
    return 0


def read(tests: Path = TESTS) -> Faults:
    """Return all faults with the tests that cover them. Raises MarkError for a mark that names none."""
    listed = constants(tests / "faults.py")
    rows, reasons = listed["ROWS"], listed["REASONS"]
    covered: dict[str, list[str]] = {}
    for mark in marks(tests):
        if mark.row not in rows:
            raise MarkError(f"{mark.test} is marked with {mark.row}, which is no row of tests/faults.py.")
        covered.setdefault(mark.row, []).append(mark.test)
    unknown = sorted(reasons.keys() - rows.keys())
    if unknown:
        raise MarkError(f"tests/faults.py has a reason for {unknown[0]}, which is no row.")
    return Faults(rows, reasons, {row: sorted(set(names)) for row, names in covered.items()})


def constants(path: Path) -> dict[str, dict[str, str]]:
    """Return the dictionaries that stand in the file, without running it."""
    found = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value:
            found[target.id] = ast.literal_eval(node.value)
    return found


def marks(tests: Path) -> Iterator[Mark]:
    """Yield every mark in the test files. Raises MarkError."""
    for path in sorted(tests.rglob("test_*.py")):
        yield from MarkedFile(path.relative_to(tests).as_posix(), path.read_text(encoding="utf-8")).marks()


def said(faults: Faults) -> str:
    """Return how many rows there are, and how they stand, in words."""
    counts = " · ".join(f"{state}: {count}" for state, count in faults.counts().items())
    return f"{len(faults.rows)} rows. {counts}"


def render(faults: Faults) -> str:
    """Return the table as Markdown."""
    parts = [
        "# Faults\n\nWhat a task, a file, a scene or a key must survive, and the tests that hold it. Made by "
        "`python3 scripts/faults.py` from `tests/faults.py` and the tests' marks.\n\n" + said(faults)
    ]
    for letter, area in AREAS.items():
        lines = [_line(faults, row) for row in faults.rows if row[0] == letter]
        parts.append(f"## {area}\n\n| Row | What happens | Covered by |\n| --- | --- | --- |\n" + "\n".join(lines))
    left = [row for row in faults.rows if faults.state(row) == OPEN]
    parts.append("## Open\n\n" + (", ".join(left) or "None.") + "\n")
    return "\n\n".join(parts)


def _line(faults: Faults, row: str) -> str:
    """Return the row's line; tests of one file stand together."""
    files: dict[str, list[str]] = {}
    for test in faults.tests.get(row, []):
        file, _, name = test.partition("::")
        files.setdefault(file, []).append(f"`{name}`")
    cells = [f"{file}: {', '.join(names)}" for file, names in files.items()]
    if row in faults.reasons:
        cells.append(faults.reasons[row])
    return f"| {row} | {faults.rows[row]} | {'<br>'.join(cells) or 'open'} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
