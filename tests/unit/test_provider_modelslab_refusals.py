"""ModelsLab: what a refusal means, which may come with HTTP 200."""

from decimal import Decimal

import pytest
from pictures import real_png
from test_provider_modelslab import NONSENSE, SUCCESS, poll, submit

from blender_addon.core.errors import (
    AccountError,
    BusyError,
    CreditsError,
    MissingError,
    NetworkError,
    ProviderError,
    RejectedError,
    UnconfirmedError,
)
from blender_addon.core.flow import Response, drive
from blender_addon.core.provider import Balance
from blender_addon.core.source import View
from blender_addon.providers.modelslab import ModelsLab


def error(message, word="error", name="message"):
    return {"status": word, name: message}


REFUSALS = [
    (400, error("prompt is required"), ProviderError, "prompt is required"),
    (401, error("Invalid API key"), AccountError, "API key"),
    (402, error("Insufficient credits. Please add more credits to continue."), CreditsError, "Insufficient"),
    (403, error("This feature requires a premium subscription"), AccountError, "premium"),
    (403, error("Not enough credits"), CreditsError, "Not enough"),
    (404, "<html>", ProviderError, "refused"),
    (
        429,
        {**error("Rate limit exceeded. Maximum 5 queued requests allowed."), "retry_after": 30},
        BusyError,
        "Rate",
    ),
    (429, error("Upgrade to premium"), BusyError, "too much"),
    (200, error("Invalid API key"), AccountError, "Invalid"),
    (200, error("Insufficient credits", name="messege"), CreditsError, "Insufficient"),
    (200, error("Requires a premium subscription"), AccountError, "premium"),
    (200, error("Rate limit exceeded"), ProviderError, "Rate limit"),
    (200, error("Something else", "failed"), ProviderError, "Something else"),
    (200, error({"image": ["The image field is required."]}), ProviderError, "image field is required"),
    (200, error(["one", {"two": "three"}]), ProviderError, "one; three"),
    (200, {"status": "error"}, ProviderError, "refused"),
    (200, error("NSFW content detected"), RejectedError, "NSFW"),
    (400, error("This violates our content policy"), RejectedError, "policy"),
    (422, error("NSFW image"), RejectedError, "NSFW"),
    (422, {"errors": {"seed": ["must be an integer"]}}, ProviderError, "must be an integer"),
]


@pytest.mark.parametrize(("status", "body", "kind", "says"), REFUSALS)
def test_a_create_that_is_refused(status, body, kind, says):
    with pytest.raises(kind, match=says) as caught:
        submit(answers=(Response(status, body),))
    assert "<html" not in caught.value.message
    assert not isinstance(caught.value, MissingError | UnconfirmedError)


@pytest.mark.parametrize("status", [408, 500, 503])
@pytest.mark.parametrize("body", [error("Rate limit exceeded"), error("Timeout"), "<html>", SUCCESS])
def test_a_create_that_failed_inside_is_unsure(status, body):
    with pytest.raises(UnconfirmedError, match="may have been charged"):
        submit(answers=(Response(status, body),))


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        *[(status, error("Bad request"), NetworkError) for status in (400, 402, 408, 409, 410, 415, 422)],
        (400, error("Insufficient credits"), NetworkError),
        (403, error("Not enough credits"), NetworkError),
        (400, error("Rate limit exceeded"), NetworkError),
        (200, error("This feature requires a premium subscription"), ProviderError),
        (200, error("Something went wrong"), ProviderError),
        (200, error("Something went wrong", "failed"), ProviderError),
        (200, error("Insufficient credits", "failed"), ProviderError),
        (200, error("Rate limit in the worker", "failed"), ProviderError),
        (200, error("Insufficient credits"), ProviderError),
        (200, {"status": "failed"}, ProviderError),
        (200, error("Blocked: nsfw", "failed"), RejectedError),
        (200, error("Rate limit exceeded"), NetworkError),
        (200, error("Invalid API key"), AccountError),
        (200, error("Request not found", name="messege"), MissingError),
        (404, error("No such request"), MissingError),
        (401, error("Invalid API key"), AccountError),
        (403, error("This feature requires a premium subscription"), AccountError),
        (429, error("Rate limit exceeded"), NetworkError),
        (500, error("Internal server error"), NetworkError),
        (503, "<html>", NetworkError),
        *[(200, body, NetworkError) for body in NONSENSE],
    ],
)
def test_a_poll_that_is_no_progress(status, body, kind):
    with pytest.raises(kind) as caught:
        poll(body, status)
    assert type(caught.value) is kind
    assert "charged" not in caught.value.message
    if kind is ProviderError:
        assert "could not make the model" in caught.value.message


@pytest.mark.parametrize("body", NONSENSE)
@pytest.mark.parametrize("status", [302, 400, 401, 402, 403, 404, 418, 429, 500])
def test_no_body_of_a_refusal_hurts(body, status):
    for ask in (
        lambda: poll(body, status),
        lambda: submit(answers=(Response(status, body),)),
        lambda: wallet(body, status),
    ):
        with pytest.raises((AccountError, CreditsError, ProviderError, NetworkError)):
            ask()


def wallet(body, status=200):
    sent = []
    result = drive(ModelsLab().balance(), lambda request: (sent.append(request), Response(status, body))[1])
    assert [(one.method, one.url, one.repeatable) for one in sent] == [("POST", "/api/wallet_balance", True)]
    return result


@pytest.mark.parametrize(
    ("data", "known"),
    [
        ({"balance": 43.6, "currency": "USD"}, Balance(Decimal("43.6"), "USD")),
        ({"balance": "7", "currency": "EUR"}, Balance(Decimal(7), "EUR")),
        ({"balance": 0}, Balance(Decimal(0), "USD")),
        ({"balance": None, "currency": None}, Balance(None, "USD")),
        ({"balance": "a lot"}, Balance(None, "USD")),
        ({"balance": 1e12}, Balance(None, "USD")),
    ],
)
def test_the_wallet(data, known):
    assert wallet({"status": "success", "data": data}) == known


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, error("Invalid API key"), AccountError),
        (200, error("Invalid API key"), AccountError),
        (200, {"status": "success", "data": []}, NetworkError),
        (200, "<html>", NetworkError),
        (500, None, NetworkError),
    ],
)
def test_a_wallet_that_is_not_told(status, body, kind):
    with pytest.raises(kind):
        wallet(body, status)


def test_a_wallet_without_money_and_without_success_says_nothing():
    assert wallet({"data": {"hello": 1}}) is None


def test_the_key_travels_in_the_body_and_nowhere_else():
    assert (ModelsLab.auth.field, ModelsLab.base_url) == ("key", "https://modelslab.com")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status": "processing", "eta": 3, "id": 9}, BusyError),
        (Response(200, error("Rate limit exceeded")), BusyError),
        ({"status": "success", "output": []}, NetworkError),
        ({"status": "success", "output": ["nothing"]}, NetworkError),
        ({"status": "error", "message": "The image is larger than 5 MB"}, ProviderError),
        ({"status": "error", "messege": "NSFW content detected"}, RejectedError),
        (Response(401, {"status": "error", "message": "Invalid API key"}), AccountError),
        (Response(404, "<html>"), ProviderError),
        (Response(500, "<html>"), NetworkError),
        *[(Response(200, body), NetworkError) for body in (None, [], "text", "<html>", {}, 7)],
    ],
)
def test_an_upload_that_fails_starts_nothing(answer, error, tmp_path):
    (tmp_path / "a.png").write_bytes(real_png())
    with pytest.raises(error) as caught:
        submit(views={"front": View(tmp_path / "a.png")}, answers=(answer,))
    assert not isinstance(caught.value, MissingError | UnconfirmedError)


@pytest.mark.parametrize("body", [*NONSENSE, {"status": "processing"}, {"status": "success", "output": []}])
def test_a_create_without_an_id_is_unsure(body):
    with pytest.raises(UnconfirmedError, match="may have been charged"):
        submit(answers=(Response(200, body),))
