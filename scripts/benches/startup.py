"""Enabling the add-on, which every start of Blender waits for, and the options, which come when the panel is drawn.

Every measurement is a process of its own. Byte code is kept from an uncounted first one, as Blender keeps it.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

ROUNDS = 20
LIMIT_S = 120
ENABLE_MS = 10.0
STILL_MS = 50.0
HEAVY = {"pydantic", "requests"}


def main() -> int:
    """Print the medians and whether they are within what is wanted; return 1 when one is not."""
    if sys.argv[1:] == ["one"]:
        print(json.dumps(one()), flush=True)
        os._exit(0)  # the bpy module of Blender 4.2 can crash when it is taken down
    with tempfile.TemporaryDirectory(prefix="maquette-") as folder:
        found = [in_own_process(folder) for _ in range(ROUNDS + 1)][1:]
    names = ("enabled", "worked", "arrived", "still")
    enabled, worked, arrived, still = (statistics.median(one[name] for one in found) for name in names)
    heavy = sorted({name for one in found for name in one["heavy"]})
    print(f"Blender {found[0]['blender']}, medians of {ROUNDS} processes")
    print(f"  enabled in {enabled:.1f} ms, {worked:.1f} of them the processor's own time (else this machine is busy)")
    print(f"  at most {ENABLE_MS:.0f} ms wanted: {yes(enabled <= ENABLE_MS)}")
    print(f"  without pydantic and requests: {yes(not heavy)}")
    print(f"  options after {arrived:.0f} ms; the longest that Blender stands still for them")
    print(f"  is {still:.0f} ms, at most {STILL_MS:.0f} wanted: {yes(still <= STILL_MS)}", flush=True)
    return 0 if enabled <= ENABLE_MS and still <= STILL_MS and not heavy else 1


def yes(kept: bool) -> str:
    """Say whether a target is met."""
    return "yes" if kept else "NO"


def in_own_process(folder: str) -> dict[str, Any]:
    """Measure in a fresh Blender with a data folder of its own."""
    kept = {**os.environ, "MAQUETTE_DATA_DIR": f"{folder}/data", "PYTHONPYCACHEPREFIX": f"{folder}/code"}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, __file__, "one"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False, env=kept)
    if done.returncode:
        raise SystemExit(f"it failed:\n{done.stderr[-2000:]}")
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def one() -> dict[str, Any]:
    """Enable the add-on and let the options arrive as a drawn panel does; times in milliseconds."""
    import bpy

    before = set(sys.modules)
    start, worked = time.perf_counter(), time.process_time()
    import blender_addon

    blender_addon.register()
    enabled, worked = time.perf_counter() - start, time.process_time() - worked
    heavy = sorted(HEAVY & (set(sys.modules) - before))  # Blender 5.2 loads requests itself
    arrived, still = arrive()
    return {
        **{"blender": bpy.app.version_string, "heavy": heavy},
        **{"enabled": enabled * 1000, "worked": worked * 1000, "arrived": arrived * 1000, "still": still * 1000},
    }


def arrive() -> tuple[float, float]:
    """Go round as Blender's main loop does; return when the options were there and the longest round, in seconds."""
    from blender_addon.blender import turns

    start, longest = time.perf_counter(), 0.0
    again: float | None = 0.0
    due = start
    while again is not None:
        began = time.perf_counter()
        if began >= due:
            again = turns.options_arrive()
            due = time.perf_counter() + (again or 0.0)
        else:
            time.sleep(0.001)
        longest = max(longest, time.perf_counter() - began)
    return time.perf_counter() - start, longest


if __name__ == "__main__":
    sys.exit(main())
