"""The results host's files: links that run out, ranges, entity tags."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import struct
from collections.abc import Callable
from dataclasses import dataclass

from .wire import Answer, Seen

TYPES = {".glb": "model/gltf-binary", ".zip": "application/zip", ".png": "image/png", ".webp": "image/webp"}


@dataclass
class Link:
    """One download link."""

    content: Callable[[], bytes]
    ends: float
    """Seconds of the simulator's clock."""
    headers: dict[str, str]
    dead: bool = False


class Links:
    """All links that a simulator gave out, by their secret names."""

    def __init__(self, now: Callable[[], float]) -> None:
        """Start with none; `now` is the simulator's clock."""
        self._links: dict[str, Link] = {}
        self._now = now
        self.to_expire = 0
        """How many downloads from now on find their link expired."""

    def add(self, content: Callable[[], bytes], name: str, lifetime_s: float, headers: dict[str, str]) -> str:
        """Make a link and return its path with its query."""
        secret = secrets.token_hex(8)
        suffix = name[name.rfind(".") :] if "." in name else ""
        about = {"Content-Type": TYPES.get(suffix.lower(), "application/octet-stream"), **headers}
        self._links[secret] = Link(content, self._now() + lifetime_s, about)
        return f"/results/{secret}/{name}?Expires={int(self._now() + lifetime_s)}&Signature={secrets.token_hex(8)}"

    def fetch(self, secret: str, seen: Seen) -> Answer:
        """Answer a download: 200, 206 or 416, 403 when the link is no longer good, 404 when it never was."""
        link = self._links.get(secret)
        if link is None or "Signature" not in seen.query:
            return Answer(404, "<Error><Code>NoSuchKey</Code></Error>")
        if self.to_expire > 0 and not link.dead:
            self.to_expire -= 1
            link.dead = True
        if link.dead or self._now() > link.ends:
            return Answer(403, "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>")
        return ranged(link.content(), seen, link.headers)


def ranged(content: bytes, seen: Seen, headers: dict[str, str]) -> Answer:
    """Answer with the whole content, or with the one range that is asked for while the entity tag still fits."""
    tag = '"' + hashlib.sha256(content).hexdigest()[:32] + '"'
    headers = {**headers, "ETag": tag, "Accept-Ranges": "bytes"}
    asked = re.fullmatch(r"bytes=(\d*)-(\d*)", seen.headers.get("range", ""))
    if not asked or asked[0] == "bytes=-" or seen.headers.get("if-range", tag) != tag:
        return Answer(200, content, headers)
    size = len(content)
    first = int(asked[1]) if asked[1] else max(size - int(asked[2]), 0)
    last = min(int(asked[2]), size - 1) if asked[1] and asked[2] else size - 1
    if first > last:
        return Answer(416, b"", {**headers, "Content-Range": f"bytes */{size}"})
    return Answer(206, content[first : last + 1], {**headers, "Content-Range": f"bytes {first}-{last}/{size}"})


def triangle_glb() -> bytes:
    """Return a whole GLB with one triangle in a material of one colour."""
    points = struct.pack("<9f", 0, 0, 0, 1, 0, 0, 0, 1, 0)
    scene = {
        "asset": {"version": "2.0", "generator": "simulator"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "name": "triangle"}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "material": 0}]}],
        "materials": [{"name": "red", "pbrMetallicRoughness": {"baseColorFactor": [1, 0, 0, 1]}}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3", "min": [0, 0, 0], "max": [1, 1, 0]}
        ],
        "bufferViews": [{"buffer": 0, "byteLength": len(points)}],
        "buffers": [{"byteLength": len(points)}],
    }
    text = json.dumps(scene).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(points), b"BIN\0") + points
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks
