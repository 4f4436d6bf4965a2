"""Triverse's four image tasks on loopback.

API read at docs.triverse.ai (uploads, task-status, download-assets, pricing, errors) on 2026-11-21. What it leaves open
is an attribute here: the answer to a repeated `client_order_id`, the length of the duplicate window, prices.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime
from typing import Any

from .schema import Field, InvalidError, check
from .server import Simulator, Task
from .triverse_bodies import FILES, FLOWS, check_create, check_quote, wish
from .wire import Answer, RefusedError, Seen, image_type, route

UPLOAD_LIMIT = 50 * 1024 * 1024
ENDS = ("SUCCESS", "FAILED", "CANCELLED")


class Triverse(Simulator):
    """A create's credits are frozen, taken when the task succeeds and given back when it does not."""

    BASE_PATH = "/api/v1"
    KEY_PREFIX = ""
    SCRIPT = ("PENDING", ("RUNNING", 40), "SUCCESS")

    def __init__(self) -> None:
        """Know no file and no order."""
        super().__init__()
        self.frozen = 0.0
        """Credits of tasks that have not ended; `balance` is what is left beside them."""
        self.prices: dict[str, int | None] = {flow: 150 if "model" in flow else 120 for flow in FLOWS}
        """Credits by flow; the document names only image-to-mesh's. None: the service does not say."""
        self.repeat = "same"
        """A known `client_order_id` gets the `same` task again, or a `conflict`, or a `conflict with task`."""
        self.by_content = True
        """Whether requests are compared by their files' bytes, so that a second upload changes nothing, or by keys."""
        self.duplicate_window_s = 60.0
        self.uploads_a_minute = 10
        self.hidden_polls = 0
        """How many polls of a new task find it unknown (404, 1006)."""
        self.url_form = "data"
        """Where `download_url` stands: in `data`, at the `top`, or nowhere (`missing`)."""
        self._user = uuid.uuid4()
        self._uploads: dict[str, str] = {}
        self._upload_times: list[float] = []

    def fail_tasks(self, code: int = 5003, message: str = "The backend is unavailable.") -> None:
        """Let new tasks fail half-way."""
        self.script(["QUEUED", ("RUNNING", 40), {"status": "FAILED", "error": {"code": code, "message": message}}])

    @route("POST", "/api/v1/upload/image")
    def upload(self, seen: Seen) -> Answer:
        """Take one image as multipart."""
        parts = seen.parts
        if set(parts) != {"file"} or not parts["file"].filename:
            raise InvalidError("file", "must be the only part, and a file")
        image, kind = parts["file"].data, image_type(parts["file"].data)
        if kind not in ("png", "jpeg", "webp") or parts["file"].content_type != f"image/{kind}":
            raise _refused(400, 2004, "The file type is unsupported.")
        if len(image) > UPLOAD_LIMIT:
            raise InvalidError("file", "must not be larger than 50 MB")
        self._upload_times = [one for one in self._upload_times if one > self.now() - 60]
        if len(self._upload_times) >= self.uploads_a_minute:
            raise _refused(429, 2000, "Too many uploads.")
        self._upload_times.append(self.now())
        file_key = f"tasks/uid_{self._user}/{datetime.now(UTC):%Y%m%d}/{uuid.uuid4()}.{kind}"
        self._uploads[file_key] = hashlib.sha256(image).hexdigest()
        return _said({"file_key": file_key})

    @route("POST", "/api/v1/tasks/{flow}")
    def create(self, seen: Seen, flow: str) -> Answer:
        """Make a task, unless it is there already."""
        if flow not in FLOWS:
            raise _refused(400, 2002, "The task is unsupported.")
        body = check_create(flow, seen.json)
        for name in FILES:
            if body.get(name, "").startswith("tasks/") and body[name] not in self._uploads:
                raise _refused(404, 1005, "The file does not exist.")
        if known := self._known(flow, body):
            return _said(known)
        cost = self.prices[flow]
        if self.balance < (cost or 0):
            raise _refused(403, 2010, "You do not have enough credits.")
        task = self.new_task(flow, body, cost)
        self.frozen += cost or 0
        task.notes |= {"told": "PENDING", "hidden": self.hidden_polls, "started": None, "ended": None}
        task.notes["answer"] = {
            "task_uuid": task.id,
            "flow_name": flow,
            "status": "PENDING",
            "created_at": self._time(task.created),
            "cost_credits": cost,
            "queue": _queue("PENDING"),
            "read_after_write_deadline_seconds": 15 if self.hidden_polls else None,
            "read_after_write_header": None,
        }
        return _said(task.notes["answer"])

    @route("POST", "/api/v1/tasks/pricing/quote")
    def quote(self, seen: Seen) -> Answer:
        """Say what a task would cost; files may still be missing from its parameters."""
        body = check(seen.json, {"flow_name": Field(str, required=True), "params": Field(dict, required=True)})
        flow, params = body["flow_name"], body["params"]
        if flow not in FLOWS:
            raise _refused(400, 2002, "The task is unsupported.")
        check_quote(flow, params)
        return _said({**body, "cost_credits": self.prices[flow], "available_credits": self.balance})

    @route("GET", "/api/v1/tasks/{task}")
    def poll(self, seen: Seen, task: str) -> Answer:
        """Tell how a task goes; what a script's dict holds besides `status` and `percent` replaces fields."""
        found = self._task(task)
        if found.notes["hidden"] > 0:
            found.notes["hidden"] -= 1
            raise _refused(404, 1006, "The task does not exist.")
        told = found.poll()
        status = told.pop("status")
        self._settle(found, status)
        files = {name: value for name, value in found.body.items() if name in FILES}
        about = {
            "task_uuid": found.id,
            "flow_name": found.kind,
            "status": status,
            "progress": told.pop("percent", 100 if status == "SUCCESS" else 0),
            "created_at": self._time(found.created),
            "started_at": found.notes["started"],
            "completed_at": found.notes["ended"],
            "input": {"model_version": "v2", **files},
            "output": {"geometry_job_status": "SUCCESS"} if status == "SUCCESS" else None,
            "error": {"code": 5003, "message": "The backend is unavailable."} if status == "FAILED" else None,
            "queue": _queue(status),
        }
        return _said(about | told)

    @route("GET", "/api/v1/tasks/url/{task}")
    def url(self, seen: Seen, task: str) -> Answer:
        """Give a fresh link to the model."""
        name = self.result_name or f"{self._succeeded(task).id}.glb"
        about = {"asset_id": task, "kind": "model", "preview_url": self.publish("preview.png", b"\x89PNG\r\n\x1a\n")}
        link = {} if self.url_form == "missing" else {"download_url": self.publish(name)}
        if self.url_form == "top":
            return Answer(200, {"code": 0, "message": "success", **about, **link})
        return _said(about | link)

    @route("GET", "/api/v1/tasks/download/{task}")
    def download(self, seen: Seen, task: str) -> Answer:
        """Give the model itself, here, where the key is needed."""
        name = self.result_name or f"{self._succeeded(task).id}.glb"
        about = {"Content-Type": "application/octet-stream", "Content-Disposition": f'attachment; filename="{name}"'}
        return Answer(200, self.result, about)

    @route("GET", "/api/v1/users/balance")
    def credits(self, seen: Seen) -> Answer:
        """Tell what is left, and what is frozen beside it."""
        return _said({"balance": self.balance, "frozen": self.frozen})

    @route("GET", "/api/v1/users/me")
    def user(self, seen: Seen) -> Answer:
        """Tell whose key it is."""
        about = {"id": str(self._user), "email": "artist@example.org", "plan_name": "Pro"}
        return _said({**about, "web_credits_balance": 0, "api_credits_balance": self.balance})

    def wrong_key(self, seen: Seen) -> Answer:
        """Refuse; the document names no code for it."""
        return _refused(401, 401, "Invalid API key.").answer

    def no_route(self, seen: Seen, other_method: bool) -> Answer:
        """Refuse."""
        return _refused(405 if other_method else 404, 1005, "The resource does not exist.").answer

    def invalid(self, error: InvalidError) -> Answer:
        """Refuse a body."""
        return _refused(400, 1004, str(error)).answer

    def _known(self, flow: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """Return the first answer to a repeated order. Raises RefusedError for a conflict or a duplicate."""
        bytes_of = self._uploads if self.by_content else {}
        asked, order = wish(flow, body, bytes_of), body.get("client_order_id")
        same = [task for task in self.tasks.values() if wish(task.kind, task.body, bytes_of) == asked]
        for task in self.tasks.values():
            if order is not None and task.body.get("client_order_id") == order:
                if task in same and self.repeat == "same":
                    return task.notes["answer"]
                data = {"task_uuid": task.id} if task in same and self.repeat == "conflict with task" else None
                raise _refused(409, 2005, "This client_order_id was used before.", data)
        recent = any(self.now() - task.created < self.duplicate_window_s for task in same)
        if recent and not body.get("allow_duplicate"):
            raise _refused(409, 2005, "This looks like a duplicate of a recent task.")
        return None

    def _settle(self, task: Task, status: str) -> None:
        """Keep times, and move the frozen credits when the task ends."""
        now = self._time(self.now())
        if status not in ("PENDING", "QUEUED"):
            task.notes["started"] = task.notes["started"] or now
        if status in ENDS and task.notes["told"] not in ENDS:
            task.notes["ended"] = now
            self.frozen -= task.credits or 0
            self.balance += 0 if status == "SUCCESS" else task.credits or 0
        task.notes["told"] = status

    def _task(self, task: str) -> Task:
        if task not in self.tasks:
            raise _refused(404, 1006, "The task does not exist.")
        return self.tasks[task]

    def _succeeded(self, task: str) -> Task:
        if self._task(task).notes["told"] != "SUCCESS":
            raise _refused(404, 4042, "The task has no assets.")
        return self.tasks[task]

    @staticmethod
    def _time(seconds: float) -> str:
        return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _said(data: dict[str, Any]) -> Answer:
    return Answer(200, {"code": 0, "message": "success", "data": data})


def _refused(status: int, code: int, message: str, data: dict[str, Any] | None = None) -> RefusedError:
    body = {"code": code, "message": message, "suggestion": "See the documentation."}
    return RefusedError(Answer(status, body | ({"data": data} if data else {})))


def _queue(status: str) -> dict[str, Any]:
    waits = status in ("PENDING", "QUEUED")
    return {"is_queued": waits, "position": 1 if waits else None, "estimated_wait_seconds": 5 if waits else None}
