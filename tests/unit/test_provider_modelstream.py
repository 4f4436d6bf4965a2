"""ModelStream: Tripo's older dialect through a gateway. JSON in, JSON out."""

import json

import pytest
from hypothesis import given
from pictures import jpeg, real_png
from tripo_answers import (
    ENDS,
    MODEL,
    NO_TASK,
    NONSENSE,
    REFUSED,
    REFUSED_CREATES,
    STATES,
    Script,
    nested,
    ok,
    ok_v2,
    panel_values,
    v3,
)

from blender_addon.core.errors import (
    AccountError,
    InputError,
    MissingError,
    NetworkError,
    ProviderError,
    UnconfirmedError,
)
from blender_addon.core.flow import Response
from blender_addon.core.options import find_field, option_fields
from blender_addon.core.provider import Balance, Created, Source
from blender_addon.core.source import View
from blender_addon.providers.modelstream import ModelStream, ModelStreamOptions

LINK = View(link="https://example.org/chair.png")
FILE = {"type": "png", "url": LINK.link}
EXAMPLE = {"model": "image_to_model"}
"""The whole body of the document's example; its prose wants `type` too, and an image is needed."""
STARTED = ok_v2({"task_id": "string"})
"""The answer in the document."""


def submit(values=None, answers=(STARTED,), view=LINK):
    """Return what was asked, and what came of it."""
    script = Script(list(answers))
    source = Source({"front": view}, "t1", "k1")
    return script.asked, script.play(ModelStream().submit(source, ModelStreamOptions.build(values or {})))


def poll(answer):
    return Script([answer]).play(ModelStream().poll("ef731ad6"))


def balance(answer):
    return Script([answer]).play(ModelStream().balance())


@pytest.fixture
def file(tmp_path):
    """Give a view that has to be uploaded."""
    (tmp_path / "front").write_bytes(jpeg(64, 64))
    return View(tmp_path / "front")


# ---- what is sent
def test_the_example_of_the_document():
    (create,), created = submit()
    assert (create.method, create.url) == ("POST", "/tripo/v2/openapi/task")
    assert (create.creates, create.repeatable) == (True, False)
    assert create.json == {**EXAMPLE, "type": "image_to_model", "file": FILE}
    assert created == Created("string")


@pytest.mark.parametrize("token", [{"image_token": "ce85f375"}, {"file_token": "ce85f375"}])
def test_a_file_is_uploaded_and_its_token_is_sent(token, file):
    (upload, create), _ = submit(answers=[ok_v2(token), STARTED], view=file)
    assert (upload.method, upload.url, upload.creates) == ("POST", "/tripo/v2/openapi/upload", False)
    assert (upload.upload.field, upload.upload.name, upload.upload.mime) == ("file", "image.jpg", "image/jpeg")
    assert create.json["file"] == {"type": "jpeg", "file_token": "ce85f375"}


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ("https://example.org/a.JPG?size=large", "jpeg"),
        ("https://example.org/a.jpeg", "jpeg"),
        ("https://example.org/a.webp", "webp"),
        ("https://example.org/a.png", "png"),
        ("https://example.org/show?image=3", "png"),
    ],
)
def test_an_address_is_sent_with_the_type_that_its_name_tells(link, kind):
    (create,), _ = submit(view=View(link=link))
    assert create.json["file"] == {"type": kind, "url": link}


@pytest.mark.parametrize("status", [404, 405])
def test_without_an_upload_the_artist_learns_that_an_address_is_needed(status, file):
    with pytest.raises(ProviderError, match="public address of an image"):
        submit(answers=[Response(status, "<html>")], view=file)


WIRE = {
    "model_version": {"model_version": "v3.0-20250812"},
    "texture": {"texture": False, "pbr": False},
    "pbr": {"pbr": False},
    "texture_quality": {"texture_quality": "detailed"},
    "geometry_quality": {"geometry_quality": "detailed"},
    "face_limit": {"face_limit": 500_000},
    "quad": {"quad": True},
    "auto_size": {"auto_size": True},
}


def test_the_eight_options_of_the_document():
    assert [one.name for one in option_fields(ModelStreamOptions)] == list(WIRE)


@pytest.mark.parametrize("values", WIRE.values(), ids=WIRE)
def test_an_option_is_in_the_body(values):
    (create,), _ = submit(values)
    assert create.json == {"type": "image_to_model", "model": "image_to_model", "file": FILE} | values


# ---- rules
@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"texture": False}, ("pbr", "texture")),
        ({"texture": False, "pbr": True}, ("pbr", "texture")),
        ({"face_limit": 999}, ("face_limit",)),
        ({"face_limit": 500_001}, ("face_limit",)),
        ({"model_version": "newest"}, ("model_version",)),
        ({"texture_quality": "extreme"}, ("texture_quality",)),
    ],
)
def test_what_the_document_forbids_is_one_sentence_naming_the_options(values, names):
    with pytest.raises(InputError) as caught:
        ModelStreamOptions.build(values)
    for name in names:
        assert f"{find_field(ModelStreamOptions, name).title} ({name})" in caught.value.message


@pytest.mark.parametrize("values", [{"face_limit": 1000}, {"face_limit": 500_000}, {"texture": False, "pbr": False}])
def test_what_the_document_allows_is_allowed(values):
    ModelStreamOptions.build(values)


def test_what_others_switch_off_is_not_sent():
    bare = {"texture": False, "pbr": False}
    assert ModelStreamOptions.build({**bare, "texture_quality": "detailed", "auto_size": True}).to_send() == bare


@given(panel_values(ModelStreamOptions))
def test_whatever_a_panel_holds_is_built_or_is_a_sentence_naming_a_field(values):
    try:
        options = ModelStreamOptions.build(values)
    except InputError as error:
        assert any(f"({name})" in error.message for name in values)
        return
    assert options.credits() is None
    again = ModelStreamOptions.build(json.loads(json.dumps(options.effective())))
    assert again.effective() == options.effective()
    assert again.to_send() == options.to_send()
    assert not set(options.switched_off()) & set(options.to_send())


# ---- answers
@pytest.mark.parametrize("form", [ok_v2, ok, lambda task: Response(200, task)], ids=["v2", "v3", "flat"])
@pytest.mark.parametrize(("task", "status"), STATES)
def test_where_a_task_stands(task, status, form):
    assert poll(form({"task_id": "t", **task})) == status


def test_a_gateway_may_wrap_the_task_once_more():
    inner = {"status": "success", "output": {"pbr_model": MODEL}}
    answer = Response(200, {"code": "success", "message": "", "data": {"status": "SUCCESS", "data": inner}})
    assert poll(answer).links == (MODEL,)


@pytest.mark.parametrize("form", [ok_v2, lambda task: Response(200, task)], ids=["v2", "flat"])
@pytest.mark.parametrize(("task", "error", "words"), ENDS)
def test_a_task_that_ended_raises_how(task, error, words, form):
    with pytest.raises(error, match=words) as caught:
        poll(form({"task_id": "t", **task}))
    assert type(caught.value) is error


@pytest.mark.parametrize(("answer", "error", "words"), REFUSED)
def test_a_refusal_means_the_same_everywhere(answer, error, words):
    for ask in (poll, lambda answer: submit(answers=[answer])):
        with pytest.raises(error, match=words) as caught:
            ask(answer)
        assert type(caught.value) is error


@pytest.mark.parametrize(("answer", "error", "words"), REFUSED_CREATES)
def test_a_refused_create_started_nothing(answer, error, words):
    with pytest.raises(error, match=words) as caught:
        submit(answers=[answer])
    assert type(caught.value) is error


@pytest.mark.parametrize("answer", NO_TASK)
def test_a_create_without_a_task_is_unconfirmed(answer, file):
    with pytest.raises(UnconfirmedError, match="may have been charged"):
        submit(answers=[answer])
    with pytest.raises(NetworkError) as caught:
        submit(answers=[answer], view=file)
    assert not isinstance(caught.value, UnconfirmedError)


@pytest.mark.parametrize("answer", NONSENSE)
def test_a_poll_that_tells_nothing_keeps_the_task(answer):
    with pytest.raises(NetworkError) as caught:
        poll(answer)
    assert caught.value.task_kept


@pytest.mark.parametrize("answer", [v3(404, 2001), nested(404, "task_not_exist"), Response(404, None)])
def test_a_task_nobody_knows_is_missing(answer):
    with pytest.raises(MissingError):
        poll(answer)


# ---- account
ACCEPTED = [v3(404, 2001), nested(404), nested(400, "task_not_exist"), v3(200, 2001), ok_v2({}), nested(402)]


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


@pytest.mark.parametrize("answer", [Response(404, "<html>"), Response(200, None), Response(400, [])])
def test_somebody_elses_page_says_nothing_about_the_key(answer):
    assert balance(answer) is None


def test_what_is_declared():
    assert (ModelStream.base_url, ModelStream.views) == ("https://api.modelstream.ai", ("front",))
    assert ModelStream.note.startswith("A gateway")
    assert (ModelStream.price, ModelStreamOptions().credits()) == ("unknown", None)
    assert set(ModelStream.sets) == {"type", "model", "file"}


def test_a_png_is_told_as_one(tmp_path):
    (tmp_path / "front").write_bytes(real_png())
    (_, create), _ = submit(answers=[ok_v2({"image_token": "t"}), STARTED], view=View(tmp_path / "front"))
    assert create.json["file"]["type"] == "png"
