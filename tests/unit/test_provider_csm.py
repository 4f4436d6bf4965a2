"""CSM: what is sent, what is understood, what is refused. JSON in, JSON out."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import real_png

from blender_addon.core.errors import (
    InputError,
    ProviderError,
)
from blender_addon.core.flow import Response, drive
from blender_addon.core.options import option_fields
from blender_addon.core.provider import Created, Source, TaskStatus
from blender_addon.core.source import View
from blender_addon.providers.csm import Csm, CsmOptions

LINK = View(link="https://example.org/chair.png")
FILES = {
    "mesh_url": "https://files.example/mesh.zip",
    "mesh_url_obj": "https://files.example/mesh.obj",
    "mesh_url_zip": "https://files.example/mesh.zip",
    "mesh_url_glb": "https://files.example/mesh.glb",
    "mesh_url_fbx": "https://files.example/mesh.fbx",
    "mesh_url_usdz": "https://files.example/mesh.usdz",
}
# the answer in the document
CREATED = {
    "error": "",
    "message": "Created",
    "statusCode": 201,
    "data": {
        "session_code": "SESSION_1",
        "topology": "tris",
        **dict.fromkeys(FILES, ""),
        "session_status": "queued",
        "percent_done": 0,
    },
}


def session(word, **more):
    return Response(
        200, {"error": "", "message": "Retrieved", "statusCode": 200, "data": {"session_status": word, **more}}
    )


def submit(values=None, view=LINK, answer=None):
    """Return what was sent, and what came of it."""
    sent = []

    def send(request):
        sent.append(request)
        return answer or Response(201, CREATED)

    created = drive(Csm().submit(Source({"front": view}, "t1", "k1"), CsmOptions.build(values or {})), send)
    return sent, created


def poll(answer, **values):
    return drive(Csm().poll("SESSION_1", CsmOptions.build(values)), lambda _: answer)


def test_the_example_of_the_document():
    (request,), created = submit({"geometry_model": "turbo", "texture_model": "pbr"})
    assert (request.method, request.url, request.creates, request.repeatable) == (
        "POST",
        "/image-to-3d-sessions",
        True,
        False,
    )
    assert request.json == {"image_url": LINK.link, "geometry_model": "turbo", "texture_model": "pbr"}
    assert created == Created("SESSION_1", TaskStatus("queued"))


def test_a_file_travels_as_a_data_uri(tmp_path):
    path = tmp_path / "front.png"
    path.write_bytes(real_png())
    (request,), _ = submit(view=View(path))
    assert request.json == {"image_url": View(path).data_uri(), "texture_model": "pbr"}
    assert request.json["image_url"].startswith("data:image/png;base64,iVBOR")


def test_the_largest_file_stays_below_ten_megabytes_as_text():
    assert Csm.accepts.max_bytes * 4 / 3 + 100 < 10_000_000
    assert Csm.accepts.max_side == 2048


def test_every_option_is_seen_in_the_body():
    values = {
        "geometry_model": "turbo",
        "texture_model": "baked",
        "topology": "quads",
        "resolution": "low_poly",
        "scaled_bbox": (0.5, 2.0, -1.0),
        "preserve_aspect_ratio": True,
    }
    assert set(values) == set(CsmOptions.model_fields)
    (request,), _ = submit(values)
    body = json.loads(json.dumps(request.json))
    assert body == {"image_url": LINK.link} | values | {"scaled_bbox": [0.5, 2.0, -1.0]}


@pytest.mark.parametrize("texture", ["none", "baked", "pbr"])
def test_the_texture_is_always_said(texture):
    (request,), _ = submit({"texture_model": texture})
    assert request.json["texture_model"] == texture


@pytest.mark.parametrize("size", [(0.0, 1.0, 1.0), (-1.0, -0.5, 1.0), (1.0, 1.0, -2.0)])
def test_a_size_is_above_zero_or_automatic(size):
    with pytest.raises(InputError, match=r"Width, Height, Depth \(scaled_bbox\).* change the (width|height|depth) "):
        CsmOptions.build({"scaled_bbox": size})


@pytest.mark.parametrize("size", [(-1, -1, -1), (0.001, -1, -1), (1, 2, 3)])
def test_sizes_that_are_taken(size):
    assert CsmOptions.build({"scaled_bbox": size}).scaled_bbox == size


def test_proportions_need_a_size():
    alone = CsmOptions.build({"preserve_aspect_ratio": True})
    assert set(alone.switched_off()) == {"preserve_aspect_ratio"}
    assert alone.to_send() == {"texture_model": "pbr"}
    sized = CsmOptions.build({"preserve_aspect_ratio": True, "scaled_bbox": (-1, 2, -1)})
    assert sized.switched_off() == {}
    assert sized.to_send()["preserve_aspect_ratio"] is True


ANY = {
    "bool": st.booleans(),
    "tuple": st.tuples(*[st.floats() | st.sampled_from([-1.0, 0.0, 1.0])] * 3),
    "choice": st.sampled_from(["base", "turbo", "none", "baked", "pbr", "tris", "quads", "low_poly", "high_poly"]),
}


@given(st.fixed_dictionaries({}, optional={one.name: ANY[one.kind] for one in option_fields(CsmOptions)}))
def test_any_values_are_options_or_a_sentence_that_names_one(values):
    try:
        options = CsmOptions.build(values)
    except InputError as error:
        assert any(f"({name})" in error.message for name in values)
        return
    json.dumps(options.to_send(), allow_nan=False)
    assert options.credits() is None
    assert CsmOptions.build(options.effective()).to_send() == options.to_send()


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("queued", "queued"),
        ("in_progress", "running"),
        ("incomplete", "running"),
        ("processing", "running"),
        ("something new", "running"),
        ("complete", "succeeded"),
        ("completed", "succeeded"),
    ],
)
def test_what_a_status_means(word, state):
    assert poll(session(word, **FILES)).state == state
    assert bool(poll(session(word, **FILES)).links) == (state == "succeeded")


@pytest.mark.parametrize(
    ("word", "says"),
    [("failed", "could not make"), ("error", "could not make"), ("cancelled", "cancelled"), ("canceled", "cancelled")],
)
def test_a_session_that_ended_is_over(word, says):
    with pytest.raises(ProviderError, match=says) as caught:
        poll(session(word, error="The picture is too dark"))
    assert "too dark" in caught.value.message
    assert not caught.value.task_kept


@pytest.mark.fault("P18")
@pytest.mark.parametrize(
    ("given", "percent"),
    [(0, 0), (45, 45), ("45", 45), (33.3, 33.3), (250, 100), ("40%", 40)]
    + [(nothing, None) for nothing in (-3, "N/A", None, "", [], {}, "nan", "inf", True)],
)
def test_percent_may_be_anything(given, percent):
    assert poll(session("in_progress", percent_done=given)).percent == percent


def test_percent_may_be_missing():
    assert poll(session("in_progress")) == TaskStatus("running", None)


@pytest.mark.parametrize(
    ("topology", "order"),
    [("tris", ["glb", "fbx", "zip", "obj"]), ("quads", ["fbx", "obj", "glb", "zip"])],
)
@pytest.mark.parametrize("echo", [{}, {"topology": "tris"}, {"topology": "quads"}, {"topology": None}])
def test_the_right_file_comes_first_whatever_the_answer_repeats(topology, order, echo):
    status = poll(session("complete", **echo, **FILES), topology=topology)
    assert [link.rpartition(".")[2] for link in status.links] == order


@pytest.mark.parametrize("nothing", ["", None, 7, "/mesh.glb", "ftp://files.example/mesh.glb"])
def test_only_addresses_are_links(nothing):
    """A path would be fetched with the API key."""
    files = {**FILES, "mesh_url_glb": nothing, "mesh_url": nothing, "mesh_url_zip": nothing}
    assert poll(session("complete", **files)).links == (FILES["mesh_url_fbx"], FILES["mesh_url_obj"])


@pytest.mark.fault("P21")
@pytest.mark.parametrize("files", [{}, dict.fromkeys(FILES, ""), {"mesh_url_usdz": FILES["mesh_url_usdz"]}])
def test_complete_without_a_file_that_can_be_read_waits_on(files):
    assert poll(session("complete", percent_done=100, **files)) == TaskStatus("succeeded", 100)


def test_a_code_stays_one_part_of_the_address():
    sent = []
    drive(Csm().poll("../user?x", CsmOptions()), lambda request: (sent.append(request.url), session("queued"))[1])
    assert sent == ["/image-to-3d-sessions/..%2Fuser%3Fx"]
