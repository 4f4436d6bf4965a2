"""The transport of `local:` requests: a provider's server that lives in this process, and may be lost with it."""

import json

import pytest
from waiting import until

from blender_addon.core.errors import InputError, ProviderError
from blender_addon.core.flow import Request, Response, drive
from blender_addon.core.halt import Halt, Halted
from blender_addon.core.provider import Created, Source
from blender_addon.core.source import View
from blender_addon.net.local import LocalTransport
from blender_addon.providers import find


@pytest.fixture
def transport(blenders, tmp_path):
    (tmp_path / "tasks" / "t1").mkdir(parents=True)
    return LocalTransport(blenders, tmp_path / "tasks")


def order(tmp_path) -> Request:
    image = tmp_path / "front.png"
    image.touch()
    return Request(
        "POST", "local:tasks", json={"task": "t1", "views": {"front": str(image)}, "options": {}}, creates=True
    )


RUN = Halt()
"""Of one run of a task; another halt means another run."""


def ended(transport, halt=None) -> Response:
    """Ask until it is done."""
    answers = []

    def ask():
        answers.append(transport.send(Request("GET", "local:tasks/t1"), halt or RUN))
        return answers[-1].body["status"] == "success"

    until(ask, "the reconstruction ends")
    return answers[-1]


def script(folder, **works):
    (folder / "script.json").write_text(json.dumps(works))


def test_start_ask_and_fetch(transport, tmp_path):
    request = order(tmp_path)
    assert transport.send(request, RUN).body == {"task_id": "t1"}
    assert "task" in request.json, "the request is left as it was"
    link = ended(transport).body["link"]
    assert link == "local:tasks/t1/model"
    told = []
    assert transport.download(link, tmp_path / "model.part", Halt(), told.append) == 1008
    assert (tmp_path / "model.part").read_bytes().startswith(b"glTF")
    assert told == [100.0]


def test_percent_is_told_meanwhile(transport, folder, tmp_path):
    script(folder, reconstruct="slow")
    transport.send(order(tmp_path), RUN)
    until(lambda: transport.send(Request("GET", "local:tasks/t1"), RUN).body == {"status": "running", "percent": 40.0})
    (folder / "go").touch()
    ended(transport)


def test_its_error_is_raised_where_it_is_asked_for(transport, folder, tmp_path):
    script(folder, reconstruct={"kind": "input", "message": "The picture is all transparent.", "details": ""})
    transport.send(order(tmp_path), RUN)
    with pytest.raises(InputError, match="all transparent"):
        ended(transport)


def test_a_reconstruction_lost_with_its_process_is_done_again(transport, blenders, folder, tmp_path):
    transport.send(order(tmp_path), RUN)
    assert ended(transport).body["link"]
    later = LocalTransport(blenders, tmp_path / "tasks")  # the next start: it knows nothing but the folder
    assert ended(later).body["link"]
    assert (folder / "calls").read_text().count("reconstruct") == 2


def test_one_that_was_halted_is_done_again(transport, folder, tmp_path):
    script(folder, reconstruct="hang")
    halt = Halt()
    transport.send(order(tmp_path), halt)
    until(lambda: list(folder.glob("hangs-*")), "it hangs")
    halt.stop()
    with pytest.raises(Halted):
        until(lambda: transport.send(Request("GET", "local:tasks/t1"), halt) is None)
    script(folder)
    assert ended(transport).body["link"]


def test_a_task_whose_files_are_gone_is_a_sentence(transport):
    for task in ("t1", "t2"):
        with pytest.raises(ProviderError, match="The files of this task are gone"):
            transport.send(Request("GET", f"local:tasks/{task}"), Halt())


def test_a_halt_is_seen_before_a_download(transport, tmp_path):
    halt = Halt()
    halt.cancel()
    with pytest.raises(Halted):
        transport.download("local:tasks/t1/model", tmp_path / "x", halt, lambda _: None)


def test_the_local_provider_speaks_to_it(tmp_path):
    """JSON in, JSON out: no transport at all."""
    local, sent = find("local"), []
    options = local.options.build({"texture_size": "2048", "method": "relief", "roundness": 0.5})
    source = Source({"front": View(tmp_path / "a.png"), "left": View(tmp_path / "b.png")}, "t1", "key")

    def send(request):
        sent.append(request)
        return Response(200, {"task_id": "t1"})

    assert drive(local().submit(source, options), send) == Created("t1")
    (request,) = sent
    assert (request.method, request.url, request.creates) == ("POST", "local:tasks", True)
    assert request.json["views"] == {"front": str(tmp_path / "a.png"), "left": str(tmp_path / "b.png")}
    assert request.json["options"]["texture_size"] == 2048
    assert request.json["options"]["roundness"] is None, "a flat method has no use for it"
    json.dumps(request.json)


def test_the_local_provider_understands_the_answers():
    poll, options = find("local")().poll, find("local").options()
    running = drive(poll("t1", options), lambda _: Response(200, {"status": "running", "percent": 12.5}))
    assert (running.state, running.percent, running.links) == ("running", 12.5, ())
    done = drive(poll("t1", options), lambda _: Response(200, {"status": "success", "link": "local:tasks/t1/model"}))
    assert (done.state, done.percent, done.links, done.credits) == ("succeeded", 100, ("local:tasks/t1/model",), 0)


def test_an_error_of_the_transport_reaches_the_flow():
    """A provider may answer an error itself; what it does not answer comes out."""

    def careful():
        try:
            yield Request("GET", "/a")
        except ProviderError:
            answer = yield Request("GET", "/b")
            return answer.body

    def send(request):
        if request.url == "/a":
            raise ProviderError("No.")
        return Response(200, request.url)

    assert drive(careful(), send) == "/b"
    with pytest.raises(ProviderError):
        drive(find("local")().poll("x", find("local").options()), lambda _: send(Request("GET", "/a")))


def test_a_new_run_of_a_task_ends_what_an_earlier_one_left(transport, folder, tmp_path):
    script(folder, reconstruct="hang")
    earlier = Halt()
    transport.send(order(tmp_path), earlier)
    until(lambda: list(folder.glob("hangs-*")), "it hangs")
    script(folder)
    assert ended(transport).body["link"]
    with pytest.raises(Halted):
        earlier.check()
