"""Triverse: textured models or bare meshes from one image or up to four views.

Source: Triverse's page "Image to 3D" and its pages on uploads, task status, downloads, prices, errors and the balance,
read on 2026-11-21.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import quote

from pydantic import Field

from ..core.encoded import NATIVE
from ..core.errors import MaquetteError, ProviderError
from ..core.flow import Flow, Json, Request, Response, Upload
from ..core.options import FRONT_ONLY, Options, Ui
from ..core.provider import Balance, Created, Pace, Provider, Source, TaskStatus
from ..core.reading import POLLED, amount, held, percent, said, seen
from ..core.refusal import details_of, kind_of, no_task, plain, refusal
from ..core.source import VIEWS, Accepts, View, is_link

_KINDS = {
    1004: "request",
    1005: "missing",
    1006: "missing",
    2000: "busy",
    2002: "request",
    2004: "request",
    2005: "conflict",
    2008: "content",
    2010: "credits",
    4042: "missing",
    **dict.fromkeys((5003, 5004, 5005), "trouble"),
}
"""Triverse's own error codes; where there is none the HTTP status speaks."""
_NO_TASK = {"missing": "request"}
"""Where no task is asked for, none can be missing."""
_NO_FILE = 4042
_NOTHING_NEW = ("busy", "trouble", "key")
"""Kinds of refusal that say nothing about an earlier try of the same create: it may be sent once more."""
_STATES = {"PENDING": "queued", "QUEUED": "queued"}
_ENDED = {"FAILED": "failed", "CANCELLED": "cancelled"}
_CONTENT = re.compile(r"\b2008\b|nsfw|banned|content (policy|violation)|violates", re.IGNORECASE)
"""Older answers tell why a task failed in one text, without a code."""


class TriverseOptions(Options):
    """What Triverse can be told, and one of ours: `textured`, which chooses the endpoint."""

    textured: Annotated[
        bool, Field(title="Texture", description="Color the model; without it only the bare shape is made")
    ] = True
    polygon_limit: Annotated[
        int,
        Field(title="Polygon Limit", description="Most polygons that the model may have", ge=1_000, le=1_500_000),
    ] = 1_000_000
    texture_size: Annotated[
        int,
        Field(title="Texture Size", description="Width and height of the textures in pixels", ge=1024, le=4096),
        Ui(unit="PIXEL"),
    ] = 1024
    turbo: Annotated[bool, Field(title="Turbo", description="Make the shape faster and less carefully")] = False
    model_version: Annotated[
        Literal["v2"],
        Field(title="Model Version", description="Triverse's generation of models; there is one so far"),
        Ui(advanced=True),
    ] = "v2"

    def switched_off(self, views: Collection[str] = FRONT_ONLY) -> dict[str, str]:
        """Say that a bare shape has no texture to size."""
        return {} if self.textured else {"texture_size": "There is no texture: switch Texture on"}

    def cautions(self, views: Collection[str] = FRONT_ONLY) -> list[str]:
        """Tell what the other views are not used for."""
        if not self.textured or len(views) < 2:
            return []
        return ["Triverse paints the textures from the front view only; the other views help with the shape."]

    def to_send(self, views: Collection[str] = FRONT_ONLY) -> dict[str, Any]:
        """Return what the request says; `textured` is in its address."""
        sent = super().to_send(views)
        sent.pop("textured", None)
        return sent

    def flow_name(self, views: Collection[str]) -> str:
        """Return which of the four endpoints makes this."""
        return f"image-to-{'model' if self.textured else 'mesh'}{'-mv' if len(views) > 1 else ''}"


class Triverse(Provider[TriverseOptions]):
    """Upload, create with an idempotency key, poll; the model file's address is a request of its own."""

    id = "triverse"
    label = "Triverse"
    description = "Textured models or bare meshes from one image, or from the front and up to three other views"
    options: ClassVar[type[Options]] = TriverseOptions
    views = VIEWS
    accepts = Accepts(max_bytes=50_000_000)
    link_kinds = tuple(NATIVE)
    front_axis = "-Y"  # no page tells: glTF's own rule, the front faces its +Z, which Blender reads as -Y
    face_option = "polygon_limit"
    base_url = "https://api.triverse.ai/api/v1"
    key_names = ("TRIVERSE_API_KEY",)
    key_page = "https://docs.triverse.ai/getting-started/authentication"
    note = (
        "Triverse tells the price of a task before it starts. With several views the textures use the front only. "
        "No page says which way its models face: a model may have to be turned by hand"
    )
    price = "told before each task; 120 credits in its document's example"
    sets: ClassVar[Mapping[str, str]] = {
        "image_file": "the uploaded image or its public address, when there is one view",
        **{
            f"{name}_image_file": f"the uploaded {name} view or its public address, when there are several views"
            for name in VIEWS
        },
        "client_order_id": "the task's own key, the same one whenever the same task is sent",
        "allow_duplicate": "true when the artist asks for the same model again, else not sent",
    }
    quotes = True
    repeatable = True
    uploads_a_minute = 10
    pace = Pace(first=3.0, factor=1.3, longest=10.0)

    def submit(self, source: Source, options: TriverseOptions) -> Flow[Created]:
        """Upload the views that are files, then create. The same key makes a repeated create the same task."""
        order: dict[str, Any] = {}
        for name in VIEWS:
            if name in source.views:
                field = f"{name}_image_file" if len(source.views) > 1 else "image_file"
                order[field] = yield from self._file(source.views[name])
        order |= {**options.to_send(source.views.keys()), "client_order_id": source.key}
        if source.again:
            order["allow_duplicate"] = True
        url = f"/tasks/{options.flow_name(source.views.keys())}"
        answer = yield Request("POST", url, json=order, creates=True, again=True)
        return self._created(answer, source.sent_before or answer.repeated)

    def _file(self, view: View) -> Flow[str]:
        """Return what the view is called in the order. An upload costs nothing, so it may be repeated."""
        if view.link:
            return view.link
        assert view.path
        given = Upload("file", view.path, f"image{view.suffix}", view.mime)
        answer = yield Request("POST", "/upload/image", upload=given, again=True)
        key = self._data(answer, _NO_TASK).get("file_key")
        if not isinstance(key, str) or not key:
            raise refusal(self.label, "trouble", "", seen(answer))
        return key

    def _created(self, answer: Response, repeated: bool) -> Created:
        """Return the task; a conflict that names one means that this very create was here before.

        When the create was `repeated`, a refusal of this try does not say what became of the earlier one.
        """
        data, kind = _inside(answer.body), _kind(answer)
        task, conflict = _task_in(data), answer.status == 409 or kind == "conflict"
        if not (task and conflict) and (not repeated or kind in _NOTHING_NEW):
            self._data(answer, _NO_TASK)
        if not task or (kind and not conflict):
            raise no_task(self.label, answer)
        return Created(task, TaskStatus("queued", credits=_cost(data)))

    def poll(self, provider_task: str, options: TriverseOptions) -> Flow[TaskStatus]:
        """Ask once, and for the model file's address when the task has succeeded: it lives for a while only."""
        task = quote(provider_task, safe="")
        answer = yield Request("GET", f"/tasks/{task}")
        data = self._data(answer, POLLED)
        word = data.get("status")
        if not isinstance(word, str) or not word.strip():
            raise refusal(self.label, "trouble", "", seen(answer))
        word = word.strip().upper()
        if word in _ENDED:
            raise self._ended(_ENDED[word], data, answer)
        if word != "SUCCESS":
            return TaskStatus(_STATES.get(word, "running"), percent(data.get("progress")), credits=_cost(data))
        found = yield Request("GET", f"/tasks/url/{task}")
        return TaskStatus("succeeded", 100.0, (*self._address(found), f"/tasks/download/{task}"), _cost(data))

    def _address(self, answer: Response) -> tuple[str, ...]:
        """Return the model file's address, or nothing where none is told; Triverse's own download may still work.

        Raises ProviderError when there is no model file and none will come.
        """
        if _code(answer.body) == _NO_FILE:
            raise ProviderError(
                f"{self.label} finished the task and has no file for it. Generate it again, or with other options.",
                f"{details_of(answer)}, code {_NO_FILE}",
            )
        if answer.status == 404:
            return ()
        self._data(answer, POLLED)
        body = answer.body if isinstance(answer.body, dict) else {}
        told = (place.get("download_url") for place in (_inside(body), body))
        return tuple(link for link in told if isinstance(link, str) and is_link(link))[:1]

    def _ended(self, kind: str, data: Mapping[str, Any], answer: Response) -> MaquetteError:
        """Make the error of a task that ended; its `error` is an object, or a text in older answers."""
        error = data.get("error")
        code, words = _code(error), said(error) or said(data)
        if kind == "failed" and (code == 2008 or _CONTENT.search(plain(words))):
            kind = "content"
        ended = refusal(self.label, kind, words, details_of(answer) + ("" if code is None else f", code {code}"))
        ended.credits = Decimal(0)  # what was held for the task is given back
        return ended

    def balance(self) -> Flow[Balance | None]:
        """Ask for the credits that are left, and those that running tasks hold."""
        answer = yield Request("GET", "/users/balance")
        data = self._data(answer, _NO_TASK)
        if not isinstance(answer.body, dict):
            raise refusal(self.label, "trouble", "", seen(answer))
        left = amount(data.get("balance"))
        if left is None and (not data or data is answer.body):  # nobody knows who answered
            return None
        return Balance(left, note=held(data.get("frozen")))

    def quote(self, options: TriverseOptions, views: Collection[str]) -> Flow[Decimal | None]:
        """Ask what these options cost; it starts nothing and costs nothing."""
        order = {"flow_name": options.flow_name(views), "params": options.to_send(views)}
        answer = yield Request("POST", "/tasks/pricing/quote", json=order, again=True, hurried=True)
        return _cost(self._data(answer, _NO_TASK))

    def _data(self, answer: Response, instead: Mapping[str, str]) -> dict[str, Any]:
        """Return what the answer's envelope holds, {} for nothing of use.

        Raises the error of a refusal; `instead` replaces kinds of it.
        """
        if not (kind := _kind(answer)):
            return _inside(answer.body)
        code = _code(answer.body)
        details = details_of(answer) + ("" if code is None else f", code {code}")
        raise refusal(self.label, instead.get(kind, kind), said(answer.body), details)


def _kind(answer: Response) -> str:
    """Return the kind of refusal that was answered; empty when it is none."""
    code = _code(answer.body)
    if answer.status < 400 and code in (None, 0, 200):
        return ""
    if answer.status == 403 and code == 1005:
        return "forbidden"
    if answer.status == 401 or (answer.status == 403 and code not in _KINDS):  # a bad key is answered with either
        return "key"
    return _KINDS.get(code or 0, "") or kind_of(answer.status) or "request"


def _code(body: Json) -> int | None:
    """Return the error code, which may come as text."""
    code = body.get("code") if isinstance(body, dict) else None
    if isinstance(code, str) and code.isascii() and code.isdigit() and len(code) < 9:
        return int(code)
    return code if type(code) is int else None


def _inside(body: Json) -> dict[str, Any]:
    """Return what the envelope {code, message, data} holds; older answers have none."""
    body = body if isinstance(body, dict) else {}
    data = body.get("data")
    return data if isinstance(data, dict) else body


def _task_in(data: Mapping[str, Any]) -> str:
    """Return the task's id, under its name or one of the older ones."""
    named = (data.get(name) for name in ("task_uuid", "taskId", "task_id"))
    return next((one for one in named if isinstance(one, str) and one.strip()), "")


def _cost(data: Mapping[str, Any]) -> Decimal | None:
    """Return the cost in credits, which may be null."""
    told = (amount(data.get(name)) for name in ("cost_credits", "costCredits"))
    return next((cost for cost in told if cost is not None), None)
