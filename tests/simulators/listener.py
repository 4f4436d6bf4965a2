"""One HTTP server on a free port of 127.0.0.1, that hands requests to a simulator and does as its test ordered."""

from __future__ import annotations

import contextlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from .wire import Answer, Seen

if TYPE_CHECKING:
    from .server import Simulator

BODY_LIMIT = 64 * 1024 * 1024
"""Bytes of a request's body: more is refused, so that a test cannot fill the memory."""


class Listener(ThreadingHTTPServer):
    """Accepts connections in a thread, each served in a thread of its own; all are daemons."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, simulator: Simulator, host: str, port: int = 0) -> None:
        """Listen at once; `host` is the name that requests are recorded under. Without a port any free one is taken."""
        super().__init__(("127.0.0.1", port), Handler)
        self.simulator = simulator
        self.host = host
        self.closing = False
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop accepting and end every connection, those of waiting clients too."""
        self.closing = True
        with contextlib.suppress(OSError):
            socket.create_connection(self.server_address[:2], timeout=5).close()  # the accepting thread wakes up
        self._thread.join(5)
        self.server_close()
        for connection in list(self._open):
            end(connection)

    def _accept(self) -> None:
        while not self.closing:
            self.handle_request()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Keep the connection in mind."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection."""
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that leave in the middle are what tests are about."""


class Handler(BaseHTTPRequestHandler):
    """Reads requests of one connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Listener

    def serve(self) -> None:
        """Read one request, let the simulator handle it, write its answer."""
        simulator, seen = self.server.simulator, self._head()
        if simulator.take("drop", seen):
            simulator.record(seen)
            return self._hang_up()
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdigit() or int(length) > BODY_LIMIT:
            simulator.record(seen)
            self.close_connection = True
            return self._write(Answer(411, "Length Required"), len(b"Length Required"))
        seen.body = self.rfile.read(int(length))
        simulator.record(seen)
        if len(seen.body) < int(length):  # whoever was sending it is gone: nobody acts on half a request
            return self._hang_up()
        answer = simulator.answer(seen)
        return self._send(seen, answer)

    def __getattr__(self, name: str) -> Any:
        """Serve every method alike: the base class looks for `do_GET`, `do_POST` and so on."""
        if name.startswith("do_"):
            return self.serve
        raise AttributeError(name)

    def _head(self) -> Seen:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        return Seen(self.server.host, self.command, parts.path, query, headers, target=self.path)

    def _send(self, seen: Seen, answer: Answer) -> None:
        simulator = self.server.simulator
        if delay := simulator.take("delay", seen):
            simulator.wait(delay.seconds)
        if self.server.closing or simulator.take("lose", seen):
            return self._hang_up()
        cut = simulator.take("cut", seen)
        if not cut:
            return self._write(answer, len(answer.content()[0]))
        self._write(answer, cut.size_bytes)
        simulator.wait(cut.seconds)
        return self._hang_up()

    def _write(self, answer: Answer, size_bytes: int) -> None:
        """Write the headers and that much of the body."""
        body, content_type = answer.content()
        headers = {"Content-Type": content_type, "Content-Length": str(len(body)), **answer.headers}
        self.send_response(answer.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[:size_bytes])
        self.wfile.flush()

    def _hang_up(self) -> None:
        self.close_connection = True
        end(self.connection)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: `seen` is the log."""


def end(connection: socket.socket) -> None:
    """End a connection at both ends, whatever state it is in."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
