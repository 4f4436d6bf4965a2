"""What a running task tells: frozen facts, put on a queue by its thread and played back by the panel or the CLI."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True)
class TaskEvent:
    """Something happened to the task with this id."""

    task: str
    event: ClassVar[str]

    def as_json(self) -> dict[str, Any]:
        """Return the line that `--jsonl` prints."""
        return {"event": self.event, **asdict(self)}


@dataclass(frozen=True)
class Submitted(TaskEvent):
    """The provider has taken the task; its id is in the journal already, if that can be written."""

    provider_task: str
    event = "submitted"


@dataclass(frozen=True)
class Progressed(TaskEvent):
    """The task moved on."""

    state: str
    percent: int | None
    """0–100, or None while nobody can tell."""
    event = "progressed"


@dataclass(frozen=True)
class Waiting(TaskEvent):
    """The task goes on when something outside is right again, which needs nobody's help; for people only."""

    message: str
    """What is waited for, as a sentence; empty when it is over."""
    event = "waiting"


@dataclass(frozen=True)
class Downloaded(TaskEvent):
    """The model file is on this disk."""

    path: str
    bytes: int
    event = "downloaded"


@dataclass(frozen=True)
class Ready(TaskEvent):
    """The tidy .blend stands on the disk and waits to be landed."""

    blend: str
    event = "ready"


@dataclass(frozen=True)
class Succeeded(TaskEvent):
    """The model has landed."""

    objects: int
    triangles: int
    materials: int
    images: int
    """Distinct images that the materials use."""
    credits: float | None
    outputs: list[str]
    seconds: float
    main_thread_ms: float
    """Append and place: all the time that Blender's interface had to wait."""
    warnings: list[str] = field(default_factory=list)
    """What was left out or repaired, as sentences."""
    event = "succeeded"

    def as_json(self) -> dict[str, Any]:
        """Return the line that `--jsonl` prints; nothing is said of warnings where there are none."""
        return {name: value for name, value in super().as_json().items() if name != "warnings" or value}


@dataclass(frozen=True)
class Failed(TaskEvent):
    """The task ended with an error of the tree in errors.py."""

    kind: str
    message: str
    event = "failed"


@dataclass(frozen=True)
class Cancelled(TaskEvent):
    """The artist cancelled; a hosted provider may still charge."""

    event = "cancelled"


@dataclass(frozen=True)
class Paused(TaskEvent):
    """The work in this process ended, the task is kept and goes on when it is resumed."""

    event = "paused"
