"""Two hundred tasks at once, at a provider's simulator on this computer: what the artist's Blender has to do for them.

The steps are those that the modal operator takes four times a second, and everything else is as it is in Blender: the
tasks' threads, the journal, the background Blenders. The simulator is a process of its own, as a provider is.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TASKS = 200
SECONDS = 40.0
EVERY_S = 0.25
MEDIAN_MS, SLOWEST_MS = 1.0, 5.0
"""The second for 99 of 100 steps."""
TESTS = Path(__file__).resolve().parents[2] / "tests"
SIMULATOR = """
import sys
from simulators.tripo import Tripo
with Tripo() as simulator:
    simulator.balance = 1e6
    simulator.script(["queued", ("running", 10), ("running", 40), ("running", 70), ("running", 90), "success"])
    print(simulator.base_url, simulator.key, flush=True)
    sys.stdin.read()
"""


def main() -> int:
    """Print how long the steps took and how many threads there were; return 1 when a target is missed."""
    folder = tempfile.mkdtemp(prefix="maquette-")
    with simulator() as (address, key):
        given = {"DATA_DIR": folder, "TRIPO_BASE_URL": address, "TRIPO_API_KEY": key, "POLL_S": "1"}
        os.environ.update({f"MAQUETTE_{name}": value for name, value in given.items()})
        code = measure()
    shutil.rmtree(folder, ignore_errors=True)  # the tasks' threads still write there
    os._exit(code)  # the bpy module of Blender 4.2 can crash when it is taken down


@contextmanager
def simulator() -> Iterator[tuple[str, str]]:
    """Run Tripo's simulator and give its address and the key that it knows."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", SIMULATOR], **pipes, text=True, cwd=TESTS) as process:
        address, _, key = process.stdout.readline().strip().partition(" ")
        yield address, key
        process.stdin.close()


def measure() -> int:
    """Start the tasks, take the steps, and say what they took."""
    import bpy

    import blender_addon

    blender_addon.register()
    bpy.context.preferences.system.use_online_access = True
    from blender_addon.blender import session, snapshot, watch

    running = session.needed()
    for task in made(running):
        running.assembly.tasks.start(task)
    snapshot.refresh()
    steps, worked, most = [], [], 0
    ends = time.perf_counter() + SECONDS
    while (start := time.perf_counter()) < ends:
        before = time.thread_time()
        watch.step(bpy.context)
        steps.append((time.perf_counter() - start) * 1000)
        worked.append((time.thread_time() - before) * 1000)
        most = max(most, threading.active_count())
        time.sleep(EVERY_S)
    anew = statistics.median(time_to(snapshot.refresh) for _ in range(9))
    states = [one.state for one in running.assembly.journal.all()]
    said = ", ".join(f"{states.count(one)} {one}" for one in sorted(set(states)))
    print(f"Blender {bpy.app.version_string}: {TASKS} tasks for {SECONDS:.0f} s, at the end {said}")
    print(f"  {len(steps)} steps; the list read anew: {anew:.1f} ms; threads: {most} at most")
    print(f"  of the processor's own time (else this machine is busy): {figures(worked)}")
    print(f"  a step: {figures(steps)}")
    kept = statistics.median(steps) <= MEDIAN_MS and slow(steps) <= SLOWEST_MS
    print(f"  at most {MEDIAN_MS:.0f} and {SLOWEST_MS:.0f} ms wanted: {'yes' if kept else 'NO'}", flush=True)
    return 0 if kept else 1


def made(running: object) -> list[str]:
    """Write the tasks to the journal. Their pictures are public addresses: uploads are rationed to ten a minute."""
    from blender_addon.core.prepare import prepare
    from blender_addon.providers import find

    assembly, provider = running.assembly, find("tripo")
    links = (f"https://example.org/{number}.png" for number in range(TASKS))
    return [prepare(assembly.journal, provider, {"front": link}, {}).id for link in links]


def time_to(work: object) -> float:
    """Return how many milliseconds the work takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def slow(steps: list[float]) -> float:
    """Return what 99 of 100 do not exceed."""
    return sorted(steps)[int(len(steps) * 0.99) - 1]


def figures(steps: list[float]) -> str:
    """Say how long the steps are, in milliseconds."""
    return (
        f"median {statistics.median(steps):.2f} ms, 99 of 100 within {slow(steps):.2f} ms, at most {max(steps):.2f} ms"
    )


if __name__ == "__main__":
    sys.exit(main())
