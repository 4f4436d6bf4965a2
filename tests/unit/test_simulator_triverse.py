"""Triverse's simulator refuses what its documents do not allow, and charges for one order once."""

import pytest
import requests
from pictures import GIF, jpeg, real_png, webp
from simulators.triverse import FLOWS, Triverse

WAIT_S = 10.0
URL = "https://example.org/castle.png"
OTHER = "https://example.org/castle-from-behind.png"


@pytest.fixture
def sim():
    with Triverse() as one:
        yield one


def ask(sim, method, path, body=None):
    headers = {"Authorization": f"Bearer {sim.key}"}
    return requests.request(method, sim.base_url + path, json=body, headers=headers, timeout=WAIT_S)


def upload(sim, image=None, content_type="image/png", field="file"):
    files = {field: ("castle.png", image or real_png(), content_type)}
    headers = {"Authorization": f"Bearer {sim.key}"}
    return requests.post(sim.base_url + "/upload/image", files=files, headers=headers, timeout=WAIT_S)


def create(sim, flow="image-to-mesh", **body):
    images = {"front_image_file": URL, "back_image_file": OTHER} if flow.endswith("-mv") else {"image_file": URL}
    return ask(sim, "POST", f"/tasks/{flow}", {**images, **body})


def made(sim, **body):
    return create(sim, **body).json()["data"]["task_uuid"]


def refusal(answer):
    told = answer.json()
    assert isinstance(told["message"], str)
    assert isinstance(told["suggestion"], str)
    return answer.status_code, told["code"]


def test_from_the_image_to_the_model(sim):
    file_key = upload(sim).json()["data"]["file_key"]
    body = {"image_file": file_key, "model_version": "v2", "polygon_limit": 1000000, "texture_size": 1024}
    told = ask(sim, "POST", "/tasks/image-to-model", body).json()
    assert (told["code"], told["message"]) == (0, "success")
    task = told["data"]
    assert (task["flow_name"], task["status"], task["cost_credits"]) == ("image-to-model", "PENDING", 150)
    path = f"/tasks/{task['task_uuid']}"
    polls = [ask(sim, "GET", path).json()["data"] for _ in range(3)]
    assert [(one["status"], one["progress"]) for one in polls] == [("PENDING", 0), ("RUNNING", 40), ("SUCCESS", 100)]
    assert [bool(one["started_at"]) for one in polls] == [False, True, True]
    assert [bool(one["completed_at"]) for one in polls] == [False, False, True]
    link = ask(sim, "GET", f"/tasks/url/{task['task_uuid']}").json()["data"]["download_url"]
    assert not link.startswith(sim.base_url)
    assert requests.get(link, timeout=WAIT_S).content == sim.result
    assert (sim.creates, sim.paid, sim.leaks) == ([body], 1, [])


def test_the_base_url_has_the_api_s_path(sim):
    assert sim.base_url.endswith("/api/v1")
    bare = sim.base_url.removesuffix("/api/v1")
    assert requests.get(bare + "/users/me", timeout=WAIT_S).status_code == 404


@pytest.mark.parametrize(
    ("image", "content_type"),
    [(real_png(), "image/png"), (jpeg(8, 8), "image/jpeg"), (webp(b"VP8L", 8, 8), "image/webp")],
    ids=["png", "jpeg", "webp"],
)
def test_three_kinds_of_images_are_taken(sim, image, content_type):
    file_key = upload(sim, image, content_type).json()["data"]["file_key"]
    assert file_key.startswith("tasks/uid_")
    assert create(sim, image_file=file_key).status_code == 200


@pytest.mark.parametrize(
    ("image", "content_type"),
    [(GIF, "image/gif"), (b"no image", "image/png"), (jpeg(8, 8), "image/png"), (real_png(), "text/plain")],
    ids=["GIF", "no image", "another type", "no type"],
)
def test_other_files_are_refused(sim, image, content_type):
    assert refusal(upload(sim, image, content_type)) == (400, 2004)


def test_an_upload_is_one_file_of_at_most_50_mb(sim):
    assert refusal(upload(sim, field="image")) == (400, 1004)
    assert refusal(ask(sim, "POST", "/upload/image", {"file": "castle.png"})) == (400, 1004)
    assert upload(sim, real_png().ljust(50 * 1024 * 1024, b"\0")).status_code == 200
    assert refusal(upload(sim, real_png().ljust(50 * 1024 * 1024 + 1, b"\0"))) == (400, 1004)


def test_ten_uploads_a_minute(sim):
    assert [upload(sim).status_code for _ in range(10)] == [200] * 10
    assert refusal(upload(sim)) == (429, 2000)
    sim.forward(61)
    assert upload(sim).status_code == 200


COMMON = [
    ("model_version", "v1"),
    ("polygon_limit", 999),
    ("polygon_limit", 1_500_001),
    ("polygon_limit", 1e6),
    ("polygon_limit", True),
    ("turbo", "true"),
    ("client_order_id", ""),
    ("client_order_id", "a" * 65),
    ("client_order_id", "a b"),
    ("client_order_id", "order\n"),
    ("client_order_id", None),
    ("allow_duplicate", "yes"),
    ("webhook", URL),
]


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize(("field", "value"), COMMON)
def test_what_the_document_does_not_allow_is_refused(sim, flow, field, value):
    answer = create(sim, flow, **{field: value})
    assert refusal(answer) == (400, 1004)
    assert answer.json()["message"].startswith(f"{field}: ")
    assert not sim.creates


@pytest.mark.parametrize(
    ("flow", "field", "value"),
    [
        ("image-to-model", "texture_size", 1023),
        ("image-to-model", "texture_size", 4097),
        ("image-to-model-mv", "texture_size", "1024"),
        ("image-to-mesh", "texture_size", 1024),
        ("image-to-mesh-mv", "texture_size", 1024),
        ("image-to-model", "front_image_file", URL),
        ("image-to-model-mv", "image_file", URL),
        ("image-to-model", "image_file", None),
        ("image-to-model", "image_file", "castle.png"),
        ("image-to-mesh", "image_file", "data:image/png;base64,AAAA"),
        ("image-to-mesh-mv", "left_image_file", ""),
        ("image-to-mesh-mv", "left_image_file", "castle.png"),
    ],
)
def test_each_endpoint_has_its_own_fields(sim, flow, field, value):
    answer = create(sim, flow, **{field: value})
    assert refusal(answer) == (400, 1004)
    assert answer.json()["message"].startswith(f"{field}: ")
    assert not sim.creates


@pytest.mark.parametrize("flow", FLOWS)
def test_each_endpoint_takes_all_of_its_fields(sim, flow):
    body = {"model_version": "v2", "polygon_limit": 1_500_000, "turbo": True, "client_order_id": "a-B_9" + "x" * 59}
    body |= {"allow_duplicate": False} | ({"texture_size": 4096} if "model" in flow else {})
    assert create(sim, flow, **body).json()["data"]["flow_name"] == flow
    assert sim.creates[0].keys() > body.keys()


@pytest.mark.parametrize("flow", ["image-to-model-mv", "image-to-mesh-mv"])
def test_the_front_alone_is_not_several_views(sim, flow):
    assert refusal(ask(sim, "POST", f"/tasks/{flow}", {"front_image_file": URL})) == (400, 1004)
    assert refusal(ask(sim, "POST", f"/tasks/{flow}", {"back_image_file": URL, "left_image_file": URL})) == (400, 1004)
    for view in ("right", "back", "left"):
        body = {"front_image_file": URL, f"{view}_image_file": OTHER}
        assert ask(sim, "POST", f"/tasks/{flow}", body).status_code == 200


def test_an_image_must_be_there(sim):
    assert refusal(ask(sim, "POST", "/tasks/image-to-model", {})) == (400, 1004)
    assert refusal(ask(sim, "POST", "/tasks/image-to-model", [])) == (400, 1004)
    unknown = create(sim, image_file="tasks/uid_1/20250805/reference.png")
    assert refusal(unknown) == (404, 1005)
    assert refusal(ask(sim, "POST", "/tasks/image-to-splat", {"image_file": URL})) == (400, 2002)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/upload/image"),
        ("POST", "/tasks/image-to-model"),
        ("POST", "/tasks/pricing/quote"),
        ("GET", "/tasks/1"),
        ("GET", "/tasks/url/1"),
        ("GET", "/tasks/download/1"),
        ("GET", "/users/balance"),
        ("GET", "/users/me"),
    ],
)
def test_without_the_key_everything_is_refused(sim, method, path):
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"x-api-key": sim.key}, {"Authorization": sim.key}):
        answer = requests.request(method, sim.base_url + path, json={}, headers=headers, timeout=WAIT_S)
        assert refusal(answer)[0] == 401


def test_a_new_task_may_be_unknown_for_a_moment(sim):
    sim.hidden_polls = 2
    task = made(sim)
    answers = [ask(sim, "GET", f"/tasks/{task}") for _ in range(3)]
    assert [refusal(one) for one in answers[:2]] == [(404, 1006)] * 2
    assert answers[2].json()["data"]["status"] == "PENDING"
    assert refusal(ask(sim, "GET", "/tasks/nothing")) == (404, 1006)


def test_scripts_replace_fields_and_end_tasks(sim):
    sim.script([{"status": "CANCELLED", "percent": None, "error": "cancelled by the user"}])
    told = ask(sim, "GET", f"/tasks/{made(sim)}").json()["data"]
    assert (told["status"], told["progress"], told["error"]) == ("CANCELLED", None, "cancelled by the user")
    assert (sim.balance, sim.frozen) == (1000, 0)


def test_the_model_is_there_when_the_task_has_succeeded(sim):
    task = made(sim)
    for path in (f"/tasks/url/{task}", f"/tasks/download/{task}"):
        assert refusal(ask(sim, "GET", path)) == (404, 4042)
    for path in ("/tasks/url/nothing", "/tasks/download/nothing"):
        assert refusal(ask(sim, "GET", path)) == (404, 1006)
    for _ in range(3):
        ask(sim, "GET", f"/tasks/{task}")
    answer = ask(sim, "GET", f"/tasks/download/{task}")
    assert (answer.content, answer.headers["Content-Type"]) == (sim.result, "application/octet-stream")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{task}.glb"'
    sim.url_form = "top"
    assert ask(sim, "GET", f"/tasks/url/{task}").json()["download_url"].startswith(sim.results_url)
    sim.url_form = "missing"
    assert "download_url" not in ask(sim, "GET", f"/tasks/url/{task}").json()["data"]


def test_a_link_that_has_expired_is_replaced_by_the_next_one(sim):
    sim.script(["SUCCESS"])
    task = made(sim)
    ask(sim, "GET", f"/tasks/{task}")
    stale, fresh = (ask(sim, "GET", f"/tasks/url/{task}").json()["data"]["download_url"] for _ in range(2))
    sim.expire_links()
    assert requests.get(stale, timeout=WAIT_S).status_code == 403
    assert requests.get(fresh, timeout=WAIT_S).content == sim.result


def test_the_key_is_known_by_its_owner(sim):
    told = ask(sim, "GET", "/users/me").json()["data"]
    assert told.keys() == {"id", "email", "plan_name", "web_credits_balance", "api_credits_balance"}


def test_the_key_in_an_address_is_a_leak(sim):
    requests.get(f"{sim.base_url}/users/me?token={sim.key}", timeout=WAIT_S)
    assert len(sim.leaks) == 1
