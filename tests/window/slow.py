"""A provider for tests: Local, but a task stays at MAQUETTE_SLOW_AT percent until that variable is gone.

Copied into the installed extension.
"""

import os

from ..core.flow import Flow
from ..core.provider import TaskStatus
from .local import Local


class Slow(Local):
    """Answers that it runs as long as it is held, then what Local answers."""

    id = "slow"
    label = "Slow"
    description = "Takes its time"
    seed_options = ("face_limit",)  # another number makes another model

    def poll(self, provider_task, options) -> Flow[TaskStatus]:
        """Tell the percent at which it is held."""
        if held := os.environ.get("MAQUETTE_SLOW_AT"):
            return TaskStatus("running", float(held))
        return (yield from super().poll(provider_task, options))
