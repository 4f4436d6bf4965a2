"""Tripo's low poly: few faces, laid out as if by hand, with the look of the model baked onto them."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from ...core.options import FRONT_ONLY, Options, Ui
from .._tripo_v3 import TripoFollowUp

MOST_QUADS = 10_000
VERSIONS = ("v1.0", "v2.0", "v3.0")
"""Labels of their own: without one it would be V1.0."""
PRICES = {"v1.0": 10, "v2.0": 30}
"""Credits, by version; nobody tells what the newest one costs."""


class LowPolyOptions(Options):
    """What a model with few faces can be told."""

    face_limit: Annotated[
        int | None,
        Field(title="Face Limit", description="Most faces that the model may have", ge=500, le=20_000),
        Ui(initial=5000),
    ] = None
    quad: Annotated[bool, Field(title="Quads", description="Four-sided faces, sent as FBX")] = False
    model_version: Annotated[
        Literal["v1.0", "v2.0", "v3.0"],
        Field(title="Low Poly Version", description="Tripo's generation of low poly models; v1.0 is the cheapest"),
        Ui(labels={one: one for one in VERSIONS}, always_sent=True),
    ] = "v2.0"
    bake: Annotated[
        bool,
        Field(title="Bake", description="Bake the look of the model onto the new faces"),
        Ui(advanced=True),
    ] = True
    smart_uv: Annotated[
        bool,
        Field(title="Smart UVs", description="Lay out the UVs as if by hand"),
        Ui(advanced=True),
    ] = False

    @model_validator(mode="after")
    def faces_are_possible(self) -> Self:
        """Refuse more quads than Tripo makes."""
        if self.quad and (self.face_limit or 0) > MOST_QUADS:
            raise ValueError(
                f"The Face Limit (face_limit) is at most {MOST_QUADS:,} with Quads (quad): lower it, or switch "
                "Quads off."
            )
        return self

    def switched_off(self, views: Collection[str] = FRONT_ONLY) -> dict[str, str]:
        """Say what an older version does not know."""
        if self.model_version == "v3.0":
            return {}
        return {"smart_uv": "Only Low Poly Version (model_version) v3.0 lays out smart UVs"}

    def credits(self) -> Decimal | None:
        """Return the list price, which tells nothing of v3.0. Source: Tripo's price list, read on 2026-11-21."""
        price = PRICES.get(self.model_version)
        return None if price is None else Decimal(price)


class TripoLowPoly(TripoFollowUp[LowPolyOptions]):
    """Makes a model of few faces."""

    id = "tripo_low_poly"
    title = "Low Poly"
    rank = 4
    description = "Make the same with few faces, for games"
    options: ClassVar[type[Options]] = LowPolyOptions
    follows = ("tripo", "tripo_texture", "tripo_parts", "tripo_complete")
    path, kind = "/v3/mesh/decimate", "highpoly_to_lowpoly"
    at_once = 3  # changes to a mesh: ten of all kinds run or are queued
    price = "30 credits, 10 with v1.0"
    sent_as: ClassVar[dict[str, str]] = {"model_version": "model"}
    sets: ClassVar[dict[str, str]] = {
        "original_model_task_id": "input: the model's task",
        "part_names": "not offered: all parts are taken",
    }
