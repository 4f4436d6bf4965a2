"""Tripo's API v3 as its documents tell it, for the two H3 models; stricter than the provider wherever they are silent.

What is made of a finished model (`tripo_follow_ups.py`) is a part of it.

Allowed by the provider and refused here: other models, v2's field names, unknown fields, views as objects or as a task,
a task as the input of a model, an empty `compress`. Texture options with a model that gets no texture are refused too,
where the provider ignores them.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from compressed import HERE

from .schema import Field, InvalidError, check
from .server import Task
from .tripo_follow_up_rules import FIELDS
from .tripo_follow_ups import FollowUps
from .tripo_forms import error, is_uuid, iso, json_body, success
from .tripo_rules import IMAGE, MULTIVIEW, NO_LINKS, check_rules, is_textured, price, sides_fit
from .wire import Answer, Match, RefusedError, Seen, image_type, link_type, route

IMAGE_LIMIT = 20 * 1024 * 1024
"""Bytes of an image."""
TOKEN_LIFETIME_S = 24 * 3600
PRESIGNED_LIFETIME_S = 1800
FORMATS = ("webp", "png", "jpeg", "jpg", "bmp", "tiff")

COMPRESSED = HERE / "ring-c.glb"
"""What a task with `compress` makes."""
ENDED = ("success", "failed", "cancelled", "banned", "expired")


@dataclass
class Upload:
    """A file token and what is behind it."""

    made: float
    data: bytes | None = None
    """None: a presigned upload that has not come yet."""


class Tripo(FollowUps):
    """One account of Tripo with 1000 credits."""

    KEY_PREFIX = "tsk_"

    def __init__(self) -> None:
        """Begin without files and tasks."""
        super().__init__()
        self.uploads: dict[str, Upload] = {}
        self.results: dict[str, bytes] = {}
        """Model files by the type of their task, such as `animate_rig`; the other types give `result`."""

    # What tests ask and set

    def fail_tasks(self, code: int = 1001, message: str = "Generation failed", status: str = "failed") -> None:
        """Let new tasks run and then fail; 2008 is the content policy; `banned` and `expired` may still appear."""
        end = {"status": status, "error_code": code, "error_message": message}
        self.script(["queued", ("running", 40), end])

    def refuse_next(
        self, match: Match, status: int, code: int, message: str = "Refused", times: int = 1, **headers: str
    ) -> None:
        """Answer the next requests with that error in Tripo's form; `Retry_After="1"` becomes a header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer_next(match, status, error(status, code, message).body, named, times)

    # Forms

    def headers(self) -> dict[str, str]:
        """Return the ids that Tripo asks to log."""
        return {"X-Tripo-Trace-ID": str(uuid.uuid4()), "X-Request-ID": str(uuid.uuid4())}

    def wrong_key(self, seen: Seen) -> Answer:
        """Return 401 with code 2."""
        return error(401, 2, "Authentication failed")

    def no_route(self, seen: Seen, other_method: bool) -> Answer:
        """Return code 4001 for an unknown path and 1003 for another method."""
        return error(405, 1003, "Method not allowed") if other_method else error(404, 4001, "Unknown route")

    def invalid(self, error_: InvalidError) -> Answer:
        """Return 400 with code 1004."""
        return error(400, 1004, f"The parameter is invalid: {error_}")

    # Files

    @route("POST", "/v3/files")
    def upload(self, seen: Seen) -> Answer:
        """Take one image as a multipart body."""
        parts = seen.parts
        if not seen.headers.get("content-type", "").startswith("multipart/form-data"):
            return error(415, 1003, "The content type must be multipart/form-data")
        if parts.keys() != {"file"} or parts["file"].filename is None:
            raise InvalidError("file", "must be the one file of the form")
        data = parts["file"].data
        if not data:
            return error(400, 2003, "The file is empty")
        if image_type(data) is None:
            return error(400, 2004, "The file type is not supported")
        if len(data) > IMAGE_LIMIT:
            return error(400, 2021, "The image is larger than 20 MB")
        if not sides_fit(data):
            return error(400, 2022, "The image must be 20 to 6000 pixels a side")
        return success({"file_token": self._keep(data)})

    @route("POST", "/v3/files/presign")
    def presign(self, seen: Seen) -> Answer:
        """Give an address to put a file to, and the token that it will have."""
        check(json_body(seen), {"format": Field(str, choices=FORMATS, required=True)})
        token = self._keep(None)
        address = f"{self.results_url}/uploads/{token}?X-Amz-Signature={uuid.uuid4().hex}"
        return success({"presigned_url": address, "file_token": token, "expires_in": PRESIGNED_LIFETIME_S})

    @route("PUT", "/uploads/{token}", host="results")
    def put(self, seen: Seen, token: str) -> Answer:
        """Take the file of a presigned upload, once, with its content type."""
        upload = self.uploads.get(token)
        if not upload or upload.data is not None or "X-Amz-Signature" not in seen.query:
            return Answer(403, "<Error><Code>AccessDenied</Code></Error>")
        if self.now() > upload.made + PRESIGNED_LIFETIME_S:
            return Answer(403, "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>")
        if "content-type" not in seen.headers or "content-length" not in seen.headers:
            return Answer(400, "<Error><Code>InvalidArgument</Code></Error>")
        upload.data = seen.body
        return Answer(200)

    def _keep(self, data: bytes | None) -> str:
        token = f"file_{uuid.uuid4()}"
        self.uploads[token] = Upload(self.now(), data)
        return token

    # Tasks

    @route("POST", "/v3/generation/image-to-model")
    def image_to_model(self, seen: Seen) -> Answer:
        """Make a task of one image."""
        body = check(json_body(seen), IMAGE)
        self._check_input("input", body["input"])
        check_rules(body)
        return self._create("image_to_model", body, price(body))

    @route("POST", "/v3/generation/multiview-to-model")
    def multiview_to_model(self, seen: Seen) -> Answer:
        """Make a task of two to four views: front, left, back, right, null for one that is missing."""
        body = check(json_body(seen), MULTIVIEW)
        views = body["inputs"]
        if views[0] is None or sum(view is not None for view in views) < 2:
            raise InvalidError("inputs", "must hold the front and at least one more view")
        for number, view in enumerate(views):
            if view is not None:
                self._check_input(f"inputs[{number}]", view)
        check_rules(body)
        return self._create("multiview_to_model", body, price(body))

    def _check_input(self, name: str, value: Any) -> None:
        Field(str, 1).check(name, value)
        if value.startswith(("https://", "http://")):
            if link_type(value) in NO_LINKS:
                raise InvalidError(name, "must be the address of a JPEG or PNG")
            return
        if is_uuid(value):
            raise RefusedError(error(404, 2001, f"{name}: the task is not found"))
        upload = self.uploads.get(value)
        if not upload or self.now() > upload.made + TOKEN_LIFETIME_S:
            raise InvalidError(name, "is no file token, or it is expired")
        if not upload.data or not image_type(upload.data) or len(upload.data) > IMAGE_LIMIT:
            raise InvalidError(name, "has no image of at most 20 MB behind it")

    def _create(self, kind: str, body: dict[str, Any], credits: float) -> Answer:
        if credits > self.balance:
            return error(403, 2010, "You don't have enough credit to create this task")
        task = self.new_task(kind, body, credits)
        return success({"task_id": task.id, "type": kind, "status": "queued"})

    @route("GET", "/v3/tasks/{task}")
    def poll(self, seen: Seen, task: str) -> Answer:
        """Tell how far a task is."""
        if task not in self.tasks:
            return error(404, 2001, "The task is not found")
        return success(self._detail(self.tasks[task]))

    @route("POST", "/v3/tasks/list")
    def tasks_list(self, seen: Seen) -> Answer:
        """Tell how far up to 100 tasks are."""
        ids = check(json_body(seen), {"task_ids": Field(list, 1, 100, required=True)})["task_ids"]
        known = {one: self._detail(self.tasks[one]) for one in ids if one in self.tasks}
        return success({"tasks": known, "missed": [one for one in ids if one not in known]})

    def _detail(self, task: Task) -> dict[str, Any]:
        told = task.poll()
        percent = told.pop("percent", 100 if told["status"] == "success" else 0)
        about = {"task_id": task.id, "type": task.kind, "progress": percent, "input": task.body, "output": {}}
        about |= {"created_at": iso(task.created), **told}
        if told["status"] in ENDED:
            about |= {"completed_at": iso(self._ended(task)), "credits_consumed": self._settle(task, told["status"])}
        if told["status"] == "success" and "output" not in told:
            about["output"] = self._output(task)
        return about

    def _ended(self, task: Task) -> float:
        return task.notes.setdefault("ended", self.now())

    def _settle(self, task: Task, status: str) -> float:
        """Charge what was frozen, or give it back, once."""
        if "charged" not in task.notes:
            task.notes["charged"] = task.credits if status == "success" else 0.0
            self.balance += task.credits - task.notes["charged"]
        return task.notes["charged"]

    def _output(self, task: Task) -> dict[str, str]:
        if task.kind in FIELDS:
            return {"model_url": self._publish_model(task, task.kind)}
        sort = "pbr" if task.body.get("pbr", True) else "model" if is_textured(task.body) else "base"
        return {
            "model_url": self._publish_model(task, sort),
            "rendered_image_url": self.publish("legacy.webp", b"RIFF\0\0\0\0WEBP"),
        }

    def _publish_model(self, task: Task, sort: str) -> str:
        suffix = "fbx" if task.body.get("quad") or task.body.get("out_format") == "fbx" else "glb"
        name = self.result_name or f"tripo_{sort}_{task.id}.{suffix}"
        if "compress" in task.body and suffix == "glb":
            return self.publish(name, COMPRESSED.read_bytes())
        return self.publish(name, lambda: self.results.get(task.kind, self.result))

    # The account

    @route("GET", "/v3/account/balance")
    def account_balance(self, seen: Seen) -> Answer:
        """Tell what is left, and what is frozen for tasks that have not ended."""
        frozen = sum(task.credits for task in self.tasks.values() if "charged" not in task.notes)
        return success({"balance": round(self.balance, 2), "frozen": round(frozen, 2)})

    @route("GET", "/v3/account/usage")
    def usage(self, seen: Seen) -> Answer:
        """List tasks, the newest first."""
        asked = {"limit": "50", "offset": "0", **seen.query}
        if asked.keys() != {"limit", "offset"} or not all(value.isdigit() for value in asked.values()):
            raise InvalidError("limit, offset", "must be whole numbers, and are all there is")
        limit, offset = int(asked["limit"]), int(asked["offset"])
        Field(int, 1, 200).check("limit", limit)
        newest = list(self.tasks.values())[::-1][offset : offset + limit]
        return success({"items": [self._row(task) for task in newest]})

    def _row(self, task: Task) -> dict[str, Any]:
        about = {"task_id": task.id, "type": task.kind, "status": task.now["status"], "created_at": iso(task.created)}
        return {**about, "credits_consumed": task.notes.get("charged", task.credits)}
