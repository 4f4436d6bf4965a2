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

from .errors import (
    BusyError,
    LinkError,
    MaquetteError,
    MissingError,
    ModelFileError,
    NetworkError,
    ProviderError,
    TaskTimeoutError,
    UnconfirmedError,
    UnreachableError,
)
from .events import Downloaded, Progressed, Ready, Submitted, TaskEvent
from .flow import Flow, Request, Response, drive
from .halt import Halt, Halted
from .journal import Journal
from .model_file import identify
from .provenance import provenance
from .provider import Created, Provider, Source, TaskStatus
from .source import View, fits, is_link
from .task import Task
from .worker import Background, Transport

log = logging.getLogger(__name__)
Emit = Callable[[TaskEvent], None]
LATE_S = 15.0
"""A provider may not know a task yet for so long after it was created."""
BUSY_S = (1.0, 2.0, 4.0, None)
"""Between the tries of a create that is answered "too many requests"; the last one is the last."""
LONGEST_WAIT_S = 30.0


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
        self._keep(created)
        self._emit(Submitted(self.task.id, created.provider_task))
        self._background.warm_up()

    def _keep(self, created: Created) -> None:
        """Write the provider's id to the journal; where that fails the artist is told the id."""
        self._told = created.status
        credits = created.status.credits if created.status else None
        known = {} if credits is None else {"credits": str(credits)}
        log.info("task %s: %s calls it %s", self.task.id, self.provider.label, created.provider_task)
        try:
            self._write(stage="submitted", provider_task=created.provider_task, **known)
        except Exception as error:
            raise UnconfirmedError(
                f"{self.provider.label} has started the task and calls it {created.provider_task}, but that could not "
                f"be written down ({error}). Note the name: it is the only way to find what you have paid for."
            ) from error

    def _created(self, source: Source, options: Any) -> Created:
        try:
            created: Created = self._drive(self.provider.submit(source, options))
        except UnconfirmedError:
            raise
        except NetworkError as error:
            sure = isinstance(error, BusyError | UnreachableError) or self.task.stage != "submitting"
            if not sure and not self.provider.repeatable:  # it has left, and was answered with something unheard of
                raise self._unconfirmed("was not answered clearly", error.details) from error
            self._write(stage="prepared", sent=self.task.sent if self.provider.repeatable else None)
            raise
        if not _speakable(created.provider_task):
            raise self._unconfirmed("was given an impossible name", repr(created.provider_task)[:200])
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
            "kinds": list(accepts.kinds),
            "min_side": accepts.min_side,
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
        return self._send_create(request) if request.creates else self._transport.send(request, self.halt)

    def _send_create(self, request: Request) -> Response:
        """Start the paid task. An answer "too many requests" has started nothing: it is sent again after a while."""
        before = self.task.sent
        for pause_s in BUSY_S:
            self._in_time()
            self._write(stage="submitting", sent=before or time.time())
            try:
                response = self._transport.send(request, self.halt)
            except Halted as halted:
                if halted.cancelled and self.provider.base_url:
                    raise self._unconfirmed("was cancelled") from halted
                raise
            if response.status != 429 or pause_s is None:
                return response
            self._write(stage="uploading", sent=before)  # who quits now has nothing to look for
            self.halt.wait(min(response.wait_s or pause_s, LONGEST_WAIT_S))
        raise AssertionError("the last try returns or raises")

    # ---- submitting, found after a restart
    def lost_create(self) -> None:
        """Nobody knows whether the create was carried out: repeat it only where that is free."""
        if self.provider.repeatable:
            self._write(stage="prepared")
            return
        raise self._unconfirmed("was interrupted")

    def _unconfirmed(self, what: str, details: str = "") -> UnconfirmedError:
        return UnconfirmedError(
            f"The task {what} while {self.provider.label} was asked to start it. It may have been charged: look at "
            "your tasks there before you send it again.",
            details,
        )

    # ---- submitted, running, downloading → downloaded
    def follow(self) -> None:
        """Ask until the task has succeeded, then fetch its model file."""
        part = self._folder / "model.part"
        options = self.provider.options.build(self.task.options)
        try:
            size, suffix = self._fetch(self._finished(options), part)
        except LinkError:  # links live minutes, and a file may come a moment after its link: fresh ones, once
            self._pause(None)
            size, suffix = self._fetch(self._finished(options), part, fresh=True)
        target = part.with_name("model" + suffix)
        part.replace(target)
        self._write(stage="downloaded", model_file=target.name)
        self._emit(Downloaded(self.task.id, str(target), size))

    def _fetch(self, status: TaskStatus, part: Path, fresh: bool = False) -> tuple[int, str]:
        """Fetch the first link that gives a model file; return its size in bytes and its suffix.

        Raises what is wrong with the best link when none does; LinkError at once, unless they are `fresh` already.
        """
        self._write(stage="downloading", percent=100)
        errors: list[MaquetteError] = []
        for link in status.links:
            try:
                return self._transport.download(link, part, self.halt, lambda _: self._in_time()), identify(part)
            except (NetworkError, ProviderError, ModelFileError) as error:
                if isinstance(error, LinkError) and not fresh:
                    raise
                errors.append(error)
        raise errors[0]

    def _finished(self, options: Any) -> TaskStatus:
        """Return the status of the task once it has succeeded."""
        while not (status := self._status(options)).links:
            self._pause(status.wait_s)
        return status

    def _status(self, options: Any) -> TaskStatus:
        status, self._told = self._told, None
        if status is None:
            status = self._asked(options)
        stage = "submitted" if status.state == "queued" else "running"
        percent = self.task.percent  # it never goes back, and a provider that stops telling does not erase it
        if status.percent is not None:
            percent = max(percent or 0, min(100, round(status.percent)))
        credits = self.task.credits if status.credits is None else str(status.credits)
        if (stage, percent, credits) != (self.task.stage, self.task.percent, self.task.credits):
            self._write(stage=stage, percent=percent, credits=credits)
        return status

    def _asked(self, options: Any) -> TaskStatus:
        """Ask the provider once; a task that was created just now may not be known everywhere yet."""
        try:
            status: TaskStatus = self._drive(self.provider.poll(str(self.task.provider_task), options))
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
                "provenance": provenance(self.task, self.provider.options),
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


def _speakable(provider_task: str) -> bool:
    """Tell whether a provider's id can stand in an address and in a line of text."""
    return provider_task.isascii() and provider_task.isprintable() and bool(provider_task.strip(" ./\\"))
