"""CSM's simulator refuses what CSM's document does not allow, and goes through a session as it describes one."""

import base64
import io
import json
import zipfile

import pytest
import requests
from pictures import jpeg, real_png, webp
from simulators.csm import LINKS, Csm

WAIT_S = 10.0


def data_uri(image: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(image).decode()}"


IMAGE = data_uri(real_png())


@pytest.fixture
def sim():
    with Csm() as one:
        yield one


def ask(sim, method, path, body=None, key=None):
    headers = {"x-api-key": sim.key if key is None else key}
    return requests.request(method, sim.base_url + path, json=body, headers=headers, timeout=WAIT_S)


def create(sim, **body):
    return ask(sim, "POST", "/image-to-3d-sessions", {"image_url": IMAGE, **body})


def test_a_session_from_the_image_to_the_model(sim):
    """The answer has the document's own fields, no more and no less."""
    answer = create(sim, geometry_model="turbo", texture_model="pbr")
    assert answer.status_code == 201
    session = answer.json()["data"]
    assert {**session, "image_url": "", "session_code": "", "updated_at": "", "created_at": ""} == {
        "session_code": "",
        "image_url": "",
        "manual_segmentation": False,
        "texture_model": "pbr",
        "geometry_model": "turbo",
        "topology": "tris",
        "resolution": "high_poly",
        "symmetry": "auto",
        "scaled_bbox": [-1, -1, -1],
        "preserve_aspect_ratio": False,
        "pivot_point": [0, 0, 0],
        **dict.fromkeys(LINKS, ""),
        "updated_at": "",
        "created_at": "",
        "session_status": "queued",
        "percent_done": 0,
    }
    path = "/image-to-3d-sessions/" + session["session_code"]
    told = [ask(sim, "GET", path).json()["data"] for _ in range(3)]
    assert [(one["session_status"], one["percent_done"]) for one in told] == [
        ("queued", 0), ("in_progress", 40), ("complete", 100),
    ]  # fmt: skip
    assert not any(one[name] for one in told[:2] for name in LINKS)
    assert requests.get(told[2]["mesh_url_glb"], timeout=WAIT_S).content == sim.result
    assert not told[2]["mesh_url_glb"].startswith(sim.base_url)
    assert sim.creates == [{"image_url": IMAGE, "geometry_model": "turbo", "texture_model": "pbr"}]
    assert (sim.paid, sim.leaks) == (1, [])


def test_mesh_url_is_the_zip_and_links_can_be_left_empty(sim):
    sim.filled, sim.files["obj"] = {"mesh_url", "mesh_url_obj"}, b"v 0 0 0\n"
    sim.script(["complete"])
    session = ask(sim, "GET", "/image-to-3d-sessions/" + create(sim).json()["data"]["session_code"]).json()["data"]
    assert {name for name in LINKS if session[name]} == sim.filled
    archive = zipfile.ZipFile(io.BytesIO(requests.get(session["mesh_url"], timeout=WAIT_S).content))
    assert archive.read("mesh.glb") == sim.result
    assert requests.get(session["mesh_url_obj"], timeout=WAIT_S).content == b"v 0 0 0\n"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("image_url", "castle.png"),
        ("image_url", "file:///castle.png"),
        ("image_url", base64.b64encode(real_png()).decode()),
        ("image_url", data_uri(real_png(), "jpeg")),
        ("image_url", data_uri(b"GIF89a", "gif")),
        ("image_url", data_uri(b"no image at all")),
        ("image_url", "data:image/png;base64,%%%"),
        ("image_url", None),
        ("geometry_model", "fast"),
        ("texture_model", "PBR"),
        ("texture_model", None),
        ("scaled_bbox", [1, 1]),
        ("scaled_bbox", [1, 1, "1"]),
        ("scaled_bbox", [1, True, 1]),
        ("scaled_bbox", [1, 0, 1]),
        ("scaled_bbox", [1, -2, 1]),
        ("scaled_bbox", "1,1,1"),
        ("preserve_aspect_ratio", "true"),
        ("topology", "quad"),
        ("resolution", 100000),
        ("symmetry", "off"),
        ("manual_segmentation", False),
        ("pivot_point", [0, 0, 0]),
        ("creativity", 1),
    ],
)
def test_what_the_document_does_not_allow_is_refused(sim, field, value):
    answer = create(sim, **{field: value})
    refusal = answer.json()
    assert (answer.status_code, refusal["statusCode"], refusal["error"]) == (400, 400, "Bad Request")
    assert refusal["message"].startswith(field)
    assert not sim.creates


def test_an_image_must_be_there_and_below_10_mb(sim):
    assert ask(sim, "POST", "/image-to-3d-sessions", {"topology": "tris"}).json()["message"] == "image_url: is required"
    room = 10_000_000 - len("data:image/png;base64,")
    largest = real_png() + bytes(room // 4 * 3 - 3 - len(real_png()))
    assert create(sim, image_url=data_uri(largest)).status_code == 201
    assert create(sim, image_url=data_uri(largest + bytes(6))).status_code == 400
    assert sim.paid == 1


@pytest.mark.parametrize("text", ["", "[]", "{", '"image_url"'])
def test_a_body_that_is_no_json_object_is_refused(sim, text):
    headers = {"x-api-key": sim.key, "Content-Type": "application/json"}
    answer = requests.post(sim.base_url + "/image-to-3d-sessions", data=text, headers=headers, timeout=WAIT_S)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {"image_url": "https://example.org/castle.png"},
        {"image_url": data_uri(jpeg(8, 8), "jpeg")},
        {"image_url": data_uri(webp(b"VP8L", 8, 8), "webp")},
        {"scaled_bbox": [1.5, -1, 2], "preserve_aspect_ratio": True},
        {"topology": "quads", "resolution": "low_poly", "texture_model": "baked", "geometry_model": "base"},
    ],
    ids=lambda body: next(reversed(body)),
)
def test_what_the_document_allows_is_taken(sim, body):
    answer = create(sim, **body)
    assert answer.status_code == 201
    assert {name: answer.json()["data"][name] for name in body} == body


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/image-to-3d-sessions"),
        ("GET", "/image-to-3d-sessions"),
        ("GET", "/image-to-3d-sessions/SESSION_1_1"),
        ("GET", "/user/userdata"),
    ],
)
def test_without_the_key_everything_is_refused(sim, method, path):
    bearer = {"Authorization": f"Bearer {sim.key}"}
    for headers in ({}, {"x-api-key": "wrong"}, bearer):
        answer = requests.request(method, sim.base_url + path, json={}, headers=headers, timeout=WAIT_S)
        assert (answer.status_code, answer.json()["statusCode"]) == (401, 401)
    assert not sim.creates


def test_unknown_sessions_and_paths_are_not_found(sim):
    for method, path in (("GET", "/image-to-3d-sessions/SESSION_1_1"), ("DELETE", "/user/userdata"), ("GET", "/")):
        answer = ask(sim, method, path)
        assert (answer.status_code, answer.json()["statusCode"]) == (404, 404)


def test_the_list_has_the_newest_first_by_pages_and_polls_nothing(sim):
    old = sim.add_session(age_s=3600, texture_model="pbr")
    made = create(sim).json()["data"]["session_code"]
    recent = sim.add_session(age_s=60)

    def listed(query):
        results = ask(sim, "GET", f"/image-to-3d-sessions?{query}").json()["data"]["results"]
        return [one["session_code"] for one in results]

    assert listed("") == [made, recent.id, old.id]
    assert listed("limit=2&page=1") == [made, recent.id]
    assert listed("limit=2&page=2") == [old.id]
    assert (sim.paid, sim.tasks[made].polls) == (1, 0)
    for query in ("limit=0", "limit=x", "page=0", "limit=101"):
        assert ask(sim, "GET", f"/image-to-3d-sessions?{query}").status_code == 400


def test_sessions_can_fail_and_leave_fields_out(sim):
    sim.fail_tasks()
    path = "/image-to-3d-sessions/" + create(sim).json()["data"]["session_code"]
    assert [ask(sim, "GET", path).json()["data"]["session_status"] for _ in range(3)][-1] == "failed"
    sim.script([{"status": "incomplete", "percent": None, "symmetry": "off"}])
    session = ask(sim, "GET", "/image-to-3d-sessions/" + create(sim).json()["data"]["session_code"]).json()["data"]
    assert (session["session_status"], session["symmetry"]) == ("incomplete", "off")
    assert "percent_done" not in session


def test_a_session_that_is_asked_for_need_not_repeat_its_order(sim):
    path = "/image-to-3d-sessions/" + create(sim, topology="quads").json()["data"]["session_code"]
    shown = ask(sim, "GET", path).json()["data"]
    assert shown.keys() == {"session_code", "session_status", "percent_done", *LINKS}
    sim.echoes = True
    assert ask(sim, "GET", path).json()["data"]["topology"] == "quads"


def test_the_key_is_known_by_its_tier(sim):
    assert ask(sim, "GET", "/user/userdata").json()["data"] == {"tier": "maker"}


def test_a_link_that_has_expired_is_replaced_by_the_next_poll(sim):
    sim.script(["complete"])
    path = "/image-to-3d-sessions/" + create(sim).json()["data"]["session_code"]
    stale, fresh = (ask(sim, "GET", path).json()["data"]["mesh_url_glb"] for _ in range(2))
    sim.expire_links()
    assert requests.get(stale, timeout=WAIT_S).status_code == 403
    assert requests.get(fresh, timeout=WAIT_S).content == sim.result


def test_a_key_on_the_results_host_is_a_leak(sim):
    sim.script(["complete"])
    session = ask(sim, "GET", "/image-to-3d-sessions/" + create(sim).json()["data"]["session_code"]).json()["data"]
    requests.get(session["mesh_url_glb"], headers={"x-api-key": sim.key}, timeout=WAIT_S)
    assert [one.host for one in sim.leaks] == ["results"]
    assert json.dumps(session).count(sim.key) == 0
