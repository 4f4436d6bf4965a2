"""CSM's image-to-3D sessions on loopback.

API read at docs.csm.ai (image-to-3d, get-session) on 2026-11-21. Where the document gives no rule, the strictest
reading stands: only its own request fields, data URIs below 10 MB, dimensions above 0 or exactly −1.
"""

from __future__ import annotations

import io
import secrets
import zipfile
from datetime import UTC, datetime
from typing import Any, ClassVar

from .data_uri import image_in
from .schema import Field, Fields, InvalidError, check
from .server import Simulator, Task
from .wire import Answer, RefusedError, Seen, route

DATA_URI_LIMIT = 10_000_000 - 1
LINKS = {
    "mesh_url": "zip",
    "mesh_url_obj": "obj",
    "mesh_url_zip": "zip",
    "mesh_url_glb": "glb",
    "mesh_url_fbx": "fbx",
    "mesh_url_usdz": "usdz",
    "mp4_url": "mp4",
}
"""The answer's links and what lies behind them: `mesh_url` is the ZIP."""
OBJ = b"o triangle\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n"


class Csm(Simulator):
    """Sessions are polled; their links are empty until they are complete."""

    KEY_PREFIX = ""
    SCRIPT = ("queued", ("in_progress", 40), "complete")
    SESSION: ClassVar[Fields] = {
        "image_url": Field(str, required=True),
        "geometry_model": Field(str, choices=("base", "turbo")),
        "texture_model": Field(str, choices=("none", "baked", "pbr")),
        "scaled_bbox": Field(list, 3, 3),
        "preserve_aspect_ratio": Field(bool),
        "topology": Field(str, choices=("tris", "quads")),
        "resolution": Field(str, choices=("low_poly", "high_poly")),
    }
    DEFAULTS: ClassVar[dict[str, Any]] = {
        "manual_segmentation": False,
        "texture_model": "none",
        "geometry_model": "base",
        "topology": "tris",
        "resolution": "high_poly",
        "symmetry": "auto",
        "scaled_bbox": [-1, -1, -1],
        "preserve_aspect_ratio": False,
        "pivot_point": [0, 0, 0],
    }
    """The answer's fields where the request does not set them."""

    def __init__(self) -> None:
        """Fill every link of a complete session."""
        super().__init__()
        self.filled = set(LINKS)
        """Which links a complete session has; the others stay empty strings."""
        self.files: dict[str, bytes] = {"obj": OBJ, "fbx": b"Kaydara FBX Binary  \0", "usdz": b"PK\3\4", "mp4": b"mp4"}
        """What lies behind the links, by suffix. A .glb, or a .zip around it, gives `result` unless it is set here."""
        self.echoes = False
        """A session that is asked for repeats what was ordered. The document's sample shows only state and links."""
        self.tier = "maker"

    def fail_tasks(self) -> None:
        """Let new sessions fail half-way."""
        self.script(["queued", ("in_progress", 55), "failed"])

    def add_session(self, age_s: float = 0.0, **body: Any) -> Task:
        """Put in a session that somebody else made with the same key; it counts neither as created nor as paid."""
        body = {"image_url": "https://example.org/other.png", **body}
        task = Task(_code(), "image_to_3d", body, list(self._steps), self.now() - age_s)
        self.tasks[task.id] = task
        return task

    @route("POST", "/image-to-3d-sessions")
    def create(self, seen: Seen) -> Answer:
        """Make a session."""
        body = check(seen.json, self.SESSION)
        if not body["image_url"].startswith(("https://", "http://")):
            image_in("image_url", body["image_url"], DATA_URI_LIMIT)
        _check_bbox(body.get("scaled_bbox", [-1, -1, -1]))
        task = self.new_task("image_to_3d", body, task_id=_code())
        return _said(201, "Created", self._session(task, {"status": "queued"}))

    @route("GET", "/image-to-3d-sessions/{code}")
    def poll(self, seen: Seen, code: str) -> Answer:
        """Tell how a session goes."""
        if code not in self.tasks:
            raise RefusedError(_refusal(404, "Not Found", "Session not found"))
        session = self._session(self.tasks[code], told := self.tasks[code].poll())
        shown = session.keys() if self.echoes else {"session_code", "session_status", "percent_done", *LINKS, *told}
        return _said(200, "Retrieved", {name: value for name, value in session.items() if name in shown})

    @route("GET", "/image-to-3d-sessions")
    def sessions(self, seen: Seen) -> Answer:
        """List sessions page by page, the newest first; that is no poll."""
        limit, page = (_number(seen, name, default) for name, default in (("limit", 10), ("page", 1)))
        newest = sorted(self.tasks.values(), key=lambda task: -task.created)[limit * (page - 1) : limit * page]
        return _said(200, "Retrieved", {"results": [self._session(task, task.now) for task in newest]})

    @route("GET", "/user/userdata")
    def user(self, seen: Seen) -> Answer:
        """Tell whose key it is."""
        return _said(200, "Retrieved", {"tier": self.tier})

    def knows_key(self, seen: Seen) -> bool:
        """Look at `x-api-key`."""
        return seen.headers.get("x-api-key") == self.key

    def wrong_key(self, seen: Seen) -> Answer:
        """Refuse."""
        return _refusal(401, "Unauthorized", "Invalid API key")

    def no_route(self, seen: Seen, other_method: bool) -> Answer:
        """Refuse; an unknown path and a wrong method are the same here."""
        return _refusal(404, "Not Found", f"Cannot {seen.method} {seen.path}")

    def invalid(self, error: InvalidError) -> Answer:
        """Refuse a body."""
        return _refusal(400, "Bad Request", str(error))

    def _session(self, task: Task, told: dict[str, Any]) -> dict[str, Any]:
        """Return a session as it is told; what a script's dict holds besides `status` and `percent` replaces fields."""
        status = told.pop("status")
        percent = told.pop("percent", {"queued": 0, "complete": 100}.get(status, 50))
        created = datetime.fromtimestamp(task.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        session = {"session_code": task.id, **self.DEFAULTS, **task.body, "created_at": created, "updated_at": created}
        session |= {name: self._link(name) if status == "complete" else "" for name in LINKS}
        session |= {"session_status": status, **({} if percent is None else {"percent_done": percent})}
        return session | told

    def _link(self, name: str) -> str:
        suffix = LINKS[name]
        own_name = self.result_name if suffix == "glb" and self.result_name else f"mesh.{suffix}"
        return self.publish(own_name, lambda: self._file(suffix)) if name in self.filled else ""

    def _file(self, suffix: str) -> bytes:
        if suffix in self.files or suffix == "glb":
            return self.files.get(suffix, self.result)
        with zipfile.ZipFile(archive := io.BytesIO(), "w") as packed:
            packed.writestr("mesh.glb", self.result)
        return archive.getvalue()


def _code() -> str:
    return f"SESSION_{secrets.randbelow(10**10):010}_{secrets.randbelow(10**7):07}"


def _said(status: int, message: str, data: dict[str, Any]) -> Answer:
    return Answer(status, {"error": "", "message": message, "statusCode": status, "data": data})


def _refusal(status: int, error: str, message: str) -> Answer:
    return Answer(status, {"error": error, "message": message, "statusCode": status})


def _number(seen: Seen, name: str, default: int) -> int:
    text = seen.query.get(name, str(default))
    if not text.isdecimal() or not 1 <= int(text) <= 100:
        raise InvalidError(name, "must be a whole number from 1 to 100")
    return int(text)


def _check_bbox(sides: list[Any]) -> None:
    for side in sides:
        Field(float).check("scaled_bbox", side)
        if not (side > 0 or side == -1):
            raise InvalidError("scaled_bbox", "must hold lengths in metres, or -1 for automatic")
