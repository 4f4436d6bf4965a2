"""What the gate lets through."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ..landing.plain_file import PlainGlb


@dataclass(frozen=True)
class Passed:
    """A model file that an importer may read."""

    model: Path
    """The file itself, or a repaired copy."""
    folder: Path
    """Holds all that belongs to the model."""
    repairs: list[str] = field(default_factory=list)
    """What was repaired or left out, as sentences."""
    opened: PlainGlb | None = None
    """What is in it, if it is a GLB."""
