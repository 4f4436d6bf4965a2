"""The tasks that run in this process: what can be done with one, wherever it stands."""

from __future__ import annotations

import shutil
import time

from .errors import InputError
from .journal import Journal
from .kept import stage_left
from .line import Line
from .runner import MAYBE_CHARGED, Runner
from .task import ENDED, WAITING, Task


class Tasks:
    """Starts, cancels and forgets tasks."""

    def __init__(self, journal: Journal, runner: Runner) -> None:
        """Share the journal and the Runner."""
        self.journal, self._line = journal, Line(runner)

    def start(self, task_id: str) -> None:
        """Run the task from the stage where it stands, when its turn has come. Does nothing when it runs here."""
        self._line.enter(task_id)

    def running(self, task_id: str = "") -> bool:
        """Tell whether the task, or any, runs in this process."""
        return self._line.find(task_id) is not None if task_id else bool(self._line.every())

    def wait(self, task_id: str) -> None:
        """Wait until this process has let go of the task."""
        if visit := self._line.find(task_id):
            visit.ended.wait()

    def resume(self) -> list[str]:
        """Start every task that nobody runs and that does not wait for the artist; return their ids."""
        ids = [one.id for one in self.journal.unfinished() if one.stage not in WAITING]
        ids = [one for one in ids if not self.journal.owned_elsewhere(one)]
        for one in ids:
            self.start(one)
        return ids

    def cancel(self, task_id: str) -> None:
        """Cancel the task, wherever it runs. Raises InputError when there is nothing to cancel."""
        visit = self._line.find(task_id)
        task = (self.journal.last_known(task_id) if visit else None) or find(self.journal, task_id)
        if task.stage in ENDED or task.stage == "ready":
            raise InputError(f"Task {task_id} has ended already ({task.state}).")
        if task.stage == "unconfirmed":
            raise InputError(f"Task {task_id} does not run any more. {MAYBE_CHARGED}")
        if visit:
            visit.halt.cancel()
            self._line.knock()
        elif self.journal.owned_elsewhere(task_id):
            self.journal.ask_cancel(task_id)
        elif task.perhaps_charged:
            facts = {"kind": "network", "message": f"The task was cancelled. {MAYBE_CHARGED}", "details": ""}
            self.journal.update(task_id, stage="unconfirmed", ended=time.time(), error=facts)
        else:
            self.journal.update(task_id, stage="cancelled", ended=time.time())

    def reopen(self, task_id: str) -> Task:
        """Take a failed or cancelled task up again where that costs nothing, and return it. Raises InputError.

        What has come is converted again, what the provider has is asked for again; nothing is created again.
        """
        task = find(self.journal, task_id)
        stage = stage_left(self.journal, task)
        if not stage:
            raise InputError(f"Task {task_id} has ended before it was sent ({task.state}). Generate it again.")
        if task.stage in ENDED:
            self.wait(task_id)  # see look_again
        return self.journal.update(task_id, stage=stage, ended=None, error=None, fetched_again=False)

    def look_again(self, task_id: str) -> Task:
        """Let the next run look for the unconfirmed task at its provider, and return it; nothing is created again.

        Raises InputError when it is not unconfirmed.
        """
        task = find(self.journal, task_id)
        if task.stage != "unconfirmed":
            raise InputError(f"Task {task_id} is not unconfirmed ({task.state}).")
        self.wait(task_id)  # its thread has told and ends in a moment; a start before that would do nothing
        stage = "submitted" if task.provider_task else "submitting"  # the id was found when it could be written down
        return self.journal.update(task_id, stage=stage, ended=None)

    def forget(self, task_id: str) -> None:
        """Remove the task and its files for ever. Raises InputError while it runs."""
        task = find(self.journal, task_id)
        here = self.running(task_id) and task.stage not in ENDED | WAITING
        if here or self.journal.owned_elsewhere(task_id):
            raise InputError(f"Task {task_id} is running. Cancel it first.")
        self.journal.remove(task_id)
        shutil.rmtree(self.journal.folder_of(task_id), ignore_errors=True)

    def stop(self, wait_s: float = 0.0) -> None:
        """End all work in this process; the tasks are kept. Waits at most that long."""
        visits = self._line.every()
        for visit in visits:
            visit.halt.stop()
        self._line.knock()
        for visit in visits:
            visit.ended.wait(wait_s)


def find(journal: Journal, task_id: str) -> Task:
    """Return the task. Raises InputError when there is none of that id."""
    task = journal.get(task_id)
    if task is None:
        raise InputError(f"There is no task {task_id}. `maquette tasks` lists them.")
    return task
