"""ModelStream: whether the key was seen to be accepted. JSON in, JSON out."""

import pytest
from tripo_answers import Script, nested, v3

from blender_addon.core.errors import AccountError, NetworkError
from blender_addon.core.flow import Response
from blender_addon.core.provider import Balance
from blender_addon.providers.modelstream import ModelStream


def balance(answer):
    return Script([answer]).play(ModelStream().balance())


ACCEPTED = [v3(404, 2001), nested(404), nested(400, "task_not_exist"), v3(200, 2001), nested(402)]


@pytest.mark.parametrize("answer", ACCEPTED)
def test_a_key_is_good_when_the_gateway_looked_for_the_task(answer):
    script = Script([answer])
    found = script.play(ModelStream().balance())
    assert [(one.method, one.creates) for one in script.asked] == [("GET", False)]
    assert isinstance(found, Balance)
    assert found.amount is None
    assert found.note


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (nested(401), AccountError),
        (nested(403), AccountError),
        (Response(401, None), AccountError),
        (v3(200, 1002), AccountError),
        (nested(429), NetworkError),
        (Response(502, "<html>"), NetworkError),
    ],
)
def test_a_key_that_is_refused_or_cannot_be_tried_raises(answer, error):
    with pytest.raises(error):
        balance(answer)


NOBODY = [
    *[Response(404, body) for body in ("<html>", {}, {"message": "no Route matched"}, "404 page not found")],
    *[Response(200, body) for body in (None, "pong", "<html>", {}, {"hello": 1}, {"code": 0, "data": {}})],
    *[Response(status, body) for status in (405, 410) for body in ("<html>", {"error": {"message": "No"}}, None)],
    Response(400, []),
]


@pytest.mark.parametrize("answer", NOBODY)
def test_somebody_elses_page_says_nothing_about_the_key(answer):
    assert balance(answer) is None
