"""Trouble on the line between here and a provider: half of a network, a proxy, an upload that breaks, odd names."""

import socket
import sys

import pytest
from model_server import FILE, SIZE, Ranges, fetch, said
from shop import CREATE, POLL, RawServer, deaf, free_port, saying, selling, transport

from blender_addon.core.errors import NetworkError
from blender_addon.core.flow import Request, Upload
from blender_addon.core.halt import Halt
from blender_addon.core.provider import Auth
from blender_addon.net import wire
from blender_addon.net.http import HttpTransport

GONE = ["refused", "silent"] if sys.platform == "linux" else ["refused"]


sim = selling(FILE)


@pytest.mark.fault("N28")
@pytest.mark.parametrize("how", GONE)
def test_the_next_address_of_a_host_is_tried(sim, tmp_path, monkeypatch, how):
    """IPv6 is broken, as behind many a VPN: the first address of the host leads nowhere."""
    monkeypatch.setattr(wire, "CONNECT_S", 0.5)
    look_up = socket.getaddrinfo
    with deaf() as silent:
        dead = ("::1", free_port(), 0, 0) if how == "refused" else ("127.0.0.1", int(silent.rsplit(":", 1)[1]))
        family = socket.AF_INET6 if how == "refused" else socket.AF_INET

        def two(host, *given, **named):
            found = look_up("127.0.0.1" if host == "localhost" else host, *given, **named)
            return [(family, socket.SOCK_STREAM, 6, "", dead), *found] if host == "localhost" else found

        monkeypatch.setattr(socket, "getaddrinfo", two)
        answer = transport(sim, base_url=sim.elsewhere).send(Request("POST", "/create", json={}, creates=True), Halt())
        assert answer.status == 200 and sim.paid == 1
        link = sim.publish("m.glb").replace("127.0.0.1", "localhost")
        assert fetch(sim, link, tmp_path / "model.part") == SIZE


@pytest.mark.fault("N30")
def test_an_upload_that_breaks_is_sent_again(sim, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(bytes(3_000_000))
    request = Request("POST", "/upload", upload=Upload("file", path, "image.png", "image/png"))
    came = []

    def most(connection, got):
        rest = 2_700_000 - len(got)
        while rest > 0:
            rest -= len(connection.recv(min(rest, 2**16)))
        came.append(2_700_000 - rest)

    def all_(connection, got):
        rest = int(got.lower().split(b"content-length: ")[1].split(b"\r\n")[0]) - len(got) + got.index(b"\r\n\r\n") + 4
        while rest > 0:
            rest -= len(connection.recv(2**16))
        connection.sendall(said(200, b'{"id": 1}', Content_Length=9))

    answers = [most, most, all_]
    with RawServer(lambda *given: answers.pop(0)(*given)) as server:
        assert transport(sim, base_url=server.url).send(request, Halt()).body == {"id": 1}
        assert len(came) == 2
    with RawServer(most) as server:
        with pytest.raises(NetworkError, match="did not answer"):
            transport(sim, base_url=server.url).send(request, Halt())
        assert len(server.requests) == 4


@pytest.mark.fault("N11")
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_proxy_that_asks_for_a_login_is_said_for_downloads_too(sim, tmp_path, monkeypatch, scheme):
    with RawServer(Ranges(said(407, b"", Content_Length=0))) as proxy:
        for name in ("https_proxy", "http_proxy"):
            monkeypatch.setenv(name, proxy.url)
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        one = HttpTransport("Shop", f"{scheme}://api.example.org", sim.key, Auth(), lambda: True)
        with pytest.raises(Exception, match="network's proxy asks for a login"):
            one.download("/own", tmp_path / "model.part", Halt(), lambda _: None)


@pytest.mark.fault("S13")
@pytest.mark.parametrize("name", ["../../evil.py", "con", "x" * 300, "/etc/passwd", "a\"; filename*=UTF-8''..%2Fx"])
def test_a_name_that_the_server_gives_is_ignored(sim, tmp_path, name):
    folder = tmp_path / "task"
    folder.mkdir()
    link = sim.publish("m.glb", headers={"Content-Disposition": f'attachment; filename="{name}"'})
    assert fetch(sim, link, folder / "model.part") == SIZE
    assert [str(one.relative_to(tmp_path)) for one in sorted(tmp_path.rglob("*"))] == ["task", "task/model.part"]


def send(sim, request, base_url):
    return transport(sim, base_url=base_url).send(request, Halt())


@pytest.mark.fault("N11", "S20")
def test_a_proxy_is_used_for_public_hosts_and_never_for_this_computer(sim, monkeypatch, tmp_path):
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with RawServer(saying(refusal)) as proxy:
        for name in ("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        for base_url in (sim.base_url, sim.elsewhere):
            send(sim, POLL, base_url)
        transport(sim).download(sim.publish("m.glb"), tmp_path / "m", Halt(), lambda _: None)
        assert proxy.requests == []
        with pytest.raises(NetworkError, match="cannot be reached: the network's proxy asks for a login"):
            send(sim, CREATE, "https://api.example.org")
        assert len(proxy.requests) == 4 and all(b"CONNECT api.example.org:443" in one for one in proxy.requests)
        assert not any(sim.key.encode() in one for one in proxy.requests)
        monkeypatch.setenv("no_proxy", "api.example.invalid")
        with pytest.raises(NetworkError, match="its name was not found"):
            send(sim, POLL, "https://api.example.invalid")
        assert len(proxy.requests) == 4
