"""Damaged and hostile files of every format through a real worker: whatever they are, the artist's Blender survives.

The default run takes a sample of a fixed seed; MAQUETTE_FULL=1 takes all and writes its figures to
$MAQUETTE_REPORT/corpus-VERSION.json.
"""

import json
import os
import time
from pathlib import Path

import bpy
import pytest
from corpus import cases, trial

FULL = bool(os.environ.get("MAQUETTE_FULL"))
SAMPLE = {"glb": 60, "fbx": 30, "obj": 30, "stl": 20, "ply": 30, "zip": 30, "usd": 40}
ROWS = ("F02", "F04", "F05", "F07", "F08", "F09", "F10", "F12", "F13", "F14", "F15", "F17", "F19", "F20", "F21", "F22")
ROWS += ("F23", "F24", "F26", "F28", "F30", "F31", "F32", "F34", "F36", "F37", "Z01", "Z02", "Z03", "Z04", "Z05", "Z06")
ROWS += ("Z07", "Z10", "X05", "X06", "S08", "S09", "S10")


@pytest.fixture(scope="module")
def figures(tmp_path_factory):
    """Put the files through and return the figures by format; the report is written here."""
    started = time.monotonic()
    running = trial.Trial(tmp_path_factory.mktemp("corpus"))
    counts = cases.FULL if FULL else SAMPLE
    try:
        found = {kind: running.run(kind, range(count)) for kind, count in counts.items()}
    finally:
        running.end()
    report = {
        "blender": ".".join(map(str, bpy.app.version)),
        "files": sum(counts.values()),
        "seconds": round(time.monotonic() - started, 1),
        "limit_s": trial.LIMIT_S,
        "reads_are_noticed": running.notices_reads,
        "formats": {kind: {"files": counts[kind], **one.as_json()} for kind, one in found.items()},
    }
    if folder := os.environ.get("MAQUETTE_REPORT"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        (Path(folder) / f"corpus-{bpy.app.version[0]}.{bpy.app.version[1]}.json").write_text(
            json.dumps(report, indent=1, sort_keys=True)
        )
    return found


@pytest.mark.fault(*ROWS)
@pytest.mark.parametrize("kind", cases.FULL)
@pytest.mark.parametrize("what", trial.NEVER)
def test_it_never_happens(figures, kind, what):
    assert not figures[kind].cases.get(what)


@pytest.mark.fault("F34", "X06")
@pytest.mark.parametrize("kind", cases.FULL)
def test_no_file_takes_longer_than_the_limit(figures, kind):
    """A limit, not a speed: what hangs is ended by the parent and counted as such."""
    assert figures[kind].longest_s < trial.LIMIT_S + 30


@pytest.mark.parametrize("kind", cases.FULL)
def test_the_files_are_of_all_sorts(figures, kind):
    """A generator whose files are all refused, or all good, would prove nothing."""
    counts = figures[kind].counts
    assert counts["refused"] and counts["landed"] + counts["repaired"]
    assert counts["landed in the artist's Blender"] == counts["landed"] + counts["repaired"]


@pytest.mark.parametrize("kind", cases.FULL)
def test_a_number_makes_the_same_file_every_time(kind):
    for number in range(5):
        assert cases.case(kind, number) == cases.case(kind, number)
    assert len({cases.case(kind, number).name + str(cases.case(kind, number).files) for number in range(20)}) > 15


LOOKS = {
    "read outside": "open('../outside/secret.png', 'rb').read()",
    "written outside": "open('../outside/planted', 'wb').close()",
    "left behind": "open('trace', 'wb').close()",
    "packed from outside": "blend += open('../outside/secret.png', 'rb').read()",
    "killed": "os._exit(7)",
    "empty": "triangles = 0",
    "over time": "time.sleep(99)",
}
CARELESS = """
import json, os, sys, time
for line in sys.stdin:
    request = json.loads(line)
    given, triangles, blend = request["arguments"], 1, b"BLENDER"
    os.chdir(os.path.dirname(given["model"]))
    ACTION
    open(given["blend"], "wb").write(blend)
    done = {"statistics": {"triangles": triangles}, "warnings": []}
    print(json.dumps({"id": request["id"], "done": done}), flush=True)
"""


@pytest.mark.parametrize(("what", "action"), LOOKS.items(), ids=LOOKS)
def test_the_trial_notices(tmp_path, monkeypatch, what, action):
    """A worker of our own does what must not be."""
    worker = tmp_path / "worker.py"
    worker.write_text(CARELESS.replace("ACTION", action))
    monkeypatch.setattr(trial, "WORKER", worker)
    running = trial.Trial(tmp_path / "trial", limit_s=2.0)
    try:
        found = running.run("stl", range(1))
    finally:
        running.end()
    assert found.cases.get(what), found.as_json()
