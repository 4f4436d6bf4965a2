"""Cancel and quit act at once, wherever a request or a download stands: the other end never answers in these tests."""

import contextlib
import socket
import sys
import threading

import pytest
from shop import RawServer, deaf
from waiting import LIMIT_S, until

from blender_addon.core.flow import Request, Upload
from blender_addon.core.halt import Halt, Halted
from blender_addon.core.provider import Auth
from blender_addon.net.http import HttpTransport

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
BIG = 30_000_000


class Silent(RawServer):
    """Takes what comes, says only that much, and waits."""

    def __init__(self, first=b"", takes=True):
        self.answered, self._first, self._takes = False, first, takes
        super().__init__(self._stay)

    def _stay(self, connection, got):
        connection.sendall(self._first)
        connection.settimeout(0.1)
        while not self.closing.is_set():
            if self._takes:
                with contextlib.suppress(TimeoutError):
                    connection.recv(2**20)
            self.closing.wait(0.02)
        self.answered = True


@contextlib.contextmanager
def place(phase, monkeypatch):
    """Give an address where everything stops at that phase, and tell whether it got there and was ever answered."""
    asked, go, look_up = threading.Event(), threading.Event(), socket.getaddrinfo

    def hang(host, *given, **named):
        if host.endswith(".example"):
            asked.set()
            go.wait(LIMIT_S)
            raise socket.gaierror(-2, "Name or service not known")
        return look_up(host, *given, **named)

    if phase == "name":
        monkeypatch.setattr(socket, "getaddrinfo", hang)
        yield "https://api.shop.example", asked.is_set, go.is_set
        go.set()
    elif phase == "connect":
        with deaf() as url:
            yield url, lambda: any(one.name == "maquette-request" for one in threading.enumerate()), lambda: False
    else:
        with Silent(HEAD + bytes(100_000) if phase == "answer" else b"", takes=phase != "upload") as server:
            if phase == "proxy":
                monkeypatch.setenv("https_proxy", server.url)
            url = {"tls": server.url.replace("http:", "https:"), "proxy": "https://api.shop.example"}
            yield url.get(phase, server.url), lambda: server.requests, lambda: server.answered


PHASES = ["name", "tls", "proxy", "upload", "waiting", "answer"]
PHASES += ["connect"] * (sys.platform == "linux")  # what a full queue means is each system's own matter


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


def left(work, there, answered, how):
    """Start the work, halt it once it is there, and tell how it ended; the other end had not answered by then."""
    halt, ended = Halt(), []

    def run():
        try:
            work(halt)
        except Halted as halted:
            ended.append((halted.cancelled, answered()))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    until(there, "it gets there")
    getattr(halt, how)()
    thread.join(LIMIT_S)
    return ended


@pytest.mark.fault("P35", "X03", "X15")
@pytest.mark.parametrize("how", ["cancel", "stop"])
@pytest.mark.parametrize("phase", PHASES)
def test_a_request_is_left_at_once(phase, how, monkeypatch, tmp_path):
    picture = tmp_path / "a.png"
    picture.write_bytes(bytes(BIG if phase == "upload" else 1000))
    request = Request("POST", "/upload", upload=Upload("file", picture, "a.png", "image/png"), creates=True)
    with place(phase, monkeypatch) as (url, there, answered):
        one = HttpTransport("Shop", url, "key-of-the-test", Auth(), lambda: True)
        assert left(lambda halt: one.send(request, halt), there, answered, how) == [(how == "cancel", False)]


@pytest.mark.fault("P35", "X03", "X15")
@pytest.mark.parametrize("phase", [one for one in PHASES if one != "upload"])
def test_a_download_is_left_at_once(phase, monkeypatch, tmp_path):
    with place(phase, monkeypatch) as (url, there, answered):
        base = "https://api.shop.example" if phase == "proxy" else url
        one = HttpTransport("Shop", base, "key-of-the-test", Auth(), lambda: True)
        work = lambda halt: one.download("/own", tmp_path / "model.part", halt, lambda _: None)  # noqa: E731
        assert left(work, there, answered, "cancel") == [(True, False)]


def test_an_upload_that_nobody_wants_any_more_is_not_sent_to_its_end(tmp_path, monkeypatch):
    picture, halt, got = tmp_path / "a.png", Halt(), []
    picture.write_bytes(bytes(BIG))

    def sip(connection, head):
        halt.cancel()
        with contextlib.suppress(OSError):
            until(lambda: not any(one.name == "waits" for one in threading.enumerate()), "nobody waits")
            while piece := connection.recv(2**20):
                got.append(len(piece))
        got.append(-1)

    with RawServer(sip) as server:
        request = Request("POST", "/upload", upload=Upload("file", picture, "a.png", "image/png"))
        one = HttpTransport("Shop", server.url, "key-of-the-test", Auth(), lambda: True)

        def send():
            with pytest.raises(Halted):
                one.send(request, halt)

        threading.Thread(target=send, name="waits", daemon=True).start()
        until(lambda: got and got[-1] == -1, "the connection ends")
    assert sum(got) < BIG - 1_000_000
