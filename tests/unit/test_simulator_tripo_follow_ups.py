"""Tripo's simulator makes of a model what the documents allow, refuses the rest, and charges the list's prices."""

import uuid

import pytest
import requests
from simulators import tripo_follow_up_rules as rules
from test_simulator_tripo import LIMIT_S, ONE, URL, code, create, http, sim, upload  # noqa: F401 - fixtures

RIG, RETARGET = "/v3/animations/rig", "/v3/animations/retarget"
TEXTURE, SEGMENT, DECIMATE = "/v3/models/texture", "/v3/mesh/segment", "/v3/mesh/decimate"
KINDS = {
    RIG: "animate_rig",
    RETARGET: "animate_retarget",
    TEXTURE: "texture_model",
    SEGMENT: "mesh_segmentation",
    DECIMATE: "highpoly_to_lowpoly",
}
WALK = {"animation": "preset:biped:walk"}
NEW_RIG, NEW_TEXTURE = {"model": rules.RIG_V25}, {"model": rules.TEXTURE_V35}
NEW_PARTS, NEW_FACES = {"model": rules.SEGMENT_V2}, {"model": rules.DECIMATE_V3}
BARE = {"texture": False, "pbr": False}


@pytest.fixture
def follow(sim, http):  # noqa: F811
    """Ask for something of a task, which is there and has succeeded when the test gives none."""
    sim.script(["success"])

    def ask(path, place="input", source=None, rig=None, **more):
        kind = "animate_rig" if path == RETARGET else "image_to_model"
        task = source or sim.new_task(kind, rig or {}, 0.0).id
        sim.creates.clear()
        return http("POST", path, json={place: task, **more})

    return ask


def made(answer) -> str:
    assert code(answer) == (200, 0), answer.text
    return answer.json()["data"]["task_id"]


def told(http, task):  # noqa: F811
    return http("GET", f"/v3/tasks/{task}").json()["data"]


GOOD = [
    (25, RIG, {}),
    (25, RIG, {"model": rules.RIG_V1, "rig_type": "biped", "spec": "mixamo", "out_format": "fbx"}),
    (25, RIG, {**NEW_RIG, "rig_type": "aquatic", "spec": "tripo", "out_format": "glb"}),
    (25, RIG, {"model": rules.RIG_V3, "rig_type": "avian", "spec": "vrm"}),
    (10, RETARGET, WALK),
    (10, RETARGET, {"animations": ["preset:biped:press-up"]}),
    (50, RETARGET, {"animations": [f"preset:biped:dance_0{one}" for one in range(1, 6)]}),
    (20, RETARGET, {"rig": NEW_RIG, "animations": ["preset:idle", "preset:walk"], "animate_in_place": True}),
    (10, RETARGET, {"rig": {"model": rules.RIG_V3, "spec": "tripo"}, "animation": "preset:turn"}),
    (10, RETARGET, {"rig": {**NEW_RIG, "rig_type": "aquatic"}, "animation": "preset:aquatic:march"}),
    (10, RETARGET, {**WALK, "out_format": "fbx", "export_with_geometry": False}),
    (10, RETARGET, {**WALK, "out_format": "glb", "bake_animation": False}),
    (10, TEXTURE, {}),
    (10, TEXTURE, {"texture_quality": "standard", "pbr": False}),
    (20, TEXTURE, {"texture_quality": "detailed", **BARE}),
    (30, TEXTURE, {"texture_quality": "extreme", "texture_prompt": {"text": "x" * 1024, "style_image": URL}}),
    (10, TEXTURE, {**NEW_TEXTURE, "texture_quality": "fast", "delight": False}),
    (10, TEXTURE, {"model": rules.TEXTURE_V25, "texture_prompt": {"image": URL}, "compress": "geometry"}),
    (10, TEXTURE, {"texture_prompt": {"images": [URL] * 4}, "texture_alignment": "geometry", "texture_seed": 1}),
    (10, TEXTURE, {"texture": False, "bake": False, "part_names": ["head"]}),
    (40, SEGMENT, {}),
    (40, SEGMENT, {"model": rules.SEGMENT_V1}),
    (40, SEGMENT, {**NEW_PARTS, "segmentation_granularity": "simple", "split_by_connectivity": True}),
    (40, SEGMENT, {**NEW_PARTS, "ref_image": URL}),
    (30, DECIMATE, {}),
    (10, DECIMATE, {"model": rules.DECIMATE_V1, "face_limit": 20_000, "bake": False}),
    (30, DECIMATE, {"model": rules.DECIMATE_V2, "face_limit": 500, "part_names": ["head", "hand"]}),
    (30, DECIMATE, {**NEW_FACES, "smart_uv": True, "quad": True, "face_limit": 10_000}),
]


@pytest.mark.parametrize(("credits", "path", "more"), GOOD)
def test_what_the_documents_allow_is_taken_for_its_price(sim, http, follow, credits, path, more):  # noqa: F811
    for place in ("input", "original_model_task_id"):
        before = sim.balance
        task = made(follow(path, place, **more))
        assert sim.paid == 1 and sim.creates[0].keys() == {place, *more} - {"rig"}
        end = told(http, task)
        assert (end["type"], end["status"], end["credits_consumed"]) == (KINDS[path], "success", credits)
        assert before - sim.balance == credits
    usage = http("GET", "/v3/account/usage?limit=1").json()["data"]["items"]
    assert [(one["task_id"], one["type"], one["credits_consumed"]) for one in usage] == [(task, KINDS[path], credits)]


BAD = [
    ("style", RIG, {"style": "x"}),
    ("model_version", RIG, {"model_version": rules.RIG_V1}),
    ("model", RIG, {"model": "v2.0-20250506"}),
    ("rig_type", RIG, {"rig_type": "quadruped"}),
    ("rig_type", RIG, {**NEW_RIG, "rig_type": "others"}),
    ("spec", RIG, {"spec": "unity"}),
    ("spec", RIG, {**NEW_RIG, "spec": "maya"}),
    ("out_format", RIG, {"out_format": "obj"}),
    ("animation", RETARGET, {}),
    ("animation", RETARGET, {**WALK, "animations": ["preset:biped:walk"]}),
    ("animation", RETARGET, {"animation": "preset:walk"}),
    ("animation", RETARGET, {"rig": NEW_RIG, **WALK}),
    ("animation", RETARGET, {"rig": NEW_RIG, "animation": "preset:quadruped:walk"}),
    ("animation", RETARGET, {"animations": ["preset:biped:walk", "preset:walk"]}),
    ("animation", RETARGET, {"animations": [{"name": "walk"}]}),
    ("animations", RETARGET, {"animations": []}),
    ("animations", RETARGET, {"animations": ["preset:biped:walk"] * 6}),
    ("bake_animation", RETARGET, {**WALK, "bake_animation": True, "out_format": "fbx"}),
    ("animate_in_place", RETARGET, {**WALK, "animate_in_place": 1}),
    ("model", TEXTURE, {"model": "v3.1-20260211"}),
    ("model_seed", TEXTURE, {"model_seed": 1}),
    ("texture_quality", TEXTURE, BARE),
    ("texture_quality", TEXTURE, {"texture_quality": "standard", **BARE}),
    ("texture_quality", TEXTURE, {"texture_quality": "detailed", **NEW_TEXTURE, **BARE}),
    ("texture_quality", TEXTURE, {"texture_quality": "fast"}),
    ("delight", TEXTURE, {"delight": True}),
    ("compress", TEXTURE, {"compress": ""}),
    ("part_names", TEXTURE, {"part_names": []}),
    ("part_names", TEXTURE, {"part_names": [1]}),
    ("texture_prompt", TEXTURE, {"texture_prompt": "rust"}),
    ("texture_prompt", TEXTURE, {"texture_prompt": {}}),
    ("texture_prompt", TEXTURE, {"texture_prompt": {"text": "rust", "image": URL}}),
    ("texture_prompt.text", TEXTURE, {"texture_prompt": {"text": "x" * 1025}}),
    ("texture_prompt.prompt", TEXTURE, {"texture_prompt": {"prompt": "rust"}}),
    ("texture_prompt.images", TEXTURE, {"texture_prompt": {"images": [URL] * 3}}),
    ("texture_prompt.images", TEXTURE, {"texture_prompt": {"images": [URL, None, URL, URL]}}),
    ("texture_prompt.image", TEXTURE, {"texture_prompt": {"image": "castle.png"}}),
    ("texture_prompt.style_image", TEXTURE, {"texture_prompt": {"image": URL, "style_image": URL}}),
    ("texture_prompt.style_image", TEXTURE, {"texture_prompt": {"text": "rust", "style_image": "castle.png"}}),
    ("model", SEGMENT, {"model": "v2.0"}),
    ("segmentation_granularity", SEGMENT, {"segmentation_granularity": "simple"}),
    ("segmentation_granularity", SEGMENT, {**NEW_PARTS, "segmentation_granularity": "fine"}),
    ("split_by_connectivity", SEGMENT, {"model": rules.SEGMENT_V1, "split_by_connectivity": False}),
    ("ref_image", SEGMENT, {"ref_image": URL}),
    ("ref_image", SEGMENT, {**NEW_PARTS, "ref_image": "castle.png"}),
    ("model", DECIMATE, {"model": "P-v2.0-20251225"}),
    ("face_limit", DECIMATE, {"face_limit": 499}),
    ("face_limit", DECIMATE, {"face_limit": 20_001}),
    ("face_limit", DECIMATE, {"face_limit": 10_001, "quad": True}),
    ("part_names", DECIMATE, {"part_names": "head"}),
    ("part_names", DECIMATE, {"part_names": ["head", ""]}),
    ("smart_uv", DECIMATE, {"smart_uv": False}),
]


@pytest.mark.parametrize(("field", "path", "more"), BAD)
def test_what_the_documents_forbid_is_refused(sim, follow, field, path, more):  # noqa: F811
    answer = follow(path, **more)
    assert code(answer) == (400, 1004)
    assert answer.json()["message"].startswith(f"The parameter is invalid: {field}: ")
    assert sim.paid == 0


MORE = {RIG: {}, RETARGET: WALK, TEXTURE: {}, SEGMENT: {}, DECIMATE: {}}


@pytest.mark.parametrize("path", KINDS)
def test_the_task_must_be_named_once_and_be_there(sim, http, follow, path):  # noqa: F811
    more = MORE[path]
    there = sim.new_task("animate_rig" if path == RETARGET else "image_to_model", {}, 0.0).id
    assert code(follow(path, source=str(uuid.uuid4()), **more)) == (404, 2001)
    assert code(follow(path, source="file_" + str(uuid.uuid4()), **more)) == (400, 1004)
    assert code(follow(path, source=there, original_model_task_id=there, **more)) == (400, 1004)
    assert code(http("POST", path, json=more)) == (400, 1004)
    assert code(http("POST", path, json={"input": 5, **more})) == (400, 1004)
    assert code(http("POST", path, data=b"{}")) == (415, 1003)
    assert sim.paid == 0
    assert code(http("GET", path)) == (405, 1003)


@pytest.mark.parametrize("path", KINDS)
@pytest.mark.parametrize("steps", [["queued"], [("running", 40)], ["failed"], ["banned"]])
def test_the_task_must_have_succeeded(sim, follow, path, steps):  # noqa: F811
    sim.script(steps)
    assert code(follow(path, **MORE[path])) == (400, 2007)
    assert sim.paid == 0


FITTING = {
    RIG: "image_to_model multiview_to_model texture_model highpoly_to_lowpoly",
    RETARGET: "animate_rig",
    TEXTURE: "image_to_model multiview_to_model texture_model",
    SEGMENT: "image_to_model multiview_to_model texture_model highpoly_to_lowpoly",
    DECIMATE: "image_to_model multiview_to_model texture_model highpoly_to_lowpoly mesh_segmentation",
}


@pytest.mark.parametrize("path", KINDS)
def test_the_task_must_be_of_a_fitting_type(sim, follow, path):  # noqa: F811
    for kind in ("image_to_model", "multiview_to_model", *KINDS.values()):
        answer = code(follow(path, source=sim.new_task(kind, {}, 0.0).id, **MORE[path]))
        wrong = (400, 2012 if path == RETARGET else 2006)
        assert answer == ((200, 0) if kind in FITTING[path].split() else wrong), kind


@pytest.mark.parametrize(("spec", "refusal"), [("tripo", (200, 0)), ("mixamo", (400, 2012)), ("unity", (400, 2012))])
def test_only_a_rig_of_tripos_own_spec_moves(follow, spec, refusal):
    rig = {**NEW_RIG, "spec": spec}
    assert code(follow(RETARGET, rig=rig, animation="preset:walk")) == refusal


def test_pictures_are_uploads_or_addresses(sim, follow, upload):  # noqa: F811
    token = upload().json()["data"]["file_token"]
    assert code(follow(TEXTURE, texture_prompt={"image": token})) == (200, 0)
    assert code(follow(TEXTURE, texture_prompt={"images": [token, URL, token, URL]})) == (200, 0)
    assert code(follow(SEGMENT, **NEW_PARTS, ref_image=token)) == (200, 0)
    sim.forward(25 * 3600)
    assert code(follow(TEXTURE, texture_prompt={"images": [URL, URL, URL, token]})) == (400, 1004)


@pytest.mark.parametrize(
    ("path", "credits", "more"),
    [(RIG, 25, {}), (RETARGET, 20, {"animations": ["preset:biped:walk", "preset:biped:run"]}), (SEGMENT, 40, {})],
)
def test_without_enough_credits_nothing_is_made(sim, follow, path, credits, more):  # noqa: F811
    sim.balance = credits - 1.0
    assert code(follow(path, **more)) == (403, 2010)
    assert sim.paid == 0 and sim.balance == credits - 1
    sim.balance = credits
    assert code(follow(path, **more)) == (200, 0)
    assert sim.balance == 0


def test_credits_come_back_when_a_follow_up_fails(sim, http, follow):  # noqa: F811
    source = sim.new_task("image_to_model", {}, 0.0).id
    sim.fail_tasks(2018, "Too complex to remesh")
    task = made(follow(DECIMATE, source=source))
    assert sim.balance == 970
    end = [told(http, task) for _ in range(3)][-1]
    assert (end["status"], end["error_code"], end["output"], sim.balance) == ("failed", 2018, {}, 1000)


@pytest.mark.parametrize(
    ("path", "more", "ending"),
    [
        (RIG, {}, "glb"),
        (RIG, {"out_format": "fbx"}, "fbx"),
        (RETARGET, WALK, "glb"),
        (RETARGET, {**WALK, "out_format": "fbx"}, "fbx"),
        (TEXTURE, {}, "glb"),
        (SEGMENT, {}, "glb"),
        (DECIMATE, {}, "glb"),
        (DECIMATE, {"quad": True}, "fbx"),
    ],
)
def test_the_model_file_is_named_as_it_is(sim, http, follow, path, more, ending):  # noqa: F811
    link = told(http, made(follow(path, **more)))["output"]["model_url"]
    assert link.partition("?")[0].endswith("." + ending)
    assert requests.get(link, timeout=LIMIT_S).content == sim.result
    sim.result_name = "model.zip"
    assert "/model.zip?" in told(http, made(follow(path, **more)))["output"]["model_url"]


def test_a_compressed_texture_is_one(http, follow):  # noqa: F811
    link = told(http, made(follow(TEXTURE, compress="geometry")))["output"]["model_url"]
    assert b'"EXT_meshopt' in requests.get(link, timeout=LIMIT_S).content


def test_a_test_gives_each_type_its_own_file(sim, http, create, follow):  # noqa: F811
    sim.results = {"animate_rig": b"glTF rig", "animate_retarget": b"glTF walk", "mesh_segmentation": b"glTF parts"}

    def content(task):
        return requests.get(told(http, task)["output"]["model_url"], timeout=LIMIT_S).content

    model = made(create(ONE))
    rig = made(follow(RIG, source=model))
    walk = made(follow(RETARGET, source=rig, **WALK))
    parts = made(follow(SEGMENT, source=model))
    assert content(model) == content(made(follow(TEXTURE, source=model))) == sim.result
    assert [content(rig), content(walk), content(parts)] == list(sim.results.values())
    sim.results["animate_rig"] = b"glTF other"
    assert content(rig) == b"glTF other", "as it is when it is downloaded"
