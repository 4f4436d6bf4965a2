"""Tripo: what its answers mean: states, links, refusals, the balance. JSON in, JSON out."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import real_png
from tripo_answers import (
    ENDS,
    MODEL,
    NO_TASK,
    NONSENSE,
    REFUSED,
    REFUSED_CREATES,
    REFUSED_UNLESS_POLLED,
    STATES,
    Script,
    ok,
    v3,
)

from blender_addon.core.errors import AccountError, MaquetteError, MissingError, NetworkError, UnconfirmedError
from blender_addon.core.flow import Response
from blender_addon.core.provider import Balance, Created, Source
from blender_addon.core.source import View
from blender_addon.providers.tripo import Tripo, TripoOptions

LINK = View(link="https://example.org/chair.png")


@pytest.fixture
def file(tmp_path):
    """Give a view that has to be uploaded."""
    (tmp_path / "front.png").write_bytes(real_png())
    return View(tmp_path / "front.png")


def submit(answer, view=LINK):
    return Script([answer]).play(Tripo().submit(Source({"front": view}, "t1", "k1"), TripoOptions()))


def poll(answer):
    return Script([answer]).play(Tripo().poll("1ec04ced", TripoOptions()))


def balance(answer):
    return Script([answer]).play(Tripo().balance())


@pytest.mark.parametrize(("task", "status"), STATES)
def test_where_a_task_stands(task, status):
    assert poll(ok({"task_id": "t", "type": "image_to_model", **task})) == status


@pytest.mark.parametrize(("task", "error", "words"), ENDS)
def test_a_task_that_ended_raises_how(task, error, words):
    with pytest.raises(error, match=words) as caught:
        poll(ok({"task_id": "t", **task}))
    assert type(caught.value) is error


@pytest.mark.fault("P26")
def test_the_best_link_comes_first_and_each_once():
    one, two, three, four = (f"https://results.example/{name}.glb" for name in ("pbr", "model", "base", "other"))
    picture = "https://results.example/view.webp"
    output = {"base_model": three, "extra": four, "rendered_image": picture, "model": two, "pbr_model": {"url": one}}
    assert poll(ok({"status": "success", "output": output, "result": output})).links == (one, two, three, four)


def test_an_odd_address_is_no_model_file():
    output = {"model_url": MODEL, "extra": "https://[", "more": 3}
    assert poll(ok({"status": "success", "output": output})).links == (MODEL,)


def test_a_task_id_is_no_path():
    script = Script([ok({"status": "queued"})])
    script.play(Tripo().poll("../account?x", TripoOptions()))
    assert [one.url for one in script.asked] == ["/v3/tasks/..%2Faccount%3Fx"]


@pytest.mark.parametrize(("answer", "error", "words"), [*REFUSED, *REFUSED_UNLESS_POLLED])
def test_a_refusal_means_the_same_everywhere(answer, error, words):
    for ask in (balance, submit) if (answer, error, words) in REFUSED_UNLESS_POLLED else (poll, balance, submit):
        with pytest.raises(error, match=words) as caught:
            ask(answer)
        assert type(caught.value) is error
        assert f"HTTP {answer.status}" in caught.value.details


def test_the_log_gets_the_trace_and_the_code():
    with pytest.raises(AccountError) as caught:
        poll(v3(403, 1005))
    assert caught.value.details == "HTTP 403, X-Tripo-Trace-ID trace-1, code 1005"


@pytest.mark.parametrize(("answer", "error", "words"), REFUSED_CREATES)
def test_a_refused_create_or_upload_started_nothing(answer, error, words, file):
    with pytest.raises(error, match=words) as caught:
        submit(answer)
    assert type(caught.value) is error
    with pytest.raises((error, NetworkError)):
        submit(answer, file)


@pytest.mark.parametrize("answer", NO_TASK)
def test_a_create_without_a_task_is_unconfirmed(answer, file):
    with pytest.raises(UnconfirmedError, match="may have been charged"):
        submit(answer)
    with pytest.raises(NetworkError) as caught:  # of an upload it means nothing: it can be tried again
        submit(answer, file)
    assert not isinstance(caught.value, UnconfirmedError)


@pytest.mark.parametrize("answer", NONSENSE)
def test_a_poll_that_tells_nothing_keeps_the_task(answer):
    with pytest.raises(NetworkError) as caught:
        poll(answer)
    assert caught.value.task_kept
    assert "charged" not in caught.value.message


def test_an_upload_that_tripo_could_not_judge_can_be_tried_again(file):
    with pytest.raises(NetworkError):
        submit(v3(400, 2014), file)


@pytest.mark.parametrize("answer", [v3(404, 2001), Response(404, "<html>"), Response(404, None)])
def test_a_task_nobody_knows_is_missing(answer):
    with pytest.raises(MissingError):
        poll(answer)


def test_a_number_is_a_task_id_too():
    assert submit(ok({"task_id": 12})) == Created("12")


NAMES = ("data", "code", "status", "error", "message", "output", "url", "task_id", "error_code", "progress", "balance")
WORDS = ("success", "failed", "running", "error", "2008", "https://[", "https://a.example/b.glb", "")
BODIES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=12,
)


@pytest.mark.fault("P15")
@given(st.sampled_from((200, 201, 400, 404, 500)), BODIES)
def test_whatever_is_answered_is_understood_or_an_error_of_ours(status, body):
    for ask in (submit, poll, balance):
        try:
            ask(Response(status, body))
        except MaquetteError as error:
            assert error.message.endswith((".", "!", "?", "…"))


# ---- account
@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (ok({"balance": 123.45, "frozen": 0}), Balance(Decimal("123.45"))),
        (
            Response(200, {"balance": 100, "frozen": 30.0}),
            Balance(Decimal(100), note="30 more are held for tasks that are running"),
        ),
        (ok({"balance": "7.5", "frozen": None}), Balance(Decimal("7.5"))),
        (ok({"plan": "free"}), Balance(None)),
        (ok({"balance": float("nan")}), Balance(None)),
        (v3(404, 4001), None),
        (Response(200, "<html>"), None),
        (Response(200, None), None),
        *[(Response(200, body), None) for body in ({}, {"hello": 1}, {"code": 0}, [], "pong")],
        (ok({}), None),
    ],
)
def test_the_balance(answer, found):
    assert balance(answer) == found


@pytest.mark.fault("P31")
def test_a_balance_that_cannot_be_had_says_why():
    with pytest.raises(AccountError):
        balance(v3(401, 2))
    for answer in (v3(500, 1000), v3(400, 1004), Response(502, "<html>")):
        with pytest.raises(NetworkError):
            balance(answer)
