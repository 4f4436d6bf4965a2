"""A task: one run at a provider, and the stages of its life."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STATES = {
    "prepared": "queued",
    "uploading": "queued",
    "submitting": "queued",
    "submitted": "queued",
    "running": "running",
    "downloading": "running",
    "downloaded": "running",
    "converting": "running",
    "ready": "ready",
    "landed": "succeeded",
    "failed": "failed",
    "cancelled": "cancelled",
    "unconfirmed": "unconfirmed",
}
"""Stage, as the journal keeps it → state, as people see it. In the order in which a task goes through them."""

ENDED = frozenset({"landed", "failed", "cancelled"})
"""Stages after which nothing happens by itself."""

WAITING = frozenset({"ready", "unconfirmed"})
"""Stages that wait for the artist."""


@dataclass
class Task:
    """All that is known of one run; what the journal keeps, as plain values that JSON can hold."""

    provider: str
    image: str
    """File name of the front view; the model's name comes from it."""
    views: dict[str, str]
    """View name → file name in the task's folder, or the public address of the picture."""
    options: dict[str, Any]
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    """Idempotency key, sent with the create where the provider knows one."""
    again: bool = False
    """The artist asked for the same image and options once more."""
    stage: str = "prepared"
    percent: int | None = None
    provider_task: str | None = None
    created: float = field(default_factory=time.time)
    """Unix time, seconds."""
    sent: float | None = None
    """Unix time at which a create request left that may have been carried out; None when none has."""
    made: float | None = None
    """Unix time at which its model was ready to land for the first time."""
    ended: float | None = None
    estimate: str | None = None
    """Credits as a decimal number in text; None is unknown."""
    credits: str | None = None
    timeout_s: float | None = None
    title: str = ""
    """What the artist calls the model; empty: as the image is called."""
    cut_out: bool = False
    """The pictures are sent without their background."""
    crop: bool = False
    """The pictures are sent cropped to the object."""
    height: float | None = None
    """Metres that the model is made tall; None: as tall as the provider made it."""
    follows: str = ""
    """Of a follow-up: the provider's id of the task with whose model it goes on."""
    in_parts: bool = False
    """Its model is made of separate parts, which are not joined."""
    variant_of: str = ""
    """Id of the task of which it is a variant: it does not land by itself, the artist chooses one of several."""
    place: list[float] | None = None
    """Where the artist dropped it, x, y and z in metres; None: at the 3D cursor."""
    model_file: str | None = None
    """File name in the task's folder."""
    fetched_again: bool = False
    """It came damaged and was fetched once more."""
    conversions: int = 0
    """How often the background Blender was asked to read it."""
    blend: str | None = None
    error: dict[str, str] | None = None
    """kind, message and details of the error that it ended with."""
    outputs: list[str] = field(default_factory=list)
    """Files that the command line was asked to write, and has to write again when it resumes."""
    preview: str | None = None
    made_for: str = ""
    """The .blend that was open when it was started; empty for the command line and for unsaved files."""
    statistics: dict[str, int] = field(default_factory=dict)
    """objects, triangles, materials, images of the tidy .blend, and texture_px, the largest side of an image."""
    warnings: list[str] = field(default_factory=list)
    """What had to be left out or repaired, a sentence each."""

    @property
    def state(self) -> str:
        """Return the state that people see."""
        return STATES[self.stage]

    @property
    def perhaps_charged(self) -> bool:
        """Tell whether the provider may have the task under a name that nobody knows here."""
        return self.sent is not None and not self.provider_task

    @property
    def elsewhere(self) -> bool:
        """Tell whether it was created by another program or on the provider's web page, and only fetched here."""
        return not (self.views or self.follows)

    @property
    def name(self) -> str:
        """Return what the model is called."""
        return self.title or Path(self.image).stem or "Model"

    @property
    def wishes(self) -> dict[str, Any]:
        """Return what the artist asked for besides pictures and options: the same again is made with it."""
        return {"title": self.title, "cut_out": self.cut_out, "crop": self.crop, "height": self.height}

    def public(self) -> dict[str, Any]:
        """Return what `tasks --json` shows."""
        return {
            "id": self.id,
            "provider": self.provider,
            "provider_task": self.provider_task,
            "state": self.state,
            "stage": self.stage,
            "percent": self.percent,
            "image": self.image,
            "created": self.created,
            "credits": float(self.credits) if self.credits is not None else None,
            "error": self.error,
            "outputs": [*self.outputs, *([self.preview] if self.preview else [])],
        }
