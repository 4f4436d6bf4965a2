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
    REFUSED_UNLESS_POLLED,
    STATES,
    Script,
    nested,
    ok,
    ok_v2,
    panel_values,
    v3,
)

from blender_addon.core.errors import (
    InputError,
    MissingError,
    NetworkError,
    ProviderError,
    RejectedError,
    UnconfirmedError,
)
from blender_addon.core.flow import Response
from blender_addon.core.options import find_field, option_fields
from blender_addon.core.provider import Created, Source
from blender_addon.core.source import View
from blender_addon.providers.modelstream import ModelStream, ModelStreamOptions

LINK = View(link="https://example.org/chair.png")
FILE = {"type": "png", "url": LINK.link}
EXAMPLE = {"model": "image_to_model"}
"""The whole body of the document's example; its prose wants `type` too, and an image is needed."""
ALWAYS = {
    "texture": True,
    "pbr": True,
    "texture_quality": "standard",
    "geometry_quality": "standard",
    "quad": False,
    "auto_size": False,
}
"""The document has no defaults: what an artist sees is said."""
STARTED = ok_v2({"task_id": "string"})
"""The answer in the document."""


def submit(values=None, answers=(STARTED,), view=LINK):
    """Return what was asked, and what came of it."""
    script = Script(list(answers))
    source = Source({"front": view}, "t1", "k1")
    return script.asked, script.play(ModelStream().submit(source, ModelStreamOptions.build(values or {})))


def poll(answer):
    return Script([answer]).play(ModelStream().poll("ef731ad6", ModelStreamOptions()))


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
    assert create.json == {**EXAMPLE, **ALWAYS, "type": "image_to_model", "file": FILE}
    assert created == Created("string")


@pytest.mark.parametrize("token", [{"image_token": "ce85f375"}, {"file_token": "ce85f375"}])
def test_a_file_is_uploaded_and_its_token_is_sent(token, file):
    (upload, create), _ = submit(answers=[ok_v2(token), STARTED], view=file)
    assert (upload.method, upload.url, upload.creates) == ("POST", "/tripo/v2/openapi/upload", False)
    assert upload.repeatable
    assert (upload.upload.field, upload.upload.name, upload.upload.mime) == ("file", "image.jpg", "image/jpeg")
    assert create.json["file"] == {"type": "jpeg", "file_token": "ce85f375"}


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ("https://example.org/a.JPG?size=large", "jpeg"),
        ("https://example.org/a.jpeg", "jpeg"),
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
    expected = {"type": "image_to_model", "model": "image_to_model", "file": FILE} | ALWAYS | values
    if not expected["texture"]:
        del expected["texture_quality"], expected["auto_size"]
    assert create.json == expected


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
    sent = {**bare, "geometry_quality": "standard", "quad": False}
    assert ModelStreamOptions.build({**bare, "texture_quality": "detailed", "auto_size": True}).to_send() == sent


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


@pytest.mark.parametrize(
    "error", [{"code": 2008, "message": "Nude"}, {"code": "nsfw"}, {"message": "Too dark"}, "Dark"]
)
def test_a_failed_task_need_not_say_its_name(error):
    """Its own error is not one of the request."""
    with pytest.raises((ProviderError, RejectedError)) as caught:
        poll(Response(200, {"status": "failed", "error": error}))
    assert not caught.value.task_kept


@pytest.mark.parametrize(("answer", "error", "words"), [*REFUSED, *REFUSED_UNLESS_POLLED])
def test_a_refusal_means_the_same_everywhere(answer, error, words):
    def create(answer):
        return submit(answers=[answer])

    for ask in (create,) if (answer, error, words) in REFUSED_UNLESS_POLLED else (poll, create):
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


def test_too_many_quads_are_warned_of_as_at_tripo():
    assert ModelStreamOptions.build({"quad": True, "face_limit": 150_000}).cautions() == []
    assert "above 150,000" in ModelStreamOptions.build({"quad": True, "face_limit": 150_001}).cautions()[0]


def test_what_is_declared():
    assert (ModelStream.base_url, ModelStream.views) == ("https://api.modelstream.ai", ("front",))
    assert ModelStream.note.startswith("A gateway")
    assert (ModelStream.price, ModelStreamOptions().credits()) == ("unknown", None)
    assert set(ModelStream.sets) == {"type", "model", "file"}


def test_a_png_is_told_as_one(tmp_path):
    (tmp_path / "front").write_bytes(real_png())
    (_, create), _ = submit(answers=[ok_v2({"image_token": "t"}), STARTED], view=View(tmp_path / "front"))
    assert create.json["file"]["type"] == "png"
