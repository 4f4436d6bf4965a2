"""The Runner: carries one task from the source image to a .blend that can be landed, step by step, in a thread.

Each stage has one step; a step ends by writing the next stage to the journal, so a task goes on from wherever it was
left. Nothing here knows Blender or the network: requests go to the transport, files to the background Blender.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .errors import NetworkError, TaskTimeoutError, UnconfirmedError, as_ours
from .events import Cancelled, Downloaded, Failed, Paused, Progressed, Ready, Submitted, TaskEvent
from .flow import Flow, Request, Response, drive
from .halt import Halt, Halted
from .journal import Journal
from .model_file import identify
from .provider import Provider, Source, TaskStatus
from .source import check_picture
from .task import Task
from .worker import Background, Transport

log = logging.getLogger(__name__)
Emit = Callable[[TaskEvent], None]


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
        source = Source({name: self._native(name) for name in self.task.views}, self.task.id, self.task.key)
        provider_task = self._drive(self.provider.submit(source, options))
        self._write(stage="submitted", provider_task=provider_task)
        self._emit(Submitted(self.task.id, provider_task))
        self._background.warm_up()

    def _native(self, view: str) -> Path:
        """Return the view as PNG, JPEG or WebP; Blender converts the rest."""
        path = self._folder / self.task.views[view]
        if check_picture(path).native:
            return path
        target = path.with_name(f"{view}_converted.png")
        self._background.call("picture", {"source": str(path), "target": str(target)}, self.halt, lambda _: None)
        return target

    def _drive(self, flow: Flow[Any]) -> Any:
        return drive(flow, self._send)

    def _send(self, request: Request) -> Response:
        if not request.creates:
            return self._transport.send(request, self.halt)
        self._write(stage="submitting", sent=time.time())
        try:
            return self._transport.send(request, self.halt)
        except UnconfirmedError:
            raise
        except Halted as halted:
            if halted.cancelled and not self.provider.repeatable:
                raise self._unconfirmed("was cancelled") from halted
            raise
        except NetworkError:  # it provably never left: nothing was charged, and it may be sent again
            self._write(stage="prepared", sent=None)
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
        while not (status := self._status()).link:
            self._pause()
        self._write(stage="downloading", percent=100)
        part = self._folder / "model.part"
        size = self._transport.download(status.link, part, self.halt, lambda _: self._in_time())
        target = part.with_name("model" + identify(part))
        part.replace(target)
        self._write(stage="downloaded", model_file=target.name)
        self._emit(Downloaded(self.task.id, str(target), size))

    def _status(self) -> TaskStatus:
        status: TaskStatus = self._drive(self.provider.poll(str(self.task.provider_task)))
        stage = "submitted" if status.state == "queued" else "running"
        percent = self.task.percent  # it never goes back, and a provider that stops telling does not erase it
        if status.percent is not None:
            percent = max(percent or 0, min(100, round(status.percent)))
        credits = self.task.credits if status.credits is None else str(status.credits)
        if (stage, percent, credits) != (self.task.stage, self.task.percent, self.task.credits):
            self._write(stage=stage, percent=percent, credits=credits)
        return status

    def _pause(self) -> None:
        self._in_time()
        self.halt.wait(float(os.environ.get("MAQUETTE_POLL_S") or self._pace))
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


class Runner:
    """Runs tasks; the same object serves every thread."""

    def __init__(
        self,
        journal: Journal,
        providers: Callable[[str], type[Provider[Any]]],
        transport: Transport,
        background: Background,
        emit: Emit,
    ) -> None:
        """Take what is shared by all tasks; `providers` returns a provider by its id or raises InputError."""
        self._journal, self._providers, self._emit = journal, providers, emit
        self._transport, self._background = transport, background

    def run(self, task_id: str, halt: Halt) -> None:
        """Carry the task on until it is ready, ended, or halted. Never raises; what happened is told by an event."""
        try:
            if self._journal.claim(task_id):
                self._until_halted(task_id, halt)
        except Exception as error:  # noqa: BLE001 - the thread's last line: everything becomes a sentence
            self._fail(task_id, error)
        try:
            self._journal.release(task_id)
        except sqlite3.Error:  # it is an orphan when this process ends, and is adopted then
            log.exception("task %s: it could not be released", task_id)

    def _until_halted(self, task_id: str, halt: Halt) -> None:
        halt.watch(lambda: self._journal.cancel_asked(task_id))
        try:
            self._run(task_id, halt)
        except Halted as halted:
            self._end(task_id, "cancelled" if halted.cancelled else None)
            self._emit(Cancelled(task_id) if halted.cancelled else Paused(task_id))

    def _run(self, task_id: str, halt: Halt) -> None:
        task = self._journal.update(task_id, error=None)
        provider = self._providers(task.provider)()
        Run(task, provider, self._journal, self._transport, self._background, self._emit, halt).to_ready()

    def _fail(self, task_id: str, cause: Exception) -> None:
        error = as_ours(cause)
        log.info("task %s: %s: %s %s", task_id, error.kind, error.message, error.details)
        facts = {"kind": error.kind, "message": error.message, "details": error.details}
        try:
            task = self._journal.get(task_id)
            mistake = error is not cause and task and task.provider_task  # ours: what is paid for is not given up
            kept = error.task_kept or mistake
            stage = "unconfirmed" if isinstance(error, UnconfirmedError) else None if kept else "failed"
            self._end(task_id, stage, error=facts)
        except sqlite3.Error:  # the disk that is full is the one the journal is on: the event still tells
            log.exception("task %s: the journal could not be written", task_id)
        self._emit(Failed(task_id, error.kind, error.message))

    def _end(self, task_id: str, stage: str | None, **changes: Any) -> None:
        if stage:
            changes |= {"stage": stage, "ended": time.time()}
        if changes and self._journal.get(task_id):
            self._journal.update(task_id, **changes)
