"""Downloads that come too slowly, or not at all any more, and what nobody waits for."""

import threading

import pytest
import shop
from model_server import FILE, HALF, NOTHING, REST, SIZE, TAG, Ranges, asked, cut, fetch, full, rest, whole
from shop import RawServer, selling, transport
from waiting import LIMIT_S

from blender_addon.core.errors import NetworkError
from blender_addon.core.halt import Halt, Halted
from blender_addon.net import download, wire
from blender_addon.net.part import Part, Version
from blender_addon.net.wire import LostError

sim = selling(FILE)
target = shop.target


@pytest.mark.fault("N18", "N19")
@pytest.mark.parametrize("every_s", [0.02, 60.0], ids=["a drip", "nothing"])
def test_too_little_is_given_up_and_continued(sim, target, monkeypatch, every_s):
    monkeypatch.setattr(download, "STALL_S", 0.3)

    def drip(connection, _):
        connection.sendall(cut(ETag=TAG))
        while not server.closing.wait(every_s):
            connection.sendall(b"x")

    answers = [drip, Ranges(rest(ETag=TAG))]
    with RawServer(lambda *given: answers.pop(0)(*given)) as server:
        assert fetch(sim, server.url + "/m", target) == SIZE and whole(target)
        assert asked(server) == [NOTHING, REST]


@pytest.mark.fault("N09")
@pytest.mark.parametrize("at", ["before the answer", "in the middle"])
def test_a_socket_that_is_dead_is_left(sim, target, monkeypatch, at):
    """As after sleep: the other end has forgotten the connection, and nothing ever says so."""
    monkeypatch.setattr(wire, "READ_S", 0.3)

    def dead(connection, _):
        if at == "in the middle":
            connection.sendall(cut(ETag=TAG))
        server.closing.wait(LIMIT_S)

    answers = [dead, Ranges(rest(ETag=TAG) if at == "in the middle" else full(ETag=TAG))]
    with RawServer(lambda *given: answers.pop(0)(*given)) as server:
        assert fetch(sim, server.url + "/m", target) == SIZE and whole(target)


@pytest.mark.fault("N09")
def test_a_dead_socket_ends_within_40_s_in_real_life():
    assert wire.CONNECT_S + wire.READ_S <= 40 and download.STALL_S <= 30


def test_an_answer_that_never_begins_is_left(sim, target, monkeypatch):
    """Its head drips: no time-out of a socket sees that."""
    monkeypatch.setattr(download, "HEAD_S", 0.3)

    def drip(connection, _):
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-A: ")
        while not server.closing.wait(0.02):
            connection.sendall(b"x")

    with RawServer(drip) as server, pytest.raises(NetworkError, match="too slowly"):
        fetch(sim, server.url + "/m", target)


def test_a_thread_that_nobody_waits_for_never_writes_again(sim, target):
    """The next try owns the file: what still comes over the old connection is not mixed into it."""
    go, halt, ended = threading.Event(), Halt(), threading.Event()

    def late(connection, _):
        connection.sendall(cut(ETag=TAG))
        go.wait(LIMIT_S)
        connection.sendall(b"?" * 100_000)
        ended.set()

    answers = [late, Ranges(rest(ETag=TAG))]

    def stop_at_half(_):
        if Part(target).size == HALF:
            halt.stop()

    with RawServer(lambda *given: answers.pop(0)(*given)) as server:
        with pytest.raises(Halted):
            transport(sim).download(server.url + "/m", target, halt, stop_at_half)
        go.set()
        assert ended.wait(LIMIT_S)
        assert fetch(sim, server.url + "/m", target) == SIZE and whole(target)


def test_a_part_that_was_let_go_is_touched_by_nobody(sim, target):
    """Its thread may hear from the server only now; the file belongs to another try."""
    old, new = Part(target), Part(target)
    old.close()
    new.begin(Version(TAG, SIZE))
    new.write(FILE[:HALF])
    for late in (lambda: old.begin(Version()), lambda: old.go_on(1), lambda: old.write(b"?"), old.drop, old.sync):
        with pytest.raises(LostError):
            late()
    new.close()
    assert (Part(target).size, Part(target).version) == (HALF, Version(TAG, SIZE))
