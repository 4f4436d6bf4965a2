"""A provider, its server and a background Blender, all in memory, all doing what the test says."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, ClassVar

import pytest
from pydantic import Field
from waiting import LIMIT_S, until

from blender_addon.core.errors import InputError
from blender_addon.core.events import Waiting
from blender_addon.core.flow import Flow, Request, Response
from blender_addon.core.halt import Halt
from blender_addon.core.journal import Journal
from blender_addon.core.options import Options
from blender_addon.core.patience import Patience
from blender_addon.core.prepare import prepare
from blender_addon.core.provider import Created, Pace, Provider, Source, TaskStatus
from blender_addon.core.runner import Runner
from blender_addon.core.task import Task

GLB = b"glTF\x02\0\0\0" + bytes(92)
HASTY = Patience(trouble_s=0.0, missing_s=(0.001,), linkless_s=0.05)
"""Of tests: no trouble is waited out."""
PATIENT = replace(HASTY, trouble_s=None)
"""Any trouble is."""
STATISTICS = {"objects": 1, "triangles": 12, "materials": 1, "images": 3}


class Died(BaseException):
    """The process is gone: no `except` and no tidying up sees it."""


class PaidOptions(Options):
    """One is enough."""

    depth: Annotated[float, Field(title="Depth", description="How deep", ge=0.0, le=5.0)] = 1.0


class Paid(Provider[PaidOptions]):
    """A hosted provider: a create costs, and is never repeated."""

    id = "paid"
    label = "Paid"
    description = "For tests"
    options: ClassVar[type[Options]] = PaidOptions
    views = ("front", "left")
    front_axis = "+X"
    base_url = "https://paid.example"
    pace = Pace(first=3600.0, longest=3600.0)

    def submit(self, source: Source, options: PaidOptions) -> Flow[Created]:
        """Upload, then create."""
        upload = yield Request("POST", "/upload", json={name: view.path.name for name, view in source.views.items()})
        order = {"image": upload.body["image"], "key": source.key, "depth": options.depth}
        answer = yield Request("POST", "/create", json=order, creates=True)
        return Created(str(answer.body["id"]))

    def poll(self, provider_task: str, options: Options) -> Flow[TaskStatus]:
        """Ask once; the server's answers are TaskStatus already."""
        answer = yield Request("GET", f"/poll/{provider_task}")
        return TaskStatus(**answer.body)


class Free(Paid):
    """Like Local: a create may be repeated."""

    id = "free"
    label = "Free"
    base_url = ""
    repeatable = True


def find(name: str) -> type[Provider[Any]]:
    """Return the provider of that id. Raises InputError."""
    if name not in ("paid", "free"):
        raise InputError(f"There is no provider {name}.")
    return Free if name == "free" else Paid


class Server:
    """What outlives a crash: the provider's server, and the machine on which Blender can be started."""

    def __init__(self) -> None:
        self.creates: list[dict[str, Any]] = []
        self.seen: list[str] = []
        self.polls: list[dict[str, Any]] = [{"state": "running", "percent": 50.0}, done()]
        """Answers to the polls; the last one stays."""
        self.at_point: dict[str, Callable[[Halt], None]] = {}
        self.reached = threading.Event()

    def pass_by(self, point: str, halt: Halt) -> None:
        """upload, create, created, poll, download, downloaded, picture, convert or converted was reached."""
        self.seen.append(point)
        self.at_point.get(point, lambda halt: None)(halt)

    def hold_at(self, point: str) -> None:
        """Let the task get there and no further, until it is halted."""

        def hold(halt: Halt) -> None:
            self.reached.set()
            while True:
                halt.wait(0.02)

        self.at_point[point] = hold

    def raise_at(self, point: str, error: BaseException) -> None:
        """Let that happen there."""

        def fail(halt: Halt) -> None:
            raise error

        self.at_point[point] = fail

    def raise_for_a_while(self, point: str, error: BaseException, times: int = 30) -> list[BaseException]:
        """Let that happen there so often, then no more; return those that are left, which grow fewer."""
        left = [error] * times

        def fail(halt: Halt) -> None:
            if left:
                raise left.pop()

        self.at_point[point] = fail
        return left

    def send(self, request: Request, halt: Halt) -> Response:
        """Be the transport."""
        what = request.url.split("/")[1]
        self.pass_by(what, halt)
        if what == "upload":
            return Response(200, {"image": "image-1"})
        if what == "create":
            self.creates.append(request.json)
            self.pass_by("created", halt)
            return Response(200, {"id": f"paid-{len(self.creates)}"})
        return Response(200, self.polls.pop(0) if len(self.polls) > 1 else self.polls[0])

    def download(self, link: str, target: Path, halt: Halt, percent: Callable[[float], None]) -> int:
        """Be the transport."""
        self.pass_by("download", halt)
        target.write_bytes(GLB)
        percent(100.0)
        self.pass_by("downloaded", halt)
        return len(GLB)

    def call(
        self, work: str, arguments: dict[str, Any], halt: Halt, percent: Callable[[float], None]
    ) -> dict[str, Any]:
        """Be the background Blender."""
        self.pass_by(work, halt)
        if work == "picture":
            return {"path": arguments["target"] + ".png"}
        if work == "convert":
            self.converted = arguments
            Path(arguments["blend"]).write_bytes(b"BLENDER")
            self.pass_by("converted", halt)
        return {"statistics": STATISTICS}

    def check(self) -> None:
        """Be the background Blender."""

    def warm_up(self) -> None:
        """Be the background Blender."""
        self.seen.append("warm_up")


def done(percent: float | None = 100.0) -> dict[str, Any]:
    """The answer to a poll when the model is there."""
    return {"state": "succeeded", "percent": percent, "links": ["https://example.org/model.glb"]}


class Here:
    """One process: a journal, a Runner and what it tells. A second one on the same folder is the next start."""

    def __init__(self, folder: Path, server: Server, patience: Patience = HASTY) -> None:
        self.journal, self.server, self.halt = Journal(folder), server, Halt()
        self.events: list[Any] = []
        self.runner = Runner(self.journal, find, lambda _: server, server, self.events.append, patience)

    def prepare(self, provider: str, image: Path, **extra: Any) -> Task:
        """Make a task in the journal."""
        return prepare(self.journal, find(provider), {"front": image}, {}, **extra)

    def run(self, task: Task) -> Task:
        """Run the task to its end and return it as the journal has it."""
        thread = threading.Thread(target=self.runner.run, args=(task.id, self.halt), daemon=True)
        thread.start()
        thread.join(LIMIT_S)
        assert not thread.is_alive(), "the run never ends"
        return self.kept(task)

    def start(self, task: Task) -> threading.Thread:
        """Run the task in a thread, and return when it stands at the point where the server holds it."""
        thread = threading.Thread(target=self.runner.run, args=(task.id, self.halt), daemon=True)
        thread.start()
        until(self.server.reached.is_set, "the server is reached")
        return thread

    def kept(self, task: Task) -> Task:
        """Return the task as the journal has it."""
        found = self.journal.get(task.id)
        assert found
        return found

    def told(self) -> list[str]:
        """Return the names of the events."""
        return [one.event for one in self.events]


def said(here: Here) -> list[str]:
    """Return what was said while it waited: a sentence, and an empty one when the wait is over."""
    return [one.message for one in here.events if isinstance(one, Waiting)]


def full(here: Here, monkeypatch: pytest.MonkeyPatch, times: int = 10**6) -> None:
    """Let the journal be unable to keep the provider's id so often."""
    left, update = [OSError(28, "No space left on device")] * times, here.journal.update

    def refuse(task_id: str, **changes: Any) -> Task:
        if changes.get("stage") == "submitted" and left:
            raise left.pop()
        return update(task_id, **changes)

    monkeypatch.setattr(here.journal, "update", refuse)


@pytest.fixture
def server() -> Server:
    """Give what outlives a crash."""
    return Server()


@pytest.fixture
def paid(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Give what changes the paid provider's class, for this test."""

    def change(**changes: object) -> None:
        for name, one in changes.items():
            monkeypatch.setattr(Paid, name, one)

    return change


def running(patience: Patience = HASTY) -> Any:
    """Return a fixture: one process on the test's data folder, with the test's `server`."""

    @pytest.fixture
    def here(data_folder: Path, server: Server) -> Here:
        return Here(data_folder, server, patience)

    return here


def polling(seconds: float) -> Any:
    """Return a fixture: in each test of the file, every task is asked for that often."""

    @pytest.fixture(autouse=True)
    def often(monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MAQUETTE_POLL_S", str(seconds))

    return often
