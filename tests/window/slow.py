"""A provider for tests: Local, but a task takes MAQUETTE_SLOW_S seconds. Copied into the installed extension."""

import os
import time

from ..core.flow import Flow
from ..core.provider import Created, TaskStatus
from .local import Local

_began = time.monotonic()


class Slow(Local):
    """Answers that it runs until the time is over, then what Local answers."""

    id = "slow"
    label = "Slow"
    description = "Takes its time"
    seed_options = ("face_limit",)  # another number makes another model

    def submit(self, source, options) -> Flow[Created]:
        """Start the clock."""
        global _began
        _began = time.monotonic()
        return (yield from super().submit(source, options))

    def poll(self, provider_task, options) -> Flow[TaskStatus]:
        """Tell how much of the time is over."""
        part = (time.monotonic() - _began) / float(os.environ["MAQUETTE_SLOW_S"])
        if part < 1:
            return TaskStatus("running", part * 90)
        return (yield from super().poll(provider_task, options))
