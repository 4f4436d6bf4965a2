"""ModelsLab: what its answers mean: ids, when to ask again, links. JSON in, JSON out."""

import pytest
from test_provider_modelslab import GLB, PROCESSING, SUCCESS, poll, submit

from blender_addon.core.flow import drive
from blender_addon.core.provider import Created, TaskStatus
from blender_addon.providers.modelslab import ModelsLab, ModelsLabOptions


@pytest.mark.parametrize(
    ("eta", "wait_s"), [(12, 12), (0, 3), (900, 20), ("7", 7), (None, None), ("soon", None), ([], None), ("nan", None)]
)
def test_a_create_that_is_worked_on_says_when_to_ask(eta, wait_s):
    _, created = submit(answers=(PROCESSING | {"eta": eta},))
    assert created == Created("123", TaskStatus("queued", wait_s=wait_s))


def test_a_create_may_succeed_at_once():
    _, created = submit(answers=(SUCCESS,))
    assert created == Created("123", TaskStatus("succeeded", 100, (GLB, "https://p.example/a")))


def test_success_without_output_is_asked_for_again():
    _, created = submit(answers=(SUCCESS | {"output": []},))
    assert created == Created("123", TaskStatus("queued"))
    assert poll(SUCCESS | {"output": [], "future_links": [GLB]}) == TaskStatus("running")


@pytest.mark.parametrize(("given", "kept"), [(7, "7"), ("7", "7"), ("ab-7", "ab-7")])
def test_an_id_is_kept_as_text(given, kept):
    assert submit(answers=(PROCESSING | {"id": given},))[1].provider_task == kept


@pytest.mark.parametrize("body", [PROCESSING, SUCCESS])
@pytest.mark.parametrize("gone", [None, "", [1], True, {}])
@pytest.mark.parametrize("address", ["https://modelslab.com/api/v6/3d/fetch/987", "/api/v6/3d/fetch/987/"])
def test_an_id_that_is_not_told_is_read_off_the_address_to_fetch(body, gone, address):
    _, created = submit(answers=(body | {"id": gone, "fetch_result": address},))
    assert created.provider_task == "987"


@pytest.mark.parametrize("fetch", [None, 7, "", "https://x.example/3d/fetch/", "https://x.example/3d/fetch/../a?b=1"])
@pytest.mark.parametrize("link", [GLB, GLB + "?sig=a%2Fb&x=1"])
def test_a_finished_model_without_any_id_is_followed_by_its_address(fetch, link):
    _, created = submit(answers=({"status": "success", "output": [link], "fetch_result": fetch},))
    assert created == Created(link, TaskStatus("succeeded", 100, (link,)))
    asked = []
    assert drive(ModelsLab().poll(created.provider_task, ModelsLabOptions()), asked.append) == created.status
    assert asked == []


def test_such_an_address_becomes_one_that_can_be_written_down():
    _, created = submit(answers=({"status": "success", "output": ["https://cdn.example/größe 1.glb"]},))
    assert created.provider_task == "https://cdn.example/gr%C3%B6%C3%9Fe%201.glb"


def test_a_result_is_fetched_with_a_post_that_may_be_repeated():
    sent = []
    assert poll(SUCCESS, sent=sent).links == (GLB, "https://p.example/a")
    assert [(one.method, one.url, one.repeatable, one.creates) for one in sent] == [
        ("POST", "/api/v6/3d/fetch/123", True, False)
    ]


@pytest.mark.parametrize("word", ["processing", "queued", "Processing", "something new"])
@pytest.mark.parametrize(("eta", "wait_s"), [(7, 7), (1, 5), (60, 10), (None, None)])
def test_a_task_that_is_worked_on(word, eta, wait_s):
    assert poll(PROCESSING | {"status": word, "eta": eta}) == TaskStatus("running", wait_s=wait_s)


@pytest.mark.parametrize(
    ("kind", "links", "best"),
    [
        ("obj", ["a.mtl", "a.png", "a.obj"], ["a.obj"]),
        ("obj", ["a.glb", "a.OBJ?x=.mtl", "a.mtl?x=1", "a.zip"], ["a.zip", "a.OBJ?x=.mtl", "a.glb"]),
        ("stl", ["a.glb", "a.stl#part"], ["a.stl#part", "a.glb"]),
        ("ply", ["a.zip", "a.ply"], ["a.ply", "a.zip"]),
        ("glb", ["b", "a.ply", "a.glb"], ["a.glb", "b", "a.ply"]),
    ],
)
def test_the_file_that_was_asked_for_comes_first(kind, links, best):
    answer = {"status": "success", "id": 1, "output": [f"https://cdn.example/{name}" for name in links]}
    expected = tuple(f"https://cdn.example/{name}" for name in best)
    assert poll(answer, output_format=kind).links == expected
    assert submit({"output_format": kind}, answers=(answer,))[1].status.links == expected


def test_materials_alone_are_no_model():
    assert poll({"status": "success", "output": ["https://cdn.example/a.mtl"]}) == TaskStatus("running")


@pytest.mark.fault("P26")
def test_all_addresses_are_kept_the_best_first():
    status = poll(
        {
            "status": "success",
            "output": [GLB, "https://cdn.example/a.mp4?x=1", 7, "/a.glb"],
            "proxy_links": "https://p.example/a.glb",
            "future_links": [GLB, "https://f.example/a.glb?sig=a.png"],
        }
    )
    assert status.links == (GLB, "https://p.example/a.glb", "https://f.example/a.glb?sig=a.png")
