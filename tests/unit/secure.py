"""Servers that speak TLS with certificates made for the test, and a company's proxy that reads along."""

import contextlib
import datetime
import socket
import ssl
from pathlib import Path

import trustme
from shop import RawServer
from simulators.listener import end

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n{"status": "running"}'
DAY = datetime.timedelta(days=1)


class Company:
    """An authority that nobody knows, with its file of certificates."""

    def __init__(self, folder: Path) -> None:
        self.authority = trustme.CA()
        self.folder = folder
        folder.mkdir()
        self.bundle = folder / "company.pem"
        self.authority.cert_pem.write_to_path(self.bundle)

    def context(self, *names: str, days: tuple[int, int] = (-1, 1)) -> ssl.SSLContext:
        """Return a server's side: valid between these days from now."""
        now = datetime.datetime.now(datetime.UTC)
        made = self.authority.issue_cert(*names, not_before=now + days[0] * DAY, not_after=now + days[1] * DAY)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.configure_cert(context)
        return context


class SecureServer(RawServer):
    """Speaks TLS from the first byte on, or after a proxy's CONNECT; `requests` are what it could read."""

    def __init__(self, context: ssl.SSLContext, answer: bytes = ANSWER, proxy: bool = False) -> None:
        self._context, self._answer, self._proxy = context, answer, proxy
        super().__init__(lambda *_: None)
        if not proxy:
            self.url = self.url.replace("http:", "https:")

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            if self._proxy:
                self.requests.append(self._head(connection))
                connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with self._context.wrap_socket(connection, server_side=True) as secure:
                self.requests.append(self._head(secure))
                secure.sendall(self._answer)
                end(secure)

    @staticmethod
    def _head(connection: socket.socket) -> bytes:
        got = b""
        while b"\r\n\r\n" not in got:
            piece = connection.recv(65536)
            if not piece:
                raise OSError("left")
            got += piece
        return got
