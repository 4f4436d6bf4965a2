"""The ModelStream gateway: what its page tells, and Tripo's API v2 where it is silent.

Its page tells the eight options, the task id, where to poll and the nested form of errors. The image field, the upload
and the shape of a task are Tripo's. What the gateway's page forbids is refused in the gateway's form; what only Tripo
forbids comes from behind the gateway, in Tripo's form.
"""

from __future__ import annotations

import uuid
from typing import Any

from .schema import Field, InvalidError, check
from .server import Simulator, Task
from .tripo_rules import NO_LINKS, sides_fit
from .wire import Answer, Match, RefusedError, Seen, image_type, link_type, route

PATH = "/tripo/v2/openapi"
IMAGE_LIMIT = 20 * 1024 * 1024
"""Bytes of an image."""
TOKEN_LIFETIME_S = 24 * 3600

BODY = {
    "type": Field(str, choices=("image_to_model",), required=True),
    "model": Field(str, choices=("image_to_model",), required=True),
    "file": Field(dict, required=True),
    "model_version": Field(str, choices=("v3.1-20260211", "v3.0-20250812")),
    "texture": Field(bool),
    "pbr": Field(bool),
    "texture_quality": Field(str, choices=("standard", "detailed")),
    "geometry_quality": Field(str, choices=("standard", "detailed")),
    "face_limit": Field(int, 1000, 500_000),
    "quad": Field(bool),
    "auto_size": Field(bool),
}
FILE = {
    "type": Field(str, choices=("png", "jpg", "jpeg", "webp"), required=True),
    "url": Field(str, 1),
    "file_token": Field(str, 1),
}


class ModelStream(Simulator):
    """One account of the gateway; it never says what a task costs, and refuses one when `balance` is used up."""

    KEY_PREFIX = "sk-"

    def __init__(self) -> None:
        """Begin without files and tasks."""
        super().__init__()
        self.uploads: dict[str, float] = {}
        """When each image token was made."""
        self.has_upload = True
        """Its page names no upload: False answers 404 there, as a gateway without it would."""
        self.consumed_credit: int | None = None
        """What a finished task says that it cost; None leaves the field out, since the page names none."""

    # What tests ask and set

    def fail_tasks(self, status: str = "failed") -> None:
        """Let new tasks run and then end as `failed`, `banned`, `expired`, `cancelled` or `unknown`."""
        self.script(["queued", ("running", 40), status])

    def refuse_next(self, match: Match, status: int, message: str = "Refused", code: str = "", times: int = 1) -> None:
        """Answer the next requests with that error in the gateway's form."""
        self.answer_next(match, status, nested(status, message, code=code).body, times=times)

    def refuse_behind_next(self, match: Match, status: int, code: int, message: str = "Refused") -> None:
        """Answer the next request with an error of Tripo's, from behind the gateway."""
        self.answer_next(match, status, upstream(status, code, message).body)

    # Forms

    def wrong_key(self, seen: Seen) -> Answer:
        """Return 401."""
        return nested(401, "Invalid API key", code="invalid_api_key")

    def no_route(self, seen: Seen, other_method: bool) -> Answer:
        """Return 404 or 405."""
        return nested(405 if other_method else 404, f"Invalid URL ({seen.method} {seen.path})", code="invalid_url")

    def invalid(self, error: InvalidError) -> Answer:
        """Return 400 with the field's name in `param`."""
        return nested(400, str(error), error.field, "invalid_parameter")

    # The API

    @route("POST", PATH + "/upload")
    def upload(self, seen: Seen) -> Answer:
        """Take one image as a multipart body."""
        if not self.has_upload:
            return self.no_route(seen, other_method=False)
        parts = seen.parts
        if parts.keys() != {"file"} or parts["file"].filename is None:
            raise InvalidError("file", "must be the one file of a multipart form")
        data = parts["file"].data
        if image_type(data) not in ("png", "jpeg", "webp"):
            return upstream(400, 2004, "The file type is not supported")
        if len(data) > IMAGE_LIMIT:
            return upstream(400, 2021, "The image is larger than 20 MB")
        if not sides_fit(data):
            return upstream(400, 2022, "The image must be 20 to 6000 pixels a side")
        token = str(uuid.uuid4())
        self.uploads[token] = self.now()
        return success({"image_token": token})

    @route("POST", PATH + "/task")
    def create(self, seen: Seen) -> Answer:
        """Make a task of one image."""
        if not seen.headers.get("content-type", "").startswith("application/json"):
            raise InvalidError("Content-Type", "must be application/json")
        body = check(seen.json, BODY)
        if body.get("texture") is False and body.get("pbr", True):
            raise InvalidError("pbr", "requires texture on")
        self._check_file(check(body["file"], FILE))
        check_behind(body)
        if self.balance <= 0:
            return nested(402, "The quota is exhausted", code="insufficient_quota")
        return success({"task_id": self.new_task("image_to_model", body).id})

    @route("GET", PATH + "/task/{task}")
    def poll(self, seen: Seen, task: str) -> Answer:
        """Tell how far a task is, as Tripo's v2 does."""
        if task not in self.tasks:
            return nested(404, "The task is not found", code="task_not_found")
        return success(self._detail(self.tasks[task]))

    def _check_file(self, file: dict[str, Any]) -> None:
        if ("url" in file) == ("file_token" in file):
            raise InvalidError("file", "must hold either url or file_token")
        if "url" in file:
            if not file["url"].startswith(("https://", "http://")):
                raise InvalidError("file.url", "must be an http or https address")
            if file["type"] == "webp" or link_type(file["url"]) in NO_LINKS:
                raise RefusedError(upstream(400, 2004, "The file type is not supported"))
            return
        made = self.uploads.get(file["file_token"])
        if made is None or self.now() > made + TOKEN_LIFETIME_S:
            raise RefusedError(upstream(404, 2019, "The file is not found in the storage"))

    def _detail(self, task: Task) -> dict[str, Any]:
        told = task.poll()
        done = told["status"] == "success"
        about: dict[str, Any] = {"task_id": task.id, "type": task.kind, "input": task.body, "output": {}}
        about |= {"progress": told.pop("percent", 100 if done else 0), "create_time": int(task.created), **told}
        if done and "output" not in told:
            about["output"] = self._output(task)
        if done and self.consumed_credit is not None:
            about["consumed_credit"] = self.consumed_credit
        return about

    def _output(self, task: Task) -> dict[str, str]:
        textured = task.body.get("texture", True)
        sort = "base_model" if not textured else "pbr_model" if task.body.get("pbr", True) else "model"
        name = self.result_name or f"tripo_{sort}_{task.id}.{'fbx' if task.body.get('quad') else 'glb'}"
        return {sort: self.publish(name), "rendered_image": self.publish("legacy.webp", b"RIFF\0\0\0\0WEBP")}


def check_behind(body: dict[str, Any]) -> None:
    """Refuse what Tripo refuses for these options, in Tripo's form."""
    if body.get("texture") is not False:
        return
    if body.get("texture_quality") == "standard":
        raise RefusedError(upstream(400, 1004, "texture_quality=standard is not allowed without texture and pbr"))
    if body.get("texture_quality") == "detailed" and body.get("model_version") != "v3.0-20250812":
        raise RefusedError(upstream(400, 1004, "texture_quality=detailed without texture and pbr needs v3.0-20250812"))
    if "auto_size" in body:
        raise RefusedError(upstream(400, 1004, "auto_size can only be used in a textured model"))


def success(data: Any) -> Answer:
    """Return the envelope of Tripo's v2."""
    return Answer(200, {"code": 0, "data": data})


def upstream(status: int, code: int, message: str) -> Answer:
    """Return an error as Tripo's v2 gives it."""
    return Answer(status, {"code": code, "message": message, "suggestion": "Refer to the API documentation"})


def nested(status: int, message: str, param: str = "", code: str = "") -> Answer:
    """Return an error as the gateway gives it."""
    sort = {401: "authentication_error", 402: "insufficient_quota"}.get(status, "invalid_request_error")
    return Answer(status, {"error": {"message": message, "type": sort, "param": param, "code": code}})
