"""What the tests of Tripo's two dialects share: scripted answers, the forms of states and errors, a panel's values."""

from dataclasses import dataclass, field
from decimal import Decimal

from hypothesis import strategies as st

from blender_addon.core import errors
from blender_addon.core.flow import Response, drive
from blender_addon.core.options import option_fields
from blender_addon.core.provider import TaskStatus

MODEL = "https://results.example/1/tripo_pbr_model.glb?Policy=a"
PICTURE = "https://results.example/1/legacy.webp?Policy=b"


@dataclass
class Script:
    """A server that gives these answers one by one, and keeps what it was asked."""

    answers: list
    asked: list = field(default_factory=list)

    def __call__(self, request):
        self.asked.append(request)
        return self.answers.pop(0)

    def play(self, flow):
        """Drive the flow to its result; every answer must have been used."""
        done = drive(flow, self)
        assert not self.answers
        return done


def ok(data):
    """v3's envelope."""
    return Response(200, {"code": 0, "status": "success", "data": data})


def ok_v2(data):
    return Response(200, {"code": 0, "data": data})


def v3(status, code, message="Told so"):
    body = {"code": code, "status": "error", "message": message, "suggestion": "Read on", "request_id": "r"}
    return Response(status, body, {"X-Tripo-Trace-ID": "trace-1"})


def nested(status, code="", message="Told so"):
    return Response(status, {"error": {"message": message, "type": "tripo_error", "param": "", "code": code}})


DONE = {"status": "success", "progress": 100}
STATES = [
    ({"status": "queued", "progress": 0}, TaskStatus("queued", 0.0)),
    ({"status": "pending"}, TaskStatus("queued")),
    ({"status": "running", "progress": 40}, TaskStatus("running", 40.0)),
    ({"status": "RUNNING", "progress": "40%"}, TaskStatus("running", 40.0)),
    ({"status": "running", "progress": 250}, TaskStatus("running", 100.0)),
    ({"status": "running", "progress": -3}, TaskStatus("running")),
    ({"status": "running", "progress": True}, TaskStatus("running")),
    ({"status": "running", "progress": [1]}, TaskStatus("running")),
    ({"status": "running", "progress": float("nan")}, TaskStatus("running")),
    ({"status": "unknown"}, TaskStatus("running")),
    ({"status": "polishing", "progress": 99}, TaskStatus("running", 99.0)),
    *[
        ({**DONE, "consumed_credit": 30, "output": output}, TaskStatus("succeeded", 100.0, credits=Decimal(30)))
        for output in (None, "x", [], {}, {"rendered_image_url": PICTURE}, {"model": 3})  # the link comes later
    ],
    ({**DONE, "input": {"file": {"url": "https://example.org/a.glb"}}}, TaskStatus("succeeded", 100.0)),
    (
        {**DONE, "credits_consumed": 30.5, "output": {"model_url": MODEL, "rendered_image_url": PICTURE}},
        TaskStatus("succeeded", 100.0, (MODEL,), Decimal("30.5")),
    ),
    (
        {**DONE, "consumed_credit": 30, "output": {"rendered_image": PICTURE, "pbr_model": MODEL}},
        TaskStatus("succeeded", 100.0, (MODEL,), Decimal(30)),
    ),
    ({"status": "succeeded", "output": {"model": {"url": MODEL}}}, TaskStatus("succeeded", 100.0, (MODEL,))),
    ({"status": "completed", "result": {"model_mesh": [MODEL]}}, TaskStatus("succeeded", 100.0, (MODEL,))),
    ({"status": " Success ", "output": {"base_model": MODEL}}, TaskStatus("succeeded", 100.0, (MODEL,))),
    (
        {**DONE, "credits_consumed": "much", "output": [{"type": "glb", "url": MODEL}]},
        TaskStatus("succeeded", 100.0, (MODEL,)),
    ),
]
"""A task as it is told → what it means."""

ENDS = [
    ({"status": "failed", "error_code": 1001, "error_message": "Broken"}, errors.ProviderError, "Broken"),
    ({"status": "failed", "error_code": 2010, "error_msg": "Broken"}, errors.ProviderError, "could not make"),
    ({"status": "failed"}, errors.ProviderError, "could not make the model"),
    ({"status": "failed", "error_code": 2008}, errors.RejectedError, "for its content"),
    ({"status": "failed", "error_code": "2008"}, errors.RejectedError, "for its content"),
    ({"status": "failed", "error_message": "NSFW image"}, errors.RejectedError, "NSFW"),
    ({"status": "failure", "error": {"code": "content_policy_violation"}}, errors.RejectedError, "for its content"),
    ({"status": "error", "error": "Out of luck"}, errors.ProviderError, "Out of luck"),
    ({"status": "banned"}, errors.RejectedError, "for its content"),
    ({"status": "failed", "error_code": 2018}, errors.ProviderError, "expired"),
    ({"status": "failed", "error_code": 2018, "error_message": "Too complex"}, errors.ProviderError, "could not make"),
    ({"status": "expired"}, errors.ProviderError, "expired"),
    ({"status": "cancelled"}, errors.ProviderError, "was cancelled"),
    ({"status": "canceled"}, errors.ProviderError, "was cancelled"),
]
"""A task that ended → the error it is raised as."""

REFUSED = [
    (v3(401, 2), errors.AccountError, "does not accept the API key"),
    (v3(401, 1002), errors.AccountError, "does not accept the API key"),
    (v3(401, 1004), errors.AccountError, "does not accept the API key"),
    (Response(401, "<html>No</html>"), errors.AccountError, "does not accept the API key."),
    (v3(403, 1005), errors.AccountError, "does not allow this"),
    (v3(403, 2013), errors.AccountError, "does not allow this"),
    (v3(400, 2013), errors.AccountError, "does not allow this"),
    (nested(403), errors.AccountError, "does not allow this"),
    (v3(400, 2008), errors.RejectedError, "for its content"),
    (nested(400, "2008"), errors.RejectedError, "for its content"),
    (nested(400, "sensitive_words_detected"), errors.RejectedError, "for its content"),
]
"""Means the same whatever was asked."""

REFUSED_UNLESS_POLLED = [
    (v3(403, 2010), errors.CreditsError, "not enough credits"),
    (nested(402), errors.CreditsError, "not enough credits"),
    (nested(403, "insufficient_user_quota"), errors.CreditsError, "not enough credits"),
    (v3(429, 1007), errors.BusyError, "nothing was charged"),
    (v3(429, 2000), errors.BusyError, "nothing was charged"),
    (nested(429, "rate_limit_exceeded"), errors.BusyError, "nothing was charged"),
]
"""Means this of everything but a poll, which ends no task for it."""

REFUSED_CREATES = [
    *[
        (v3(400, code), errors.ProviderError, "refused the request. It says: Told so; Read on.")
        for code in (1003, 1004)
    ],
    *[(v3(400, code), errors.ProviderError, "refused the request") for code in (2002, 2003, 2004, 2015, 2016, 2017)],
    *[(v3(400, code), errors.ProviderError, "refused the request") for code in (2014, 2018, 2021, 2022, 99_999)],
    *[(v3(404, code), errors.ProviderError, "refused the request") for code in (2019, 4001)],
    (Response(200, {"code": 1004, "message": "No"}), errors.ProviderError, "It says: No."),
    (Response(200, {"code": "bad_thing", "message": "No"}), errors.ProviderError, "It says: No."),
    (Response(200, {"status": "error", "message": {"face_limit": ["too large"]}}), errors.ProviderError, "too large"),
    (nested(200, "invalid_request"), errors.ProviderError, "It says: Told so."),
    (nested(400, "invalid_request"), errors.ProviderError, "It says: Told so."),
    (Response(400, {"error": "Just words"}), errors.ProviderError, "It says: Just words."),
    (Response(400, "plain words"), errors.ProviderError, "It says: plain words."),
    (Response(400, "<html>Bad</html>"), errors.ProviderError, "refused the request."),
    (Response(400, None), errors.ProviderError, "refused the request."),
    (Response(404, []), errors.ProviderError, "refused the request."),
    (Response(405, {"code": 1003}), errors.ProviderError, "refused the request."),
]
"""Nothing was started, and the provider said so."""

NO_TASK = [
    *[Response(200, body) for body in (None, "", "<html>", [], 7, {}, {"code": 0}, {"code": 0, "data": None})],
    *[ok(data) for data in ({}, [], "x", {"task_id": None}, {"task_id": ""}, {"task_id": ["a"]}, {"task_id": True})],
    *[Response(status, {"code": 1000, "message": "?"}) for status in (200, 408, 500)],
    Response(200, {"code": 2014, "message": "?"}),
    Response(503, "<html>"),
]
"""Nobody knows whether something was started."""

NONSENSE = [
    *[Response(200, body) for body in (None, "", "<html>", [], 7, {}, {"code": 0}, {"code": 0, "data": [1]})],
    *[ok(data) for data in ({}, {"status": None}, {"status": ""}, {"status": 3}, {"status": ["queued"]})],
    *[v3(status, code) for status, code in ((400, 1004), (404, 4001), (405, 1003), (409, 9), (500, 1000), (500, 1001))],
    *[v3(403, 2010), nested(402), nested(403, "insufficient_user_quota")],
    *[v3(429, 2000), nested(429, "rate_limit_exceeded")],
    Response(200, {"status": "error", "message": "Not now"}),
    Response(200, {"code": {}, "message": "?"}),
    Response(200, {"code": 10**400}),
    Response(200, {"code": float("inf")}),
    Response(200, {"error": [1, {}]}),
    Response(502, "<html>Bad Gateway</html>"),
    Response(410, None),
]
"""No answer to a poll: the task is kept."""


def panel_values(options):
    """A strategy: any values that a panel can hold for these options."""
    return st.fixed_dictionaries({}, optional={one.name: _values(one) for one in option_fields(options)})


def _values(one):
    if one.kind == "bool":
        held = st.booleans()
    elif one.kind == "choice":
        held = st.sampled_from([name for name, _ in one.choices])
    else:
        held = st.integers(int(one.minimum) - 1, int(one.maximum) + 1)
        edges = (500, 999, 1000, 10_000, 20_000, 150_001, 500_000, 1_000_001, 1_500_001)
        held |= st.sampled_from(edges)
    return st.none() | held if one.optional else held
