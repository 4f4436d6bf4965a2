"""ModelsLab's image_to_3d on loopback.

API read at docs.modelslab.com (3d-api, general-api/base64-to-url, error-codes) on 2026-11-21. Its pages name the image
`image` here and `init_image` there: both must come, and be the same. Images are URLs; of its own uploads it knows
which are still there.
"""

from __future__ import annotations

import itertools
from typing import Any, ClassVar

from .data_uri import image_in
from .schema import Field, Fields, InvalidError, check
from .server import Simulator, Task
from .wire import Answer, RefusedError, Seen, route

KEY = Field(str, required=True)
UPLOAD_LIMIT = 5_000_000
QUEUE_LIMIT = 5


class ModelsLab(Simulator):
    """The key comes in the body; a script's first step is the answer to the create itself."""

    KEY_PREFIX = ""
    SCRIPT = ("processing", "processing", "success")
    LINK_LIFETIME_S = 24 * 3600.0
    ORDER: ClassVar[Fields] = {
        "key": KEY,
        "image": Field((str, list), 1, required=True),
        "init_image": Field((str, list), 1, required=True),
        "output_format": Field(str, choices=("obj", "stl", "ply", "glb")),
        "render": Field(bool),
        "resolution": Field(int, 1, 512),
        "multi_image": Field(bool),
        "ss_guidance_strength": Field(float),
        "ss_sampling_steps": Field(int, 1, 50),
        "slat_guidance_strength": Field(float, 0, 10),
        "slat_sampling_steps": Field(int, 1, 50),
        "mesh_simplify": Field(float, 0.9, 0.98),
        "chunk_size": Field(int, 1, 12000),
        "seed": Field(int),
        "temp": Field(str, choices=("yes", "no")),
        "webhook": Field(str, null=True),
        "track_id": Field(str, null=True),
    }

    def __init__(self) -> None:
        """Answer in the document's first form; no link is missing."""
        super().__init__()
        self.balance = 43.6
        self.eta = 20
        self.upload_form = "list"
        """How an upload's URL comes back: in `output` as a `list` or a `str`, or as `link` or `url`."""
        self.error_form = "message"
        """The field of a refusal's sentence: `message`, `messege`, or `fields` for an object under `message`."""
        self.errors_in_200 = False
        """Whether refusals of a request's content come with HTTP 200, as failures do."""
        self.missing: set[str] = set()
        """Which of `output`, `proxy_links` and `future_links` answer 404 although the task has succeeded."""
        self._ids = itertools.count(1)
        self._uploads: dict[str, float] = {}
        """URLs and the end of their life."""

    def fail_tasks(self, message: str = "Something went wrong", status: str = "failed") -> None:
        """Let new tasks fail (`failed` or `error`) when they are fetched; HTTP is 200."""
        self.script(["processing", {"status": status, "message": message}])

    def succeed_at_once(self) -> None:
        """Let the create's own answer bring the model."""
        self.script(["success"])

    @route("POST", "/api/v6/base64_to_url")
    def upload(self, seen: Seen) -> Answer:
        """Take an image as a data URI and return its URL."""
        body = check(seen.json, {"key": KEY, "base64_string": Field(str, required=True)})
        image = image_in("base64_string", body["base64_string"], UPLOAD_LIMIT)
        url = self.publish("upload.png", image)
        self._uploads[url] = self.now() + self.LINK_LIFETIME_S
        forms: dict[str, dict[str, Any]] = {
            "list": {"output": [url]},
            "str": {"output": url},
            "link": {"link": url},
            "url": {"url": url},
        }
        return Answer(200, {"status": "success", **forms[self.upload_form]})

    @route("POST", "/api/v6/3d/image_to_3d")
    def create(self, seen: Seen) -> Answer:
        """Make a task, unless its script says that it is refused at once."""
        body = check(seen.json, self.ORDER)
        self._check_images(body)
        if body.get("webhook") and not body["webhook"].startswith("https://"):
            raise InvalidError("webhook", "must be an HTTPS URL")
        if self.balance <= 0:
            raise RefusedError(self.refusal(402, "Insufficient credits. Please add more credits to continue."))
        if sum(task.notes["told"] == "processing" for task in self.tasks.values()) >= QUEUE_LIMIT:
            text = f"Rate limit exceeded. Maximum {QUEUE_LIMIT} queued requests allowed."
            raise RefusedError(Answer(429, {"status": "error", "message": text, "retry_after": 30}))
        first = self._steps[0]
        if isinstance(first, dict) and first["status"] in ("error", "failed"):
            raise RefusedError(Answer(200, dict(first)))
        return self._told(self.new_task("image_to_3d", body, task_id=str(next(self._ids))))

    @route("POST", "/api/v6/3d/fetch/{task}")
    def fetch(self, seen: Seen, task: str) -> Answer:
        """Tell how a task goes; a fetch is a read, though it is a POST."""
        check(seen.json, {"key": KEY})
        if task not in self.tasks:
            raise RefusedError(Answer(200, {"status": "error", "message": "Request not found"}))
        return self._told(self.tasks[task])

    @route("POST", "/api/wallet_balance")
    def wallet(self, seen: Seen) -> Answer:
        """Tell how much money is left."""
        check(seen.json, {"key": KEY})
        return Answer(200, {"status": "success", "data": {"balance": self.balance, "currency": "USD"}})

    def knows_key(self, seen: Seen) -> bool:
        """Look into the body."""
        return isinstance(seen.json, dict) and seen.json.get("key") == self.key

    def wrong_key(self, seen: Seen) -> Answer:
        """Refuse."""
        return self.refusal(401, "Invalid API key")

    def no_route(self, seen: Seen, other_method: bool) -> Answer:
        """Refuse."""
        return self.refusal(405 if other_method else 404, f"Cannot {seen.method} {seen.path}")

    def invalid(self, error: InvalidError) -> Answer:
        """Refuse a body, as the test chose."""
        message = {error.field: [error.reason]} if self.error_form == "fields" else str(error)
        return self.refusal(200 if self.errors_in_200 else 400, message)

    def refusal(self, status: int, message: str | dict[str, list[str]]) -> Answer:
        """Return the document's error form, or the older one with its slip of the pen."""
        return Answer(status, {"status": "error", "messege" if self.error_form == "messege" else "message": message})

    def _check_images(self, body: dict[str, Any]) -> None:
        if body["image"] != body["init_image"]:
            raise InvalidError("init_image", "must be the same as image")
        several = isinstance(body["image"], list)
        if several != body.get("multi_image", False):
            raise InvalidError("image", "must be a list of URLs with multi_image, and one URL without")
        for url in body["image"] if several else [body["image"]]:
            if not isinstance(url, str) or not url.startswith(("https://", "http://")):
                raise InvalidError("image", "must be a URL")
            if url.startswith(self.results_url) and self._uploads.get(url, 0) < self.now():
                raise InvalidError("image", "Unable to fetch image from provided URL")

    def _told(self, task: Task) -> Answer:
        """Answer a create or a fetch: what a script's dict holds besides `status` replaces or adds fields."""
        told = task.poll()
        task.notes["told"] = status = told["status"]
        if status in ("error", "failed"):
            return Answer(200, {"status": status, "message": "Something went wrong", **told})
        common = {"id": int(task.id), "meta": {"output_format": "glb", "resolution": 256, **_without_key(task.body)}}
        if status == "success":
            links = {"output": [self._link(task, "output")], "proxy_links": [self._link(task, "proxy_links")]}
            if task.body.get("render"):
                links["output"].append(self.publish(f"{task.id}.mp4", b"a video"))
            return Answer(200, {"generationTime": 12.3, **common, **links, **told})
        waiting = {
            "tip": "Your request is processing in background, fetch the output with the fetch URL",
            "eta": self.eta,
            "message": "Try to fetch request after given estimated time",
            "fetch_result": f"{self.base_url}/api/v6/3d/fetch/{task.id}",
            "output": [],
            "future_links": [self._link(task, "future_links")],
            "extra_assets": [],
        }
        return Answer(200, {**common, **waiting, **told})

    def _link(self, task: Task, name: str) -> str:
        """Return a fresh link: it answers 404 until the task has succeeded, and for ever when it is `missing`."""

        def give() -> bytes:
            if task.notes["told"] != "success" or name in self.missing:
                raise RefusedError(Answer(404, "<Error><Code>NoSuchKey</Code></Error>"))
            return self.result

        suffix = task.body.get("output_format", "glb")
        return self.publish(self.result_name or f"{task.id}.{suffix}", give)


def _without_key(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in ("key", "webhook", "track_id")}
