"""Tripo: what is sent, what is forbidden, what it costs. JSON in, JSON out."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from pictures import jpeg, real_png, webp
from tripo_answers import Script, ok, panel_values

from blender_addon.core.errors import InputError
from blender_addon.core.options import find_field, option_fields
from blender_addon.core.provider import Created, Source
from blender_addon.core.source import View
from blender_addon.providers.tripo import Tripo, TripoOptions

V31, V30 = "v3.1-20260211", "v3.0-20250812"
LINK = View(link="https://example.org/chair.png")
TASK = Created("1ec04ced-4b87-44f6-a296-beee80777941")
STARTED = ok({"task_id": TASK.provider_task, "type": "image_to_model", "status": "queued"})
BARE = {"texture": False, "pbr": False}
TEXTURED_ONLY = {"texture_seed": 7, "texture_alignment": "geometry", "auto_size": True, "orientation": "align_image"}


def submit(values=None, answers=(STARTED,), options=None, **views):
    """Return what was asked, and what came of it."""
    script = Script(list(answers))
    source = Source(views or {"front": LINK}, "t1", "k1")
    return script.asked, script.play(Tripo().submit(source, options or TripoOptions.build(values or {})))


@pytest.fixture
def pictures(tmp_path):
    """Give a PNG, a JPEG and a WebP."""
    found = {"front": real_png(), "left": jpeg(64, 64), "back": webp(b"VP8X", 64, 64)}
    for name, content in found.items():
        (tmp_path / name).write_bytes(content)
    return {name: View(tmp_path / name) for name in found}


# ---- what is sent
def test_a_file_is_uploaded_and_its_token_is_the_input(pictures):
    (upload, create), created = submit(
        answers=[ok({"file_token": "file_0d5f"}), STARTED], front=pictures["front"], options=None
    )
    assert (upload.method, upload.url, upload.json, upload.creates) == ("POST", "/v3/files", None, False)
    assert upload.repeatable
    assert (upload.upload.field, upload.upload.name, upload.upload.mime) == ("file", "image.png", "image/png")
    assert upload.upload.path == pictures["front"].path
    assert (create.method, create.url) == ("POST", "/v3/generation/image-to-model")
    assert (create.creates, create.repeatable) == (True, False)
    assert create.json == {"input": "file_0d5f", "model": V31}
    assert created == TASK


def test_a_public_address_is_passed_on_as_it_is():
    (create,), _ = submit()
    assert create.json == {"input": LINK.link, "model": V31}


def test_views_have_their_places_and_null_where_there_is_none(pictures):
    tokens = [ok({"file_token": f"file_{number}"}) for number in range(2)]
    (first, second, create), _ = submit(answers=[*tokens, STARTED], back=pictures["back"], front=pictures["front"])
    assert [one.upload.path for one in (first, second)] == [pictures["front"].path, pictures["back"].path]
    assert create.url == "/v3/generation/multiview-to-model"
    assert create.json == {"inputs": ["file_0", None, "file_1", None], "model": V31}


def test_four_views_and_an_address_among_files(pictures):
    tokens = [ok({"file_token": f"file_{number}"}) for number in range(3)]
    asked, _ = submit(answers=[*tokens, STARTED], right=LINK, **pictures)
    assert asked[-1].json["inputs"] == ["file_0", "file_1", "file_2", LINK.link]
    assert [one.upload.name for one in asked[:-1]] == ["image.png", "image.jpg", "image.webp"]
    assert [one.upload.mime for one in asked[:-1]] == ["image/png", "image/jpeg", "image/webp"]


WIRE = {
    "model_version": ({"model_version": V30}, {"model": V30}),
    "texture": (BARE, BARE),
    "pbr": ({"pbr": False}, {"pbr": False}),
    "texture_quality": ({"texture_quality": "detailed"},) * 2,
    "geometry_quality": ({"geometry_quality": "detailed"},) * 2,
    "face_limit": ({"face_limit": 5000},) * 2,
    "quad": ({"quad": True},) * 2,
    "smart_low_poly": ({"smart_low_poly": True},) * 2,
    "generate_parts": ({"generate_parts": True, **BARE},) * 2,
    "auto_size": ({"auto_size": True},) * 2,
    "orientation": ({"orientation": "align_image"},) * 2,
    "texture_alignment": ({"texture_alignment": "geometry"},) * 2,
    "enable_image_autofix": ({"enable_image_autofix": True},) * 2,
    "model_seed": ({"model_seed": 0},) * 2,
    "texture_seed": ({"texture_seed": 2**31 - 1},) * 2,
    "export_uv": ({"export_uv": False},) * 2,
    "compress": ({"compress": "geometry"},) * 2,
}


def test_every_option_is_proven_on_the_wire():
    assert set(WIRE) == {one.name for one in option_fields(TripoOptions)}


@pytest.mark.parametrize(("values", "fields"), WIRE.values(), ids=WIRE)
def test_an_option_is_in_the_body(values, fields):
    (create,), _ = submit(options=TripoOptions(**values))
    assert create.json == {"input": LINK.link, "model": V31} | fields


# ---- rules
def test_pbr_switches_texture_on_and_says_so():
    options = TripoOptions.build({"texture": False})
    assert options.textured
    assert options.effective()["texture"]
    assert "texture" in options.switched_off()
    assert options.to_send() == {"model_version": V31}
    assert options.cautions() == []
    (told,) = options.unused()
    assert "(pbr)" in told
    assert "(texture)" in told


def test_a_bare_model_sends_both_switches_and_nothing_about_textures():
    options = TripoOptions.build({**BARE, **TEXTURED_ONLY})
    assert [one for one in TEXTURED_ONLY if f"({one}) is not sent." in "".join(options.unused())] == [*TEXTURED_ONLY]
    assert set(options.switched_off()) == set(TEXTURED_ONLY)
    assert options.to_send() == {"model_version": V31, **BARE}
    assert TripoOptions.build({**TEXTURED_ONLY, "texture": False}).to_send() == {"model_version": V31, **TEXTURED_ONLY}


def test_several_views_are_not_improved(pictures):
    options = TripoOptions.build({"enable_image_autofix": True})
    assert options.to_send(("front",))["enable_image_autofix"]
    assert "enable_image_autofix" not in options.to_send(("front", "left"))
    (create,), _ = submit({"enable_image_autofix": True}, front=LINK, left=LINK)
    assert create.json == {"inputs": [LINK.link, LINK.link, None, None], "model": V31}


FORBIDDEN = {
    "parts, textured": ({"generate_parts": True}, "generate_parts", "texture", "pbr"),
    "parts with a texture": ({"generate_parts": True, "pbr": False}, "generate_parts", "texture"),
    "parts with PBR": ({"generate_parts": True, "texture": False}, "generate_parts", "pbr"),
    "parts with quads": ({"generate_parts": True, "quad": True, **BARE}, "generate_parts", "quad"),
    "bare and detailed": (
        {"texture_quality": "detailed", **BARE},
        "texture_quality",
        "texture",
        "pbr",
        "model_version",
    ),
    "low poly, too few": ({"smart_low_poly": True, "face_limit": 999}, "smart_low_poly", "face_limit"),
    "low poly, too many": ({"smart_low_poly": True, "face_limit": 20_001}, "smart_low_poly", "face_limit"),
    "low quads, too few": (
        {"smart_low_poly": True, "quad": True, "face_limit": 499},
        "smart_low_poly",
        "quad",
        "face_limit",
    ),
    "low quads, too many": (
        {"smart_low_poly": True, "quad": True, "face_limit": 10_001},
        "smart_low_poly",
        "quad",
        "face_limit",
    ),
    "v3.1": ({"face_limit": 1_500_001}, "face_limit", "model_version", "geometry_quality"),
    "v3.1 ultra": ({"face_limit": 2_000_001, "geometry_quality": "detailed"}, "face_limit"),
    "v3.0": ({"face_limit": 1_000_001, "model_version": V30}, "face_limit", "model_version", "geometry_quality"),
    "v3.0 ultra": (
        {"face_limit": 1_500_001, "model_version": V30, "geometry_quality": "detailed"},
        "face_limit",
        "model_version",
        "geometry_quality",
    ),
    "no face": ({"face_limit": 0}, "face_limit"),
    "seed": ({"model_seed": 2**31}, "model_seed"),
    "old model": ({"model_version": "v2.5-20250123"}, "model_version"),
}


@pytest.mark.parametrize(("values", "names"), [(one[0], one[1:]) for one in FORBIDDEN.values()], ids=FORBIDDEN)
def test_what_the_document_forbids_is_one_sentence_naming_the_options(values, names):
    with pytest.raises(InputError) as caught:
        TripoOptions.build(values)
    for name in names:
        assert f"{find_field(TripoOptions, name).title} ({name})" in caught.value.message


@pytest.mark.parametrize(
    "values",
    [
        {"generate_parts": True, **BARE},
        {"texture_quality": "detailed", "model_version": V30, **BARE},
        {"texture_quality": "standard", **BARE},
        {"texture_quality": "detailed", "texture": False},
        {"smart_low_poly": True, "face_limit": 1000},
        {"smart_low_poly": True, "face_limit": 20_000},
        {"smart_low_poly": True, "quad": True, "face_limit": 500},
        {"smart_low_poly": True, "quad": True, "face_limit": 10_000},
        {"face_limit": 1_500_000},
        {"face_limit": 2_000_000, "geometry_quality": "detailed"},
        {"face_limit": 1_000_000, "model_version": V30},
        {"face_limit": 1_500_000, "model_version": V30, "geometry_quality": "detailed"},
        {"face_limit": 150_001, "quad": True},
    ],
)
def test_what_the_document_allows_is_allowed(values):
    TripoOptions.build(values)


def test_standard_quality_of_a_bare_model_is_not_sent():
    assert "texture_quality" not in TripoOptions.build({"texture_quality": "standard", **BARE}).to_send()
    sent = TripoOptions.build({"texture_quality": "detailed", "model_version": V30, **BARE}).to_send()
    assert sent["texture_quality"] == "detailed"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, None),
        ({"quad": True}, None),
        ({"quad": True, "face_limit": 150_000}, None),
        ({"face_limit": 150_001}, None),
        ({"quad": True, "face_limit": 150_001}, "above 150,000"),
        ({"smart_low_poly": True, "generate_parts": True, **BARE}, "in one piece"),
    ],
)
def test_the_artist_is_warned(values, words):
    told = TripoOptions.build(values).cautions()
    assert (words is None and not told) or (words and words in "".join(told))


# ---- money: worked out by hand from Tripo's list
PRICES = [
    ({}, 30),
    ({"model_version": V30}, 30),
    ({"pbr": False}, 30),
    ({"texture": False}, 30),  # PBR brings the texture, and its price
    (BARE, 20),
    ({"texture_quality": "detailed"}, 40),
    ({"texture_quality": "detailed", "pbr": False}, 40),
    ({"texture_quality": "detailed", "model_version": V30, **BARE}, 30),
    ({"geometry_quality": "detailed"}, 50),
    ({"geometry_quality": "detailed", **BARE}, 40),
    ({"geometry_quality": "detailed", "texture_quality": "detailed"}, 60),
    ({"smart_low_poly": True}, 40),
    ({"smart_low_poly": True, **BARE}, 30),
    ({"smart_low_poly": True, "quad": True, "face_limit": 5000}, 45),
    ({"quad": True}, 35),
    ({"quad": True, **BARE}, 25),
    ({"quad": True, "geometry_quality": "detailed"}, 55),
    ({"quad": True, "texture_quality": "detailed"}, 45),
    ({"generate_parts": True, **BARE}, 40),
    ({"generate_parts": True, "geometry_quality": "detailed", **BARE}, 60),
    ({"generate_parts": True, "smart_low_poly": True, **BARE}, 50),
    ({"generate_parts": True, "texture_quality": "detailed", "model_version": V30, **BARE}, 50),
    ({"texture_quality": "detailed", "geometry_quality": "detailed", "smart_low_poly": True, "quad": True}, 75),
    ({"smart_low_poly": True, "geometry_quality": "detailed", "quad": True, **BARE}, 55),
    ({"face_limit": 2000, "export_uv": False, "auto_size": True, "enable_image_autofix": True, "model_seed": 1}, 30),
]


@pytest.mark.parametrize(("values", "credits"), PRICES)
def test_the_estimate_is_right_to_the_credit(values, credits):
    assert TripoOptions.build(values).credits() == Decimal(credits)


@given(panel_values(TripoOptions))
def test_whatever_a_panel_holds_is_built_or_is_a_sentence_naming_a_field(values):
    try:
        options = TripoOptions.build(values)
    except InputError as error:
        assert any(f"({name})" in error.message for name in values)
        return
    assert 20 <= options.credits() <= 80
    for views in (("front",), ("front", "left")):
        kept = options.effective(views)
        again = TripoOptions.build(json.loads(json.dumps(kept)))
        assert again.effective(views) == kept
        assert again.to_send(views) == options.to_send(views)
        assert again.credits() == options.credits()
        assert not set(options.switched_off(views)) & set(options.to_send(views))
        assert all(isinstance(one, str) for one in options.cautions(views))


def test_what_is_declared():
    assert Tripo.regions == {"international": Tripo.base_url, "china": "https://openapi.tripo3d.com"}
    assert Tripo.base_url == "https://openapi.tripo3d.ai"
    assert (Tripo.views, Tripo.front_axis) == (("front", "left", "back", "right"), "+X")
    assert (Tripo.accepts.min_side, Tripo.accepts.max_side) == (20, 6000)
    assert Tripo.accepts.max_bytes <= 20 * 2**20
    assert Tripo.formats == ("GLB", "FBX")
