"""The Runner: runs tasks in threads, and turns whatever happens to them into an event and a line in the journal."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from .cancels import Cancels
from .errors import AccountError, InputError, MaquetteError, UnconfirmedError, as_ours
from .events import Cancelled, Failed, Paused
from .halt import Halt, Halted
from .journal import Journal
from .patience import BRIEF, Patience
from .provider import Provider
from .queueing import QueuedTransport, Queues
from .run import Emit, Run
from .steps import to_ready
from .worker import Background, Connect

log = logging.getLogger(__name__)
MAYBE_CHARGED = (
    "The provider was asked to start the task, and it may have been charged: look at your tasks there before you send "
    "it again."
)


class Lane(NamedTuple):
    """Where a task waits until it may go on."""

    provider: str
    places: int
    """So many tasks go on at a time."""
    begun: bool
    """The provider has it already, so it does not wait: its links would run out."""


class Runner:
    """Runs tasks; the same object serves every thread."""

    def __init__(
        self,
        journal: Journal,
        providers: Callable[[str], type[Provider[Any]]],
        connect: Connect,
        background: Background,
        emit: Emit,
        patience: Patience = BRIEF,
    ) -> None:
        """Take what is shared by all tasks; `providers` returns a provider by its id or raises InputError."""
        self._patience = patience
        self._journal, self._providers, self._emit = journal, providers, emit
        self._connect, self._background = connect, background
        self._queues, self._cancels = Queues(), Cancels(journal)

    def run(self, task_id: str, halt: Halt) -> None:
        """Carry the task on until it is ready, ended, or halted. Never raises; what happened is told by an event."""
        if self.take(task_id, halt):
            self.carry_on(task_id, halt)

    def take(self, task_id: str, halt: Halt) -> bool:
        """Own the task from now on, and halt it when somebody cancels it; False when it cannot be had. Never raises."""
        try:
            taken = self._journal.claim(task_id)
        except Exception as error:  # noqa: BLE001 - as below
            self._fail(task_id, error)
            return False
        if taken:
            halt.watch(lambda: self._cancels.asked(task_id))
        return taken

    def lane_of(self, task_id: str) -> Lane:
        """Return where the task, which is owned, has to wait; what is wrong with it is told when it is carried on."""
        try:
            task = self._journal.get(task_id)
            if task:
                provider = self._providers(task.provider)
                return Lane(provider.id, provider.at_once, bool(provider.base_url and task.provider_task))
        except (MaquetteError, OSError, sqlite3.Error) as error:
            log.debug("task %s has no lane: %s", task_id, error)
        return Lane("", 0, begun=True)

    def carry_on(self, task_id: str, halt: Halt) -> None:
        """Carry on with the task, which is owned, and let go of it. Never raises."""
        try:
            self._until_halted(task_id, halt)
        except Exception as error:  # noqa: BLE001 - the thread's last line: everything becomes a sentence
            self._fail(task_id, error)
        self._let_go(task_id)

    def give_up(self, task_id: str, error: Exception) -> None:
        """Let go of an owned task that could not even be carried on, and tell why. Never raises."""
        self._fail(task_id, error)
        self._let_go(task_id)

    def _let_go(self, task_id: str) -> None:
        try:
            self._journal.release(task_id)
        except (OSError, sqlite3.Error):  # it is an orphan when this process ends, and is adopted then
            log.exception("task %s: it could not be released", task_id)

    def _until_halted(self, task_id: str, halt: Halt) -> None:
        try:
            halt.check()
            self._run(task_id, halt)
        except Halted as halted:
            task = self._journal.get(task_id)
            if halted.cancelled and task and task.perhaps_charged:
                raise UnconfirmedError(MAYBE_CHARGED) from halted
            self._end(task_id, "cancelled" if halted.cancelled else None)
            self._emit(Cancelled(task_id) if halted.cancelled else Paused(task_id))

    def _run(self, task_id: str, halt: Halt) -> None:
        task = self._journal.update(task_id, mine=True, error=None)
        try:
            provider = self._providers(task.provider)
            transport = self._connect(provider)
        except MaquetteError as error:  # no key, a wrong address: put right, the task goes on where it stands
            self._tell(task_id, error, None)
            return
        queue = self._queues.of(provider)
        with queue.place(halt, begun=bool(provider.base_url and task.provider_task)):
            queued = QueuedTransport(transport, queue)
            to_ready(Run(task, provider(), self._journal, queued, self._background, self._emit, halt, self._patience))

    def _fail(self, task_id: str, cause: Exception) -> None:
        error = as_ours(cause)
        stage: str | None = "failed"
        try:
            task = self._journal.get(task_id)
            maybe = task is not None and task.perhaps_charged
            # what is or may be paid for is not given up for a mistake of ours, or a key or option that was changed
            held = maybe or (task is not None and bool(task.provider_task))
            # what Local refuses is the image, and there is nothing at a provider that could still be fetched
            kept = (AccountError, InputError) if task is not None and task.sent is not None else (AccountError,)
            lost = maybe and error is not cause and task is not None and task.stage == "submitting"
            if isinstance(error, UnconfirmedError) or lost:
                stage = "unconfirmed"
            elif error.task_kept or (held and (error is not cause or isinstance(error, kept))):
                stage = None
            elif maybe:
                error, stage = UnconfirmedError(f"{error.message} {MAYBE_CHARGED}", error.details), "unconfirmed"
        except (OSError, sqlite3.Error):  # the disk that is full is the one the journal is on: the event still tells
            stage = None
            log.exception("task %s: the journal could not be read", task_id)
        self._tell(task_id, error, stage)

    def _tell(self, task_id: str, error: MaquetteError, stage: str | None) -> None:
        """Write the error down, and the stage that the task ends in if it ends; tell both."""
        log.info("task %s: %s: %s %s", task_id, error.kind, error.message, error.details)
        facts = {"kind": error.kind, "message": error.message, "details": error.details}
        try:
            self._end(task_id, stage, error=facts)
        except (OSError, sqlite3.Error):
            log.exception("task %s: the journal could not be written", task_id)
        self._emit(Failed(task_id, error.kind, error.message))

    def _end(self, task_id: str, stage: str | None, **changes: Any) -> None:
        if stage:
            changes |= {"stage": stage, "ended": time.time()}
        if changes and self._journal.get(task_id):
            with contextlib.suppress(Halted):  # another process has taken it over: what that writes counts
                self._journal.update(task_id, mine=True, **changes)
