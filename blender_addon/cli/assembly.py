"""Puts the parts together: journal, transport, background Blender, Runner, tasks. The panel uses the same assembly."""

from __future__ import annotations

import json
import logging
import queue
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .. import providers
from ..core import log as log_file
from ..core.errors import OFFLINE, InputError, OfflineError
from ..core.events import TaskEvent
from ..core.journal import Journal
from ..core.patience import BRIEF, Patience
from ..core.provider import Provider
from ..core.runner import Runner
from ..core.sweep import sweep
from ..core.tasks import Tasks
from ..core.worker import Transport
from ..net.accounts import Accounts
from ..net.background import BackgroundBlenders
from ..net.local import LocalTransport

log = logging.getLogger(__name__)


class Assembly:
    """Everything that runs tasks in this process."""

    def __init__(self, data_folder: Path, program: Sequence[str], patience: Patience = BRIEF) -> None:
        """Open the journal; nothing else is started. Raises InputError when the data folder cannot be used."""
        self.journal = Journal(data_folder)
        self._log = log_file.attach(data_folder)
        self.events: queue.SimpleQueue[TaskEvent] = queue.SimpleQueue()
        self.background = BackgroundBlenders(program)
        self.accounts = Accounts(data_folder)
        self.accounts.hide_all()
        self.online = True
        """Whether the network may be used. Blender's preferences decide; the panel keeps it up to date."""
        sweep(self.journal)
        self._local = LocalTransport(self.background, self.journal.tasks_folder)
        runner = Runner(self.journal, providers.find, self.connect, self.background, self._tell, patience)
        self.tasks = Tasks(self.journal, runner)

    def connect(self, provider: type[Provider[Any]], base_url: str = "") -> Transport:
        """Return the transport to a provider. Raises AccountError without an API key, InputError for a bad base URL."""
        if not provider.base_url:
            return self._local
        from ..net.http import HttpTransport  # requests takes 50–90 ms to load, and Local has no use for it

        base_url = base_url or self.accounts.base_url(provider)
        key, own = self.accounts.key(provider), bool(self.accounts.chosen_base(provider))
        return HttpTransport(provider.label, base_url, key, provider.auth, lambda: self.online, own)

    def _tell(self, event: TaskEvent) -> None:
        """Put the event on the queue, and into the log: the log tells when each stage began."""
        facts = {name: value for name, value in event.as_json().items() if name not in ("event", "task")}
        log.info("task %s %s %s", event.task, event.event, json.dumps(facts, ensure_ascii=False))
        self.events.put(event)

    def check_online(self, provider: type[Provider[Any]]) -> None:
        """Raise OfflineError when the provider needs the network and Blender's user has switched it off."""
        if provider.base_url and not self.online:
            raise OfflineError(OFFLINE.format(label=provider.label))

    def check_links(self, provider: type[Provider[Any]], views: Mapping[str, Path | str]) -> None:
        """Raise InputError for a picture's address that only this network knows; a gateway in it may know it too."""
        from ..net.address import is_loopback, is_private

        for given in views.values():
            if isinstance(given, str) and is_private(given) and not is_loopback(self.accounts.base_url(provider)):
                raise InputError(
                    f"{provider.label} cannot reach {given}, an address in your own network. Save the picture and "
                    "choose the file."
                )

    def close(self, wait_s: float = 0.0) -> None:
        """End all work in this process and keep the tasks; waits at most that long for each."""
        self.tasks.stop()
        self.background.close()
        self.tasks.stop(wait_s)
        self.journal.close()
        log_file.detach(self._log)
