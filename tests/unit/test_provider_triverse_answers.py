"""Triverse: what its answers mean: errors, the ways a task goes, prices, the balance. JSON in, JSON out."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from triverse_answers import FRONT, KEY, NONSENSE, TASK, error, play, said, submit

from blender_addon.core.errors import (
    AccountError,
    BusyError,
    CreditsError,
    MaquetteError,
    MissingError,
    NetworkError,
    ProviderError,
    RejectedError,
)
from blender_addon.core.flow import Response, drive
from blender_addon.core.provider import Balance, Source, TaskStatus
from blender_addon.core.source import View
from blender_addon.providers.triverse import Triverse, TriverseOptions

# ---- errors
ERRORS = [
    (1004, 400, ProviderError, "refused the request"),
    (1005, 404, ProviderError, "refused the request"),
    (1005, 403, AccountError, "does not allow this"),
    (1006, 404, ProviderError, "refused the request"),
    (2000, 429, BusyError, "too much to do"),
    (2002, 400, ProviderError, "refused the request"),
    (2004, 400, ProviderError, "refused the request"),
    (2005, 409, ProviderError, "a moment ago"),
    (2008, 400, RejectedError, "for its content"),
    (2008, 403, RejectedError, "for its content"),
    (2010, 403, CreditsError, "not enough credits"),
    ("2010", 403, CreditsError, "not enough credits"),
    (5003, 503, NetworkError, "has trouble"),
    (5004, 500, NetworkError, "has trouble"),
    (5005, 500, NetworkError, "has trouble"),
    (5005, 400, NetworkError, "has trouble"),
    (2004, 200, ProviderError, "refused the request"),
    (9999, 200, ProviderError, "refused the request"),
    (None, 401, AccountError, "does not accept the API key"),
    (None, 402, CreditsError, "not enough credits"),
    (None, 403, AccountError, "does not accept the API key"),
    (None, 422, ProviderError, "refused the request"),
    (None, 500, NetworkError, "has trouble"),
]


@pytest.mark.parametrize(("code", "status", "kind", "words"), ERRORS)
def test_a_create_that_is_refused(code, status, kind, words):
    with pytest.raises(kind, match=words) as raised:
        submit(FRONT, error(code, status, suggestion="Do this."))
    assert type(raised.value) is kind
    assert "It says: The words. Do this." in raised.value.message
    assert f"HTTP {status}" in raised.value.details
    assert code is None or f"code {code}" in raised.value.details


def test_what_a_validation_error_says_is_told():
    body = {"detail": [{"loc": ["body", "polygon_limit"], "msg": "too large", "type": "value_error"}]}
    with pytest.raises(ProviderError, match="polygon_limit; too large"):
        submit(FRONT, Response(422, body))


@pytest.mark.parametrize("body", [*NONSENSE, {"code": []}, {"code": True}, {"code": {}, "message": {"a": [1]}}])
@pytest.mark.parametrize(("status", "kind"), [(400, ProviderError), (401, AccountError), (502, NetworkError)])
def test_whatever_the_body_of_an_error_is(status, kind, body):
    for flow in (Triverse().submit(Source(FRONT, "task-1", KEY), TriverseOptions()), Triverse().balance()):
        with pytest.raises(kind) as raised:
            play(flow, Response(status, body))
        assert "<html" not in raised.value.message


# ---- poll
def poll(*answers):
    return play(Triverse().poll(TASK, TriverseOptions()), *answers)


@pytest.mark.parametrize(
    ("word", "progress", "state", "percent"),
    [
        ("PENDING", 0, "queued", 0.0),
        ("QUEUED", None, "queued", None),
        ("RUNNING", 40, "running", 40.0),
        ("running", 140, "running", 100.0),
        ("RUNNING", "n/a", "running", None),
        ("RUNNING", float("nan"), "running", None),
        ("POLISHING", 99.5, "running", 99.5),
    ],
)
def test_a_task_on_its_way(word, progress, state, percent):
    status, [request] = poll(said({"task_uuid": TASK, "status": word, "progress": progress, "error": None}))
    assert (request.method, request.url) == ("GET", f"/tasks/{TASK}")
    assert status == TaskStatus(state, percent)


LINK = "https://files.example/model.glb?sign=1"
OWN = f"/tasks/download/{TASK}"


@pytest.mark.parametrize(
    ("found", "links"),
    [
        (said({"download_url": LINK, "kind": "model"}), (LINK, OWN)),
        (Response(200, {"download_url": LINK}), (LINK, OWN)),
        (Response(200, {"code": 0, "data": {"asset_id": "a"}, "download_url": LINK}), (LINK, OWN)),
        (said({"download_url": None}), (OWN,)),
        (said({"download_url": "ftp://x"}), (OWN,)),
        (Response(404, "<html>"), (OWN,)),
        *((Response(200, body), (OWN,)) for body in NONSENSE),
    ],
)
def test_a_finished_task_has_its_link_and_its_own_download(found, links):
    done = said({"task_uuid": TASK, "status": "SUCCESS", "progress": 100, "cost_credits": 110, "output": {}})
    status, sent = poll(done, found)
    assert [one.url for one in sent] == [f"/tasks/{TASK}", f"/tasks/url/{TASK}"]
    assert all(one.method == "GET" for one in sent)
    assert status == TaskStatus("succeeded", 100.0, links, Decimal(110))


@pytest.mark.parametrize("status", [200, 404])
def test_a_finished_task_without_a_file_is_over(status):
    with pytest.raises(ProviderError, match=r"Triverse finished the task and has no file for it\..*Generate") as raised:
        poll(said({"status": "SUCCESS"}), error(4042, status))
    assert (type(raised.value), raised.value.details) == (ProviderError, f"HTTP {status}, code 4042")


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (
            {"status": "FAILED", "error": {"code": 5003, "message": "GPU lost"}},
            ProviderError,
            "could not make.*GPU lost",
        ),
        ({"status": "FAILED", "error": "GPU lost"}, ProviderError, "could not make.*GPU lost"),
        ({"status": "FAILED", "error": {"why": "GPU lost"}}, ProviderError, "could not make.*GPU lost"),
        ({"status": "FAILED", "error": None}, ProviderError, "could not make the model"),
        ({"status": "FAILED", "error": {"code": 2010}}, ProviderError, "could not make the model"),
        ({"status": "FAILED", "error": {"code": 2008, "message": "Sensitive"}}, RejectedError, "content.*Sensitive"),
        ({"status": "failed", "error": "2008: flagged"}, RejectedError, "for its content"),
        ({"status": "FAILED", "error": "NSFW image"}, RejectedError, "for its content"),
        ({"status": "CANCELLED", "error": None}, ProviderError, "was cancelled at Triverse"),
    ],
)
def test_a_task_that_ended_without_a_model(data, kind, words):
    with pytest.raises(kind, match=words):
        poll(said(data))


@pytest.mark.parametrize("body", [*NONSENSE, {"data": {"status": 5}}, {"data": {"status": " "}}, {"code": 9999}])
def test_nonsense_ends_no_task(body):
    with pytest.raises(NetworkError):
        poll(Response(200, body))


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        (1005, 404, MissingError),
        (1006, 404, MissingError),
        (None, 404, MissingError),
        (1004, 400, NetworkError),
        (2000, 429, NetworkError),
        (2005, 409, NetworkError),
        (2010, 403, NetworkError),
        (5003, 503, NetworkError),
        (None, 401, AccountError),
    ],
)
def test_a_poll_that_is_refused(code, status, kind):
    with pytest.raises(kind) as raised:
        poll(error(code, status))
    assert "charged" not in raised.value.message and not isinstance(raised.value, BusyError)
    if status != 404:  # the same when the address is asked for
        with pytest.raises(kind):
            poll(said({"status": "SUCCESS"}), error(code, status))


def test_an_id_is_no_path():
    _, [request] = play(Triverse().poll("../users/me?x=1", TriverseOptions()), said({"status": "RUNNING"}))
    assert request.url == "/tasks/..%2Fusers%2Fme%3Fx%3D1"


# ---- money
@pytest.mark.parametrize(
    ("views", "values", "flow_name"),
    [
        (("front",), {"polygon_limit": 5000, "texture_size": 2048}, "image-to-model"),
        (("front", "left"), {"turbo": True}, "image-to-model-mv"),
        (("front",), {"textured": False, "texture_size": 2048}, "image-to-mesh"),
        (("front", "back"), {"textured": False}, "image-to-mesh-mv"),
    ],
)
def test_the_quote_asks_for_exactly_what_would_be_sent(views, values, flow_name):
    given_views = {name: View(link=f"https://example.org/{name}.png") for name in views}
    options = TriverseOptions.build(values)
    price, [asked] = play(Triverse().quote(options, views), said({"cost_credits": 95.5, "available_credits": 900}))
    (_, [create]) = submit(given_views, **values)
    assert (asked.method, asked.url, asked.again, asked.creates) == ("POST", "/tasks/pricing/quote", True, False)
    own = {name: value for name, value in create.json.items() if not name.endswith(("image_file", "order_id"))}
    assert asked.json == {"flow_name": flow_name, "params": own}
    assert create.url == f"/tasks/{flow_name}"
    assert price == Decimal("95.5")
    assert Triverse.quotes
    assert options.credits() is None


@pytest.mark.parametrize("answer", [said({"cost_credits": None}), *(Response(200, body) for body in NONSENSE)])
def test_a_price_that_is_not_told_is_unknown(answer):
    price, _ = play(Triverse().quote(TriverseOptions(), ("front",)), answer)
    assert price is None


def test_the_balance():
    left, [asked] = play(Triverse().balance(), said({"balance": 880.5, "frozen": 120.0}))
    assert (asked.method, asked.url) == ("GET", "/users/balance")
    assert left == Balance(Decimal("880.5"), note="120 more are held for tasks that are running")
    assert play(Triverse().balance(), said({"balance": 880, "frozen": 0}))[0] == Balance(Decimal(880))
    assert play(Triverse().balance(), said({"plan": "free"}))[0] == Balance(None)
    assert play(Triverse().balance(), Response(200, {"balance": 7}))[0] == Balance(Decimal(7))
    with pytest.raises(NetworkError):
        play(Triverse().balance(), Response(200, "<html>"))


@pytest.mark.parametrize("body", [{}, {"hello": 1}, {"code": 0, "data": {}}, {"code": 0}])
def test_an_account_page_that_is_none_says_nothing_about_the_key(body):
    assert play(Triverse().balance(), Response(200, body))[0] is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["code", "message", "data", "status", "progress", "error", "task_uuid", "download_url", "detail"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(JSON, min_size=2, max_size=2), st.sampled_from([200, 400, 403, 404, 409, 422, 500]))
def test_no_answer_breaks_it(bodies, status):
    flows = [
        Triverse().poll(TASK, TriverseOptions()),
        Triverse().balance(),
        Triverse().quote(TriverseOptions(), ("front",)),
    ]
    for flow in [*flows, Triverse().submit(Source(FRONT, "task-1", KEY), TriverseOptions())]:
        waiting = [Response(status, body) for body in bodies]
        try:
            drive(flow, lambda _: waiting.pop(0))  # noqa: B023 - used at once
        except MaquetteError:
            continue
