"""What goes over the wire between a client and a simulator: requests as they came, answers as they leave."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import unquote

Match = str
"""A glob over `METHOD /path`, or over the path alone when there is no space in it: `POST /v3/files`, `*/tasks/*`."""


@dataclass(frozen=True)
class Part:
    """One part of a multipart body."""

    name: str
    filename: str | None
    content_type: str
    data: bytes


@dataclass
class Seen:
    """A request as it came."""

    host: str
    """`api` or `results`."""
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes = b""
    target: str = ""
    """Path and query as they stood in the request line."""

    @property
    def json(self) -> Any:
        """The body as JSON; None when it is none, or is not called so."""
        if not self.headers.get("content-type", "").startswith("application/json"):
            return None
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def parts(self) -> dict[str, Part]:
        """The parts of a multipart body by their names; empty when it is none."""
        return {part.name: part for part in multipart(self.headers.get("content-type", ""), self.body)}

    def carries(self, secret: str) -> bool:
        """Whether the secret stands anywhere in it."""
        return self.shows(secret) or secret in "\n".join(self.headers.values()) or secret.encode() in self.body

    def shows(self, secret: str) -> bool:
        """Whether the secret stands in the URL, which ends up in logs."""
        return secret in unquote(self.target)


@dataclass
class Answer:
    """An answer: a JSON value, text or bytes."""

    status: int = 200
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict)

    def content(self) -> tuple[bytes, str]:
        """Return the body and its content type."""
        if isinstance(self.body, bytes):
            return self.body, "application/octet-stream"
        if isinstance(self.body, str):
            return self.body.encode(), "text/html; charset=utf-8"
        return json.dumps(self.body).encode(), "application/json"


class RefusedError(Exception):
    """Raised by a route to end it with that answer."""

    def __init__(self, answer: Answer) -> None:
        """Keep the answer."""
        super().__init__(answer.status)
        self.answer = answer


Handler = Callable[..., Answer]


@dataclass(frozen=True)
class Route:
    """A method of a simulator that answers one kind of request."""

    method: str
    path: re.Pattern[str]
    host: str
    needs_key: bool


def route(method: str, path: str, host: str = "api", needs_key: bool = True) -> Callable[[Handler], Handler]:
    """Mark a simulator's method as the one that answers this; `{name}` in the path becomes an argument."""
    pattern = re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)) + "$")

    def mark(handler: Handler) -> Handler:
        handler.route = Route(method, pattern, host, needs_key and host == "api")
        return handler

    return mark


def multipart(content_type: str, body: bytes) -> list[Part]:
    """Take a multipart/form-data body apart, byte for byte."""
    header = _header("content-type", content_type)
    boundary = header.get_param("boundary", header="content-type")
    if header.get_content_type() != "multipart/form-data" or not isinstance(boundary, str):
        return []
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    return [_part(piece[2:]) for piece in pieces[1:-1]]


def _part(piece: bytes) -> Part:
    head, _, data = piece.partition(b"\r\n\r\n")
    lines = (line.partition(":") for line in head.decode().split("\r\n"))
    headers = {name.strip().lower(): value.strip() for name, _, value in lines}
    about = _header("content-disposition", headers.get("content-disposition", ""))
    name = about.get_param("name", "", header="content-disposition")
    return Part(str(name), about.get_filename(), headers.get("content-type", "text/plain"), data)


def _header(name: str, value: str) -> Message:
    message = Message()
    message[name] = value
    return message


def link_type(address: str) -> str | None:
    """Return the type that the name in an address tells; None when it tells none."""
    name = address.partition("?")[0].rpartition("/")[2].lower()
    return {"jpg": "jpeg"}.get(ending := name.rpartition(".")[2], ending) if "." in name else None


def image_sides(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG or JPEG in pixels; None where they are not found."""
    if data.startswith(b"\x89PNG"):
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    frame = re.search(rb"\xff[\xc0-\xc2]..\x08(..)(..)", data, re.DOTALL) if data.startswith(b"\xff\xd8") else None
    return (int.from_bytes(frame[2], "big"), int.from_bytes(frame[1], "big")) if frame else None


def image_type(data: bytes) -> str | None:
    """Return png, jpeg, webp, bmp or tiff, by the file's first bytes; None for anything else."""
    marks: Mapping[str, tuple[bytes, ...]] = {
        "png": (b"\x89PNG\r\n\x1a\n",), "jpeg": (b"\xff\xd8\xff",), "bmp": (b"BM",), "tiff": (b"II*\0", b"MM\0*"),
    }  # fmt: skip
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return next((name for name, starts in marks.items() if data.startswith(starts)), None)
