"""ModelStream: a gateway to Tripo in the dialect of Tripo's older API (v2).

Source: ModelStream's page "Generate 3D Model", read on 2026-11-21. It prints neither the image's field nor the answer
to a poll; Tripo's own forms stand in for both.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from ..core.errors import ProviderError
from ..core.flow import Flow, Request
from ..core.options import FRONT_ONLY, Options, Ui
from ..core.provider import Balance, Created, Pace, Provider, Source, TaskStatus
from ..core.refusal import details_of
from ..core.source import View
from . import _tripo, _tripo_options

TASK, UPLOAD = "/tripo/v2/openapi/task", "/tripo/v2/openapi/upload"
NO_TASK = "00000000-0000-0000-0000-000000000000"
"""A task that cannot exist."""
SENT = Ui(always_sent=True)
"""The page prints example values, and no defaults: what is not said might be anything."""


class ModelStreamOptions(Options):
    """What ModelStream can be told: the eight options of its form."""

    model_version: Annotated[
        Literal["v3.1-20260211", "v3.0-20250812"] | None,
        Field(title="Model Version", description="Tripo's generation of models; unset, the gateway takes its newest"),
        Ui(labels={_tripo_options.V3_1: "v3.1", _tripo_options.V3_0: "v3.0"}),
    ] = None
    texture: Annotated[_tripo_options.Texture, SENT] = True
    pbr: Annotated[_tripo_options.Pbr, SENT] = True
    texture_quality: Annotated[_tripo_options.TextureQuality, SENT] = "standard"
    geometry_quality: Annotated[
        _tripo_options.GeometryQuality, replace(SENT, labels=_tripo_options.GEOMETRY_LABELS)
    ] = "standard"
    face_limit: Annotated[
        int | None,
        Field(
            title="Face Limit",
            description="Most faces that the model may have; without a limit the provider decides",
            ge=1000,
            le=500_000,
        ),
        Ui(initial=10_000),
    ] = None
    quad: Annotated[_tripo_options.Quad, SENT] = False
    auto_size: Annotated[_tripo_options.AutoSize, replace(SENT, advanced=True)] = False

    @model_validator(mode="after")
    def pbr_has_a_texture(self) -> Self:
        """Refuse PBR maps on a bare model."""
        if self.pbr and not self.texture:
            raise ValueError("PBR Maps (pbr) needs Texture (texture): switch Texture on, or PBR Maps off.")
        return self

    def switched_off(self, views: Collection[str] = FRONT_ONLY) -> dict[str, str]:
        """Say what Tripo, behind the gateway, takes for textured models only."""
        return {} if self.texture else dict.fromkeys(("texture_quality", "auto_size"), _tripo_options.BARE)

    def cautions(self, views: Collection[str] = FRONT_ONLY) -> list[str]:
        """Warn of what the gateway accepts and an artist may regret."""
        return _tripo_options.quad_caution(self.quad, self.face_limit)


class ModelStream(Provider[ModelStreamOptions]):
    """Speaks Tripo's API v2 through the gateway."""

    id = "modelstream"
    label = "ModelStream"
    description = "Tripo's models through a gateway that sells many providers on one account"
    options: ClassVar[type[Options]] = ModelStreamOptions
    accepts = _tripo.ACCEPTS
    link_kinds = _tripo.LINK_KINDS
    front_axis = "+X"
    face_option = "face_limit"
    base_url = "https://api.modelstream.ai"
    key_start = "sk-"
    key_page = "https://modelstream.ai"
    note = (
        "A gateway to Tripo. Its document leaves open how an image is uploaded, what a model costs, what an option has "
        "that is not set, and whether it is in service; a public address of the image is the surest way in"
    )
    formats = ("GLB", "FBX")
    sets: ClassVar[dict[str, str]] = {
        "type": "image_to_model",
        "model": "image_to_model",
        "file": "the image's type, and its public address or what the upload returned",
    }
    pace = Pace(first=3.0, factor=1.3, longest=15.0)

    def submit(self, source: Source, options: ModelStreamOptions) -> Flow[Created]:
        """Upload the image if it is a file, then create."""
        file = yield from self._file(source.views["front"])
        order: dict[str, Any] = {"type": "image_to_model", "model": "image_to_model", "file": file}
        answer = yield Request("POST", TASK, json=order | options.to_send(source.views.keys()), creates=True)
        return _tripo.created(self.label, answer)

    def _file(self, view: View) -> Flow[dict[str, str]]:
        if view.link:
            return {"type": _type_of(view.link), "url": view.link}
        answer = yield _tripo.upload(UPLOAD, view)
        if answer.status in (404, 405):
            raise ProviderError(
                f"{self.label} takes no image files, only the public address of an image. Put the image on the web and "
                "give its https:// address instead of the file.",
                details_of(answer),
            )
        return {"type": view.kind.lower(), "file_token": _tripo.token_of(self.label, answer)}

    def poll(self, provider_task: str, options: ModelStreamOptions) -> Flow[TaskStatus]:
        """Ask once."""
        answer = yield Request("GET", _tripo.under(TASK, provider_task))
        return _tripo.status_of(self.label, answer)

    def balance(self) -> Flow[Balance | None]:
        """Ask for a task that cannot exist: only a key that is known gets as far as hearing so."""
        answer = yield Request("GET", _tripo.under(TASK, NO_TASK))
        if _tripo.kind_in(answer) not in ("missing", "request", "credits", ""):
            _tripo.body_of(self.label, answer, {})
        if answer.status not in (200, 400, 402, 404) or not _tripo.is_refusal(answer):
            return None  # somebody's page, or an address that is none: nobody has looked at the key
        return Balance(None, note="it does not tell what is left")


def _type_of(link: str) -> str:
    """Return the type to tell for an image on the web, by its name; the document has png where nothing is known."""
    suffix = PurePosixPath(urlsplit(link).path).suffix.lower()
    return {".jpg": "jpeg", ".jpeg": "jpeg"}.get(suffix, "png")
