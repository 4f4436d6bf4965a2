"""Tripo: the H3 models of tripo3d.ai, from one image or up to four views.

API v3 (v2 was closed on 2026-10-31). Options: Tripo's page "Image to model (H3)". Read on 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from ..core.flow import Flow, Request
from ..core.options import FRONT_ONLY, Options, Ui
from ..core.provider import Created, Source
from ..core.source import VIEWS, View
from . import _tripo, _tripo_options
from ._tripo_v3 import TripoV3

FACES = {
    (_tripo_options.V3_1, "standard"): 1_500_000,
    (_tripo_options.V3_1, "detailed"): 2_000_000,
    (_tripo_options.V3_0, "standard"): 1_000_000,
    (_tripo_options.V3_0, "detailed"): 1_500_000,
}
"""Most faces, by model version and geometry quality."""
LOW_POLY_FACES = {False: (1000, 20_000), True: (500, 10_000)}
"""Fewest and most faces of Smart Low Poly, without and with quads."""


class TripoOptions(Options):
    """What Tripo can be told."""

    model_version: Annotated[
        Literal["v3.1-20260211", "v3.0-20250812"],
        Field(title="Model Version", description="Tripo's generation of models; the newer one makes finer shapes"),
        Ui(labels={_tripo_options.V3_1: "v3.1", _tripo_options.V3_0: "v3.0"}, always_sent=True),
    ] = "v3.1-20260211"
    texture: _tripo_options.Texture = True
    pbr: _tripo_options.Pbr = True
    texture_quality: _tripo_options.TextureQuality = "standard"
    geometry_quality: Annotated[_tripo_options.GeometryQuality, Ui(labels=_tripo_options.GEOMETRY_LABELS)] = "standard"
    face_limit: Annotated[
        int | None,
        Field(
            title="Face Limit",
            description="Most faces that the model may have; without a limit Tripo finds a number that fits the object",
            ge=1,
            le=2_000_000,
        ),
        Ui(initial=10_000),
    ] = None
    quad: _tripo_options.Quad = False
    smart_low_poly: Annotated[
        bool,
        Field(
            title="Smart Low Poly",
            description="Few faces, laid out as if by hand; intricate objects may fail, and it costs 10 credits more",
        ),
    ] = False
    generate_parts: Annotated[
        bool,
        Field(
            title="Generate Parts",
            description="Make the object of separate parts that can be edited one by one, untextured; 20 credits more",
        ),
    ] = False
    auto_size: Annotated[_tripo_options.AutoSize, Ui(advanced=True)] = False
    orientation: Annotated[
        Literal["default", "align_image"],
        Field(title="Orientation", description="Stand upright and straight, or turned as the object is in the image"),
        Ui(advanced=True, labels={"align_image": "As in the Image"}),
    ] = "default"
    texture_alignment: Annotated[_tripo_options.TextureAlignment, Ui(advanced=True)] = "original_image"
    enable_image_autofix: Annotated[
        bool,
        Field(title="Improve Image", description="Let Tripo clean up the image before it starts, which takes longer"),
        Ui(advanced=True),
    ] = False
    model_seed: Annotated[
        int | None,
        Field(
            title="Shape Seed", description="The same seed makes the same shape again", ge=0, le=_tripo_options.SEED_MAX
        ),
        Ui(advanced=True),
    ] = None
    texture_seed: _tripo_options.TextureSeed = None
    export_uv: Annotated[
        bool,
        Field(title="Unwrap UVs", description="Lay out UVs while generating; off is faster and makes a smaller file"),
        Ui(advanced=True),
    ] = True
    compress: _tripo_options.Compress = None

    @property
    def textured(self) -> bool:
        """Tell whether the model gets a texture; PBR maps always bring one."""
        return self.texture or self.pbr

    @model_validator(mode="after")
    def parts_are_bare(self) -> Self:
        """Refuse parts together with what Tripo cannot make of parts."""
        if not self.generate_parts:
            return self
        names = {"pbr": "PBR Maps (pbr)", "texture": "Texture (texture)", "quad": "Quads (quad)"}
        wrong = [title for name, title in names.items() if getattr(self, name)]
        if wrong:
            text, them = " and ".join(", ".join(wrong).rsplit(", ", 1)), "them" if len(wrong) > 1 else "it"
            raise ValueError(
                f"Generate Parts (generate_parts) needs {text} switched off: switch {them} off, or Generate Parts off."
            )
        return self

    @model_validator(mode="after")
    def faces_are_possible(self) -> Self:
        """Refuse a number of faces that the model version or Smart Low Poly cannot make."""
        if self.face_limit is None:
            return self
        least, most = LOW_POLY_FACES[self.quad]
        if self.smart_low_poly and not least <= self.face_limit <= most:
            raise ValueError(
                f"Smart Low Poly (smart_low_poly){' with Quads (quad)' * self.quad} takes a Face Limit (face_limit) of "
                f"{least:,} to {most:,}: change the limit, or switch Smart Low Poly off."
            )
        most = FACES[self.model_version, self.geometry_quality]
        if self.face_limit > most:
            raise ValueError(
                f"The Face Limit (face_limit) is at most {most:,} with Model Version (model_version) "
                f"{self.model_version[:4]} and Mesh Quality (geometry_quality) {self.geometry_quality}: lower it."
            )
        return self

    @model_validator(mode="after")
    def detail_has_a_texture(self) -> Self:
        """Refuse detailed texture quality on a bare v3.1 model."""
        if self.texture_quality == "detailed" and not self.textured and self.model_version == _tripo_options.V3_1:
            raise ValueError(
                "Texture Quality (texture_quality) cannot be detailed with Model Version (model_version) v3.1 without "
                "Texture (texture) and PBR Maps (pbr): switch one of them on, or choose standard quality or v3.0."
            )
        return self

    def switched_off(self, views: Collection[str] = FRONT_ONLY) -> dict[str, str]:
        """Say what PBR maps, a bare model and several views leave nothing to choose."""
        off = {}
        if self.pbr:
            off["texture"] = "PBR Maps (pbr) bring a texture, which is charged: switch them off too for a bare model"
        if not self.textured:
            off |= dict.fromkeys(("texture_seed", "texture_alignment", "auto_size", "orientation"), _tripo_options.BARE)
        if len(views) > 1:
            off["enable_image_autofix"] = "Tripo improves a single image only, not several views"
        return off

    def cautions(self, views: Collection[str] = FRONT_ONLY) -> list[str]:
        """Warn of what Tripo accepts and an artist may regret."""
        told = _tripo_options.quad_caution(self.quad, self.face_limit)
        if self.smart_low_poly and self.generate_parts:
            told.append(
                "Smart Low Poly (smart_low_poly) may leave the model in one piece although Generate Parts "
                "(generate_parts) is charged: choose one of them."
            )
        return told

    def credits(self) -> Decimal:
        """Return the list price: 30, or 20 for a bare model, and the extras. The task tells what it really cost.

        Source: Tripo's H3 page (extras) and price list (base), read on 2026-11-21; one credit is $0.01.
        """
        extras = (
            (self.textured, 10),
            (self.texture_quality == "detailed", 10),
            (self.geometry_quality == "detailed", 20),
            (self.smart_low_poly, 10),
            (self.quad, 5),
            (self.generate_parts, 20),
        )
        return Decimal(20 + sum(price for chosen, price in extras if chosen))


class Tripo(TripoV3[TripoOptions]):
    """Makes models from images."""

    id = "tripo"
    description = "Detailed textured models, quads, low poly and parts, from one image or up to four views"
    options: ClassVar[type[Options]] = TripoOptions
    views = VIEWS
    accepts = _tripo.ACCEPTS
    link_kinds = _tripo.LINK_KINDS
    face_option = "face_limit"
    parts_option = "generate_parts"
    seed_options = ("model_seed", "texture_seed")
    price = "30 credits ($0.30), 20 without texture; extras 5 to 20 each"
    sets: ClassVar[dict[str, str]] = {
        "type": "the address: image-to-model, or multiview-to-model with several views",
        "file": "input: the uploaded file or the image's public address; inputs with several views",
        "file.type": "told by the uploaded file itself",
        "file.file_token": "input: what the upload returned",
        "file.url": "input: the image's public address, of a JPEG or PNG",
        "file.object": "covered by the upload",
        "file.object.bucket": "covered by the upload",
        "file.object.key": "covered by the upload",
    }
    sent_as: ClassVar[dict[str, str]] = {"model_version": "model"}
    at_once = 10  # H-series generations that run or are queued; one more is answered 429 with code 2000

    def submit(self, source: Source, options: TripoOptions) -> Flow[Created]:
        """Upload the views that are files, then create."""
        inputs: dict[str, str] = {}
        for name in VIEWS:
            if name in source.views:
                inputs[name] = yield from self._input(source.views[name])
        order = self.order(options, source.views.keys())
        if len(inputs) > 1:
            path, order["inputs"] = "/v3/generation/multiview-to-model", [inputs.get(name) for name in VIEWS]
        else:
            path, order["input"] = "/v3/generation/image-to-model", inputs["front"]
        answer = yield Request("POST", path, json=order, creates=True)
        return _tripo.created(self.label, answer)

    def kind_of_task(self, views: Collection[str]) -> str:
        """Return what Tripo calls a task of these views."""
        return "multiview_to_model" if len(views) > 1 else "image_to_model"

    def _input(self, view: View) -> Flow[str]:
        if view.link:
            return view.link
        answer = yield _tripo.upload("/v3/files", view)
        return _tripo.token_of(self.label, answer)
