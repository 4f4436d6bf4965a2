"""Tripo's simulator refuses what the documents forbid; its prices are those of the list."""

import uuid

import pytest
import requests
from pictures import GIF, bmp, jpeg, real_png
from simulators.tripo import IMAGE_LIMIT, Tripo
from simulators.tripo_rules import V30, V31

LIMIT_S = 20.0
ONE, MANY = "/v3/generation/image-to-model", "/v3/generation/multiview-to-model"
URL = "https://pictures.example/castle.png"
BODY = {"input": URL, "model": V31}
VIEWS = {"inputs": [URL, None, URL, None], "model": V31}
BARE = {"texture": False, "pbr": False}


@pytest.fixture
def sim():
    with Tripo() as one:
        yield one
        assert one.leaks == []


@pytest.fixture
def http(sim):
    def ask(method, path, key=None, **more):
        headers = {"Authorization": f"Bearer {key or sim.key}", **more.pop("headers", {})}
        return requests.request(method, sim.base_url + path, headers=headers, timeout=LIMIT_S, **more)

    return ask


@pytest.fixture
def create(http):
    return lambda path=ONE, base=BODY, **more: http("POST", path, json={**base, **more})


@pytest.fixture
def upload(http):
    return lambda data=None, field="file", name="a.png": http(
        "POST", "/v3/files", files={field: (name, real_png() if data is None else data)}
    )


def code(answer) -> tuple[int, int]:
    return answer.status_code, answer.json()["code"]


def test_a_task_from_an_upload_to_its_model(sim, http, upload, create):
    token = upload().json()["data"]["file_token"]
    made = create(input=token)
    assert made.json()["data"].keys() == {"task_id", "type", "status"}
    task = made.json()["data"]["task_id"]
    told = [http("GET", f"/v3/tasks/{task}?step=1").json()["data"] for _ in range(3)]
    assert [(one["status"], one["progress"]) for one in told] == [("queued", 0), ("running", 40), ("success", 100)]
    assert "credits_consumed" not in told[1] and told[2]["credits_consumed"] == 30.0
    assert {"created_at", "completed_at", "input", "type"} <= told[2].keys()
    link = told[2]["output"]["model_url"]
    assert link.startswith(sim.results_url) and link.partition("?")[0].endswith(".glb")
    assert requests.get(link, timeout=LIMIT_S).content == sim.result
    assert sim.creates == [{"input": token, "model": V31}]
    assert {"x-tripo-trace-id", "x-request-id"} <= {name.lower() for name in made.headers}


def test_quads_come_as_fbx_unless_the_test_names_the_file(sim, http, create):
    sim.script(["success"])

    def name():
        task = create(quad=True).json()["data"]["task_id"]
        link = http("GET", f"/v3/tasks/{task}").json()["data"]["output"]["model_url"]
        return link.partition("?")[0].rpartition("/")[2]

    assert name().endswith(".fbx")
    sim.result_name = "model.zip"
    assert name() == "model.zip"


def test_a_compressed_model_is_one(sim, http, create):
    sim.script(["success"])
    task = create(compress="geometry").json()["data"]["task_id"]
    link = http("GET", f"/v3/tasks/{task}").json()["data"]["output"]["model_url"]
    content = requests.get(link, timeout=LIMIT_S).content
    assert content.startswith(b"glTF") and b'"extensionsRequired":["KHR_mesh_quantization","EXT_meshopt' in content


GOOD = {
    "all of it": {
        "model_seed": 1, "enable_image_autofix": True, "texture": True, "pbr": True, "texture_seed": 2,
        "texture_alignment": "geometry", "texture_quality": "detailed", "geometry_quality": "detailed",
        "quad": True, "face_limit": 5000, "auto_size": True, "orientation": "align_image",
        "compress": "geometry", "export_uv": False,
    },
    "bare": BARE,
    "no pbr": {"pbr": False},
    "pbr switches texture on": {"texture": False, "orientation": "align_image", "texture_quality": "standard"},
    "upscaled, v3.0": {"model": V30, "texture_quality": "detailed", **BARE},
    "parts": {"generate_parts": True, **BARE},
    "low poly": {"smart_low_poly": True, "face_limit": 20_000},
    "low poly, least": {"smart_low_poly": True, "face_limit": 1000},
    "low poly quads": {"smart_low_poly": True, "quad": True, "face_limit": 500},
    "most faces, v3.1": {"face_limit": 1_500_000},
    "most faces, v3.1 ultra": {"face_limit": 2_000_000, "geometry_quality": "detailed"},
    "most faces, v3.0": {"model": V30, "face_limit": 1_000_000},
    "most faces, v3.0 ultra": {"model": V30, "face_limit": 1_500_000, "geometry_quality": "detailed"},
}  # fmt: skip


@pytest.mark.parametrize("more", GOOD.values(), ids=GOOD)
def test_what_the_documents_allow_is_taken(sim, create, more):
    assert code(create(**more)) == (200, 0)
    assert sim.creates == [{**BODY, **more}]
    views = {name: value for name, value in more.items() if name != "enable_image_autofix"}
    assert code(create(MANY, VIEWS, **views)) == (200, 0)


BAD = {
    "unknown field": {"style": "x"},
    "v2's type": {"type": "image_to_model"},
    "v2's version": {"model_version": V31},
    "another model": {"model": "v2.5-20250123"},
    "a marketing name": {"model": "tripo-v3.1"},
    "null": {"texture": None},
    "a number for a switch": {"texture": 1},
    "a text for a number": {"model_seed": "1"},
    "a fraction": {"face_limit": 5000.5},
    "a newer quality": {"texture_quality": "extreme"},
    "ultra": {"geometry_quality": "ultra"},
    "alignment": {"texture_alignment": "original"},
    "orientation": {"orientation": "align"},
    "compress": {"compress": ""},
    "standard when bare": {"texture_quality": "standard", **BARE},
    "detailed when bare, v3.1": {"texture_quality": "detailed", **BARE},
    "alignment when bare": {"texture_alignment": "original_image", **BARE},
    "texture seed when bare": {"texture_seed": 1, **BARE},
    "auto size when bare": {"auto_size": False, **BARE},
    "orientation when bare": {"orientation": "default", **BARE},
    "parts with texture by default": {"generate_parts": True},
    "parts with pbr by default": {"generate_parts": True, "texture": False},
    "parts with texture": {"generate_parts": True, "texture": True, "pbr": False},
    "parts with pbr": {"generate_parts": True, "texture": False, "pbr": True},
    "parts with quads": {"generate_parts": True, "quad": True, **BARE},
    "no faces": {"face_limit": 0},
    "too many, v3.1": {"face_limit": 1_500_001},
    "too many, v3.1 ultra": {"face_limit": 2_000_001, "geometry_quality": "detailed"},
    "too many, v3.0": {"model": V30, "face_limit": 1_000_001},
    "too many, v3.0 ultra": {"model": V30, "face_limit": 1_500_001, "geometry_quality": "detailed"},
    "low poly, few": {"smart_low_poly": True, "face_limit": 999},
    "low poly, many": {"smart_low_poly": True, "face_limit": 20_001},
    "low poly quads, few": {"smart_low_poly": True, "quad": True, "face_limit": 499},
    "low poly quads, many": {"smart_low_poly": True, "quad": True, "face_limit": 10_001},
}


@pytest.mark.parametrize("more", BAD.values(), ids=BAD)
def test_what_the_documents_forbid_is_refused(sim, create, more):
    field = "face_limit" if "face_limit" in more else next(iter(more))
    for answer in (create(**more), create(MANY, VIEWS, **more)):
        assert code(answer) == (400, 1004)
        assert answer.json().keys() == {"code", "status", "message", "suggestion", "request_id"}
        assert answer.json()["message"].startswith(f"The parameter is invalid: {field}: ")
    assert sim.paid == 0


@pytest.mark.parametrize(
    ("value", "refusal"),
    [
        ("data:image/png;base64,iVBORw0KGgo=", (400, 1004)),
        ("file_" + str(uuid.uuid4()), (400, 1004)),
        (str(uuid.uuid4()), (404, 2001)),
        ("", (400, 1004)),
        (None, (400, 1004)),
        ({"file_token": "x"}, (400, 1004)),
        ("castle.png", (400, 1004)),
    ],
)
def test_inputs_that_are_no_images(sim, create, value, refusal):
    assert code(create(input=value)) == refusal
    if value is not None:
        assert code(create(MANY, VIEWS, inputs=[URL, value, None, None])) == refusal
    assert sim.paid == 0


@pytest.mark.parametrize(
    "views",
    [[URL, None, None, None], [None, URL, URL, URL], [URL, URL], [URL] * 5, [], {"front": URL}, [{"front": URL}] * 4],
)
def test_views_stand_in_their_places(sim, create, views):
    assert code(create(MANY, VIEWS, inputs=views)) == (400, 1004)
    assert sim.paid == 0


def test_what_must_be_there_and_where(create, http):
    for path, body in ((ONE, {"model": V31}), (ONE, {"input": URL}), (MANY, {"model": V31})):
        assert code(http("POST", path, json=body)) == (400, 1004)
    assert code(create(MANY, VIEWS, enable_image_autofix=False)) == (400, 1004)
    assert code(create(ONE, VIEWS)) == (400, 1004)


def test_bodies_methods_paths_and_keys(http, create):
    json = {"Content-Type": "application/json"}
    assert code(http("POST", ONE, data=b"{", headers=json)) == (400, 1003)
    assert code(http("POST", ONE, data=b"{}")) == (415, 1003)
    assert code(http("POST", "/v3/files", data=b"{}", headers=json)) == (415, 1003)
    assert code(http("GET", ONE)) == (405, 1003)
    assert code(http("GET", "/v2/openapi/user/balance")) == (404, 4001)
    assert code(http("GET", "/v3/account/balance", key="tsk_other")) == (401, 2)
    assert code(http("GET", f"/v3/tasks/{uuid.uuid4()}")) == (404, 2001)


def test_uploads_are_images_of_up_to_20_mb(upload, http):
    for data in (jpeg(64, 64), bmp(8, 8), real_png() + bytes(IMAGE_LIMIT - len(real_png()))):
        assert code(upload(data)) == (200, 0)
    assert code(upload(b"")) == (400, 2003)
    assert code(upload(GIF)) == (400, 2004)
    assert code(upload(real_png() + bytes(IMAGE_LIMIT))) == (400, 2021)
    assert code(upload(field="image")) == (400, 1004)
    form = {"file": ("a.png", real_png()), "type": (None, "png")}
    assert code(http("POST", "/v3/files", files=form)) == (400, 1004)


def test_tokens_live_for_a_day(sim, upload, create):
    token = upload().json()["data"]["file_token"]
    sim.forward(23 * 3600)
    assert code(create(input=token)) == (200, 0)
    sim.forward(2 * 3600)
    assert code(create(input=token)) == (400, 1004)


def test_a_presigned_upload_is_put_without_the_key(sim, http, create):
    given = http("POST", "/v3/files/presign", json={"format": "png"}).json()["data"]
    address, token = given["presigned_url"], given["file_token"]
    assert address.startswith(sim.results_url) and given["expires_in"] == 1800
    assert code(create(input=token)) == (400, 1004), "nothing is behind it yet"
    about = {"headers": {"Content-Type": "image/png"}, "timeout": LIMIT_S}
    assert requests.put(address, real_png(), timeout=LIMIT_S).status_code == 400
    assert requests.put(address.partition("?")[0], real_png(), **about).status_code == 403
    assert requests.put(address, real_png(), **about).status_code == 200
    assert requests.put(address, real_png(), **about).status_code == 403, "once"
    assert code(create(input=token)) == (200, 0)
    late = http("POST", "/v3/files/presign", json={"format": "png"}).json()["data"]["presigned_url"]
    sim.forward(1801)
    assert requests.put(late, real_png(), **about).status_code == 403
    assert code(http("POST", "/v3/files/presign", json={"format": "gif"})) == (400, 1004)


def test_credits_are_frozen_charged_and_given_back(sim, http, create):
    def balance():
        told = http("GET", "/v3/account/balance").json()["data"]
        return told["balance"], told["frozen"]

    def end(task):
        return [http("GET", f"/v3/tasks/{task}").json()["data"] for _ in range(4)][-1]

    sim.balance = 100.5
    good = create().json()["data"]["task_id"]
    assert balance() == (70.5, 30.0)
    end(good)
    assert balance() == (70.5, 0.0)
    sim.fail_tasks(2018, "Too complex to remesh")
    failed = end(create().json()["data"]["task_id"])
    assert (failed["status"], failed["error_code"], failed["credits_consumed"]) == ("failed", 2018, 0.0)
    assert (failed["error_message"], failed["output"], balance()) == ("Too complex to remesh", {}, (70.5, 0.0))
    assert code(create(geometry_quality="detailed", quad=True)) == (200, 0)
    assert code(create()) == (403, 2010)
    assert sim.paid == 3
    rows = http("GET", "/v3/account/usage?limit=2&offset=1").json()["data"]["items"]
    assert [(one["status"], one["credits_consumed"]) for one in rows] == [("failed", 0.0), ("success", 30.0)]
    assert code(http("GET", "/v3/account/usage?limit=201")) == (400, 1004)


def test_several_tasks_in_one_question(http, create):
    task = create().json()["data"]["task_id"]
    told = http("POST", "/v3/tasks/list", json={"task_ids": [task, "none"]}).json()["data"]
    assert told["tasks"][task]["status"] == "queued"
    assert told["missed"] == ["none"]
    assert code(http("POST", "/v3/tasks/list", json={"task_ids": []})) == (400, 1004)
    assert code(http("POST", "/v3/tasks/list", json={"task_ids": ["x"] * 101})) == (400, 1004)


def test_an_ordered_error_has_tripos_form(sim, create):
    sim.refuse_next("POST " + ONE, 429, 2000, "Too many tasks", Retry_After="1")
    answer = create()
    assert (code(answer), answer.headers["Retry-After"], sim.paid) == ((429, 2000), "1", 0)
    assert code(create()) == (200, 0)
