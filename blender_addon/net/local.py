"""The transport of `local:` requests: what a hosted provider does on its servers is done by the background Blender.

POST local:tasks starts a reconstruction, GET local:tasks/ID tells how far it is, and local:tasks/ID/model is its model
file, so nothing above knows the difference. A reconstruction lost with its process is done again when it is asked for.
"""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path
from typing import Any

from ..core.errors import ProviderError
from ..core.flow import Request, Response
from ..core.halt import Halt, Halted
from ..core.worker import Background, Percent

SCHEME = "local:"


class Reconstruction:
    """One piece of work in the background Blender, followed by a thread."""

    def __init__(self, background: Background, order: dict[str, Any], halt: Halt) -> None:
        """Start it."""
        self.percent = 0.0
        self.error: Exception | None = None
        self.halt = halt
        self._work = (background, order)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        background, order = self._work
        try:
            background.call("reconstruct", order, self.halt, self._advance)
        except Exception as error:  # noqa: BLE001 - raised again in the thread that asks
            self.error = error

    def _advance(self, percent: float) -> None:
        self.percent = percent


class LocalTransport:
    """Keeps core.worker.Transport's promise without a network."""

    def __init__(self, background: Background, tasks_folder: Path) -> None:
        """Work in the tasks' own folders."""
        self._background, self._tasks_folder = background, tasks_folder
        self._running: dict[str, Reconstruction] = {}

    def send(self, request: Request, halt: Halt) -> Response:
        """Start a reconstruction or tell how far it is. Raises the error that it ended with."""
        path = request.url.removeprefix(SCHEME)
        if request.method == "POST" and path == "tasks":
            return self._start(dict(request.json), halt)
        return self._status(path.removeprefix("tasks/"), halt)

    def _start(self, order: dict[str, Any], halt: Halt) -> Response:
        task = order.pop("task")
        folder = self._tasks_folder / task
        order["target"] = str(folder / "reconstructed.glb")
        (folder / "order.json").write_text(json.dumps(order), "utf-8")
        self._running[task] = Reconstruction(self._background, order, halt)
        return Response(200, {"task_id": task})

    def _status(self, task: str, halt: Halt) -> Response:
        work = self._running.get(task)
        if work is None or work.halt is not halt:  # a new run of the task: what an earlier one left is ended
            if work:
                work.halt.stop()
            work = self._again(task, halt)
        if work.thread.is_alive():
            return Response(200, {"status": "running", "percent": work.percent})
        del self._running[task]
        if isinstance(work.error, Halted):
            halt.check()  # raises, unless it was halted in an earlier run: then it starts again
            return self._status(task, halt)
        if work.error:
            raise work.error
        return Response(200, {"status": "success", "link": f"{SCHEME}tasks/{task}/model"})

    def _again(self, task: str, halt: Halt) -> Reconstruction:
        try:
            order = json.loads((self._tasks_folder / task / "order.json").read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise ProviderError("The files of this task are gone. Generate it again.", str(error)) from error
        self._running[task] = Reconstruction(self._background, order, halt)
        return self._running[task]

    def download(self, link: str, target: Path, halt: Halt, percent: Percent) -> int:
        """Copy the model file and return its size in bytes."""
        halt.check()
        task = link.removeprefix(f"{SCHEME}tasks/").removesuffix("/model")
        shutil.copyfile(self._tasks_folder / task / "reconstructed.glb", target)
        percent(100.0)
        return target.stat().st_size
