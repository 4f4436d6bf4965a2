"""Leaving a blocking call."""

import threading

import pytest
from waiting import until

from blender_addon.core.halt import Halt, Halted
from blender_addon.net.waiting import Call


def test_the_result_is_returned():
    assert Call(lambda given_up: 42).wait(Halt()) == 42


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), SystemExit(3)])
def test_the_error_is_raised_where_it_is_waited_for(error):
    def work(given_up):
        raise error

    with pytest.raises(type(error)) as caught:
        Call(work).wait(Halt())
    assert caught.value is error


@pytest.mark.fault("X15")
def test_a_halt_leaves_at_once_and_tells_the_work(monkeypatch):
    halt, told, go = Halt(), [], threading.Event()

    def work(given_up):
        go.wait(60)
        told.append(given_up.is_set())

    call = Call(work)
    halt.cancel()
    with pytest.raises(Halted):
        call.wait(halt)
    go.set()
    until(lambda: told == [True], "the work is told")


def test_an_error_of_whoever_looks_meanwhile_gives_the_call_up():
    go = threading.Event()

    def meanwhile():
        raise TimeoutError("late")

    call = Call(lambda given_up: go.wait(60))
    with pytest.raises(TimeoutError, match="late"):
        call.wait(Halt(), meanwhile)
    assert call.given_up.is_set()
    go.set()


def test_an_interrupt_gives_the_call_up_too():
    go = threading.Event()

    def meanwhile():
        raise KeyboardInterrupt

    call = Call(lambda given_up: go.wait(60))
    with pytest.raises(KeyboardInterrupt):
        call.wait(Halt(), meanwhile)
    assert call.given_up.is_set()
    go.set()


def test_the_thread_does_not_keep_the_process():
    go = threading.Event()
    Call(lambda given_up: go.wait(60))
    found = [one for one in threading.enumerate() if one.name == "maquette-request"]
    assert found and all(one.daemon for one in found)
    go.set()
