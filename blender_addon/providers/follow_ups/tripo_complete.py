"""Tripo's completion: parts that were cut from a model become closed shapes."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ...core.options import Options, Ui
from .._tripo_v3 import TripoFollowUp

PRICES = {"ai_completion": 50, "quick_cap": 30}
"""Credits, by the way in which the holes are closed."""


class CompleteOptions(Options):
    """What closing parts can be told."""

    completion_mode: Annotated[
        Literal["ai_completion", "quick_cap"],
        Field(title="Close By", description="Make up what was hidden inside, or only cap the holes, which costs less"),
        Ui(labels={"ai_completion": "Making Up the Inside", "quick_cap": "Capping the Holes"}, always_sent=True),
    ] = "ai_completion"

    def credits(self) -> Decimal:
        """Return the list price. Source: Tripo's price list, read on 2026-11-21."""
        return Decimal(PRICES[self.completion_mode])


class TripoComplete(TripoFollowUp[CompleteOptions]):
    """Closes the parts of a model."""

    id = "tripo_complete"
    title = "Complete Parts"
    in_parts = True
    rank = 6
    description = "Close the parts where they were cut from each other"
    options: ClassVar[type[Options]] = CompleteOptions
    follows = ("tripo_parts",)
    path, kind = "/v3/mesh/complete", "mesh_completion"
    at_once = 3  # changes to a mesh: ten of all kinds run or are queued
    price = "50 credits, 30 for capped holes"
    sets: ClassVar[dict[str, str]] = {
        "original_model_task_id": "input: the task that separated the parts",
        "model_version": "not sent: there is one",
        "part_names": "not offered: all parts are completed",
    }
