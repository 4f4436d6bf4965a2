"""A server that says exactly these bytes of a model file, whatever it is asked, and what is left on the disk."""

import socket
import struct
from pathlib import Path

from shop import RawServer, Shop, transport

from blender_addon.core.halt import Halt
from blender_addon.net import download
from blender_addon.net.part import Part, Version

SIZE = 307_212
FILE = struct.pack("<4sII", b"glTF", 2, SIZE) + bytes(range(256)) * 1200
HALF = 150_000 // download.CHUNK * download.CHUNK


def fetch(sim: Shop, link: str, target: Path) -> int:
    """Download it."""
    return transport(sim).download(link, target, Halt(), lambda _: None)


def whole(target: Path) -> bool:
    """Tell whether the file is there, and nothing else."""
    return target.read_bytes() == FILE and [one.name for one in target.parent.iterdir()] == [target.name]


def begun(target: Path, version: Version, content: bytes = FILE[:HALF]) -> None:
    """Leave what an earlier process left."""
    one = Part(target)
    one.begin(version)
    one.write(content)
    one.close()


class Ranges:
    """Says one answer after the other; the last one stays."""

    def __init__(self, *answers: bytes) -> None:
        self._answers = list(answers)

    def __call__(self, connection: socket.socket, request: bytes) -> None:
        """Answer."""
        connection.sendall(self._answers.pop(0) if len(self._answers) > 1 else self._answers[0])


def said(status: int, body: bytes, **headers: object) -> bytes:
    """Return an answer as it travels."""
    lines = [f"HTTP/1.1 {status} X", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def full(**headers: object) -> bytes:
    """Return the answer with the file."""
    return said(200, FILE, Content_Length=len(FILE), **headers)


def cut(**headers: object) -> bytes:
    """Return the answer that ends in the middle."""
    return said(200, FILE[:150_000], Content_Length=len(FILE), **headers)


def rest(first: int = HALF, body: bytes | None = None, **headers: object) -> bytes:
    """Return the answer with what is left from that byte on."""
    body = FILE[first:] if body is None else body
    about = {"Content_Range": f"bytes {first}-{len(FILE) - 1}/{len(FILE)}", "Content_Length": len(body)}
    return said(206, body, **about | headers)


def asked(server: RawServer) -> list[tuple[str | None, str | None]]:
    """Return the range that each request asked for, and on which condition."""
    lines = [
        dict(line.split(": ", 1) for line in one.decode().split("\r\n") if ": " in line) for one in server.requests
    ]
    return [(one.get("Range"), one.get("If-Range")) for one in lines]


TAG = '"v1"'
REST = (f"bytes={HALF}-", TAG)
NOTHING = (None, None)
