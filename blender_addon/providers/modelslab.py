"""ModelsLab: TRELLIS as a service. Every request is a POST, and the API key travels in its JSON body.

Source: ModelsLab's page “Generate 3D model from image”, its documentation of uploading, fetching, errors and the
wallet, and its Python client, read on 2026-11-21.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from string import punctuation
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import quote

from pydantic import Field, field_validator

from ..core.encoded import NATIVE
from ..core.errors import InputError
from ..core.flow import Flow, Request, Response
from ..core.options import FRONT_ONLY, Options, Ui
from ..core.provider import Auth, Balance, Created, Pace, Provider, Source, TaskStatus
from ..core.reading import POLLED, amount, said, seen
from ..core.refusal import details_of, kind_of, no_task, plain, refusal
from ..core.source import VIEWS, Accepts, View, is_link
from . import _modelslab

_API = "/api/v6"
_CREATE = {"later": "request", "missing": "request"}
"""Only HTTP 429, which is "busy", is known to have started nothing; and there is no task yet that could be missing."""
_NO_TASK = {"later": "busy", "missing": "request"}
_OVER = {"failed": ("later", "key", "credits", "forbidden", "missing"), "error": ("credits", "forbidden")}
"""Word of a poll's `status` with HTTP 200 → what the task failed with, and the poll did not."""


class ModelsLabOptions(Options):
    """What a request can be told."""

    output_format: Annotated[
        Literal["obj", "stl", "ply", "glb"],
        Field(title="Format", description="The model file that is fetched; GLB brings its textures along"),
        Ui(labels={name: name.upper() for name in ("obj", "stl", "ply", "glb")}),
    ] = "glb"
    resolution: Annotated[
        int, Field(title="Resolution", description="How finely the model is worked out", ge=1, le=512)
    ] = 256
    ss_sampling_steps: Annotated[
        int,
        Field(
            title="Shape Steps",
            description="Rounds in which the rough shape is found; more take longer, and are cleaner",
            ge=1,
            le=50,
        ),
    ] = 12
    slat_sampling_steps: Annotated[
        int,
        Field(
            title="Detail Steps",
            description="Rounds in which surface and colors are worked out; more take longer and are cleaner",
            ge=1,
            le=50,
        ),
    ] = 12
    mesh_simplify: Annotated[
        float,
        Field(
            title="Simplify",
            description="Share of the triangles that is taken away at the end: 0.9 leaves a tenth, 0.98 a fiftieth",
            ge=0.9,
            le=0.98,
        ),
    ] = 0.9
    seed: Annotated[
        int,
        Field(
            title="Seed",
            description="The same number gives the same model; 0 is a new one each time",
            ge=0,
            le=2**31 - 1,
        ),
        Ui(advanced=True),
    ] = 0
    multi_image: Annotated[
        bool,
        Field(title="Several Images", description="Use the left, back and right views too, not the front alone"),
    ] = False
    ss_guidance_strength: Annotated[
        float,
        Field(title="Shape Guidance", description="How closely the rough shape follows the image", ge=0.0),
        Ui(advanced=True),
    ] = 7.5
    slat_guidance_strength: Annotated[
        float,
        Field(title="Detail Guidance", description="How closely surface and colors follow the image", ge=0.0, le=10.0),
        Ui(advanced=True),
    ] = 3.0
    chunk_size: Annotated[
        int,
        Field(
            title="Chunk Size",
            description="How much is worked on at once at ModelsLab; smaller chunks need less memory there",
            ge=1,
            le=12_000,
        ),
        Ui(advanced=True),
    ] = 8192
    render: Annotated[
        bool,
        Field(title="Render Video", description="Let ModelsLab make a video of the model too; it stays there"),
        Ui(advanced=True),
    ] = False
    temp: Annotated[
        Literal["no", "yes"],
        Field(title="Storage", description="Whether ModelsLab keeps the files, or deletes them after a while"),
        Ui(advanced=True, labels={"no": "Keep", "yes": "Temporary"}),
    ] = "no"
    webhook: Annotated[
        str | None,
        Field(title="Webhook", description="Address (https) that ModelsLab calls when the model is made"),
        Ui(cli_only=True),
    ] = None
    track_id: Annotated[
        str | None,
        Field(title="Track ID", description="Name that the call of the webhook carries", min_length=1),
        Ui(cli_only=True),
    ] = None

    @field_validator("webhook")
    @classmethod
    def _secure(cls, address: str | None) -> str | None:
        if address is not None and not re.match(r"https://[^/@\s]+\.[^/@\s]+(/\S*)?$", address):
            raise ValueError("Webhook (webhook) must be an address that begins with https://: change or leave it out.")
        return address

    def check_views(self, views: Collection[str]) -> None:
        """Refuse views that would not be used, and several images that are one."""
        others = [name for name in VIEWS[1:] if name in views]
        if others and not self.multi_image:
            raise InputError(
                f"Several Images (multi_image) is off, so the views {', '.join(others)} would not be used: "
                "switch it on, or remove them."
            )
        if self.multi_image and not others:
            raise InputError(
                "Several Images (multi_image) needs a left, back or right view too: add one, or switch it off."
            )

    def cautions(self, views: Collection[str] = FRONT_ONLY) -> list[str]:
        """Tell what a format may lose."""
        name = self.output_format.upper()
        return [] if name == "GLB" else [f"{name} files may come without textures. Choose GLB to have them."]


class ModelsLab(Provider[ModelsLabOptions]):
    """Upload to a public address, create, then fetch until the model's addresses are there."""

    id = "modelslab"
    label = "ModelsLab"
    description = "Textured models from one image or several views, with every step of the method adjustable"
    options: ClassVar[type[Options]] = ModelsLabOptions
    views = VIEWS
    # it takes 5 MB, of the file or of its base64 text, which is a third longer: this satisfies both
    accepts = Accepts(max_bytes=3_700_000)
    link_kinds = tuple(NATIVE)
    front_axis = "-Y"  # no page tells: glTF's own rule, the front faces its +Z, which Blender reads as -Y
    seed_options = ("seed",)
    base_url = "https://modelslab.com"
    auth = Auth(field="key")
    key_names = ("MODELSLAB_API_KEY",)
    key_page = "https://modelslab.com/dashboard/api-keys"
    note = (
        "The image stands at a public address for 24 hours; prices, and how several images are sent, are not told. "
        "No page says which way its models face: a model may have to be turned by hand"
    )
    formats = ("GLB", "OBJ", "STL", "PLY")
    sets: ClassVar[Mapping[str, str]] = {
        "key": "the API key, put in by the transport alone",
        "image": "the address of the uploaded image; also sent as init_image, its name on another page",
    }
    at_once = 5  # queued requests, on the smallest plan
    pace = Pace(first=5.0, factor=1.3, longest=10.0)
    timeout_s = 1200.0

    def submit(self, source: Source, options: ModelsLabOptions) -> Flow[Created]:
        """Upload the views, then create; the answer may hold the finished model already."""
        links = []
        for name in VIEWS if options.multi_image else FRONT_ONLY:
            if name in source.views:
                links.append((yield from self._address(source.views[name])))
        image = links if options.multi_image else links[0]
        order = {"image": image, "init_image": image, **options.to_send(tuple(source.views))}
        response = yield Request("POST", f"{_API}/3d/image_to_3d", json=order, creates=True)
        if kind_of(response.status) == "trouble":  # it failed inside: charged or not?
            raise no_task(self.label, response)
        body = self._body(response, _CREATE)
        done = _modelslab.succeeded(body, options.output_format)
        task = _modelslab.task_in(body)
        if done and not task:  # finished and not named: its file's address is all that there is to know it by
            task = quote(done.links[0], safe=punctuation)
        if not task:
            raise no_task(self.label, response)
        return Created(task, done or TaskStatus("queued", wait_s=_modelslab.eta(body, 3, 20)))

    def poll(self, provider_task: str, options: ModelsLabOptions) -> Flow[TaskStatus]:
        """Fetch the result, which is a POST that only reads. Raises the error that the task ended with."""
        if is_link(provider_task):  # see submit
            return TaskStatus("succeeded", 100, (provider_task,))
        url = f"{_API}/3d/fetch/{quote(provider_task, safe='')}"
        response = yield Request("POST", url, json={}, again=True)
        over = () if response.status >= 400 else _OVER.get(_modelslab.word_in(response.body), ())
        body = self._body(response, {**POLLED, **dict.fromkeys(over, "failed")}, "failed")
        if not _modelslab.word_in(body):
            raise refusal(self.label, "trouble", "", seen(response))
        return _modelslab.succeeded(body, options.output_format) or TaskStatus(
            "running", wait_s=_modelslab.eta(body, 5, 10)
        )

    def balance(self) -> Flow[Balance | None]:
        """Ask for the wallet: it holds money, not credits."""
        response = yield Request("POST", "/api/wallet_balance", json={}, again=True)
        body = self._body(response)
        wallet = body.get("data")
        if not isinstance(wallet, dict):
            raise refusal(self.label, "trouble", "", seen(response))
        left = amount(wallet.get("balance"))
        if left is None and _modelslab.word_in(body) != "success":  # nobody knows who answered
            return None
        return Balance(left, plain(wallet.get("currency")) or "USD")

    def _address(self, view: View) -> Flow[str]:
        """Return the view's public address; a file is uploaded first, and its address lives 24 hours."""
        if view.link:
            return view.link
        response = yield Request("POST", f"{_API}/base64_to_url", json={"base64_string": view.data_uri()}, again=True)
        body = self._body(response)
        for name in ("output", "link", "url"):
            if links := _modelslab.links(body.get(name)):
                return links[0]
        # nobody says how a queued upload is asked for; nothing was created yet, so all may be sent once more
        kind = "busy" if _modelslab.word_in(body) == "processing" else "trouble"
        raise refusal(self.label, kind, said(body, _modelslab.SAID), details_of(response))

    def _body(self, response: Response, kinds: Mapping[str, str] = _NO_TASK, rest: str = "request") -> dict[str, Any]:
        """Return the answer's JSON object, or an empty one.

        Raises the error of a refusal. `kinds` are those that mean something else here; `rest` is what a refusal with
        HTTP 200 means that says nothing more.
        """
        status, word = response.status, _modelslab.word_in(response.body)
        if status < 400 and word not in _modelslab.REFUSED:
            return response.body if isinstance(response.body, dict) else {}
        words = plain(said(response.body, _modelslab.SAID))
        kind = _modelslab.kind_in(status, words) or rest
        raise refusal(self.label, kinds.get(kind, kind), words, details_of(response))
