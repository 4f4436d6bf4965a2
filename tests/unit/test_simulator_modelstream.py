"""The simulator of ModelStream refuses what its page forbids, and answers as Tripo's v2 where the page is silent."""

import pytest
import requests
from pictures import bmp, real_png
from simulators.modelstream import PATH, ModelStream

LIMIT_S = 20.0
URL = "https://pictures.example/castle.png"
BODY = {"type": "image_to_model", "model": "image_to_model", "file": {"type": "png", "url": URL}}


@pytest.fixture
def sim():
    with ModelStream() as one:
        yield one
        assert one.leaks == []


@pytest.fixture
def http(sim):
    def ask(method, path, key=None, **more):
        headers = {"Authorization": f"Bearer {key or sim.key}"}
        return requests.request(method, sim.base_url + PATH + path, headers=headers, timeout=LIMIT_S, **more)

    return ask


def upload(http, data=None, name="a.png"):
    return http("POST", "/upload", files={"file": (name, data or real_png())})


def without(name):
    return {key: value for key, value in BODY.items() if key != name}


def test_a_task_from_an_upload_to_its_model(sim, http):
    token = upload(http).json()["data"]["image_token"]
    body = {**BODY, "file": {"type": "png", "file_token": token}, "quad": True}
    made = http("POST", "/task", json=body)
    assert (made.status_code, made.json()["code"]) == (200, 0)
    task = made.json()["data"]["task_id"]
    told = [http("GET", f"/task/{task}").json()["data"] for _ in range(3)]
    assert [(one["status"], one["progress"]) for one in told] == [("queued", 0), ("running", 40), ("success", 100)]
    link = told[-1]["output"]["pbr_model"]
    assert link.startswith(sim.results_url) and link.partition("?")[0].endswith(".fbx")
    assert requests.get(link, timeout=LIMIT_S).content == sim.result
    assert "consumed_credit" not in told[-1]
    assert sim.creates == [body]


def test_all_eight_options_are_taken(sim, http):
    options = {
        "model_version": "v3.0-20250812", "texture": True, "pbr": True, "texture_quality": "detailed",
        "geometry_quality": "detailed", "face_limit": 500_000, "quad": True, "auto_size": True,
    }  # fmt: skip
    assert http("POST", "/task", json={**BODY, **options}).status_code == 200
    assert http("POST", "/task", json={**BODY, "texture": False, "pbr": False, "face_limit": 1000}).status_code == 200
    assert sim.paid == 2


@pytest.mark.parametrize(
    ("param", "body"),
    [
        ("type", without("type")),
        ("model", without("model")),
        ("file", without("file")),
        ("model", {**BODY, "model": "v3.1-20260211"}),
        ("type", {**BODY, "type": "text_to_model"}),
        ("model_version", {**BODY, "model_version": "latest"}),
        ("file", {**BODY, "file": {"type": "png"}}),
        ("file", {**BODY, "file": {"type": "png", "url": URL, "file_token": "x"}}),
        ("type", {**BODY, "file": {"url": URL}}),
        ("file.url", {**BODY, "file": {"type": "png", "url": "data:image/png;base64,iVBO"}}),
        ("face_limit", {**BODY, "face_limit": 999}),
        ("face_limit", {**BODY, "face_limit": 500_001}),
        ("face_limit", {**BODY, "face_limit": 5000.5}),
        ("texture_quality", {**BODY, "texture_quality": "extreme"}),
        ("geometry_quality", {**BODY, "geometry_quality": "ultra"}),
        ("quad", {**BODY, "quad": 1}),
        ("auto_size", {**BODY, "auto_size": None}),
        ("pbr", {**BODY, "texture": False, "pbr": True}),
        ("pbr", {**BODY, "texture": False}),
        *((name, {**BODY, name: 1}) for name in ("model_seed", "texture_seed", "orientation", "compress")),
        *((name, {**BODY, name: True}) for name in ("smart_low_poly", "generate_parts", "export_uv")),
        ("enable_image_autofix", {**BODY, "enable_image_autofix": False}),
        ("texture_alignment", {**BODY, "texture_alignment": "geometry"}),
        ("body", []),
    ],
)
def test_what_the_page_forbids_is_refused_in_the_nested_form(sim, http, param, body):
    answer = http("POST", "/task", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"].keys() == {"message", "type", "param", "code"}
    assert answer.json()["error"]["param"] == param
    assert sim.paid == 0


@pytest.mark.parametrize(
    "more",
    [{"texture_quality": "standard"}, {"texture_quality": "detailed"}, {"auto_size": True}],
)
def test_what_only_tripo_forbids_comes_from_behind(sim, http, more):
    answer = http("POST", "/task", json={**BODY, "texture": False, "pbr": False, **more})
    assert (answer.status_code, answer.json()["code"], sim.paid) == (400, 1004, 0)
    old = {"texture": False, "pbr": False, "texture_quality": "detailed", "model_version": "v3.0-20250812"}
    assert http("POST", "/task", json={**BODY, **old}).status_code == 200


def test_uploads_are_images_and_grow_old(sim, http):
    assert upload(http, b"no image").json()["code"] == 2004
    assert upload(http, bmp(8, 8)).json()["code"] == 2004
    assert upload(http, real_png() + bytes(20 * 1024 * 1024)).json()["code"] == 2021
    assert http("POST", "/upload", files={"image": ("a.png", real_png())}).json()["error"]["param"] == "file"
    file = {"type": "png", "file_token": upload(http).json()["data"]["image_token"]}
    assert http("POST", "/task", json={**BODY, "file": {**file, "file_token": "x"}}).json()["code"] == 2019
    sim.forward(25 * 3600)
    assert http("POST", "/task", json={**BODY, "file": file}).json()["code"] == 2019
    sim.has_upload = False
    assert upload(http).status_code == 404


def test_keys_quota_and_paths(sim, http):
    assert http("POST", "/task", key="sk-other", json=BODY).status_code == 401
    assert http("GET", "/task/none").status_code == 404
    assert http("GET", "/user/balance").status_code == 404
    sim.balance = 0
    assert http("POST", "/task", json=BODY).status_code == 402
    assert sim.paid == 0
    assert http("POST", "/task", data=b"{}").json()["error"]["param"] == "Content-Type"


def test_orders_in_both_forms_of_error(sim, http):
    sim.refuse_next("*/task", 503, "Busy", "overloaded")
    sim.refuse_behind_next("*/task", 400, 2017, "The version is invalid")
    assert http("POST", "/task", json=BODY).json()["error"]["code"] == "overloaded"
    assert http("POST", "/task", json=BODY).json()["code"] == 2017


def test_how_a_task_ends(sim, http):
    def last(**more):
        task = http("POST", "/task", json={**BODY, **more}).json()["data"]["task_id"]
        return [http("GET", f"/task/{task}").json()["data"] for _ in range(3)][-1]

    assert last(pbr=False)["output"].keys() == {"model", "rendered_image"}
    assert last(texture=False, pbr=False)["output"].keys() == {"base_model", "rendered_image"}
    sim.consumed_credit = 30
    assert last()["consumed_credit"] == 30
    sim.fail_tasks("banned")
    assert (last()["status"], last()["output"]) == ("banned", {})
