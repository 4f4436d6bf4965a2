"""Every hosted provider from the command line to its simulator and back: what is made, sent, refused and paid."""

import json

import hosted_line
import pytest
from hosted_cases import CASES, LINK, NAMES
from hosted_line import HostedLine, enter

from blender_addon import providers

line = hosted_line.line
BY_ID = {one.id: one for one in CASES}


def test_there_are_five_and_each_has_a_simulator():
    assert [one for one in providers.names() if one != "local"] == sorted(NAMES)


def test_an_image_becomes_a_model(line):
    said = line.generate()
    assert line.is_made(said)
    events = [one["event"] for one in said.lines]
    assert events[0] in ("submitted", "progressed") and events.index("submitted") < events.index("downloaded")
    (submitted,) = [one for one in said.lines if one["event"] == "submitted"]
    assert submitted["provider_task"] in line.sim.tasks
    (downloaded,) = [one for one in said.lines if one["event"] == "downloaded"]
    assert downloaded["bytes"] == len(line.sim.result)
    percents = [one["percent"] for one in said.lines if one["event"] == "progressed" and one["percent"] is not None]
    assert percents == sorted(percents)
    assert said.last["credits"] == line.case.credits == line.task["credits"]
    assert [line.sim.requests(one) != [] for one in (line.case.create, line.case.poll)] == [True, True]
    assert (line.sim.requests(line.case.upload) != []) == bool(line.case.upload)


def test_the_artists_file_name_is_not_told(line):
    line.image = line.image.rename(line.image.with_name("secret_project.png"))
    assert line.is_made(line.generate())
    assert not any(one.carries("secret_project") for one in line.sim.seen)


def test_options_are_sent(line):
    arguments = [part for name, value in line.case.options.items() for part in ("--set", f"{name}={value}")]
    line.generate(*arguments)
    (body,) = line.sim.creates
    assert {name: body.get(name) for name in line.case.sent} == line.case.sent
    assert line.sim.paid == 1


def test_an_address_is_sent_as_it_is(line):
    assert line.is_made(line.generate(image=LINK))
    (body,) = line.sim.creates
    sent = body[line.case.image]
    assert (sent["url"] if isinstance(sent, dict) else sent) == LINK
    assert not line.case.upload or not line.sim.requests(line.case.upload)


def test_views_are_sent(line):
    views = [part for name in line.case.views for part in ("--view", f"{name}={{image}}")]
    said = line.generate(*views, *line.case.view_options)
    if line.case.views:
        assert line.is_made(said)
        assert len(line.sim.requests(line.case.upload)) == 4
    link = "https://example.org/left.png"
    if "left" in line.case.views:
        line.generate("--view", f"left={link}", *line.case.view_options, image=LINK)
        assert LINK in json.dumps(line.sim.creates[-1]) and link in json.dumps(line.sim.creates[-1])


def test_an_address_in_a_private_network_is_for_a_gateway_in_it_alone(line, monkeypatch):
    private = "http://192.168.0.7/chair.png"
    assert line.is_made(line.generate(image=private))
    monkeypatch.setenv(f"MAQUETTE_{line.case.id.upper()}_BASE_URL", "https://gateway.example.org")
    said = line.generate(image=private)
    assert (said.code, said.last["kind"]) == (2, "input") and "cannot reach" in said.last["message"]


def test_people_are_told_the_price_before(line):
    said = line.maquette("generate", line.image, "--provider", line.case.id, "--out", line.out)
    told = {"tripo": "About 30 credits.", "triverse": "Triverse tells the price with the task."}
    assert told.get(line.case.id, "Price unknown.") in said.err
    cost = "" if line.case.credits is None else f"It cost {line.case.credits:g} credits."
    assert cost in said.err and ("It cost" in said.err) == bool(cost)


def test_people_are_told_what_is_not_sent(monkeypatch, maquette, image):
    with BY_ID["tripo"].simulator() as sim:
        enter(monkeypatch, BY_ID["tripo"], sim)
        bare = ("--set", "texture=no", "--set", "pbr=no", "--set", "auto_size=yes")
        said = maquette("generate", image, "--provider", "tripo", *bare, "--out", image.with_name("a.glb"))
        (body,) = sim.creates
    assert "Real-World Size (auto_size) is not sent. Only a textured model has a use for this" in said.err
    assert "auto_size" not in body


def test_an_address_is_sent_in_the_way_that_everybody_reads(line):
    assert line.is_made(line.generate(image="HTTPS://example.org/castle.png"))
    assert '"https://example.org/castle.png"' in json.dumps(line.sim.creates)


def test_an_address_of_another_kind_is_said_to_be_none(line):
    said = line.generate(image="ftp://example.org/castle.png")
    assert (said.code, said.last["kind"]) == (2, "input") and "no address of an image" in said.last["message"]


FORBIDDEN = [(case.id, *one) for case in CASES for one in case.forbidden]


@pytest.mark.parametrize(("name", "arguments", "named"), FORBIDDEN)
def test_what_is_forbidden_is_said_before_anything_is_sent(name, arguments, named, monkeypatch, maquette, image):
    case = BY_ID[name]
    with case.simulator() as sim:
        enter(monkeypatch, case, sim)
        said = HostedLine(case, sim, maquette, image).generate(*arguments)
        assert (said.code, said.last["kind"], sim.seen) == (2, "input", [])
        assert all(one in said.last["message"] for one in named), said.last["message"]
        assert maquette.tasks() == []


def test_no_key_is_said_before_anything_is_sent(line, monkeypatch):
    for name in (f"MAQUETTE_{line.case.id.upper()}_API_KEY", f"{line.case.id.upper()}_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    for call in (line.generate, lambda: line.maquette("balance", line.case.id)):
        assert call().code == 3
    assert line.sim.seen == [] and line.maquette.tasks() == []


@pytest.mark.parametrize("base_url", ["http://example.org", "https://me@127.0.0.1", "nonsense"])
def test_a_base_url_that_is_not_safe_is_refused(line, monkeypatch, base_url):
    monkeypatch.setenv(f"MAQUETTE_{line.case.id.upper()}_BASE_URL", base_url)
    said = line.generate()
    assert (said.code, said.last["kind"]) == (2, "input") and "base URL" in said.last["message"]
    assert "me@" not in said.last["message"], "a login may be a secret"
    assert said.last["message"].endswith(f"Change MAQUETTE_{line.case.id.upper()}_BASE_URL.")


@pytest.mark.parametrize("content", [b"", b"not an image", b"GIF89a"])
def test_a_picture_that_is_none_is_refused(line, content):
    line.image.write_bytes(content)
    assert line.generate().code == 2 and line.sim.seen == []


@pytest.mark.fault("P01")
def test_a_wrong_key_is_said(line, monkeypatch):
    monkeypatch.setenv(f"MAQUETTE_{line.case.id.upper()}_API_KEY", "wrong-key-0123456789")
    said = line.generate()
    assert (said.code, said.last["kind"], line.sim.paid) == (3, "account", 0)
    assert "does not accept the API key" in said.last["message"]
    said = line.maquette("balance", line.case.id)
    assert said.code == 3 and "does not accept the API key" in said.err


REFUSALS = [(case.id, kind) for case in CASES for kind in case.refusals]
EXIT = {"credits": 3, "account": 3, "rejected": 1, "provider": 1}


@pytest.mark.fault("P03", "P04", "P06", "P07")
@pytest.mark.parametrize(("name", "kind"), REFUSALS)
def test_a_create_that_is_refused_is_said_and_not_repeated(name, kind, monkeypatch, maquette, image):
    case = BY_ID[name]
    with case.simulator() as sim:
        enter(monkeypatch, case, sim)
        sim.answer_next(case.create, *case.refusals[kind])
        one = HostedLine(case, sim, maquette, image)
        said = one.generate()
        assert (said.last["kind"], said.code) == (kind, EXIT[kind]), said.last
        assert len(sim.requests(case.create)) == 1 and sim.paid == 0
        assert one.task["state"] == "failed" and one.task["error"]["kind"] == kind
        assert is_readable(said.last["message"])


ENDS = [(case.id, what) for case in CASES for what in case.ends]


@pytest.mark.fault("P07", "P20")
@pytest.mark.parametrize(("name", "what"), ENDS)
def test_a_task_that_ends_badly_is_said(name, what, monkeypatch, maquette, image):
    case = BY_ID[name]
    with case.simulator() as sim:
        enter(monkeypatch, case, sim)
        step, kind = case.ends[what]
        sim.script([sim.SCRIPT[0], step])
        one = HostedLine(case, sim, maquette, image)
        said = one.generate()
        assert (said.last["kind"], said.code) == (kind, 1), said.last
        assert sim.paid == 1 and one.task["state"] == "failed" and is_readable(said.last["message"])


def is_readable(sentence: str) -> bool:
    """Whether it is a sentence or more, without the innards of an answer or a program."""
    assert sentence[0].isupper() and sentence[-1] in ".!?" and ".." not in sentence, sentence
    assert not any(one in sentence for one in ("{", "}", "<", "Traceback", "None", "Error(", "http://127")), sentence
    return len(sentence) < 500


def test_the_balance(line):
    said = line.maquette("balance", line.case.id, "--json")
    assert said.code == 0
    told = json.loads(said.out)
    assert (told["provider"], told["credits"]) == (line.case.id, line.case.amount)
    assert line.case.amount is None or told["unit"] == line.case.unit
    plain = line.maquette("balance", line.case.id)
    assert (plain.code == 0 and "API key" in plain.out) or "are left at" in plain.out
    assert line.sim.paid == 0
