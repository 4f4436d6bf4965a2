"""Downloads on real sockets: all of the file or nothing, never with the key, from safe places only."""

import threading

import pytest
import shop
from shop import IN_BODY, IN_X, RawServer, as_older_requests, free_port, saying, selling, transport
from waiting import LIMIT_S, until

from blender_addon.core.errors import LinkError, NetworkError, ProviderError, TaskTimeoutError
from blender_addon.core.halt import Halt, Halted
from blender_addon.core.provider import Auth
from blender_addon.net import download, http, wire
from blender_addon.net.part import Part

AUTHS = {"bearer": Auth(), "x-api-key": IN_X, "body": IN_BODY}
OK = b"HTTP/1.1 200 OK\r\n"


sim = selling(b"glTF" + bytes(300_000))
target = shop.target


def fetch(sim, link, target, auth=None, halt=None, percent=lambda _: None, base_url=""):
    return transport(sim, auth, base_url).download(link, target, halt or Halt(), percent)


def nothing_left(target):
    return list(target.parent.iterdir()) == []


@pytest.mark.parametrize("auth", AUTHS.values(), ids=AUTHS)
@pytest.mark.fault("P25", "S07")
def test_the_file_comes_without_the_key(sim, target, auth):
    told = []
    assert fetch(sim, sim.publish("m.glb"), target, auth, percent=told.append) == 300_004
    assert target.read_bytes() == sim.result and told[-1] == 100.0
    assert [one.name for one in target.parent.iterdir()] == ["model.part"]


@pytest.mark.parametrize("auth", [Auth(), IN_X])
def test_a_path_is_fetched_with_the_key(sim, target, auth):
    assert fetch(sim, "/own", target, auth) == 300_004


@pytest.mark.parametrize("auth", [Auth(), IN_X])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.fault("S07")
def test_the_key_does_not_follow_a_redirect_to_another_host(sim, target, auth, status):
    sim.redirect_next("/own", sim.publish("m.glb"), status)
    assert fetch(sim, "/own", target, auth) == 300_004
    sim.redirect_next("/own", sim.elsewhere + "/own", status)
    with pytest.raises(LinkError):  # that host is not told the key, and so refuses
        fetch(sim, "/own", target, auth)
    last = sim.seen[-1]
    assert last.path == "/own" and not last.carries(sim.key)


def test_the_key_follows_a_redirect_on_its_own_host_and_does_not_come_back(sim, target):
    sim.redirect_next("/own", "/other")
    sim.redirect_next("/other", "/own")
    assert fetch(sim, "/own", target) == 300_004
    sim.redirect_next("/own", sim.elsewhere + "/there")
    sim.redirect_next("/there", sim.base_url + "/own")
    with pytest.raises(LinkError):
        fetch(sim, "/own", target)
    assert not sim.seen[-1].carries(sim.key)


@pytest.mark.parametrize(
    "link", ["@evil.example/x", ".evil.example/x", ":1/x", "evil", "", "data:,x", "file:///etc/passwd"]
)
@pytest.mark.fault("P24")
def test_text_that_is_no_path_is_not_glued_to_the_base_url(sim, target, link):
    with pytest.raises(ProviderError, match="not safe"):
        fetch(sim, link, target)
    assert sim.seen == [] and nothing_left(target)


@pytest.mark.parametrize(
    "location", ["http://10.0.0.1/x", "https://169.254.169.254/x", "ftp://127.0.0.1/x", "http://[::1"]
)
@pytest.mark.fault("S14")
def test_a_redirect_to_an_unsafe_place_is_not_followed(sim, target, location):
    link = sim.publish("m.glb")
    sim.redirect_next("/results/*", location)
    with pytest.raises(ProviderError):
        fetch(sim, link, target)
    assert len(sim.seen) == 1 and nothing_left(target)


@pytest.mark.fault("N15")
def test_redirects_without_end_are_said(sim, target):
    link = sim.publish("m.glb")
    sim.redirect_next("/results/*", link, times=99)
    with pytest.raises(NetworkError, match="redirects without end"):
        fetch(sim, link, target)
    assert len(sim.seen) == wire.REDIRECTS


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
@pytest.mark.fault("P22")
def test_a_link_that_is_gone_is_asked_for_once(sim, target, status):
    link = sim.publish("m.glb")
    sim.answer_next("/results/*", status, "<Error/>")
    with pytest.raises(LinkError, match="works no longer"):
        fetch(sim, link, target)
    assert len(sim.seen) == 1 and nothing_left(target)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_server_in_trouble_is_asked_again(sim, target, status):
    link = sim.publish("m.glb")
    sim.answer_next("/results/*", status, times=4)
    assert fetch(sim, link, target) == 300_004 and len(sim.seen) == 5
    sim.answer_next("/results/*", status, times=5)
    with pytest.raises(NetworkError, match=f"HTTP {status}.*The task is kept"):
        fetch(sim, link, target)
    assert len(sim.seen) == 10


@pytest.mark.parametrize("status", [204, 206, 304])
def test_what_is_no_file_is_not_taken_for_one(sim, target, status):
    link = sim.publish("m.glb")
    sim.answer_next("/results/*", status)
    with pytest.raises(NetworkError, match=f"HTTP {status}"):
        fetch(sim, link, target)
    assert nothing_left(target)


@pytest.mark.fault("N16", "N17", "N29")
def test_a_connection_that_breaks_is_made_again(sim, target):
    link = sim.publish("m.glb")
    sim.cut_next("/results/*", 150_000)
    sim.cut_next("/results/*", 0)
    sim.drop_next("/results/*")
    assert fetch(sim, link, target) == 300_004 and target.read_bytes() == sim.result
    rest = f"bytes={150_000 // download.CHUNK * download.CHUNK}-"
    assert [one.headers.get("range") for one in sim.seen] == [None, None, rest, rest]
    target.unlink()
    sim.cut_next("/results/*", 150_000)
    sim.cut_next("/results/*", 0, times=5)
    with pytest.raises(NetworkError, match=r"could not be fetched.*The task is kept"):
        fetch(sim, link, target)
    assert len(sim.seen) == 4 + 1 + http.TRIES and not target.exists()


@pytest.mark.fault("N17", "F27")
def test_an_older_requests_does_not_notice_the_end_and_we_do(sim, target, monkeypatch):
    as_older_requests(monkeypatch)
    link = sim.publish("m.glb")
    sim.cut_next("/results/*", 150_000)
    assert fetch(sim, link, target) == 300_004 and len(sim.seen) == 2


def test_a_server_that_is_not_there_is_said(sim, target):
    with pytest.raises(NetworkError, match="the connection was refused"):
        fetch(sim, f"http://127.0.0.1:{free_port()}/a", target)


@pytest.mark.parametrize(
    ("head", "body", "size"),
    [
        (b"Content-Length: 10\r\n\r\n", b"0123456789", 10),
        (b"Content-Length: 4\r\n\r\n", b"0123456789", 4),  # what is more is not ours; the gate sees that it is cut
        (b"\r\n", b"0123456789", 10),
        (b"Content-Length: nonsense\r\n\r\n", b"0123456789", 10),
        (b"Transfer-Encoding: chunked\r\n\r\n", b"4\r\n0123\r\n3\r\n456\r\n0\r\n\r\n", 7),
        (b"Content-Length: 0\r\n\r\n", b"", 0),
        (b"Content-Length: 30\r\n\r\n", b"0123456789", None),
        (b"Transfer-Encoding: chunked\r\n\r\n", b"4\r\n0123\r\n3\r\n45", None),
        (b"Transfer-Encoding: chunked\r\n\r\n", b"zz\r\n0123\r\n", None),
        (b"Content-Encoding: gzip\r\nContent-Length: 10\r\n\r\n", b"0123456789", None),
    ],
)
@pytest.mark.fault("N17", "N24", "N26")
def test_lengths_and_chunks(sim, target, head, body, size):
    told = []
    with RawServer(saying(OK, head, body)) as server:
        if size is None:
            with pytest.raises(NetworkError):
                fetch(sim, server.url + "/m", target)
            assert len(server.requests) == http.TRIES + bool(Part(target).size) and not target.exists()
        else:
            assert fetch(sim, server.url + "/m", target, percent=told.append) == size
            assert target.stat().st_size == size and told[-1] == 100.0


@pytest.mark.fault("N25")
def test_a_file_that_is_announced_as_too_large_is_not_begun(sim, target):
    with RawServer(saying(OK, b"Content-Length: 1000000000000\r\n\r\n", b"x" * 1000)) as server:
        with pytest.raises(ProviderError, match="larger than 2 GB"):
            fetch(sim, server.url + "/m", target)
        assert nothing_left(target)


@pytest.mark.fault("N26")
def test_a_file_without_end_is_stopped(sim, target, monkeypatch):
    monkeypatch.setattr(download, "LARGEST", 10 * download.CHUNK)

    def flood(connection, _):
        connection.sendall(OK + b"\r\n")
        while not server.closing.is_set():
            connection.sendall(bytes(65536))

    with RawServer(flood) as server:
        with pytest.raises(ProviderError, match="larger than"):
            fetch(sim, server.url + "/m", target)
        assert nothing_left(target)


def dripping(first=b"", every_s=0.05):
    """A server that sends a byte now and then, so that no time-out of the socket ever comes."""

    def drip(connection, _):
        connection.sendall(OK + b"Content-Length: 400000\r\n\r\n" + first)
        while not servers[-1].closing.wait(every_s):
            connection.sendall(b"x")

    servers = [RawServer(drip)]
    return servers[-1]


@pytest.mark.fault("N18")
def test_a_drip_is_given_up_and_tried_again(sim, target, monkeypatch):
    monkeypatch.setattr(download, "STALL_S", 0.3)
    with dripping() as server:
        with pytest.raises(NetworkError, match="too slowly"):
            fetch(sim, server.url + "/m", target)
        assert len(server.requests) == http.TRIES and not target.exists()


@pytest.mark.parametrize("how", ["cancel", "stop"])
@pytest.mark.parametrize("at", ["no answer", "half"])
@pytest.mark.fault("X03")
def test_a_download_that_hangs_is_left_at_once_and_leaves_what_came(sim, target, how, at):
    link, halt, ended = sim.publish("m.glb"), Halt(), []
    if at == "half":
        sim.cut_next("/results/*", 150_000, 600)
    else:
        sim.delay_next("/results/*", 600)

    def wait():
        with pytest.raises(Halted) as caught:
            fetch(sim, link, target, halt=halt)
        ended.append(caught.value.cancelled)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    until(lambda: Part(target).size >= 140_000 if at == "half" else sim.seen, "it hangs")
    getattr(halt, how)()
    thread.join(LIMIT_S)
    assert ended == [how == "cancel"] and not target.exists()
    came = 150_000 // download.CHUNK * download.CHUNK if at == "half" else 0
    assert Part(target).size == came


def test_a_download_that_was_given_up_never_writes_the_target(sim, target):
    """Its last byte comes when nobody waits any more."""
    link, halt = sim.publish("m.glb"), Halt()
    sim.delay_next("/results/*", 600)

    def wait():
        with pytest.raises(Halted):
            fetch(sim, link, target, halt=halt)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    until(lambda: sim.seen, "it hangs")
    halt.stop()
    thread.join(LIMIT_S)
    sim.release()
    until(lambda: not any(one.name == "maquette-request" for one in threading.enumerate()), "the call ends")
    assert nothing_left(target)


def test_out_of_time_ends_it(sim, target):
    link = sim.publish("m.glb")
    sim.delay_next("/results/*", 600)

    def late(_):
        raise TaskTimeoutError("Time is up.")

    with pytest.raises(TaskTimeoutError):
        fetch(sim, link, target, percent=late)
    assert nothing_left(target)
