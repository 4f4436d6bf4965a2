"""ModelsLab's simulator refuses what its documents do not allow, and serves its maker's own SDK."""

import base64

import pytest
import requests
from pictures import jpeg, real_png
from simulators.modelslab import ModelsLab

WAIT_S = 10.0
URL = "https://example.org/castle.png"
CREATE = "/api/v6/3d/image_to_3d"
UPLOAD = "/api/v6/base64_to_url"


def data_uri(image: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(image).decode()}"


@pytest.fixture
def sim():
    with ModelsLab() as one:
        yield one


def ask(sim, path, method="POST", **body):
    return requests.request(method, sim.base_url + path, json={"key": sim.key, **body}, timeout=WAIT_S)


def create(sim, **body):
    image = body.get("image", URL)
    return ask(sim, CREATE, **{"image": image, "init_image": image, **body})


def fetch(sim, number=1):
    return ask(sim, f"/api/v6/3d/fetch/{number}").json()


def test_from_the_image_to_the_model(sim):
    image = ask(sim, UPLOAD, base64_string=data_uri(real_png())).json()["output"][0]
    assert requests.get(image, timeout=WAIT_S).content == real_png()
    told = create(sim, image=image, resolution=300).json()
    assert (told["status"], told["id"], told["eta"], told["output"]) == ("processing", 1, 20, [])
    assert told["fetch_result"] == sim.base_url + "/api/v6/3d/fetch/1"
    future = told["future_links"][0]
    assert requests.get(future, timeout=WAIT_S).status_code == 404
    assert fetch(sim)["status"] == "processing"
    done = fetch(sim)
    assert (done["status"], done["id"], done["meta"]["resolution"]) == ("success", 1, 300)
    for link in (*done["output"], *done["proxy_links"], future):
        assert not link.startswith(sim.base_url)
        assert requests.get(link, timeout=WAIT_S).content == sim.result
    assert sim.creates == [{"key": sim.key, "image": image, "init_image": image, "resolution": 300}]
    assert sim.key not in str(done)
    assert (sim.paid, sim.leaks) == (1, [])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the SDK 0.2.3 uses pydantic 1's names
def test_the_official_sdk_is_served(sim):
    from modelslab_py.core.apis.three_d import Three_D
    from modelslab_py.core.client import Client
    from modelslab_py.schemas.threed import Image23D

    client = Client(sim.key, fetch_retry=5, fetch_timeout=0)
    client.base_url = sim.base_url + "/api/"
    api = Three_D(client)
    order = Image23D(image=URL, init_image=URL, resolution=256, ss_sampling_steps=20, mesh_simplify=0.95, temp="no")
    told = api.image_to_3d(order)
    assert told["status"] == "processing"
    done = api.fetch(str(told["id"]))
    assert requests.get(done["output"][0], timeout=WAIT_S).content == sim.result
    assert sim.creates[0]["ss_sampling_steps"] == 20
    assert len(sim.requests("POST */fetch/*")) == 2
    with pytest.raises(Exception, match="400"):
        api.image_to_3d(Image23D(image=URL, init_image=URL, resolution=513))


def test_the_model_can_come_at_once(sim):
    sim.succeed_at_once()
    told = create(sim, output_format="obj", render=True).json()
    model, video = told["output"]
    assert (told["status"], "future_links" in told) == ("success", False)
    assert (".obj?" in model, ".mp4?" in video) == (True, True)
    assert requests.get(model, timeout=WAIT_S).content == sim.result


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("image", data_uri(real_png())),
        ("image", "castle.png"),
        ("image", [URL]),
        ("image", 7),
        ("image", ""),
        ("init_image", "https://example.org/other.png"),
        ("output_format", "fbx"),
        ("output_format", None),
        ("render", "true"),
        ("resolution", 513),
        ("resolution", 0),
        ("resolution", 256.0),
        ("multi_image", True),
        ("multi_image", "yes"),
        ("ss_guidance_strength", "7.5"),
        ("ss_sampling_steps", 0),
        ("ss_sampling_steps", 51),
        ("slat_guidance_strength", -0.1),
        ("slat_guidance_strength", 10.1),
        ("slat_sampling_steps", 0),
        ("slat_sampling_steps", 51),
        ("mesh_simplify", 0.89),
        ("mesh_simplify", 0.99),
        ("chunk_size", 0),
        ("chunk_size", 12001),
        ("seed", "0"),
        ("temp", True),
        ("temp", "maybe"),
        ("webhook", "http://example.org"),
        ("track_id", 7),
        ("texture_size", 1024),
    ],
)
def test_what_the_document_does_not_allow_is_refused(sim, field, value):
    answer = create(sim, **{field: value})
    told = answer.json()
    assert (answer.status_code, told["status"]) == (400, "error")
    assert told["message"].startswith(("image" if field == "multi_image" and value is True else field) + ": ")
    assert not sim.creates


@pytest.mark.parametrize("field", ["image", "init_image"])
def test_both_names_of_the_image_must_come(sim, field):
    answer = ask(sim, CREATE, **{field: URL})
    assert answer.status_code == 400
    assert "is required" in answer.json()["message"]


def test_every_documented_field_is_taken(sim):
    body = {
        "output_format": "ply",
        "render": True,
        "resolution": 512,
        "ss_guidance_strength": 9,
        "ss_sampling_steps": 50,
        "slat_guidance_strength": 10,
        "slat_sampling_steps": 1,
        "mesh_simplify": 0.98,
        "chunk_size": 12000,
        "seed": 4,
        "temp": "yes",
        "webhook": "https://example.org/hook",
        "track_id": None,
    }
    assert create(sim, **body).json()["status"] == "processing"
    assert create(sim, image=[URL, URL + "?2"], multi_image=True).json()["status"] == "processing"
    assert sim.creates[0] == {"key": sim.key, "image": URL, "init_image": URL, **body}


def test_without_the_key_in_the_body_everything_is_refused(sim):
    bearer = {"Authorization": f"Bearer {sim.key}"}
    for path in (CREATE, UPLOAD, "/api/v6/3d/fetch/1", "/api/wallet_balance"):
        for body in ({}, {"key": "wrong"}, ["key"], None):
            answer = requests.post(sim.base_url + path, json=body, headers=bearer, timeout=WAIT_S)
            assert (answer.status_code, answer.json()) == (401, {"status": "error", "message": "Invalid API key"})
    assert not sim.creates


@pytest.mark.parametrize(
    "text",
    ["https://example.org/a.png", base64.b64encode(real_png()).decode(), data_uri(jpeg(8, 8)), data_uri(b"")],
    ids=["URL", "bare base64", "another type", "nothing"],
)
def test_an_upload_that_is_no_image_is_refused(sim, text):
    answer = ask(sim, UPLOAD, base64_string=text)
    assert (answer.status_code, answer.json()["status"]) == (400, "error")


def test_an_upload_is_at_most_5_mb_long(sim):
    room = (5_000_000 - len("data:image/png;base64,")) // 4 * 3
    assert ask(sim, UPLOAD, base64_string=data_uri(real_png().ljust(room, b"\0"))).status_code == 200
    assert ask(sim, UPLOAD, base64_string=data_uri(real_png().ljust(room + 1, b"\0"))).status_code == 400


@pytest.mark.parametrize(("form", "field"), [("str", "output"), ("link", "link"), ("url", "url")])
def test_an_upload_is_answered_in_other_forms(sim, form, field):
    sim.upload_form = form
    told = ask(sim, UPLOAD, base64_string=data_uri(real_png())).json()
    assert create(sim, image=told[field]).status_code == 200


def test_an_upload_lives_for_a_day(sim):
    image = ask(sim, UPLOAD, base64_string=data_uri(real_png())).json()["output"][0]
    sim.forward(25 * 3600)
    answer = create(sim, image=image)
    assert (answer.status_code, "Unable to fetch image" in answer.json()["message"]) == (400, True)
    assert create(sim, image=sim.results_url + "/results/never/uploaded.png").status_code == 400


def test_refusals_take_all_their_forms(sim):
    sim.errors_in_200 = True
    assert (create(sim, seed="x").status_code, create(sim, seed="x").json()["status"]) == (200, "error")
    sim.error_form = "messege"
    assert create(sim, seed="x").json().keys() == {"status", "messege"}
    sim.error_form = "fields"
    assert create(sim, seed="x").json()["message"] == {"seed": ["must be of type int, not 'x'"]}
    assert not sim.creates


def test_a_create_can_be_refused_in_200_and_costs_nothing(sim):
    sim.script([{"status": "error", "messege": "Unable to fetch image"}])
    answer = create(sim)
    assert (answer.status_code, answer.json()) == (200, {"status": "error", "messege": "Unable to fetch image"})
    assert (sim.creates, sim.tasks) == ([], {})


def test_tasks_can_fail(sim):
    sim.fail_tasks("Contains nsfw content")
    create(sim)
    answer = ask(sim, "/api/v6/3d/fetch/1")
    assert (answer.status_code, answer.json()) == (200, {"status": "failed", "message": "Contains nsfw content"})


def test_the_first_links_can_be_missing(sim):
    sim.succeed_at_once()
    sim.missing = {"output"}
    told = create(sim).json()
    assert requests.get(told["output"][0], timeout=WAIT_S).status_code == 404
    assert requests.get(told["proxy_links"][0], timeout=WAIT_S).content == sim.result


def test_five_may_wait(sim):
    sim.script(["processing", "success"])
    assert [create(sim).status_code for _ in range(6)] == [200] * 5 + [429]
    refusal = create(sim).json()
    assert (refusal["status"], refusal["retry_after"], sim.paid) == ("error", 30, 5)
    assert fetch(sim, 3)["status"] == "success"
    assert create(sim).status_code == 200


def test_money(sim):
    told = ask(sim, "/api/wallet_balance").json()
    assert told == {"status": "success", "data": {"balance": 43.6, "currency": "USD"}}
    sim.balance = 0
    answer = create(sim)
    assert (answer.status_code, answer.json()["message"][:20], sim.paid) == (402, "Insufficient credits", 0)


def test_a_fetch_is_a_post_of_a_known_number_with_nothing_but_the_key(sim):
    create(sim)
    assert ask(sim, "/api/v6/3d/fetch/1", method="GET").status_code == 405
    assert ask(sim, "/api/v6/3d/fetch/1", id=1).status_code == 400
    assert fetch(sim, 2) == {"status": "error", "message": "Request not found"}
    assert ask(sim, "/api/v6/3d/nothing").status_code == 404
