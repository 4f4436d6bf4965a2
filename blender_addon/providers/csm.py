"""CSM (Common Sense Machines): one image in, a session that makes a textured model in several formats.

Source: CSM's page “Create an Image-To-3D Session” and its Python client, read on 2026-11-21.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import quote

from pydantic import Field, model_validator

from ..core.encoded import NATIVE
from ..core.errors import MaquetteError, OfflineError, ProviderError, UnreachableError
from ..core.flow import Flow, Request, Response
from ..core.options import FRONT_ONLY, Options, Ui
from ..core.provider import Auth, Balance, Created, Pace, Provider, Source, TaskStatus
from ..core.reading import POLLED, percent, said, seen
from ..core.recent import Recent, Row, moment, recent
from ..core.refusal import details_of, kind_of, no_task, plain, refusal
from ..core.source import Accepts, is_link

AUTOMATIC = -1.0
"""A dimension that CSM chooses by itself."""

_SESSIONS = "/image-to-3d-sessions"
_LASTING = "CSM was bought by another company in January 2026: if this lasts, it may have stopped."
_GONE = (
    "CSM does not offer this any more. It was bought by another company in January 2026 and may have stopped: "
    "choose another provider"
)
_MAYBE_BUSY = "It may only be busy: wait a minute before you generate again."
_CREATE = {"missing": "gone"}
"""No task is asked for: what is missing is the whole address."""
_LISTED = 10
"""Sessions in a page of the list, as the document's example has it."""
_REPEATED = ("geometry_model", "texture_model", "topology", "resolution")
"""Options that a session repeats."""
_READING = {**POLLED, "request": "later"}
"""A 400 may be a hidden rate limit: CSM's own evaluator retries it."""
_SAID = ("message", "error", "detail")
_NO_CREDITS = re.compile(r"credit|quota|\bplans?\b", re.IGNORECASE)
_SUCCEEDED = frozenset({"complete", "completed"})
_ENDED = {"failed": "failed", "error": "failed", "cancelled": "cancelled", "canceled": "cancelled"}
_ZIPS = ("mesh_url_zip", "mesh_url")
_FILES = {
    "tris": ("mesh_url_glb", "mesh_url_fbx", *_ZIPS, "mesh_url_obj"),  # a lone OBJ has left its textures behind
    "quads": ("mesh_url_fbx", "mesh_url_obj", "mesh_url_glb", *_ZIPS),  # a GLB holds triangles only
}
"""Topology → the session's model files, the best first; `mesh_url_usdz` is not read."""


class CsmOptions(Options):
    """What a session can be told."""

    geometry_model: Annotated[
        Literal["base", "turbo"],
        Field(title="Geometry", description="How the shape is made: Base takes its time, Turbo is faster and simpler"),
    ] = "base"
    texture_model: Annotated[
        Literal["none", "baked", "pbr"],
        Field(
            title="Texture",
            description="Baked keeps the image's light and shadow in the colors; PBR has cleaner colors, and metallic "
            "and roughness maps",
        ),
        Ui(always_sent=True, labels={"pbr": "PBR"}),
    ] = "pbr"  # CSM's own default is none: an artist would get a grey model without having asked for one
    topology: Annotated[
        Literal["tris", "quads"],
        Field(title="Topology", description="What the surface is made of; quads are easier to edit by hand"),
        Ui(labels={"tris": "Triangles", "quads": "Quads"}),
    ] = "tris"
    resolution: Annotated[
        Literal["low_poly", "high_poly"],
        Field(title="Resolution", description="Few faces for games and far-away things, or many for detail"),
    ] = "high_poly"
    scaled_bbox: Annotated[
        tuple[float, float, float],
        Field(
            title="Width, Height, Depth",
            description="Size of the finished model in metres: width along X, height along Z, depth along Y; "
            "-1 leaves that one to CSM",
        ),
        Ui(advanced=True),  # without a unit of Blender's: -1 would read as a length, and differ with the scene's scale
    ] = (AUTOMATIC, AUTOMATIC, AUTOMATIC)
    preserve_aspect_ratio: Annotated[
        bool,
        Field(
            title="Keep Proportions",
            description="Make the model as large as fits into width, height and depth, without stretching it",
        ),
        Ui(advanced=True),
    ] = False

    @model_validator(mode="after")
    def _sizes(self) -> Self:
        sizes = zip(("width", "height", "depth"), self.scaled_bbox, strict=True)
        wrong = [f"the {name} {size:g}" for name, size in sizes if size != AUTOMATIC and size <= 0]
        if wrong:
            raise ValueError(
                "Width, Height, Depth (scaled_bbox) takes metres above 0, or -1 for what CSM shall choose: change "
                f"{' and '.join(wrong)}."
            )
        return self

    def switched_off(self, views: Collection[str] = FRONT_ONLY) -> dict[str, str]:
        """Say that proportions are kept within a size, and there is none."""
        if any(size != AUTOMATIC for size in self.scaled_bbox):
            return {}
        return {"preserve_aspect_ratio": "Width, Height, Depth are all automatic: nothing is stretched"}


class Csm(Provider[CsmOptions]):
    """Sessions: one create, then one address that is asked until the model files are there."""

    id = "csm"
    label = "CSM"
    description = "Textured models with triangles or quads from one image"
    options: ClassVar[type[Options]] = CsmOptions
    accepts = Accepts(max_side=2048, max_bytes=7 * 2**20)  # as base64 it stays below 10 MB; no limit is documented
    link_kinds = tuple(NATIVE)
    front_axis = "-Y"  # no page tells: glTF's own rule, the front faces its +Z, which Blender reads as -Y
    base_url = "https://api.csm.ai"
    auth = Auth(header="x-api-key", prefix="")
    key_names = ("CSM_API_KEY",)
    key_page = "https://3d.csm.ai"
    note = (
        "CSM was bought by another company in January 2026 and may have stopped. "
        "The API key is under Profile, Settings, Developer Settings. "
        "No page says which way its models face: a model may have to be turned by hand"
    )
    formats = ("GLB", "FBX", "OBJ")
    sets: ClassVar[Mapping[str, str]] = {"image_url": "the image itself as a data URI, or its public address"}
    recovers = True
    pace = Pace(first=5.0, factor=1.0, longest=5.0)
    timeout_s = 3600.0

    def submit(self, source: Source, options: CsmOptions) -> Flow[Created]:
        """Create the session; the image travels inside the request."""
        front = source.views["front"]
        order = {"image_url": front.link or front.data_uri(), **options.to_send()}
        response = yield from self._ask(Request("POST", _SESSIONS, json=order, creates=True))
        if _kind(response) == "trouble":  # it failed inside: charged or not?
            raise no_task(self.label, response)
        code = self._data(response, _CREATE).get("session_code")
        if not isinstance(code, str) or not code:
            raise no_task(self.label, response)
        return Created(code, TaskStatus("queued"))

    def poll(self, provider_task: str, options: CsmOptions) -> Flow[TaskStatus]:
        """Ask for the session, which need not repeat its topology. Raises the error that it ended with."""
        response = yield from self._ask(Request("GET", f"{_SESSIONS}/{quote(provider_task, safe='')}"))
        session = self._data(response, _READING)
        word = session.get("session_status")
        if not isinstance(word, str):
            raise self._refusal("trouble", "", seen(response))
        if ended := _ENDED.get(word.lower()):
            raise self._refusal(ended, said(session, ("error_message", "error")), details_of(response))
        links = _links(session, options.topology) if word.lower() in _SUCCEEDED else ()
        if word.lower() in _SUCCEEDED:
            return TaskStatus("succeeded", 100, links)
        return TaskStatus("queued" if word.lower() == "queued" else "running", percent(session.get("percent_done")))

    def balance(self) -> Flow[Balance | None]:
        """Ask who the key belongs to; no page tells of an endpoint for credits.

        Source: `get_correct_tier` of CSM's own Blender add-on, read on 2026-11-21.
        """
        response = yield from self._ask(Request("GET", "/user/userdata"))
        if response.status == 404:  # no page documents it: that it is not there says nothing about the key
            return None
        if not isinstance(response.body, dict):
            self._data(response)
            raise self._refusal("trouble", "", seen(response))
        data = self._data(response)
        known = "tier" in data or "statusCode" in response.body  # CSM speaking, and not somebody else
        return Balance(None, note=plain(data.get("tier"))) if known else None

    def recover(self, options: CsmOptions, views: Collection[str], since: float) -> Flow[Recent]:
        """Ask for the latest sessions."""
        order = options.to_send()
        return recent(
            lambda page: Request("GET", f"{_SESSIONS}?limit={_LISTED}&page={page + 1}"),
            lambda answer: self._rows(answer, order),
            since,
        )

    def _rows(self, response: Response, order: Mapping[str, Any]) -> list[Row]:
        """Return the sessions of a page; one that was ordered otherwise is not alike. What cannot be read is left out.

        Raises MaquetteError.
        """
        results = self._data(response).get("results")
        if not isinstance(results, list):
            raise ProviderError(f"{self.label} answered something else than a list of sessions.", seen(response))
        rows = []
        for one in results:
            told = one if isinstance(one, dict) else {}
            code, created = told.get("session_code"), moment(told.get("created_at"))
            if isinstance(code, str) and code and created is not None:
                alike = all(told.get(name, order.get(name)) == order.get(name, told.get(name)) for name in _REPEATED)
                rows.append(Row(code, created, alike))
        return rows

    def _ask(self, request: Request) -> Flow[Response]:
        """Send; a host that cannot be reached may be gone for good, and the artist should know."""
        try:
            response = yield request
        except OfflineError:  # which is nobody's fault
            raise
        except UnreachableError as error:
            raise UnreachableError(f"{error.message} {_LASTING}", error.details) from error
        return response

    def _data(self, response: Response, instead: Mapping[str, str] = _CREATE) -> dict[str, Any]:
        """Return what the answer's envelope holds, or nothing.

        Raises the error of an answer that is a refusal; `instead` replaces kinds of it.
        """
        if kind := _kind(response):
            raise self._refusal(instead.get(kind, kind), said(response.body, _SAID), details_of(response))
        body = response.body if isinstance(response.body, dict) else {}
        data = body.get("data", body)
        return data if isinstance(data, dict) else {}

    def _refusal(self, kind: str, words: Any, details: str) -> MaquetteError:
        """Return the error of that kind, with what is special about CSM."""
        if kind == "gone":
            return ProviderError(f"{_GONE}.", details)
        error = refusal(self.label, kind, words, details)
        hint = {"trouble": _LASTING, "request": _MAYBE_BUSY}.get(kind)
        return type(error)(f"{error.message} {hint}", details) if hint else error


def _kind(response: Response) -> str:
    """Return the kind of refusal that was answered, by the HTTP status or the envelope's own; empty when it is none."""
    code = response.body.get("statusCode") if isinstance(response.body, dict) else None
    status = code if response.status < 400 and type(code) is int and code >= 400 else response.status
    if status in (400, 403) and _NO_CREDITS.search(plain(said(response.body, _SAID))):
        return "credits"
    return "gone" if status == 410 else kind_of(status)


def _links(session: Mapping[str, Any], topology: str) -> tuple[str, ...]:
    """Return the addresses of the model files, the best for that topology first."""
    found = [session.get(name) for name in _FILES[topology]]
    return tuple(dict.fromkeys(link for link in found if isinstance(link, str) and is_link(link)))
