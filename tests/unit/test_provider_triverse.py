"""Triverse: what is sent, and which options can be set. JSON in, JSON out."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import real_png
from triverse_answers import CREATED, FRONT, KEY, NONSENSE, REFERENCE, TASK, error, play, said, submit

from blender_addon.core.errors import (
    AccountError,
    BusyError,
    InputError,
    NetworkError,
    ProviderError,
    UnconfirmedError,
)
from blender_addon.core.flow import Response
from blender_addon.core.provider import Created, Source, TaskStatus
from blender_addon.core.source import VIEWS, View
from blender_addon.providers.triverse import Triverse, TriverseOptions

DEFAULTS = {"model_version": "v2", "polygon_limit": 1_000_000, "texture_size": 1024, "turbo": False}
"""What the document assumes where nothing is sent."""


@pytest.fixture
def views(tmp_path):
    """Give the views of that name as files."""

    def make(*names):
        for name in names:
            (tmp_path / f"{name}.png").write_bytes(real_png())
        return {name: View(tmp_path / f"{name}.png") for name in names}

    return make


# ---- create
EXAMPLES = {
    "image-to-model": (
        ["front"],
        {},
        {
            "model_version": "v2",
            "polygon_limit": 1_000_000,
            "texture_size": 1024,
            "image_file": REFERENCE + "front.png",
        },
    ),
    "image-to-model-mv": (
        ["front", "right", "back"],
        {},
        {
            "front_image_file": REFERENCE + "front.png",
            "right_image_file": REFERENCE + "right.png",
            "back_image_file": REFERENCE + "back.png",
            "model_version": "v2",
            "polygon_limit": 1_000_000,
            "texture_size": 1024,
        },
    ),
    "image-to-mesh": (
        ["front"],
        {"textured": False, "polygon_limit": 750_000},
        {"image_file": REFERENCE + "front.png", "polygon_limit": 750_000},
    ),
    "image-to-mesh-mv": (
        ["front", "right"],
        {"textured": False},
        {
            "front_image_file": REFERENCE + "front.png",
            "right_image_file": REFERENCE + "right.png",
            "model_version": "v2",
            "polygon_limit": 1_000_000,
            "turbo": False,
        },
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_create_says_what_the_documents_example_says(views, name):
    given_views, values, example = EXAMPLES[name]
    created, sent = submit(views(*given_views), **values)
    create = sent[-1]
    assert (create.method, create.url, create.creates, create.again) == ("POST", f"/tasks/{name}", True, True)
    assert create.json.pop("client_order_id") == KEY
    assert "allow_duplicate" not in create.json
    assert DEFAULTS | create.json == DEFAULTS | example  # what is assumed anyway need not be said
    assert set(create.json) <= set(example)
    assert created == Created(TASK, TaskStatus("queued", credits=Decimal(120)))
    for upload in sent[:-1]:
        assert (upload.url, upload.again, upload.upload.field) == ("/upload/image", True, "file")
        assert (upload.upload.name, upload.upload.mime) == ("image.png", "image/png")
    assert len(sent) == 1 + len(given_views)


@pytest.mark.parametrize(
    ("values", "path", "sent"),
    [
        ({}, "image-to-model", {}),
        ({"textured": False}, "image-to-mesh", {}),
        ({"polygon_limit": 1000}, "image-to-model", {"polygon_limit": 1000}),
        ({"polygon_limit": 1_500_000}, "image-to-model", {"polygon_limit": 1_500_000}),
        ({"texture_size": 4096}, "image-to-model", {"texture_size": 4096}),
        ({"texture_size": 4096, "textured": False}, "image-to-mesh", {}),
        ({"turbo": True, "textured": False}, "image-to-mesh", {"turbo": True}),
    ],
)
def test_every_option_is_in_the_request(values, path, sent):
    (_, [create]) = submit(FRONT, **values)
    assert create.url == f"/tasks/{path}"
    always = {"image_file": "https://example.org/owl.png", "client_order_id": KEY}
    assert create.json == always | sent


def test_all_four_views_and_links_go_where_they_belong(views):
    given_views = {**views("front", "left"), "back": View(link="https://example.org/b.webp"), **views("right")}
    _, sent = submit(given_views)
    assert sent[-1].json == {
        "front_image_file": REFERENCE + "front.png",
        "left_image_file": REFERENCE + "left.png",
        "back_image_file": "https://example.org/b.webp",
        "right_image_file": REFERENCE + "right.png",
        "client_order_id": KEY,
    }


def test_again_is_said_to_be_meant_and_the_key_is_one_that_triverse_takes():
    (_, [create]) = submit(FRONT, again=True)
    assert create.json["allow_duplicate"] is True
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", create.json["client_order_id"])
    assert Triverse.repeatable


@pytest.mark.parametrize(
    "answer",
    [
        Response(201, {"task_uuid": TASK, "cost_credits": 120}),
        said({"taskId": TASK, "costCredits": 120}),
        said({"task_id": TASK, "cost_credits": "120"}),
        error(2005, 409, data={"task_uuid": TASK, "cost_credits": 120.0}),
        Response(409, {"task_uuid": TASK, "cost_credits": 120}),
        error(2005, 200, data={"task_id": TASK, "cost_credits": 120}),
    ],
)
def test_a_task_is_found_in_every_form_and_in_a_conflict_that_names_it(answer):
    created, sent = submit(FRONT, answer)
    assert created == Created(TASK, TaskStatus("queued", credits=Decimal(120)))
    assert len(sent) == 1


@pytest.mark.parametrize("cost", [None, "many", True, -1, float("nan"), [], {}])
def test_a_cost_that_is_none_is_unknown(cost):
    created, _ = submit(FRONT, said({"task_uuid": TASK, "cost_credits": cost}))
    assert created == Created(TASK, TaskStatus("queued"))


def test_a_conflict_without_a_task_is_a_sentence_and_nothing_is_sent_again():
    with pytest.raises(ProviderError, match="a moment ago") as raised:
        submit(FRONT, error(2005, 409))
    assert "HTTP 409" in raised.value.details


@pytest.mark.parametrize("how", [{"sent_before": True}, {"answer": replace(error(2005, 409), repeated=True)}])
def test_a_conflict_of_a_create_that_was_repeated_may_be_its_own_first_try(how):
    """It may be charged already: the task is not thrown away as a duplicate."""
    with pytest.raises(UnconfirmedError, match="may have been charged"):
        submit(FRONT, **{"answer": error(2005, 409)} | how)


@pytest.mark.parametrize("how", ["sent before", "repeated"])
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        *[(error(code, 400), UnconfirmedError) for code in (1004, 1005, 1006, 2002, 2004, 2008, 2010, 9999)],
        *[(error(code, 403), UnconfirmedError) for code in (1005, 2008, 2010)],
        *[(error(None, status), UnconfirmedError) for status in (402, 404, 409, 410, 422)],
        (error(2004, 200), UnconfirmedError),
        (error(2004, 400, data={"task_uuid": TASK}), UnconfirmedError),
        (error(2000, 429), BusyError),
        (error(None, 401), AccountError),
        *[(error(code, status), NetworkError) for code in (5003, 5004, 5005) for status in (200, 400, 500)],
        (error(None, 408), NetworkError),
    ],
)
def test_a_refusal_does_not_say_what_became_of_an_earlier_try(answer, kind, how):
    answer = replace(answer, repeated=how == "repeated")
    with pytest.raises(kind) as caught:
        submit(FRONT, answer, sent_before=how == "sent before")
    assert type(caught.value) is kind


@pytest.mark.parametrize("repeated", [False, True])
def test_a_create_that_went_well_at_last_is_a_task(repeated):
    created, _ = submit(FRONT, Response(200, CREATED, repeated=repeated), sent_before=repeated)
    assert created.provider_task == TASK


@pytest.mark.parametrize("body", NONSENSE)
def test_a_create_without_a_task_is_unconfirmed(body):
    with pytest.raises(UnconfirmedError):
        submit(FRONT, Response(200, body))


@pytest.mark.parametrize("body", NONSENSE)
def test_an_upload_without_a_key_is_trouble(views, body):
    flow = Triverse().submit(Source(views("front"), "task-1", KEY), TriverseOptions())
    with pytest.raises(NetworkError):
        play(flow, Response(200, body))


def test_an_upload_may_answer_without_the_envelope(views):
    flow = Triverse().submit(Source(views("front"), "task-1", KEY), TriverseOptions())
    _, sent = play(flow, Response(200, {"file_key": "k"}), Response(200, CREATED))
    assert sent[-1].json["image_file"] == "k"


# ---- options
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"polygon_limit": 999}, r"Polygon Limit \(polygon_limit\).*1000–1500000"),
        ({"polygon_limit": 1_500_001}, "polygon_limit"),
        ({"texture_size": 1023}, "texture_size"),
        ({"texture_size": 4097}, "texture_size"),
        ({"model_version": "v3"}, "model_version"),
        ({"turbo": "perhaps"}, "turbo"),
    ],
)
def test_values_out_of_range_are_refused(values, words):
    with pytest.raises(InputError, match=words):
        TriverseOptions.build(values)


def test_several_views_come_with_a_word_about_textures():
    assert TriverseOptions().cautions() == []
    assert "front view only" in TriverseOptions().cautions(("front", "back"))[0]
    assert TriverseOptions(textured=False).cautions(("front", "back")) == []


PANEL = st.fixed_dictionaries(
    {},
    optional={
        "textured": st.booleans(),
        "turbo": st.booleans(),
        "polygon_limit": st.integers(-(2**31), 2**31 - 1),
        "texture_size": st.integers(0, 9000),
        "model_version": st.sampled_from(["v2", "v1", ""]),
    },
)


@given(PANEL, st.sets(st.sampled_from(VIEWS[1:])))
def test_whatever_a_panel_holds_is_built_or_refused_by_name(values, others):
    views = ("front", *others)
    try:
        options = TriverseOptions.build(values)
    except InputError as refused:
        assert any(f"({name})" in refused.message for name in values)
        return
    sent = options.to_send(views)
    assert "textured" not in sent and "model_version" not in sent
    assert ("texture_size" in options.switched_off(views)) is not options.textured
    assert options.credits() is None
    assert options.build(options.effective(views)).to_send(views) == sent
    assert options.cautions(views) == options.cautions(views)
