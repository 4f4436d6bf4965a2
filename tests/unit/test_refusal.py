"""What a provider's refusal means to the artist."""

import pytest

from blender_addon.core.errors import (
    BusyError,
    LinkError,
    MissingError,
    NetworkError,
    ProviderError,
    UnconfirmedError,
    rebuild,
)
from blender_addon.core.flow import Response
from blender_addon.core.refusal import KINDS, details_of, kind_of, no_task, plain, refusal

STATUS = {
    200: "", 201: "", 302: "", 400: "request", 401: "key", 402: "credits", 403: "forbidden", 404: "missing",
    408: "trouble", 409: "conflict", 413: "request", 422: "request", 429: "busy", 500: "trouble", 503: "trouble",
}  # fmt: skip
ERRORS = {
    "key": "account", "forbidden": "account", "credits": "credits", "content": "rejected", "request": "provider",
    "missing": "provider", "conflict": "provider", "failed": "provider", "cancelled": "provider",
    "expired": "provider", "busy": "network", "later": "network", "trouble": "network",
}  # fmt: skip


@pytest.mark.parametrize(("status", "kind"), STATUS.items())
def test_a_status_has_a_kind(status, kind):
    assert kind_of(status) == kind


def test_every_kind_is_known_here():
    assert set(ERRORS) == set(KINDS)


@pytest.mark.parametrize("kind", ERRORS)
@pytest.mark.parametrize("said", ["", "Try\x07 later", "No.", {"image": ["too large"], "seed": None}, None, 7])
def test_a_refusal_is_a_sentence(kind, said):
    error = refusal("Tripo", kind, said, "HTTP 400")
    assert error.kind == ERRORS[kind] and error.details == "HTTP 400"
    assert "Tripo" in error.message and error.message.endswith(".") and "\x07" not in error.message
    assert ".." not in error.message and "{" not in error.message


def test_only_what_started_nothing_is_busy_and_promises_that_it_was_free():
    busy, later = (refusal("Tripo", kind) for kind in ("busy", "later"))
    assert type(busy) is BusyError and "nothing was charged" in busy.message
    assert type(later) is NetworkError and "charged" not in later.message and "resume" in later.message
    assert {kind for kind in KINDS if isinstance(refusal("Tripo", kind), BusyError)} == {"busy"}


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (["It is full.", "Read on."], "It is full. Read on."),
        (["Why? ", "", "Read on"], "Why? Read on"),
        (["No", "Read on."], "No; Read on."),
        ({"a": "No!", "b": ["One…", "two", None]}, "No! One… two"),
    ],
)
def test_a_sentence_ends_by_itself(said, line):
    assert plain(said) == line


def test_what_was_said_is_one_short_line():
    assert plain({"a": ["x", {"b": "y"}], "c": None, "d": ""}) == "x; y"
    assert plain("a\n b\t\u202ec") == "a b c"
    assert len(plain("word " * 10_000)) == 300
    assert plain(None) == plain([]) == ""


def test_details_hold_the_number_at_the_provider():
    headers = {"X-Tripo-Trace-ID": "abc", "Set-Cookie": "secret"}
    assert details_of(Response(400, headers=headers)) == "HTTP 400, X-Tripo-Trace-ID abc"


def test_a_create_without_a_task_may_have_been_charged():
    error = no_task("CSM", Response(201, {"message": "Created"}))
    assert isinstance(error, UnconfirmedError) and "may have been charged" in error.message
    assert error.details == "HTTP 201: Created"


def test_the_finer_errors_keep_the_kind_of_their_parents():
    assert issubclass(MissingError, ProviderError) and issubclass(LinkError, NetworkError)
    assert LinkError("x").task_kept and not MissingError("x").task_kept
    assert type(rebuild("network", "x")) is NetworkError and type(rebuild("provider", "x")) is ProviderError
