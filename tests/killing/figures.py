"""The figures of all hits, for the report."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

from .hits import Outcome
from .verdict import LOST, TWICE

FULL = os.environ.get("MAQUETTE_FULL") == "1"


def figures(outcomes: list[Outcome]) -> dict[str, Any]:
    """Return the counts."""

    def counts(name: str) -> dict[str, int]:
        return dict(sorted(Counter(getattr(one, name) for one in outcomes).items()))

    return {
        "hits": len(outcomes),
        "kills": sum(one.kills for one in outcomes),
        "ends": counts("end"),
        "lost": sum(one.end == LOST for one in outcomes),
        "paid twice": sum(one.end == TWICE for one in outcomes),
        "other faults": sum(bool(one.fault) and one.end not in (LOST, TWICE) for one in outcomes),
        "by stage": counts("stage"),
        "by moment": counts("moment"),
        "by provider": counts("provider"),
        "seconds": round(sum(one.seconds for one in outcomes), 1),
    }


def write(name: str, every: dict[str, list[Outcome]]) -> None:
    """Write the figures of each way to be hit into the report's folder, where there is one."""
    folder = os.environ.get("MAQUETTE_REPORT")
    if folder:
        made = {way: figures(outcomes) for way, outcomes in every.items() if outcomes}
        (Path(folder) / f"{name}.json").write_text(json.dumps(made, indent=2) + "\n", "utf-8")
