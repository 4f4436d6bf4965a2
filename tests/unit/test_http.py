"""The transport on real sockets: where the key goes, what is repeated, what is never repeated, what people are told."""

import json
import threading
import time
from dataclasses import replace

import pytest
from shop import AGAIN, CREATE, IN_BODY, IN_X, POLL, RawServer, Shop, saying, selling, transport
from waiting import LIMIT_S, until

from blender_addon.core.errors import NetworkError, UnconfirmedError, UnreachableError
from blender_addon.core.flow import Request, Upload
from blender_addon.core.halt import Halt, Halted
from blender_addon.core.provider import Auth
from blender_addon.core.redact import BLOT
from blender_addon.net import exchange, wire
from blender_addon.net.http import HttpTransport

AUTHS = {"bearer": Auth(), "x-api-key": IN_X, "body": IN_BODY}


sim = selling()


def send(sim, request, auth=None, halt=None, base_url=""):
    return transport(sim, auth, base_url).send(request, halt or Halt())


# ---- the key


@pytest.mark.parametrize("auth", AUTHS.values(), ids=AUTHS)
@pytest.mark.fault("S07")
def test_the_key_is_added_where_the_provider_wants_it(sim, auth):
    assert send(sim, CREATE, auth).body == {"id": "t-0"}
    (seen,) = sim.seen
    body = {"key": sim.key, "a": 1} if auth.field else {"a": 1}
    assert seen.json == body and seen.headers["content-type"] == "application/json"
    assert ("authorization" in seen.headers, "x-api-key" in seen.headers) == (auth == Auth(), auth == IN_X)
    assert "Python" not in seen.headers["user-agent"]


@pytest.mark.parametrize("auth", AUTHS.values(), ids=AUTHS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("where", ["another host", "another port", "another scheme"])
@pytest.mark.fault("N13", "N14", "S07")
def test_a_redirect_to_somewhere_else_is_refused_and_gets_no_key(sim, auth, status, where):
    with Shop() as other:
        target = {
            "another host": sim.elsewhere,
            "another port": other.base_url,
            "another scheme": sim.base_url.replace("http:", "https:"),
        }[where]
        sim.redirect_next("*", target + "/tasks/1", status, times=9)
        with pytest.raises(NetworkError, match="redirects to another address, which was refused"):
            send(sim, POLL, auth)
        assert len(sim.seen) == 1 and other.seen == []


@pytest.mark.fault("N14")
def test_https_is_not_left_for_http():
    sent = exchange.requests.Request("GET", "https://api.example/tasks/1").prepare()
    answer = exchange.requests.Response()
    answer.status_code, answer.headers["Location"] = 302, "http://api.example/tasks/1"
    with pytest.raises(exchange.RedirectError):
        exchange._followed(sent, answer)


@pytest.mark.parametrize("auth", AUTHS.values(), ids=AUTHS)
def test_a_redirect_on_the_same_host_is_followed(sim, auth):
    sim.redirect_next("/tasks/1", "/tasks/other place", 307)
    assert send(sim, POLL, auth).body == {"status": "running"}
    assert [one.path for one in sim.seen] == ["/tasks/1", "/tasks/other%20place"]


@pytest.mark.fault("N15")
def test_redirects_without_end_are_said(sim):
    sim.redirect_next("*", "/tasks/1", times=99)
    with pytest.raises(NetworkError, match="redirects without end"):
        send(sim, POLL)
    assert len(sim.seen) == exchange.REDIRECTS


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("request_", [CREATE, AGAIN, Request("POST", "/upload", json={}, again=True)])
def test_a_post_is_not_sent_on_not_even_on_the_same_host(sim, status, request_):
    sim.redirect_next("*", "/create", status)
    maybe = request_ is CREATE and status in (301, 302)
    with pytest.raises(UnconfirmedError if maybe else UnreachableError, match="redirects"):
        send(sim, request_)
    assert len(sim.seen) == 1 and sim.paid == 0


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_create_that_says_see_there_may_have_been_carried_out(sim, status):
    sim.redirect_next("/create", "/tasks/1", status)
    with pytest.raises(UnconfirmedError):
        send(sim, CREATE)
    assert len(sim.seen) == 1


@pytest.mark.parametrize("status", [301, 302])
def test_a_create_that_is_sent_to_another_host_has_started_nothing(sim, status):
    sim.redirect_next("/create", "https://example.org/create", status)
    with pytest.raises(UnreachableError, match="redirects to another address"):
        send(sim, CREATE)
    assert len(sim.seen) == 1


def test_what_is_hurried_is_tried_once(sim):
    sim.answer_next("/tasks/1", 503, times=4)
    assert send(sim, replace(POLL, hurried=True)).status == 503
    assert len(sim.seen) == 1


@pytest.mark.parametrize("location", ["http://[::1", "http://host:99999/", "\\\\evil\\x", "https:/x"])
def test_a_redirect_to_nowhere_is_refused(sim, location):
    sim.redirect_next("*", location)
    with pytest.raises(NetworkError):
        send(sim, POLL)
    assert len(sim.seen) == 1


@pytest.mark.fault("S20")
def test_netrc_is_never_read(sim, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret-of-netrc\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    send(sim, POLL, IN_X)
    transport(sim).download(sim.publish("m.glb"), tmp_path / "m", Halt(), lambda _: None)
    assert [one.headers.get("authorization") for one in sim.seen] == [None, None]


@pytest.mark.parametrize(
    "form", ["{key}", "x {key} y", '{{"message": "{key} is wrong", "{key}": ["{key}"]}}', "<p>{key}"]
)
@pytest.mark.fault("S02")
def test_an_echoed_key_is_blotted_out(sim, form):
    sim.answer_next("/tasks/1", 400, form.format(key=sim.key), {"X-Request-Id": f"for {sim.key}"})
    answer = send(sim, POLL)
    assert sim.key not in repr(answer) and BLOT in repr(answer.body) and BLOT in repr(answer.headers)


def test_a_key_that_json_writes_in_another_way_is_blotted_out(sim):
    sim.key = "key/with+signs=="
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in sim.key)
    written = (escaped, "key\\/with+signs==", "?k=key%2Fwith%2Bsigns%3D%3D")
    sim.answer_next("/tasks/1", 400, f'["{written[0]}", "{written[1]}", "{written[2]}"]'.encode())
    assert send(sim, POLL).body == [BLOT, BLOT, f"?k={BLOT}"]


def test_a_key_that_is_a_common_word_leaves_answers_alone(sim):
    sim.key = "run"
    assert send(sim, POLL).body == {"status": "running"}


# ---- answers


@pytest.mark.parametrize(
    ("content", "parsed"),
    [
        (b"", ""),
        (b"not json", "not json"),
        (b'{"cut": ', '{"cut": '),
        (b"\xff\xfe", "��"),
        (b"[1, null]", [1, None]),
        (b"9" * 5000, "9" * 5000),
        (b"[" * 100_000, "[" * 100_000),
        (b"<html>login", "<html>login"),
    ],
)
@pytest.mark.fault("P15", "P16")
def test_whatever_is_answered_is_handed_on(sim, content, parsed):
    sim.answer_next("*", 404, content)
    answer = send(sim, POLL)
    assert (answer.status, answer.body) == (404, parsed)


@pytest.mark.fault("N12")
def test_a_web_page_in_place_of_an_answer_is_said(sim):
    sim.answer_next("/tasks/1", 200, "<!DOCTYPE html><h1>Welcome to the hotel</h1>")
    with pytest.raises(NetworkError, match="log in to this network"):
        send(sim, POLL)
    sim.answer_next("/create", 200, "<!DOCTYPE html>")
    assert send(sim, CREATE).body == "<!DOCTYPE html>", "a create's is the provider's to judge: it may have been paid"


@pytest.mark.fault("P16")
def test_an_answer_without_end_is_not_kept(sim, monkeypatch):
    monkeypatch.setattr(exchange, "LARGEST", 100_000)
    sim.answer_next("/tasks/1", 200, b"[" + b" " * 200_000 + b"]", times=9)
    with pytest.raises(NetworkError, match="did not answer"):
        send(sim, POLL)
    sim.answer_next("/create", 200, b" " * 200_000)
    with pytest.raises(UnconfirmedError):
        send(sim, CREATE)


def test_a_chunked_answer_is_read(sim):
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with RawServer(saying(head, b'5\r\n{"a":\r\n3\r\n 1}\r\n0\r\n\r\n')) as server:
        assert send(sim, POLL, base_url=server.url).body == {"a": 1}


def test_a_file_is_sent_as_a_form(sim, tmp_path):
    path = tmp_path / "my secret name.png"
    path.write_bytes(b"x" * 3_000_000)
    request = Request("POST", "/upload", upload=Upload("file", path, "image.png", "image/png"))
    assert send(sim, request).body == {"file": ["image.png", 3_000_000]}
    (seen,) = sim.seen
    assert b"secret name" not in seen.body and seen.parts["file"].content_type == "image/png"


def test_a_slow_line_has_its_time_for_each_piece_of_an_upload(sim, tmp_path, monkeypatch):
    """The whole file need not leave within one time-out of the connection."""
    monkeypatch.setattr(wire, "CONNECT_S", 1.0)
    path = tmp_path / "a.png"
    path.write_bytes(b"x" * 12_000_000)
    slow = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

    def sip(connection, got):
        total = int(got.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        have = len(got) - got.index(b"\r\n\r\n") - 4
        while have < total:
            have += len(connection.recv(300_000))
            server.closing.wait(0.05)
        connection.sendall(slow)

    with RawServer(sip) as server:
        began = time.monotonic()
        request = Request("POST", "/upload", upload=Upload("file", path, "image.png", "image/png"))
        assert send(sim, request, base_url=server.url).body == {}
        assert time.monotonic() - began > 1.0 and len(server.requests) == 1


# ---- no network, and the end of waiting


@pytest.mark.parametrize("request_", [CREATE, POLL])
@pytest.mark.fault("N01")
def test_offline_means_no_request_at_all(sim, request_, tmp_path):
    with RawServer(saying(b"")) as server:
        one = HttpTransport("Shop", server.url, sim.key, Auth(), lambda: False)
        with pytest.raises(UnreachableError, match="online access is off"):
            one.send(request_, Halt())
        with pytest.raises(NetworkError, match="online access is off"):
            one.download(server.url + "/a", tmp_path / "a", Halt(), lambda _: None)
        assert server.requests == []


@pytest.mark.fault("N02")
def test_going_offline_ends_the_repeating(sim):
    allowed = [True, True]
    one = HttpTransport("Shop", sim.base_url, sim.key, Auth(), lambda: bool(allowed and allowed.pop()))
    sim.answer_next("*", 503, times=9)
    with pytest.raises(NetworkError, match="online access is off"):
        one.send(POLL, Halt())
    assert len(sim.seen) == 2


@pytest.mark.parametrize("request_", [CREATE, POLL])
@pytest.mark.parametrize("how", ["cancel", "stop"])
def test_a_request_that_hangs_is_left_at_once(sim, request_, how):
    sim.delay_next("*", 600)
    halt = Halt()
    ended = []

    def wait():
        with pytest.raises(Halted) as caught:
            send(sim, request_, halt=halt)
        ended.append(caught.value.cancelled)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    until(lambda: sim.seen, "the request arrives")
    getattr(halt, how)()
    thread.join(LIMIT_S)
    assert ended == [how == "cancel"]


@pytest.mark.fault("P09", "X15")
def test_a_long_pause_is_left_at_once(sim):
    sim.answer_next("*", 429, {}, {"Retry-After": "30"}, times=9)
    halt = Halt()
    threading.Timer(0.2, halt.stop).start()
    with pytest.raises(Halted):
        send(sim, POLL, halt=halt)
    assert len(sim.seen) == 1


def test_the_base_url_keeps_its_path(sim):
    base_url = sim.base_url + "/tasks"
    assert send(sim, Request("GET", "/1"), base_url=base_url).body == {"status": "running"}
    assert json.dumps(sim.seen[0].path) == '"/tasks/1"'
