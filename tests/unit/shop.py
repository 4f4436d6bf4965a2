"""A server with one paid create, and a server that says any bytes: what the transport is tried on."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partialmethod
from pathlib import Path
from typing import Any

import pytest
from simulators.listener import end
from simulators.server import Simulator
from simulators.wire import Answer, Seen, route
from urllib3.connectionpool import HTTPConnectionPool

from blender_addon.core.flow import Request
from blender_addon.core.provider import Auth
from blender_addon.net import http
from blender_addon.net.http import HttpTransport

CREATE = Request("POST", "/create", json={"a": 1}, creates=True)
AGAIN = Request("POST", "/create", json={"order": "o-1"}, creates=True, again=True)
POLL = Request("GET", "/tasks/1")
IN_BODY = Auth(field="key")
IN_X = Auth(header="x-api-key", prefix="")


class Shop(Simulator):
    """Takes the key in any of the three ways; what it sells costs."""

    def knows_key(self, seen: Seen) -> bool:
        """Look for the key where providers want it."""
        body = seen.json if isinstance(seen.json, dict) else {}
        given = (seen.headers.get("authorization", "").removeprefix("Bearer "), seen.headers.get("x-api-key"))
        return self.key in (*given, body.get("key"))

    @route("POST", "/create")
    def create(self, seen: Seen) -> Answer:
        """Sell."""
        return Answer(200, {"id": self.new_task("x", seen.json, 1.0, f"t-{len(self.creates)}").id})

    @route("GET", "/tasks/{task}")
    def poll(self, seen: Seen, task: str) -> Answer:
        """Tell."""
        return Answer(200, {"status": "running"})

    @route("POST", "/upload")
    def upload(self, seen: Seen) -> Answer:
        """Take a file."""
        return Answer(200, {name: [part.filename, len(part.data)] for name, part in seen.parts.items()})

    @route("GET", "/own")
    def own(self, seen: Seen) -> Answer:
        """Give the result to who has the key."""
        return Answer(200, self.result)

    @property
    def elsewhere(self) -> str:
        """The API under another name of this computer: another host as far as a client knows."""
        return self.base_url.replace("127.0.0.1", "localhost")


def transport(sim: Simulator, auth: Auth | None = None, base_url: str = "") -> HttpTransport:
    """Return the transport to it."""
    return HttpTransport("Shop", base_url or sim.base_url, sim.key, auth or Auth(), lambda: True)


class RawServer:
    """Says what `say` writes to each connection, and counts them."""

    def __init__(self, say: Callable[[socket.socket, bytes], None]) -> None:
        self._say, self.requests, self._open = say, list[bytes](), list[socket.socket]()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self.closing = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "RawServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        for one in (self._server, *self._open):
            end(one)
            one.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                self._open.append(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            got = b""
            while b"\r\n\r\n" not in got and got[:1] != b"\x16":  # which is TLS
                piece = connection.recv(65536)
                if not piece:
                    return
                got += piece
            self.requests.append(got)
            self._say(connection, got)
            end(connection)


def saying(*pieces: bytes) -> Callable[[socket.socket, bytes], None]:
    """Return what writes these pieces and hangs up."""
    return lambda connection, _: connection.sendall(b"".join(pieces))


def as_older_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a body that ends early be no error, as in the requests that Blender 4.2 brings."""
    urlopen = HTTPConnectionPool.urlopen
    monkeypatch.setattr(HTTPConnectionPool, "urlopen", partialmethod(urlopen, enforce_content_length=False))


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


@contextlib.contextmanager
def deaf() -> Iterator[str]:
    """Give the address of a server that is there and takes no connection: the system drops what knocks (Linux)."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(8):  # whoever is not taken fills the queue
            one = stack.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(server.getsockname())
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def selling(result: bytes | None = None) -> Any:
    """Return a fixture: a shop with that model file and a transport in a hurry; the key must stay where it may."""

    @pytest.fixture
    def sim(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
        monkeypatch.setattr(http, "PAUSES_S", (0.01, 0.01, 0.01, None))
        with Shop() as one:
            if result is not None:
                one.result = result
            yield one
            assert one.leaks == []

    return sim


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Return where the model file shall lie, in a folder of the task's own."""
    path = tmp_path / "task" / "model.part"
    path.parent.mkdir()
    return path
