"""CSM: what a refusal means, at the create, later and for the account."""

import pytest
from test_provider_csm import LINK, poll, submit

from blender_addon.core.errors import (
    AccountError,
    BusyError,
    CreditsError,
    MissingError,
    NetworkError,
    ProviderError,
    UnconfirmedError,
    UnreachableError,
)
from blender_addon.core.flow import Response, drive
from blender_addon.core.halt import Halt
from blender_addon.core.provider import Balance, Source
from blender_addon.net.http import HttpTransport
from blender_addon.providers.csm import Csm, CsmOptions


def refused(status, message="", **body):
    return Response(status, {"error": "Error", "message": message, "statusCode": status, **body})


REFUSALS = [
    (refused(401, "Invalid key"), AccountError, "API key"),
    (refused(402), CreditsError, "credits"),
    (refused(403, "Your credits are used up"), CreditsError, "used up"),
    (refused(403, "Upgrade your plan"), CreditsError, "Upgrade"),
    (refused(400, "Quota exceeded"), CreditsError, "Quota"),
    (refused(403, "No access"), AccountError, "does not allow"),
    (refused(403, "The planet is closed"), AccountError, "does not allow"),
    (refused(400, "image_url is required"), ProviderError, "image_url is required.*may only be busy"),
    (refused(404, "Not Found"), ProviderError, "January 2026.*choose another provider"),
    (refused(410), ProviderError, "January 2026.*choose another provider"),
    (Response(410, "<html>Gone</html>"), ProviderError, "January 2026"),
    (refused(409, "Twice"), ProviderError, "Twice"),
    (refused(429), BusyError, "too much to do"),
    (Response(200, {"error": "Bad", "message": "Invalid key", "statusCode": 401}), AccountError, "API key"),
]


@pytest.mark.fault("P32")
@pytest.mark.parametrize(("answer", "error", "says"), REFUSALS)
def test_a_create_that_is_refused(answer, error, says):
    with pytest.raises(error, match=f"(?s){says}") as caught:
        submit(answer=answer)
    assert "<html" not in caught.value.message
    assert not isinstance(caught.value, MissingError | UnconfirmedError)


NONSENSE = [None, [], [1], "text", "<html>Hello</html>", {}, {"data": None}, {"data": []}, {"data": {"x": 1}}, 7, True]


@pytest.mark.parametrize("status", [408, 500, 503])
@pytest.mark.parametrize("http", [True, False], ids=["http", "envelope"])
def test_a_create_that_failed_inside_is_unsure(status, http):
    with pytest.raises(UnconfirmedError, match="may have been charged"):
        submit(answer=Response(status if http else 200, {"error": "Oops", "statusCode": status}))


@pytest.mark.parametrize("body", [*NONSENSE, {"data": {"session_code": ""}}, {"data": {"session_code": 5}}])
def test_a_create_without_a_session_is_unsure(body):
    with pytest.raises(UnconfirmedError, match="may have been charged"):
        submit(answer=Response(201, body))


@pytest.mark.parametrize("body", [*NONSENSE, {"data": {"session_status": 3}}])
def test_a_poll_answered_with_nonsense_keeps_the_task(body):
    with pytest.raises(NetworkError):
        poll(Response(200, body))


@pytest.mark.parametrize("body", NONSENSE)
@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 410, 418, 429, 500])
def test_no_body_of_a_refusal_hurts(body, status):
    for ask in (lambda: poll(Response(status, body)), lambda: submit(answer=Response(status, body))):
        with pytest.raises((AccountError, CreditsError, ProviderError, NetworkError)):
            ask()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused(400, "Too many sessions"), NetworkError),
        (refused(400, "No credits"), NetworkError),
        (refused(402), NetworkError),
        (refused(403, "Your credits are used up"), NetworkError),
        (refused(409), NetworkError),
        (refused(422), NetworkError),
        (refused(500, "Oops"), NetworkError),
        (Response(503, "<html>Down</html>"), NetworkError),
        (Response(200, {"error": "No", "statusCode": 400}), NetworkError),
        (refused(401), AccountError),
        (refused(403, "No"), AccountError),
        (refused(404, "No session"), MissingError),
        (refused(429), NetworkError),
        (refused(502), NetworkError),
    ],
)
def test_a_poll_that_is_refused(answer, error):
    """A 400 may hide a rate limit: a session that is paid for is not given up for it."""
    with pytest.raises(error) as caught:
        poll(answer)
    assert caught.value.task_kept is (error is NetworkError)
    assert "charged" not in caught.value.message
    assert not isinstance(caught.value, BusyError)


def test_trouble_may_be_the_end_of_csm():
    with pytest.raises(NetworkError, match=r"It says: Oops\..*January 2026"):
        poll(refused(500, "Oops."))


def balance(answer):
    sent = []
    result = drive(Csm().balance(), lambda request: (sent.append(request), answer)[1])
    assert [(one.method, one.url) for one in sent] == [("GET", "/user/userdata")]
    return result


@pytest.mark.parametrize(
    ("answer", "known"),
    [
        (Response(200, {"data": {"tier": "maker"}}), Balance(None, note="maker")),
        (Response(200, {"tier": "enterprise"}), Balance(None, note="enterprise")),
        (Response(200, {"statusCode": 200, "data": {}}), Balance(None)),
        (Response(200, {"data": {}}), None),
        (Response(200, {"hello": 1}), None),
        (Response(404, "<html>"), None),
    ],
)
def test_the_account(answer, known):
    assert balance(answer) == known


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused(401), AccountError),
        (refused(410), ProviderError),
        (Response(200, "<html>"), NetworkError),
        (Response(200, None), NetworkError),
        (Response(401, "<html>"), AccountError),
    ],
)
def test_an_account_that_is_not_told(answer, error):
    with pytest.raises(error):
        balance(answer)


class Impatient(Halt):
    """Waits for nothing."""

    def wait(self, seconds):
        assert seconds >= 0


def test_a_dead_host_may_be_gone_for_good():
    """Nobody listens on port 1; the transport's words are the real ones."""
    transport = HttpTransport("CSM", "http://127.0.0.1:1", "key", Csm.auth, lambda: True)
    with pytest.raises(UnreachableError, match=r"cannot be reached.*January 2026") as caught:
        drive(Csm().poll("SESSION_1", CsmOptions()), lambda request: transport.send(request, Impatient()))
    assert caught.value.task_kept


def test_a_create_that_never_left_stays_one_that_never_left():
    def send(_):
        raise UnreachableError("CSM is gone.", "no name")

    for flow in (Csm().submit(Source({"front": LINK}, "t1", "k1"), CsmOptions()), Csm().balance()):
        with pytest.raises(UnreachableError, match=r"CSM is gone\. CSM was bought") as caught:
            drive(flow, send)
        assert caught.value.details == "no name"


@pytest.mark.parametrize(
    "error",
    [UnconfirmedError("Lost."), NetworkError("Blender's online access is off."), NetworkError("cannot be reached")],
)
def test_other_errors_of_the_transport_stay_as_they_are(error):
    def send(_):
        raise error

    with pytest.raises(NetworkError) as caught:
        drive(Csm().poll("SESSION_1", CsmOptions()), send)
    assert caught.value is error


def test_the_key_goes_into_its_own_header():
    assert (Csm.auth.header, Csm.auth.prefix, Csm.auth.field) == ("x-api-key", "", "")
