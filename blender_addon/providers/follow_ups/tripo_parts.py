"""Tripo's segmentation: a model becomes several objects, one for each part."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ...core.options import FRONT_ONLY, Options, Ui
from .._tripo_v3 import TripoFollowUp

V1, V2 = "v1.0-20250506", "v2.0-20260430"


class PartsOptions(Options):
    """What taking apart can be told."""

    model_version: Annotated[
        Literal["v1.0-20250506", "v2.0-20260430"],
        Field(title="Parts Version", description="Tripo's generation of segmentation; v2.0 can be told how fine"),
        Ui(labels={V1: "v1.0", V2: "v2.0"}, always_sent=True),
    ] = "v1.0-20250506"
    segmentation_granularity: Annotated[
        Literal["simple", "balanced", "detailed"] | None,
        Field(title="Granularity", description="Into how many parts it is taken"),
        Ui(initial="balanced"),
    ] = None
    split_by_connectivity: Annotated[
        bool, Field(title="Split by Connectivity", description="Pieces that do not touch become parts of their own")
    ] = False

    def switched_off(self, views: Collection[str] = FRONT_ONLY) -> dict[str, str]:
        """Say what the first version does not know."""
        if self.model_version == V2:
            return {}
        told = "Only Parts Version (model_version) v2.0 can be told how to take the model apart"
        return dict.fromkeys(("segmentation_granularity", "split_by_connectivity"), told)

    def credits(self) -> Decimal:
        """Return the list price. Source: Tripo's price list, read on 2026-11-21."""
        return Decimal(40)


class TripoParts(TripoFollowUp[PartsOptions]):
    """Takes a model apart."""

    id = "tripo_parts"
    title = "Separate Parts"
    in_parts = True
    rank = 5
    description = "Take the model apart, into one object for each part"
    options: ClassVar[type[Options]] = PartsOptions
    follows = ("tripo", "tripo_texture", "tripo_low_poly")
    path, kind = "/v3/mesh/segment", "mesh_segmentation"
    at_once = 3  # changes to a mesh: ten of all kinds run or are queued
    price = "40 credits"
    sent_as: ClassVar[dict[str, str]] = {"model_version": "model"}
    sets: ClassVar[dict[str, str]] = {
        "original_model_task_id": "input: the model's task",
        "ref_image": "not offered: Granularity and Split by Connectivity say how",
    }
