"""One task on its way from the source image to a .blend that can be landed, step by step.

Each stage has one step; a step ends by writing the next stage to the journal, so a task goes on from wherever it was
left. Nothing here knows Blender or the network: requests go to the transport, files to the background Blender.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .errors import LinkError, MaquetteError, MissingError, NetworkError, TaskTimeoutError, UnconfirmedError
from .events import Downloaded, Progressed, Ready, Submitted, TaskEvent
from .flow import Flow, Request, Response, drive
from .halt import Halt, Halted
from .journal import Journal
from .model_file import identify
from .provider import Created, Provider, Source, TaskStatus
from .source import View, fits, is_link
from .task import Task
from .worker import Background, Transport

log = logging.getLogger(__name__)
Emit = Callable[[TaskEvent], None]
LATE_S = 15.0
"""A provider may not know a task yet for so long after it was created."""


class Run:
    """One task while it runs in this process."""

    def __init__(
        self,
        task: Task,
        provider: Provider[Any],
        journal: Journal,
        transport: Transport,
        background: Background,
        emit: Emit,
        halt: Halt,
    ) -> None:
        """Take the task up; `emit` is told what happens, `halt` tells when to end."""
        self.task, self.provider, self.halt = task, provider, halt
        self._journal, self._transport, self._background, self._emit = journal, transport, background, emit
        self._folder = journal.folder_of(task.id)
        self._pace = provider.pace.first
        self._told: TaskStatus | None = None
        limit_s = task.timeout_s or provider.timeout_s
        self._deadline = time.monotonic() + limit_s

    def to_ready(self) -> None:
        """Take step after step until the .blend is ready. Raises MaquetteError, Halted."""
        while (step := STEPS.get(self.task.stage)) is not None:
            self.halt.check()
            step(self)
        if self.task.stage == "ready":
            self._emit(Ready(self.task.id, str(self._folder / str(self.task.blend))))

    def _write(self, **changes: Any) -> None:
        """Write to the journal first, then tell when state or percent changed."""
        before = (self.task.state, self.task.percent)
        self.task = self._journal.update(self.task.id, **changes)
        if before != (self.task.state, self.task.percent):
            self._emit(Progressed(self.task.id, self.task.state, self.task.percent))

    # ---- prepared, uploading → submitted
    def submit(self) -> None:
        """Upload and create. The journal says `submitting` before the create leaves."""
        self._write(stage="uploading", error=None)
        options = self.provider.options.build(self.task.options)
        views = {name: self._view(name, given) for name, given in self.task.views.items()}
        self._ask_price(options)
        source = Source(views, self.task.id, self.task.key, self.task.sent is not None, self.task.again)
        created = self._created(source, options)
        self._told = created.status
        credits = created.status.credits if created.status else None
        known = {} if credits is None else {"credits": str(credits)}
        self._write(stage="submitted", provider_task=created.provider_task, **known)
        self._emit(Submitted(self.task.id, created.provider_task))
        self._background.warm_up()

    def _created(self, source: Source, options: Any) -> Created:
        try:
            created: Created = self._drive(self.provider.submit(source, options))
        except UnconfirmedError:
            raise
        except NetworkError:  # it never left, was refused for now, or carries its key: it may be sent again
            self._write(stage="prepared", sent=self.task.sent if self.provider.repeatable else None)
            raise
        return created

    def _view(self, name: str, given: str) -> View:
        """Return the view as the provider takes it; Blender converts what does not fit."""
        if is_link(given):
            return View(link=given)
        path, accepts = self._folder / given, self.provider.accepts
        if fits(path, accepts):
            return View(path)
        order = {
            "source": str(path),
            "target": str(path.with_name(f"{name}_converted")),
            "max_side": accepts.max_side,
            "max_bytes": accepts.max_bytes,
        }
        return View(Path(self._background.call("picture", order, self.halt, lambda _: None)["path"]))

    def _ask_price(self, options: Any) -> None:
        """Keep what the provider says that it will cost; a price that cannot be had holds nothing up."""
        if not self.provider.quotes or self.task.estimate is not None:
            return
        try:
            price = self._drive(self.provider.quote(options, tuple(self.task.views)))
        except MaquetteError as error:
            log.info("task %s: no price: %s", self.task.id, error.message)
        else:
            self._write(estimate=None if price is None else str(price))

    def _drive(self, flow: Flow[Any]) -> Any:
        return drive(flow, self._send)

    def _send(self, request: Request) -> Response:
        if not request.creates:
            return self._transport.send(request, self.halt)
        self._write(stage="submitting", sent=time.time())
        try:
            return self._transport.send(request, self.halt)
        except Halted as halted:
            if halted.cancelled and self.provider.base_url:
                raise self._unconfirmed("was cancelled") from halted
            raise

    # ---- submitting, found after a restart
    def lost_create(self) -> None:
        """Nobody knows whether the create was carried out: repeat it only where that is free."""
        if self.provider.repeatable:
            self._write(stage="prepared")
            return
        raise self._unconfirmed("was interrupted")

    def _unconfirmed(self, what: str) -> UnconfirmedError:
        return UnconfirmedError(
            f"The task {what} while {self.provider.label} was asked to start it. It may have been charged: look at "
            "your tasks there before you send it again."
        )

    # ---- submitted, running, downloading → downloaded
    def follow(self) -> None:
        """Ask until the task has succeeded, then fetch its model file."""
        part = self._folder / "model.part"
        try:
            size = self._fetch(self._finished(), part)
        except LinkError:  # links live minutes: a fresh one, once
            size = self._fetch(self._finished(), part)
        target = part.with_name("model" + identify(part))
        part.replace(target)
        self._write(stage="downloaded", model_file=target.name)
        self._emit(Downloaded(self.task.id, str(target), size))

    def _fetch(self, status: TaskStatus, part: Path) -> int:
        """Fetch the first link that works, and return the size in bytes. Raises LinkError when none does."""
        self._write(stage="downloading", percent=100)
        last = len(status.links) - 1
        for at, link in enumerate(status.links):
            try:
                return self._transport.download(link, part, self.halt, lambda _: self._in_time())
            except LinkError:
                if at == last:
                    raise
        raise AssertionError("a task without links has not finished")

    def _finished(self) -> TaskStatus:
        """Return the status of the task once it has succeeded."""
        while not (status := self._status()).links:
            self._pause(status.wait_s)
        return status

    def _status(self) -> TaskStatus:
        status, self._told = self._told, None
        if status is None:
            status = self._asked()
        stage = "submitted" if status.state == "queued" else "running"
        percent = self.task.percent  # it never goes back, and a provider that stops telling does not erase it
        if status.percent is not None:
            percent = max(percent or 0, min(100, round(status.percent)))
        credits = self.task.credits if status.credits is None else str(status.credits)
        if (stage, percent, credits) != (self.task.stage, self.task.percent, self.task.credits):
            self._write(stage=stage, percent=percent, credits=credits)
        return status

    def _asked(self) -> TaskStatus:
        """Ask the provider once; a task that was created just now may not be known everywhere yet."""
        try:
            status: TaskStatus = self._drive(self.provider.poll(str(self.task.provider_task)))
        except MissingError:
            if time.time() - (self.task.sent or 0) > LATE_S:
                raise
            return TaskStatus("queued")
        return status

    def _pause(self, wait_s: float | None) -> None:
        self._in_time()
        self.halt.wait(float(os.environ.get("MAQUETTE_POLL_S") or wait_s or self._pace))
        self._pace = min(self._pace * self.provider.pace.factor, self.provider.pace.longest)

    def _in_time(self) -> None:
        """Raise TaskTimeoutError when the time for this task has run out."""
        if time.monotonic() > self._deadline:
            raise TaskTimeoutError(
                f"{self.provider.label} did not finish in the time given. The task is kept: resume it to wait longer."
            )

    # ---- downloaded, converting → ready
    def convert(self) -> None:
        """Turn the model file into a tidy .blend, in the background Blender."""
        self._write(stage="converting")
        target = self._folder / "model.blend"
        done = self._background.call(
            "convert",
            {
                "model": str(self._folder / str(self.task.model_file)),
                "blend": str(target),
                "name": self.task.name,
                "front_axis": self.provider.front_axis,
                "provenance": provenance(self.task),
            },
            self.halt,
            lambda _: None,
        )
        self._write(stage="ready", blend=target.name, statistics=done["statistics"], warnings=done.get("warnings", []))


STEPS: dict[str, Callable[[Run], None]] = {
    "prepared": Run.submit,
    "uploading": Run.submit,
    "submitting": Run.lost_create,
    "submitted": Run.follow,
    "running": Run.follow,
    "downloading": Run.follow,
    "downloaded": Run.convert,
    "converting": Run.convert,
}


def provenance(task: Task) -> dict[str, Any]:
    """Return what the object in the scene keeps of its origin."""
    return {
        "provider": task.provider,
        "task": task.id,
        "provider_task": task.provider_task or "",
        "image": task.image,
        "options": task.options,
    }
