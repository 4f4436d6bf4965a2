"""Tripo's rigs: bones and weights for a model, ready to be posed."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from ...core.options import FRONT_ONLY, Options, Ui
from .. import _tripo_options
from .._tripo_clips import FIRST_VERSION
from .._tripo_v3 import TripoFollowUp

OF_V1 = ("tripo", "mixamo")
"""Skeletons that the first version can make."""


class RigOptions(Options):
    """What a rig can be told."""

    model_version: Annotated[
        Literal["v1.0-20240301", "v2.5-20260210", "v3.0-20260909"],
        Field(
            title="Rig Version",
            description="Tripo's generation of rigs; v1.0 rigs bipeds, with many clips, newer ones other bodies too",
        ),
        Ui(labels={FIRST_VERSION: "v1.0", "v2.5-20260210": "v2.5", "v3.0-20260909": "v3.0"}, always_sent=True),
    ] = "v1.0-20240301"
    rig_type: Annotated[
        Literal["biped", "quadruped", "hexapod", "octopod", "avian", "serpentine", "aquatic"],
        Field(title="Body", description="What kind of body the model has"),
    ] = "biped"
    spec: Annotated[
        Literal["tripo", "mixamo", "actorcore", "unity", "unreal", "vrm"],
        Field(
            title="Skeleton",
            description="Whose bone names and hierarchy it gets; only Tripo's own can be animated by Tripo afterwards",
        ),
        Ui(labels={"actorcore": "ActorCore", "vrm": "VRM"}),
    ] = "tripo"
    out_format: _tripo_options.OutFormat = "glb"

    @model_validator(mode="after")
    def skeleton_is_possible(self) -> Self:
        """Refuse a skeleton that the first version cannot make."""
        if self.model_version == FIRST_VERSION and self.spec not in OF_V1:
            raise ValueError(
                f"The Skeleton (spec) {self.spec} needs Rig Version (model_version) v2.5 or v3.0: choose one of them, "
                "or the skeleton of Tripo or Mixamo."
            )
        return self

    def switched_off(self, views: Collection[str] = FRONT_ONLY) -> dict[str, str]:
        """Say that the first version knows one kind of body."""
        if self.model_version == FIRST_VERSION:
            return {"rig_type": "Rig Version (model_version) v1.0 rigs bipeds only: choose v2.5 or v3.0"}
        return {}

    def credits(self) -> Decimal:
        """Return the list price. Source: Tripo's price list, read on 2026-11-21."""
        return Decimal(25)


class TripoRig(TripoFollowUp[RigOptions]):
    """Rigs a model."""

    id = "tripo_rig"
    title = "Rig"
    rank = 1
    description = "Give the model bones and weights, to pose and animate it"
    options: ClassVar[type[Options]] = RigOptions
    follows = ("tripo", "tripo_texture", "tripo_low_poly")
    path, kind = "/v3/animations/rig", "animate_rig"
    at_once = 5  # animations: ten, rigs among them, run or are queued
    price = "25 credits"
    sent_as: ClassVar[dict[str, str]] = {"model_version": "model"}
    sets: ClassVar[dict[str, str]] = {"original_model_task_id": "input: the model's task"}
