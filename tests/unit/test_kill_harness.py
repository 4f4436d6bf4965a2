"""The kill test can fail: a product that forgets, or sends a create twice, is found out."""

import subprocess
import sys
from pathlib import Path

import pytest
from command_line import PROGRAM
from hosted_cases import CASES
from killing import figures, hits, moments, tree
from killing.hits import Outcome
from waiting import until

MODELSLAB = next(number for number, case in enumerate(CASES) if case.id == "modelslab")
CREATE = next(one for one in moments.MOMENTS if one.name == "before the create is answered")
POLL = next(one for one in moments.MOMENTS if one.name == "before a poll is answered")
PROVIDER = "from blender_addon.providers.modelslab import ModelsLab\n"
JOURNAL = "from blender_addon.core.journal import Journal\n"
UPDATE = (
    JOURNAL
    + """
update = Journal.update


def broken(self, task_id, **changes):
    if changes.get("stage") == "unconfirmed":
        changes.update(CHANGES)
    return update(self, task_id, **changes)


Journal.update = broken
"""
)
BROKEN = {
    "it creates again": (CREATE, PROVIDER + "ModelsLab.repeatable = True", "paid twice", "2 tasks were paid"),
    "it gives up": (CREATE, UPDATE.replace("CHANGES", "stage='cancelled'"), "lost", "it ends cancelled"),
    "it says nothing": (CREATE, UPDATE.replace("CHANGES", "error=None"), "unconfirmed", "that is no plain report"),
    "it does not go on": (POLL, JOURNAL + "Journal.unfinished = lambda self: []", "queued", "it ends queued"),
    "it writes the key": (
        POLL,
        "import os, pathlib\n"
        "(pathlib.Path(os.environ['STAND_IN']) / 'log').write_text(os.environ['MAQUETTE_MODELSLAB_API_KEY'])",
        "landed",
        "the API key stands in log",
    ),
}


@pytest.mark.parametrize(("moment", "before", "end", "fault"), BROKEN.values(), ids=BROKEN)
def test_a_broken_product_is_found_out(tmp_path, monkeypatch, moment, before, end, fault):
    monkeypatch.setattr(hits, "SECOND_KILL", 0.0)
    outcome = hits.kill(MODELSLAB, tmp_path, PROGRAM, moment, before)
    assert outcome.end == end and fault in outcome.fault, outcome


def test_figures_count_what_went_wrong():
    def one(end, fault=""):
        return Outcome("csm", "at a random time", "submitted", 1, end, fault, 1.25)

    made = figures.figures([one("landed"), one("lost", "x"), one("paid twice", "y"), one("unconfirmed", "z")])
    assert {name: made[name] for name in ("hits", "lost", "paid twice", "other faults", "seconds")} == {
        "hits": 4,
        "lost": 1,
        "paid twice": 1,
        "other faults": 1,
        "seconds": 5.0,
    }


def test_a_kill_ends_the_whole_tree(tmp_path):
    """Three generations, the youngest in a session of its own."""
    inner = f"import pathlib, time; pathlib.Path({str(tmp_path / 'ticks')!r}).write_text('0'); ticks = 0\n"
    inner += (
        f"while True: ticks += 1; pathlib.Path({str(tmp_path / 'ticks')!r}).write_text(str(ticks)); time.sleep(0.01)"
    )
    middle = (
        f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {inner!r}], start_new_session=True).wait()"
    )
    outer = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {middle!r}]).wait()"
    process = subprocess.Popen([sys.executable, "-c", outer])
    ticks = tmp_path / "ticks"
    until(lambda: ticks.exists() and ticks.read_text() not in ("", "0"), "the youngest works")
    assert tree.kill_tree(process)
    last = ticks.read_text()
    waiting = subprocess.run([sys.executable, "-c", "import time; time.sleep(0.3)"], check=True)
    assert waiting.returncode == 0 and ticks.read_text() == last, "the youngest still works"
    assert not tree.kill_tree(process), "it has ended already"


def test_every_moment_has_its_turn():
    for turn, of_all in ((moments.of_stand_in, moments.MOMENTS), (moments.of_cut, None), (moments.of_blender, None)):
        names = {turn(number).name for number in range(60)}
        assert len(names) >= 11 and (of_all is None or names == {one.name for one in of_all})
    pairs = {(moments.of_stand_in(number).name, CASES[number % len(CASES)].id) for number in range(150)}
    assert len(pairs) == len(moments.MOMENTS) * len(CASES)
    assert Path(PROGRAM[-1]).name == "stand_in_blender.py", "hits.py knows it by its name"
