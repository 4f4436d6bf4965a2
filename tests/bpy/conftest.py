"""The bpy layer: real Blender as a module. Every test begins with factory settings; workers are real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
for place in (ROOT, ROOT / "tests"):
    if str(place) not in sys.path:
        sys.path.insert(0, str(place))

import bpy  # noqa: E402

os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # this user's is none of our business

LIMIT_S = 240.0
"""Of each worker's whole life."""
WORKER = ROOT / "blender_addon" / "worker" / "__main__.py"


class Worker:
    """A background Blender as its parent sees it."""

    def __init__(self, program: Path = WORKER) -> None:
        """Start it and wait until it is ready."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen([sys.executable, str(program)], **pipes)
        self._end = threading.Timer(LIMIT_S, self.process.kill)  # a worker that hangs fails its test
        self._end.daemon = True
        self._end.start()
        self.ready = self.line()
        self._number = 0

    def line(self) -> dict[str, Any]:
        """Read one line of standard output: JSON, or the test fails. An empty object when there are no more."""
        line = self.process.stdout.readline()
        return json.loads(line) if line else {}

    def ask(self, work: str, **arguments: Any) -> int:
        """Send a request and return its number."""
        self._number += 1
        request = {"id": self._number, "work": work, "arguments": arguments}
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        return self._number

    def call(self, work: str, **arguments: Any) -> dict[str, Any]:
        """Send a request and return the answer's last line, `done` or `error`; the percents before it are checked."""
        number = self.ask(work, **arguments)
        last = 0.0
        while "percent" in (answer := self.line()):
            assert answer["id"] == number and last <= answer["percent"] <= 100
            last = answer["percent"]
        assert answer.get("id") == number, "the worker died"
        return answer

    def done(self, work: str, **arguments: Any) -> dict[str, Any]:
        """Send a request that must succeed and return its result."""
        answer = self.call(work, **arguments)
        assert "done" in answer, answer
        return answer["done"]

    def refused(self, work: str, **arguments: Any) -> dict[str, str]:
        """Send a request that must fail and return the error."""
        answer = self.call(work, **arguments)
        assert "error" in answer, answer
        return answer["error"]

    def end(self) -> None:
        """End it."""
        self._end.cancel()
        self.process.kill()
        self.process.wait(10)
        for pipe in (self.process.stdin, self.process.stdout):
            pipe.close()


@pytest.fixture(autouse=True)
def factory_settings() -> None:
    """Begin with Blender's own start file."""
    bpy.ops.wm.read_factory_settings()


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """Give a module's tests one worker, as a parent keeps one."""
    started = Worker()
    yield started
    started.end()


@pytest.fixture
def converted(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that turns GLB bytes into a tidy .blend, in this process."""

    def convert(
        content: bytes,
        name: str = "Figure",
        front_axis: str = "-Y",
        parts: bool = False,
        height: float | None = None,
        **provenance: Any,
    ) -> Path:
        from blender_addon.worker.convert import convert as work

        model, blend = tmp_path / "model.glb", tmp_path / f"{name}.blend"
        model.write_bytes(content)
        bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
        facts = {"model": str(model), "blend": str(blend), "name": name, "front_axis": front_axis}
        work({**facts, "provenance": provenance, "parts": parts, "height": height}, lambda _: None)
        bpy.ops.wm.read_factory_settings()
        return blend

    return convert


@pytest.fixture
def land_glb(tmp_path: Path) -> Callable[..., tuple[Any, list[str]]]:
    """Return a function that converts a GLB and gives its collection and the sentences."""

    from tidied import opened

    from blender_addon.worker.convert import convert

    def work(made: Any) -> tuple[Any, list[str]]:
        content = made if isinstance(made, bytes) else made.build()
        (tmp_path / "a.glb").write_bytes(content)
        bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
        order = {"model": str(tmp_path / "a.glb"), "blend": str(tmp_path / "task.blend"), "name": "Figure"}
        done = convert({**order, "front_axis": "-Y", "provenance": {}}, lambda _: None)
        assert sorted(one.name for one in tmp_path.iterdir()) == ["a.glb", "task.blend"], "a copy stayed behind"
        return opened(tmp_path / "task.blend"), done["warnings"]

    return work


@pytest.fixture
def land(tmp_path: Path) -> Callable[..., tuple[Any, list[str]]]:
    """Return a function that converts a file, called `name`, in a folder of its own and opens the tidy .blend.

    It gives the collection and the sentences. A file beside it is called like its keyword, with dots.
    """
    from tidied import opened

    from blender_addon.worker.convert import convert

    def work(content: bytes, name: str = "model.bin", **beside: bytes) -> tuple[Any, list[str]]:
        folder, task = tmp_path / "given", tmp_path / "task"
        folder.mkdir(exist_ok=True), task.mkdir(exist_ok=True)
        for other, data in beside.items():
            (folder / other.replace("_", ".")).write_bytes(data)
        (folder / name).write_bytes(content)
        bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
        order = {"model": str(folder / name), "blend": str(task / "model.blend"), "name": "Arrow", "front_axis": "-Y"}
        done = convert({**order, "provenance": {}}, lambda _: None)
        assert [one.name for one in task.iterdir()] == ["model.blend"], "what was unpacked stayed behind"
        return opened(task / "model.blend"), done["warnings"]

    return work


if bpy.app.version < (4, 5):
    ended = pytest.StashKey[int]()

    def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
        """Keep pytest's verdict."""
        session.config.stash[ended] = int(exitstatus)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(config: pytest.Config) -> None:
        """Hand the verdict over before Blender 4.2's module is taken down.

        It crashes then, once its own glTF exporter has run in it, be it over the default cube. That our part leaves
        nothing behind is seen in processes that are taken down (test_blender_registration.py).
        """
        sys.stdout.flush()
        os._exit(config.stash.get(ended, 3))
