"""Puts the parts together: journal, transport, background Blender, Runner, tasks. The panel uses the same assembly."""

from __future__ import annotations

import queue
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from .. import providers
from ..core.events import TaskEvent
from ..core.flow import drive
from ..core.halt import Halt
from ..core.journal import Journal
from ..core.provider import Provider
from ..core.runner import Runner
from ..core.tasks import Tasks
from ..net.background import BackgroundBlenders
from ..net.local import LocalTransport


class Assembly:
    """Everything that runs tasks in this process."""

    def __init__(self, data_folder: Path, program: Sequence[str]) -> None:
        """Open the journal; nothing else is started. Raises InputError when the data folder cannot be used."""
        self.journal = Journal(data_folder)
        self.events: queue.SimpleQueue[TaskEvent] = queue.SimpleQueue()
        self.background = BackgroundBlenders(program)
        self._transport = LocalTransport(self.background, self.journal.tasks_folder)
        runner = Runner(self.journal, providers.find, self._transport, self.background, self.events.put)
        self.tasks = Tasks(self.journal, runner)

    def balance(self, provider: Provider[Any]) -> Decimal | None:
        """Ask a provider for the credits that are left; None is unknown."""
        return drive(provider.balance(), lambda request: self._transport.send(request, Halt()))

    def close(self, wait_s: float = 0.0) -> None:
        """End all work in this process and keep the tasks; waits at most that long for each."""
        self.tasks.stop()
        self.background.close()
        self.tasks.stop(wait_s)
        self.journal.close()
