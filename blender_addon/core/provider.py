"""What a provider is: one file, one class, found by looking into the folder."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from .flow import Flow
from .options import Options

OptionsT = TypeVar("OptionsT", bound=Options)


@dataclass(frozen=True)
class Source:
    """The source image as a task sends it."""

    views: Mapping[str, Path]
    """View name (front, left, back, right) → picture; the front is always there."""
    task: str
    """The task's id here."""
    key: str
    """Idempotency key of this create."""


@dataclass(frozen=True)
class TaskStatus:
    """Where a task stands at its provider."""

    state: str
    """queued, running or succeeded; a task that failed is raised as an error of errors.py."""
    percent: float | None = None
    """0–100, or None where the provider does not tell."""
    link: str | None = None
    """Where the model file can be fetched, when succeeded."""
    credits: Decimal | None = None
    """What it cost, when known."""


@dataclass(frozen=True)
class Pace:
    """How often to ask, seconds: from `first`, times `factor` each time, to `longest`."""

    first: float = 3.0
    factor: float = 1.3
    longest: float = 15.0


class Provider(ABC, Generic[OptionsT]):
    """A hosted service, or Local."""

    id: ClassVar[str]
    label: ClassVar[str]
    description: ClassVar[str]
    options: ClassVar[type[Options]]
    views: ClassVar[tuple[str, ...]] = ("front",)
    """The views that it takes."""
    front_axis: ClassVar[str] = "-Y"
    """Where the front of its models faces once Blender has read them: -Y, +Y, -X or +X."""
    base_url: ClassVar[str] = ""
    """Empty for a provider that needs no network."""
    repeatable: ClassVar[bool] = False
    """A create costs nothing and may be repeated. Only Local says so."""
    pace: ClassVar[Pace] = Pace()
    timeout_s: ClassVar[float] = 1800.0

    @abstractmethod
    def submit(self, source: Source, options: OptionsT) -> Flow[str]:
        """Upload and create; return the provider's task id. Must be given."""

    @abstractmethod
    def poll(self, provider_task: str) -> Flow[TaskStatus]:
        """Ask once where the task stands. Must be given. Raises the error that the task ended with."""

    def balance(self) -> Flow[Decimal | None]:
        """Ask for the credits that are left; None is unknown. May be overridden."""
        yield from ()
        return None
