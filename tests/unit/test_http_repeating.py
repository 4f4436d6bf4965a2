"""What the transport repeats, and what it never does: a create that may have been carried out."""

import email.utils
import time

import pytest
from shop import AGAIN, CREATE, POLL, RawServer, as_older_requests, free_port, saying, selling, transport

from blender_addon.core.errors import NetworkError, UnconfirmedError, UnreachableError
from blender_addon.core.flow import Request
from blender_addon.core.halt import Halt
from blender_addon.net import exchange, pauses, wire

sim = selling()


def send(sim, request, base_url=""):
    return transport(sim, base_url=base_url).send(request, Halt())


def retry_after(kind):
    if kind == "date":
        return {"Retry-After": email.utils.formatdate(time.time() + 5, usegmt=True)}, {}
    return ({"Retry-After": kind}, {}) if isinstance(kind, str) else ({}, {"retry_after": kind})


@pytest.mark.parametrize("request_", [CREATE, AGAIN, POLL], ids=["create", "again", "poll"])
@pytest.mark.parametrize("kind", ["4", "date", 4, 4.5, "0", "-3", "soon", "nan", [4], {"a": 1}, None, "1e999"])
@pytest.mark.fault("P09", "P10")
def test_429_waits_as_long_as_it_is_told_and_goes_on(sim, monkeypatch, request_, kind):
    waits = []
    monkeypatch.setattr(Halt, "wait", lambda self, seconds: waits.append(seconds))
    headers, body = retry_after(kind)
    sim.answer_next("*", 429, body, headers, times=2)
    answer = send(sim, request_)
    if request_ is not POLL:  # handed back: who waits then writes down that nothing was started
        assert (answer.status, sim.paid, len(sim.seen), waits) == (429, 0, 1, [0] * len(waits))
        assert 3 <= answer.wait_s <= 5 if kind in ("4", "date", 4, 4.5) else not answer.wait_s or kind == "1e999"
        return
    assert answer.status == 200
    first, second = [one for one in waits if one]
    if kind in ("4", "date", 4, 4.5):
        least = 4.5 if kind == 4.5 else 3 if kind == "date" else 4  # a date has whole seconds; never earlier than asked
        assert least <= first <= 6.5 and least <= second <= 6.5
    elif kind == "1e999":
        assert pauses.LONGEST_WAIT_S <= first <= pauses.LONGEST_WAIT_S * 1.25
    else:
        assert first < 0.1


@pytest.mark.fault("P10")
def test_429_for_ever_is_handed_on(sim):
    sim.answer_next("*", 429, {"message": "busy"}, times=99)
    assert send(sim, POLL).status == 429 and len(sim.seen) == 4


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520])
@pytest.mark.fault("P12")
def test_a_get_is_repeated_when_the_server_fails(sim, status):
    sim.answer_next("*", status, "<html>", times=3)
    assert send(sim, POLL).body == {"status": "running"} and len(sim.seen) == 4
    sim.answer_next("*", status, {"message": "down"}, times=9)
    assert send(sim, POLL).status == status and len(sim.seen) == 8


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 409, 410, 422])
@pytest.mark.parametrize("request_", [CREATE, AGAIN, POLL])
def test_a_refusal_is_not_repeated(sim, status, request_):
    sim.answer_next("*", status, {"message": "no"})
    assert send(sim, request_).status == status and len(sim.seen) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.fault("P11")
def test_a_create_that_a_failing_server_got_is_unconfirmed(sim, status):
    sim.answer_next("*", status, {"message": "the database is away"})
    with pytest.raises(UnconfirmedError, match=f"HTTP {status}.*may have been charged") as caught:
        send(sim, CREATE)
    assert len(sim.seen) == 1 and "the database is away" in caught.value.details


@pytest.mark.fault("N05")
def test_a_create_whose_answer_is_lost_is_unconfirmed(sim):
    sim.lose_next("/create")
    with pytest.raises(UnconfirmedError, match="may have been charged"):
        send(sim, CREATE)
    assert (len(sim.seen), sim.paid) == (1, 1)


@pytest.mark.parametrize("older", [False, True])
@pytest.mark.fault("N05")
def test_a_create_whose_answer_breaks_off_is_unconfirmed(sim, monkeypatch, older):
    if older:
        as_older_requests(monkeypatch)
    sim.cut_next("/create", 5)
    with pytest.raises(UnconfirmedError):
        send(sim, CREATE)
    assert (len(sim.seen), sim.paid) == (1, 1)


@pytest.mark.fault("N06")
def test_a_create_whose_answer_takes_too_long_is_unconfirmed(sim, monkeypatch):
    monkeypatch.setattr(wire, "READ_S", 0.2)
    sim.delay_next("/create", 60)
    with pytest.raises(UnconfirmedError, match="it took too long"):
        send(sim, CREATE)
    assert (len(sim.seen), sim.paid) == (1, 1)


@pytest.mark.fault("N06")
def test_a_create_whose_answer_drips_for_ever_is_unconfirmed(sim, monkeypatch):
    monkeypatch.setattr(exchange, "TOTAL_S", 0.5)

    def drip(connection, _):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not server.closing.wait(0.05):
            connection.sendall(b" ")

    with RawServer(drip) as server:
        with pytest.raises(UnconfirmedError, match="it took too long"):
            send(sim, CREATE, base_url=server.url)
        assert len(server.requests) == 1


@pytest.mark.fault("N05", "P11")
def test_a_create_that_may_be_repeated_is_repeated_as_it_was(sim):
    sim.answer_next("/create", 503)
    assert send(sim, AGAIN).status == 200
    sim.lose_next("/create", times=2)
    assert send(sim, AGAIN).status == 200
    bodies = [one.json for one in sim.requests("/create")]
    assert len(bodies) == 5 and all(one == AGAIN.json for one in bodies)


def test_an_answer_that_may_be_about_an_earlier_try_says_so(sim):
    assert not send(sim, AGAIN).repeated
    for order in (lambda: sim.answer_next("*", 503), lambda: sim.lose_next("*")):
        order()
        assert send(sim, AGAIN).repeated
    sim.answer_next("*", 429)
    assert not send(sim, AGAIN).repeated


def test_a_create_that_got_through_once_may_have_been_charged(sim, monkeypatch):
    """Later tries that find nobody there change nothing about that."""
    sim.lose_next("/create")
    ask = wire.HTTPAdapter.send

    def once(self, prepared, **given):
        monkeypatch.setattr(wire, "proxies", lambda url: {"http": f"http://127.0.0.1:{free_port()}"})
        return ask(self, prepared, **given)

    monkeypatch.setattr(wire.HTTPAdapter, "send", once)
    with pytest.raises(NetworkError, match="did not answer") as caught:
        send(sim, AGAIN)
    assert sim.paid == 1 and not isinstance(caught.value, UnreachableError)
    assert "nothing was charged" not in caught.value.message


def test_a_lost_answer_to_what_costs_nothing_is_asked_for_again(sim, tmp_path):
    for request in (POLL, Request("POST", "/upload", json={})):
        sim.seen.clear()
        sim.lose_next("*", times=2)
        sim.drop_next("*")
        assert send(sim, request).status == 200 and len(sim.seen) == 4
        sim.lose_next("*", times=4)
        with pytest.raises(NetworkError, match="did not answer: the connection was lost") as caught:
            send(sim, request)
        assert len(sim.seen) == 8 and not isinstance(caught.value, UnconfirmedError)


@pytest.mark.parametrize("request_", [CREATE, AGAIN, POLL])
@pytest.mark.fault("N03", "N04")
def test_what_never_left_may_be_sent_again(sim, request_):
    with pytest.raises(NetworkError, match="cannot be reached: the connection was refused") as caught:
        send(sim, request_, base_url=f"http://127.0.0.1:{free_port()}")
    assert isinstance(caught.value, UnreachableError)
    assert ("nothing was charged" in caught.value.message) == request_.creates


@pytest.mark.fault("N03", "N04")
def test_a_name_that_is_not_found_is_said(sim, monkeypatch):
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(NetworkError, match=r"its name was not found.*nothing was charged"):
        send(sim, CREATE, base_url="https://api.shop.invalid")


@pytest.mark.fault("N10")
def test_a_connection_without_tls_never_let_the_create_out(sim):
    with RawServer(saying(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        with pytest.raises(NetworkError, match="secure connection could not be verified") as caught:
            send(sim, CREATE, base_url=server.url.replace("http:", "https:"))
        assert not isinstance(caught.value, UnconfirmedError)
        assert not any(sim.key.encode() in one for one in server.requests)


def test_a_tls_error_after_the_create_left_is_unconfirmed(sim, monkeypatch):
    """What TLS says late (an answer that was tampered with) is no proof that nothing was sent."""
    ends = wire.HTTPAdapter.send

    def broken(self, prepared, **given):
        ends(self, prepared, **given)
        raise exchange.requests.exceptions.SSLError("bad record mac")

    monkeypatch.setattr(wire.HTTPAdapter, "send", broken)
    with pytest.raises(UnconfirmedError):
        send(sim, CREATE)
    assert sim.paid == 1


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "http://127.0.0.1:{port}"])
def test_a_proxy_that_does_not_work_sends_nothing(sim, monkeypatch, proxy):
    monkeypatch.setenv("https_proxy", proxy.format(port=free_port()))
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(NetworkError, match="nothing was charged") as caught:
        send(sim, CREATE, base_url="https://api.example.org")
    assert not isinstance(caught.value, UnconfirmedError)
