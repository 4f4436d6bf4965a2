"""ModelsLab: what is sent, what is understood, what is refused. JSON in, JSON out."""

import json
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import real_png

from blender_addon.core.errors import (
    InputError,
)
from blender_addon.core.flow import Response, drive
from blender_addon.core.options import option_fields
from blender_addon.core.provider import Source
from blender_addon.core.source import View
from blender_addon.providers.modelslab import ModelsLab, ModelsLabOptions

CREATE = "/api/v6/3d/image_to_3d"
GLB = "https://cdn.example/a.glb"
PROCESSING = {
    "status": "processing",
    "tip": "Wait",
    "eta": 12,
    "message": "Try to fetch",
    "fetch_result": "https://elsewhere.example/api/v6/3d/fetch/123",
    "id": 123,
    "output": [],
    "future_links": [GLB],
}
SUCCESS = {
    "status": "success",
    "generationTime": 12.3,
    "id": 123,
    "output": [GLB],
    "proxy_links": ["https://p.example/a"],
}
# the defaults that the document names: what has one of them is not sent
DEFAULTS = {
    "output_format": "glb",
    "render": False,
    "resolution": 256,
    "multi_image": False,
    "ss_guidance_strength": 7.5,
    "ss_sampling_steps": 12,
    "slat_guidance_strength": 3,
    "slat_sampling_steps": 12,
    "mesh_simplify": 0.9,
    "chunk_size": 8192,
    "seed": 0,
    "temp": "no",
    "webhook": None,
    "track_id": None,
}

NONSENSE = [None, [], [1], "text", "<html>Hello</html>", {}, 7, True]


def pictures(*names):
    return {name: View(link=f"https://example.org/{name}.png") for name in names or ("front",)}


def submit(values=None, views=None, answers=(PROCESSING,)):
    """Return what was sent, and what came of it; an answer is a body, or a whole Response."""
    sent, left = [], list(answers)

    def send(request):
        sent.append(request)
        answer = left.pop(0)
        return answer if isinstance(answer, Response) else Response(200, answer)

    source = Source(views or pictures(), "t1", "k1")
    return sent, drive(ModelsLab().submit(source, ModelsLabOptions.build(values or {})), send)


def poll(body, status=200, sent=None, **values):
    def send(request):
        if sent is not None:
            sent.append(request)
        return Response(status, body)

    return drive(ModelsLab().poll("123", ModelsLabOptions.build(values)), send)


def test_the_example_of_the_document():
    example = {
        "image": "https://example.org/front.png",
        "ss_sampling_steps": 50,
        "slat_sampling_steps": 50,
        "output_format": "glb",
        "webhook": None,
        "track_id": None,
        "temp": "no",
    }
    (request,), _ = submit({name: value for name, value in example.items() if name != "image"})
    assert (request.method, request.url, request.creates, request.repeatable) == ("POST", CREATE, True, False)
    assert request.json.pop("init_image") == example["image"]
    assert request.json == {name: value for name, value in example.items() if DEFAULTS.get(name, "") != value}
    assert DEFAULTS | request.json == DEFAULTS | example


def test_the_defaults_are_the_documents():
    assert ModelsLabOptions.build({}).effective() == DEFAULTS
    assert ModelsLabOptions.build({}).to_send() == {}


def test_every_option_is_seen_in_the_body():
    values = {
        "output_format": "ply",
        "render": True,
        "resolution": 512,
        "multi_image": True,
        "ss_guidance_strength": 9.25,
        "ss_sampling_steps": 1,
        "slat_guidance_strength": 0.0,
        "slat_sampling_steps": 50,
        "mesh_simplify": 0.98,
        "chunk_size": 12_000,
        "seed": 2**31 - 1,
        "temp": "yes",
        "webhook": "https://example.org/hook",
        "track_id": "mine",
    }
    assert set(values) == set(DEFAULTS)
    (request,), _ = submit(values, pictures("front", "back"))
    images = ["https://example.org/front.png", "https://example.org/back.png"]
    assert json.loads(json.dumps(request.json)) == {"image": images, "init_image": images, **values}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("resolution", 0),
        ("resolution", 513),
        ("ss_sampling_steps", 0),
        ("ss_sampling_steps", 51),
        ("slat_sampling_steps", 0),
        ("slat_sampling_steps", 51),
        ("slat_guidance_strength", -0.1),
        ("slat_guidance_strength", 10.1),
        ("ss_guidance_strength", -1.0),
        ("mesh_simplify", 0.89),
        ("mesh_simplify", 0.981),
        ("chunk_size", 0),
        ("chunk_size", 12_001),
        ("seed", -1),
        ("seed", 2**31),
        ("output_format", "fbx"),
        ("temp", "maybe"),
        ("webhook", ""),
        ("webhook", "http://example.org/hook"),
        ("webhook", "https://"),
        ("webhook", "https://user:secret@example.org/hook"),
        ("track_id", ""),
    ],
)
def test_what_is_out_of_range_is_refused_by_name(name, value):
    with pytest.raises(InputError, match=rf"\({name}\)"):
        ModelsLabOptions.build({name: value})


def test_a_file_is_uploaded_first(tmp_path):
    path = tmp_path / "front.png"
    path.write_bytes(real_png())
    uploaded = {"status": "success", "output": ["https://up.example/1.png"]}
    (upload, create), _ = submit(views={"front": View(path)}, answers=(uploaded, PROCESSING))
    assert (upload.method, upload.url, upload.creates, upload.repeatable) == (
        "POST",
        "/api/v6/base64_to_url",
        False,
        True,
    )
    assert upload.json == {"base64_string": View(path).data_uri()}
    assert create.json == {"image": "https://up.example/1.png", "init_image": "https://up.example/1.png"}


def test_the_largest_file_stays_below_five_megabytes_as_text():
    assert ModelsLab.accepts.max_bytes * 4 / 3 + 100 < 5_000_000


UPLOADED = [
    {"output": ["https://up.example/1.png"]},
    {"output": "https://up.example/1.png"},
    {"status": "success", "link": "https://up.example/1.png"},
    {"status": "success", "output": [], "url": "https://up.example/1.png"},
]


@pytest.mark.parametrize("answer", UPLOADED)
def test_the_upload_may_say_its_address_in_four_ways(answer, tmp_path):
    (tmp_path / "a.png").write_bytes(real_png())
    (_, create), _ = submit(views={"front": View(tmp_path / "a.png")}, answers=(answer, PROCESSING))
    assert create.json["image"] == "https://up.example/1.png"


def test_several_images_are_sent_in_the_order_of_the_views():
    (request,), _ = submit({"multi_image": True}, pictures("right", "front", "left"))
    images = [f"https://example.org/{name}.png" for name in ("front", "left", "right")]
    assert request.json == {"image": images, "init_image": images, "multi_image": True}


@pytest.mark.parametrize("several", [True, False])
@pytest.mark.parametrize(
    "views", [("front", *more) for count in range(4) for more in combinations(("left", "back", "right"), count)]
)
def test_several_images_and_several_views_go_together(views, several):
    options = ModelsLabOptions.build({"multi_image": several})
    if several == (len(views) > 1):
        options.check_views(views)
        return
    with pytest.raises(InputError, match=r"Several Images \(multi_image\)") as caught:
        options.check_views(views)
    if not several:
        assert all(name in caught.value.message for name in views[1:])


@pytest.mark.parametrize("name", ["obj", "stl", "ply", "glb"])
def test_a_format_may_lose_textures(name):
    cautions = ModelsLabOptions.build({"output_format": name}).cautions()
    assert len(cautions) == (name != "glb")


def _any(one):
    if one.kind == "choice":
        return st.sampled_from([*dict(one.choices), "other"])
    values = {"bool": st.booleans(), "int": st.integers(), "float": st.floats(), "str": st.text()}[one.kind]
    if one.kind in ("int", "float") and one.maximum is not None:
        make = st.integers if one.kind == "int" else st.floats
        values |= make(type(one.default)(one.minimum), type(one.default)(one.maximum))
    return values | st.none() if one.optional else values


@given(
    st.fixed_dictionaries({}, optional={one.name: _any(one) for one in option_fields(ModelsLabOptions)}),
    st.sets(st.sampled_from(["left", "back", "right"])),
)
def test_any_values_are_options_or_a_sentence_that_names_one(values, others):
    views = ("front", *others)
    try:
        options = ModelsLabOptions.build(values)
        options.check_views(views)
    except InputError as error:
        assert any(f"({name})" in error.message for name in (*values, "multi_image"))
        return
    json.dumps(options.to_send(views), allow_nan=False)
    assert (options.credits(), options.switched_off(views)) == (None, {})
    assert ModelsLabOptions.build(options.effective(views)) == options
