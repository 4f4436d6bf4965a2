"""Who asked to cancel what: one look at the journal for all tasks of this process."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time

from .halt import WATCH_S
from .journal import Journal

log = logging.getLogger(__name__)


class Cancels:
    """What the journal said of cancels a moment ago. Every wait of every task asks, four times a second."""

    def __init__(self, journal: Journal) -> None:
        """Remember where to look."""
        self._journal = journal
        self._turn = threading.Lock()
        self._wanted: frozenset[str] = frozenset()
        self._until_s = 0.0

    def asked(self, task_id: str) -> bool:
        """Tell whether somebody asked to cancel the task, or has removed it, at most a moment later than it was so.

        While the journal cannot be read nobody can ask through it.
        """
        try:
            with self._turn:
                if time.monotonic() >= self._until_s:
                    self._until_s = time.monotonic() + WATCH_S
                    self._wanted = self._journal.wanted()
                wanted = task_id in self._wanted
            return not wanted and self._journal.cancel_asked(task_id)  # it may be newer than the look
        except (OSError, sqlite3.Error) as error:
            log.debug("nobody knows whether task %s was cancelled: %s", task_id, error)
            return False
