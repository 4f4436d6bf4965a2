"""The benches: what misses its target is said."""

import importlib
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


def test_a_bench_says_what_misses_its_target(monkeypatch):
    monkeypatch.syspath_prepend(str(SCRIPTS / "benches"))
    landing = importlib.import_module("landing")
    limit, still, memory = landing.RATIOS["plain"] * 1000, landing.STILL_MS, landing.MEMORY
    good = landing.Row("1500k", "plain", 1000.0, limit - still, still, 0.0, 0.0, 1.0, memory)
    assert good.misses() == []
    for change, word in (
        ({"landed": still + 0.1, "converted": 0.0}, "stands still"),
        ({"converted": limit}, "the import"),
        ({"memory_landed": memory + 0.1}, "the memory"),
    ):
        (missed,) = good._replace(**change).misses()
        assert word in missed
