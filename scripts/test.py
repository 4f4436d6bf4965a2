"""Runs the tests: python3 scripts/test.py [full] [LAYER…] [--require LAYERS] [--jobs N] [-- PYTEST ARGS].

Without a layer all that can run here are run. `full` runs the long versions of the tests, which takes hours, and
writes tests/FAULTS.md, tests/REPORT.md and tests/REPORT.json when nothing failed.

Layers: unit (static checks and tests without Blender), bpy (or one of bpy-4.2, bpy-4.5, bpy-5.0, bpy-5.2: Blender as
a module), extension (the built zip, installed), window (a real Blender with a window).
Exit code: 0 all passed, 1 something failed, 3 a layer that was named or required did not run, or none did.
bpy-5.2 is a second lane: it runs where there is a Python 3.13, and decides only when it is named or required.
With --jobs 2 two layers run at a time, and each is printed when it has ended.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import NamedTuple, TextIO

import _report
import faults
from _layout import ROOT, SetupError
from _setup import environment, package_environment
from _window import which_blender

LIMIT_S, FULL_LIMIT_S = 45 * 60, 12 * 60 * 60
FULL = "full"
NO_TESTS = 5  # pytest's exit code
SECOND_LANE = "bpy-5.2"  # needs another Python, which is not fetched for this unless it is named or required
BPY = ("bpy-4.2", "bpy-4.5", "bpy-5.0", SECOND_LANE)
GROUPS = {"bpy": BPY, "all": ("unit", *BPY, "extension", "window")}
CHECKS = (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"])


class Outcome(NamedTuple):
    """How a layer went; with a reason it did not run."""

    passed: int = 0
    failed: int = 0
    reason: str = ""
    decides: bool = True

    def __str__(self) -> str:
        """Say it in a few words."""
        if self.reason:
            return "left out, " + self.reason
        if not (self.passed or self.failed):
            return "no test ran"
        counts = f"({self.passed} passed, {self.failed} failed)"
        if not self.failed:
            return f"passed {counts}"
        return f"FAILED {counts}" + ("" if self.decides else ", which decides nothing")

    def line(self, name: str) -> str:
        """Say it with the layer's name."""
        return name.replace("-", " ") + ("" if self.decides else " (second lane)") + f": {self}"


def main() -> int:
    """Run the layers, print the summary, and return the exit code."""
    options, pytest_args = read_arguments(sys.argv[1:])
    if not options.full:
        return run_layers(options, pytest_args)[0]
    if faults.main([]):  # the table first: a test looks whether it fits the tests
        return 1
    before = _report.stamp()
    with figures_folder() as figures:
        code, outcomes = run_layers(options, pytest_args)
        return code or finish_report(figures, outcomes, before)


def run_layers(options: argparse.Namespace, pytest_args: list[str]) -> tuple[int, dict[str, Outcome]]:
    """Run the layers, print the summary, and return the exit code and what each layer did."""
    names = [name for wanted in options.layers or ["all"] for name in GROUPS.get(wanted, (wanted,))]
    required = [name.strip().replace(" ", "-") for name in options.require.split(",") if name.strip()]
    os.environ["MAQUETTE_REQUIRE"] = ",".join(required)  # for tests that are left out only where nobody requires them
    speaking = Lock()

    def run(name: str) -> Outcome:
        decides = name != SECOND_LANE or name in options.layers or name in required
        with told_at_its_end(speaking) if options.jobs > 1 else nullcontext() as out:
            outcome = run_layer(name, pytest_args, decides, out)._replace(decides=decides)
            print(outcome.line(name), file=out, flush=True)
        return outcome

    with ThreadPoolExecutor(options.jobs) as pool:
        outcomes = dict(zip(names, pool.map(run, names), strict=True))
    return summary(outcomes, missing(outcomes, options.layers, required)), outcomes


@contextmanager
def told_at_its_end(speaking: Lock) -> Iterator[TextIO]:
    """Give a file to write to, which is printed when all of it is there."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as out:
        try:
            yield out
        finally:
            with speaking:
                out.seek(0)
                shutil.copyfileobj(out, sys.stdout)
                sys.stdout.flush()


@contextmanager
def figures_folder() -> Iterator[Path]:
    """Let the tests run in their long versions and write their figures into a folder, for as long as this lasts."""
    with tempfile.TemporaryDirectory(prefix="maquette-report-") as folder:
        told = {"MAQUETTE_FULL": "1", "MAQUETTE_REPORT": folder}
        before = {name: os.environ.get(name) for name in told}
        os.environ.update(told)
        try:
            yield Path(folder)
        finally:
            for name, value in before.items():
                os.environ.pop(name)
                if value is not None:
                    os.environ[name] = value


def finish_report(figures: Path, outcomes: dict[str, Outcome], before: str) -> int:
    """Write the report of a run in which nothing failed, and return the exit code."""
    problem = _report.write(figures, {name: str(outcome) for name, outcome in outcomes.items()}, before)
    print(problem or f"{_report.REPORT.name} is written. Faults: {faults.said(faults.read())}.", flush=True)
    return 1 if problem else 0


def read_arguments(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """Split off what is meant for pytest, and check the rest."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("layers", nargs="*", metavar="LAYER")
    parser.add_argument("--require", default=os.environ.get("MAQUETTE_REQUIRE", ""), metavar="LAYERS", help="a,b,c")
    parser.add_argument("--jobs", type=int, choices=range(1, 9), default=1, metavar="N", help="layers at a time")
    options = parser.parse_intermixed_args(arguments[:cut])
    options.full = FULL in options.layers
    options.layers = [name for name in options.layers if name != FULL]
    if options.full and cut < len(arguments):
        parser.error("full takes no arguments for pytest: its figures are those of all tests")
    known = {*GROUPS, *GROUPS["all"]}
    unknown = [name for name in options.layers if name not in known]
    if unknown:
        parser.error(f"no layer is called {unknown[0]}; there are {', '.join(sorted({*known, FULL}))}")
    return options, arguments[cut + 1 :]


def run_layer(name: str, pytest_args: list[str], fetch: bool, out: TextIO | None = None) -> Outcome:
    """Run one layer in its environment, or say why it cannot run here; `out` takes what it prints."""
    print(f"\n=== {name.replace('-', ' ')} ===", file=out, flush=True)
    try:
        if name == "window":
            os.environ["MAQUETTE_WINDOW"] = which_blender()
        python = environment(environment_of(name), fetch)
    except SetupError as error:
        return Outcome(reason=str(error))
    folder = name.partition("-")[0]
    checks = [run_check(python, check, out) for check in CHECKS] if name == "unit" and not pytest_args else []
    tests = run_pytest(python, "tests/" + folder, pytest_args, out)
    return Outcome(tests.passed + checks.count(True), tests.failed + checks.count(False))


def environment_of(name: str) -> str:
    """Return the environment that a layer runs in."""
    return name.replace("bpy", "test") if name in BPY else {"extension": "test-5.0"}.get(name, "dev")


def run_check(python: Path, check: list[str], out: TextIO | None) -> bool:
    """Run one static check."""
    passed = subprocess.call([str(python), "-m", *check], cwd=str(ROOT), stdout=out, stderr=out) == 0
    print(" ".join(check) + (": passed" if passed else ": FAILED"), file=out, flush=True)
    return passed


def run_pytest(python: Path, tests: str, pytest_args: list[str], out: TextIO | None = None) -> Outcome:
    """Run pytest in a process of its own and count what it did; a crash counts as a failure.

    So does a layer of which no test passed; with arguments for pytest it may hold nothing that they choose.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        limit_s = FULL_LIMIT_S if os.environ.get("MAQUETTE_FULL") else LIMIT_S
        command = [str(python), "-m", "pytest", tests, f"--junitxml={report}", *pytest_args]
        try:
            code = subprocess.run(
                command, cwd=str(ROOT), env=package_environment(), timeout=limit_s, stdout=out, stderr=out
            ).returncode
        except subprocess.TimeoutExpired:
            print(f"{tests} was ended after {limit_s} s.", file=out, flush=True)
            return Outcome(failed=1)
        counts = read_report(report)
    if code == NO_TESTS and pytest_args:  # a -k that matches nothing here
        return Outcome()
    ran = counts.passed or pytest_args
    return counts if counts.failed or (code == 0 and ran) else counts._replace(failed=1)


def read_report(report: Path) -> Outcome:
    """Count the tests in pytest's report, which is not there after a crash (be its exit code 0)."""
    if not report.exists():
        return Outcome(failed=1)
    suites = list(ElementTree.parse(str(report)).getroot().iter("testsuite"))
    count = {key: sum(int(suite.get(key, 0)) for suite in suites) for key in ("tests", "failures", "errors", "skipped")}
    failed = count["failures"] + count["errors"]
    return Outcome(count["tests"] - failed - count["skipped"], failed)


def missing(outcomes: dict[str, Outcome], named: list[str], required: list[str]) -> list[str]:
    """Return the layers that had to run and of which no test ran; a group that was named runs when one of it does."""

    def ran(name: str) -> bool:
        members = [outcomes[member] for member in GROUPS.get(name, (name,)) if member in outcomes]
        return any(outcome.passed or outcome.failed for outcome in members)

    return [name for name in dict.fromkeys([*named, *required]) if name != "all" and not ran(name)]


def summary(outcomes: dict[str, Outcome], absent: list[str]) -> int:
    """Print a line a layer and the totals, and return the exit code."""
    print("\n=== summary ===")
    for name, outcome in outcomes.items():
        print(outcome.line(name))
    for name in absent:
        print(f"{name.replace('-', ' ')}: had to run and did not")
    deciding = [outcome for outcome in outcomes.values() if outcome.decides]
    passed, failed = (sum(getattr(outcome, key) for outcome in deciding) for key in ("passed", "failed"))
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 3 if absent or not passed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
