"""Tripo's textures: a new look for a model that is there."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from ...core.options import FRONT_ONLY, Options, Ui
from .. import _tripo_options
from .._tripo_v3 import TripoFollowUp

V3_5 = "v3.5-20260815"
PRICES = {"standard": 10, "detailed": 20, "extreme": 30}
"""Credits, by texture quality."""


class TextureOptions(Options):
    """What a new texture can be told."""

    texture_prompt: Annotated[
        str,
        Field(title="Prompt", description="What it shall look like, in words; empty: as the image"),
    ] = ""
    model_version: Annotated[
        Literal["v3.0-20250812", "v2.5-20250123", "v3.5-20260815"],
        Field(title="Texture Version", description="Tripo's generation of textures"),
        Ui(labels={_tripo_options.V3_0: "v3.0", "v2.5-20250123": "v2.5", V3_5: "v3.5"}, always_sent=True),
    ] = "v3.0-20250812"
    texture: Annotated[bool, Field(title="Texture", description="Make a new base color")] = True
    pbr: _tripo_options.Pbr = True
    texture_quality: Annotated[
        Literal["standard", "detailed", "extreme", "fast"],
        Field(title="Texture Quality", description="How fine the texture is; the finer ones cost more"),
    ] = "standard"
    texture_alignment: Annotated[_tripo_options.TextureAlignment, Ui(advanced=True)] = "original_image"
    texture_seed: _tripo_options.TextureSeed = None
    delight: Annotated[
        bool,
        Field(title="Remove Lighting", description="Take light and shadow of the image out of the base color"),
        Ui(advanced=True),
    ] = True
    bake: Annotated[
        bool, Field(title="Bake", description="Bake the look into one set of textures"), Ui(advanced=True)
    ] = True
    compress: _tripo_options.Compress = None

    @model_validator(mode="after")
    def makes_something(self) -> Self:
        """Refuse a texture without any texture; v3.0 can make the present one finer, which is its detailed quality."""
        finer = (self.model_version, self.texture_quality) == (_tripo_options.V3_0, "detailed")
        if not (self.texture or self.pbr or finer):
            raise ValueError(
                "Texture (texture) and PBR Maps (pbr) are both off, so there is nothing to make: switch one of them "
                "on, or choose detailed Texture Quality (texture_quality) with v3.0, which refines the present texture."
            )
        return self

    @model_validator(mode="after")
    def fast_is_new(self) -> Self:
        """Refuse the fast quality with an older version."""
        if self.texture_quality == "fast" and self.model_version != V3_5:
            raise ValueError(
                "Texture Quality (texture_quality) fast needs Texture Version (model_version) v3.5: choose it, or "
                "another quality."
            )
        return self

    def switched_off(self, views: Collection[str] = FRONT_ONLY) -> dict[str, str]:
        """Say what an older version does not know."""
        if self.model_version == V3_5:
            return {}
        return {"delight": "Only Texture Version (model_version) v3.5 can remove the lighting"}

    def credits(self) -> Decimal | None:
        """Return the list price, which says nothing of the fast quality.

        Source: Tripo's price list, read on 2026-11-21.
        """
        price = PRICES.get(self.texture_quality)
        return None if price is None else Decimal(price)


class TripoTexture(TripoFollowUp[TextureOptions]):
    """Textures a model anew."""

    id = "tripo_texture"
    title = "Retexture"
    rank = 3
    description = "Give the model another look, as in the image or as told in words"
    options: ClassVar[type[Options]] = TextureOptions
    follows = ("tripo", "tripo_texture")
    path, kind = "/v3/models/texture", "texture_model"
    seed_options = ("texture_seed",)
    price = "10 credits, 20 detailed, 30 extreme"
    sent_as: ClassVar[dict[str, str]] = {"model_version": "model"}
    sets: ClassVar[dict[str, str]] = {
        "original_model_task_id": "input: the model's task",
        "texture_prompt.text": "Prompt (texture_prompt)",
        "texture_prompt.image": "not offered: the model's own image is what Tripo goes by",
        "texture_prompt.images": "not offered, as above",
        "texture_prompt.style_image": "not offered, as above",
        "part_names": "not offered: all parts are textured",
    }

    def order(self, options: TextureOptions, views: Collection[str]) -> dict[str, Any]:
        """Return the options as the request carries them: the prompt in an object of its own."""
        order = super().order(options, views)
        if "texture_prompt" in order:
            order["texture_prompt"] = {"text": order["texture_prompt"]}
        return order
