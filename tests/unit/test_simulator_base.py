"""What all simulators share, tried with the smallest simulator there is."""

import threading
import time

import pytest
import requests
from pictures import real_png
from simulators.schema import Field, InvalidError, check
from simulators.server import Simulator
from simulators.wire import Answer, RefusedError, image_type, multipart, route
from waiting import until

CREATE = "POST /tasks"
LIMIT_S = 20.0


class Small(Simulator):
    """Makes a task of anything, and has one route that is broken."""

    @route("POST", "/tasks")
    def create(self, seen):
        body = check(seen.json, {"size": Field(int, 1, 9, required=True)})
        return Answer(201, {"id": self.new_task("small", body, 2.0).id})

    @route("GET", "/tasks/{task}")
    def poll(self, seen, task):
        if task not in self.tasks:
            raise RefusedError(Answer(410, {"gone": task}))
        told = self.tasks[task].poll()
        return Answer(200, {**told, "link": self.publish("model.glb")})

    @route("GET", "/open", needs_key=False)
    def open(self, seen):
        return Answer(200, seen.query)

    @route("PUT", "/uploads/{name}", host="results")
    def put(self, seen, name):
        return Answer(200, {"name": name, "bytes": len(seen.body)})

    @route("GET", "/broken")
    def broken(self, seen):
        raise ZeroDivisionError


@pytest.fixture
def sim():
    with Small() as one:
        yield one


@pytest.fixture
def http(sim):
    with requests.Session() as session:
        session.trust_env = False
        yield lambda method, path, key=None, **more: session.request(
            method,
            path if "://" in path else sim.base_url + path,
            headers={"Authorization": f"Bearer {sim.key}" if key is None else key, **more.pop("headers", {})},
            timeout=LIMIT_S,
            allow_redirects=more.pop("redirects", False),
            **more,
        )


def fetch(link: str, **headers) -> requests.Response:
    return requests.get(link, headers=headers, timeout=LIMIT_S)


def test_a_request_is_kept_as_it_came(sim, http):
    answer = http("POST", "/tasks?a=1&b=", json={"size": 3}, headers={"X-Word": "w"})
    (seen,) = sim.seen
    assert (answer.status_code, seen.host, seen.method, seen.path) == (201, "api", "POST", "/tasks")
    assert (seen.query, seen.headers["x-word"], seen.json) == ({"a": "1", "b": ""}, "w", {"size": 3})
    assert seen.body == answer.request.body
    assert (sim.creates, sim.paid, sim.balance) == ([{"size": 3}], 1, 998.0)


def test_each_simulator_has_a_key_of_its_own(sim, http):
    with Small() as other:
        assert other.key != sim.key
        assert http("POST", "/tasks", key=f"Bearer {other.key}", json={"size": 3}).status_code == 401
    assert http("POST", "/tasks", key="", json={"size": 3}).status_code == 401
    assert http("GET", "/open", key="").status_code == 200
    assert sim.paid == 0


def test_paths_and_methods_that_are_not_there(http):
    assert http("GET", "/nothing").status_code == 404
    assert http("DELETE", "/tasks").status_code == 405
    assert http("GET", "/tasks/none").json() == {"gone": "none"}


@pytest.mark.parametrize(
    "body", [{}, {"size": 0}, {"size": 10}, {"size": True}, {"size": "3"}, {"size": 3, "x": 1}, []]
)
def test_a_body_that_breaks_the_schema_makes_nothing(sim, http, body):
    assert http("POST", "/tasks", json=body).status_code == 400
    assert sim.paid == 0


def test_a_field_is_held_to_its_declaration():
    fields = {"a": Field(float, 0, 1, null=True), "b": Field(str, 2, choices=("xx", "yy")), "c": Field((int, str))}
    for body in ({"a": 1}, {"a": 0.5}, {"a": None}, {"b": "yy"}, {"c": 1}, {"c": "1"}, {}):
        assert check(body, fields) is body
    for body in ({"a": True}, {"a": 1.1}, {"b": "zz"}, {"b": None}, {"c": 1.5}, {"d": 1}, None):
        with pytest.raises(InvalidError):
            check(body, fields)


def test_a_task_goes_through_its_script_one_step_a_poll(sim, http):
    def polls(times):
        task = http("POST", "/tasks", json={"size": 1}).json()["id"]
        return [http("GET", f"/tasks/{task}").json() for _ in range(times)]

    told = polls(4)
    assert [(one["status"], one.get("percent")) for one in told] == [
        ("queued", None), ("running", 40), ("success", None), ("success", None)
    ]  # fmt: skip
    sim.script([{"status": "bad", "why": "x"}])
    assert (polls(1)[0]["status"], polls(1)[0]["why"]) == ("bad", "x")


def test_a_result_has_its_length_a_tag_and_ranges(sim):
    link = sim.publish("model.glb")
    whole = fetch(link)
    assert (whole.content, whole.headers["Content-Length"]) == (sim.result, str(len(sim.result)))
    tag, size = whole.headers["ETag"], len(sim.result)
    part = fetch(link, Range="bytes=100-", **{"If-Range": tag})
    assert (part.status_code, part.content) == (206, sim.result[100:])
    assert part.headers["Content-Range"] == f"bytes 100-{size - 1}/{size}"
    assert fetch(link, Range="bytes=4-7").content == sim.result[4:8]
    assert fetch(link, Range="bytes=-5").content == sim.result[-5:]
    assert fetch(link, Range=f"bytes={size}-").status_code == 416
    sim.result = b"another one"
    changed = fetch(link, Range="bytes=4-", **{"If-Range": tag})
    assert (changed.status_code, changed.content) == (200, b"another one")


def test_links_expire_when_told_and_with_the_time(sim):
    sim.expire_links(1)
    first, second = sim.publish("a.glb"), sim.publish("a.glb")
    assert [fetch(first).status_code for _ in range(2)] == [403, 403], "that link is dead for good"
    assert fetch(second).status_code == 200
    sim.forward(sim.LINK_LIFETIME_S + 1)
    assert fetch(second).status_code == 403
    assert fetch(second.partition("?")[0]).status_code == 404, "the signature is a part of it"


def test_a_key_where_it_must_not_be_is_a_leak(sim, http):
    link = sim.publish("a.glb")
    requests.get(link, timeout=LIMIT_S)
    http("GET", "/open")
    assert sim.leaks == []
    for leaking in (
        lambda: http("GET", link),
        lambda: fetch(link, **{"X-Other": sim.key}),
        lambda: fetch(link + "&k=" + "".join(f"%{ord(one):02x}" for one in sim.key)),
        lambda: requests.put(sim.results_url + "/uploads/x", data=b"..." + sim.key.encode(), timeout=LIMIT_S),
        lambda: fetch(link, **{"X-Api-Key": "any"}),
        lambda: http("GET", "/open?token=" + sim.key),
    ):
        before = len(sim.leaks)
        leaking()
        assert len(sim.leaks) == before + 1
    assert http("GET", "/open?token=x").json() == {"token": "x"}


def test_an_upload_to_the_results_host_needs_no_key(sim):
    answer = requests.put(sim.results_url + "/uploads/a.png", data=b"12345", timeout=LIMIT_S)
    assert answer.json() == {"name": "a.png", "bytes": 5}
    assert sim.seen[-1].host == "results"


def test_an_ordered_answer_makes_nothing(sim, http):
    sim.answer_next("POST /t*", 429, {"slow": 1}, {"Retry-After": "3"}, times=2)
    sim.answer_next("/open", 200, "<html>")
    answers = [http("POST", "/tasks", json={"size": 1}) for _ in range(3)]
    assert [one.status_code for one in answers] == [429, 429, 201]
    assert (answers[0].json(), answers[0].headers["Retry-After"], sim.paid) == ({"slow": 1}, "3", 1)
    assert http("GET", "/open").text == "<html>"


def test_a_redirect_goes_where_it_is_told(sim, http):
    sim.redirect_next("/open", sim.results_url + "/elsewhere", 307)
    answer = http("GET", "/open")
    assert (answer.status_code, answer.headers["Location"]) == (307, sim.results_url + "/elsewhere")


def test_a_lost_answer_is_paid_and_a_dropped_request_is_not(sim, http):
    sim.drop_next(CREATE)
    with pytest.raises(requests.ConnectionError):
        http("POST", "/tasks", json={"size": 1})
    assert (sim.paid, len(sim.requests(CREATE))) == (0, 1)
    sim.lose_next(CREATE)
    with pytest.raises(requests.ConnectionError):
        http("POST", "/tasks", json={"size": 1})
    assert (sim.paid, len(sim.requests(CREATE))) == (1, 2)
    assert http("POST", "/tasks", json={"size": 1}).status_code == 201


def test_a_large_upload_can_be_dropped(sim, http):
    sim.drop_next("PUT *")
    with pytest.raises(requests.ConnectionError):
        requests.put(sim.results_url + "/uploads/x", data=bytes(3_000_000), timeout=LIMIT_S)


def test_an_answer_is_held_back_until_it_is_released(sim, http):
    sim.delay_next(CREATE, LIMIT_S)
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(http("POST", "/tasks", json={"size": 1})))
    waiting.start()
    until(lambda: sim.paid, "the task is made although its answer waits")
    assert not answers
    sim.release()
    waiting.join(LIMIT_S)
    assert answers[0].status_code == 201


def test_a_download_is_cut_and_can_be_gone_on_with(sim):
    link = sim.publish("a.glb")
    sim.cut_next("/results/*", 100)
    with requests.get(link, timeout=LIMIT_S, stream=True) as answer:
        assert answer.headers["Content-Length"] == str(len(sim.result))
        with pytest.raises(requests.RequestException):
            list(answer.iter_content(50))
    assert fetch(link, Range="bytes=100-").content == sim.result[100:]


def test_closing_lets_go_of_clients_that_wait():
    sim = Small()
    sim.delay_next("/open", 600)
    failures = []

    def ask():
        try:
            requests.get(sim.base_url + "/open", timeout=LIMIT_S)
        except requests.ConnectionError as error:
            failures.append(error)

    waiting = threading.Thread(target=ask)
    waiting.start()
    until(lambda: sim.seen, "the request is there")
    began = time.monotonic()
    sim.close()
    waiting.join(LIMIT_S)
    assert failures and time.monotonic() - began < LIMIT_S
    with pytest.raises(requests.ConnectionError):
        requests.get(sim.base_url + "/open", timeout=LIMIT_S)


def test_a_mistake_in_a_simulator_is_no_answer_of_its_provider():
    with pytest.raises(AssertionError, match="ZeroDivisionError"), Small() as sim:
        headers = {"Authorization": f"Bearer {sim.key}"}
        assert requests.get(sim.base_url + "/broken", headers=headers, timeout=LIMIT_S).status_code == 500
    with pytest.raises(KeyError), Small() as sim:
        sim.errors.append("hidden by the test's own failure")
        raise KeyError


def test_a_body_without_a_length_is_refused(sim):
    answer = requests.put(sim.results_url + "/uploads/x", data=iter([b"1", b"2"]), timeout=LIMIT_S)
    assert answer.status_code == 411


def test_a_multipart_body_comes_apart_byte_for_byte():
    data = b"\r\n--\0\r\n\r\n\xff--x\r\n"
    request = requests.Request("POST", "http://x", files={"file": ("ä b.png", data, "image/png")}, data={"k": "v"})
    sent = request.prepare()
    parts = {one.name: one for one in multipart(sent.headers["Content-Type"], sent.body)}
    assert (parts["file"].data, parts["file"].content_type) == (data, "image/png")
    assert parts["file"].filename.endswith("b.png")
    assert (parts["k"].data, parts["k"].filename) == (b"v", None)
    assert multipart("application/json", b"{}") == []


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (real_png(), "png"),
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"RIFF\0\0\0\0WEBP", "webp"),
        (b"BM", "bmp"),
        (b"II*\0", "tiff"),
        (b"MM\0*", "tiff"),
        (b"glTF", None),
        (b"", None),
    ],
)
def test_images_are_known_by_their_first_bytes(data, name):
    assert image_type(data) == name
