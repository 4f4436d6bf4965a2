"""What a run does with a hosted provider's answers: links, prices, late tasks, refusals of a create."""

from decimal import Decimal

import pytest
from pictures import real_png
from scripted import Here, Server, done

from blender_addon.core.errors import InputError, LinkError, MissingError, NetworkError
from blender_addon.core.flow import Request, Response
from blender_addon.core.provider import Created, TaskStatus
from blender_addon.core.source import Accepts

PNG = "https://example.org/pictures/castle%20one.png"


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def here(data_folder, server):
    return Here(data_folder, server)


@pytest.fixture
def paid(monkeypatch):
    """The provider's class, to be changed by the test."""
    import scripted

    return lambda **changes: [monkeypatch.setattr(scripted.Paid, name, one) for name, one in changes.items()]


class Links:
    """A transport's download in which only some links work."""

    def __init__(self, server, *good):
        self.good, self.asked, self._download = good, [], server.download
        server.download = self.download

    def download(self, link, target, halt, percent):
        self.asked.append(link)
        if link not in self.good:
            raise LinkError("gone")
        return self._download(link, target, halt, percent)


def test_the_next_link_is_taken_when_one_is_gone(here, server, image):
    server.polls = [done() | {"links": ["a", "b", "c"]}]
    links = Links(server, "b", "c")
    assert here.run(here.prepare("paid", image)).stage == "ready"
    assert links.asked == ["a", "b"] and server.seen.count("poll") == 1


def test_a_fresh_link_is_asked_for_once(here, server, image):
    server.polls = [done() | {"links": ["old"]}, done() | {"links": ["new"]}]
    links = Links(server, "new")
    assert here.run(here.prepare("paid", image)).stage == "ready"
    assert links.asked == ["old", "new"]


def test_a_task_whose_links_are_all_gone_is_kept(here, server, image):
    server.polls = [done() | {"links": ["a", "b"]}]
    links = Links(server)
    task = here.run(here.prepare("paid", image))
    assert (task.stage, task.error["kind"], links.asked) == ("downloading", "network", ["a", "b"] * 2)


def test_a_create_that_is_finished_at_once_is_not_polled(here, server, image, paid):
    def submit(self, source, options):
        yield Request("POST", "/create", json={}, creates=True)
        return Created("t", TaskStatus("succeeded", 100, ("https://x.org/a",), Decimal("2.5")))

    paid(submit=submit)
    task = here.run(here.prepare("paid", image))
    assert (task.stage, task.credits, "poll" in server.seen) == ("ready", "2.5", False)


def test_the_cost_that_a_create_tells_is_kept(here, server, image, paid):
    def submit(self, source, options):
        yield Request("POST", "/create", json={}, creates=True)
        return Created("t", TaskStatus("queued", credits=Decimal(120)))

    paid(submit=submit)
    server.polls = [done()]
    assert here.run(here.prepare("paid", image)).credits == "120"


def test_a_task_may_be_late_right_after_its_create(here, server, image):
    answers = [MissingError("unknown"), MissingError("unknown")]

    def poll(halt):
        if answers:
            raise answers.pop()

    server.at_point["poll"] = poll
    server.polls = [done()]
    assert here.run(here.prepare("paid", image)).stage == "ready" and not answers


def test_a_task_that_stays_unknown_has_failed(here, server, image, monkeypatch):
    monkeypatch.setattr("blender_addon.core.run.LATE_S", 0.0)
    server.raise_at("poll", MissingError("unknown"))
    assert here.run(here.prepare("paid", image)).stage == "failed"


@pytest.fixture(autouse=True)
def often(monkeypatch):
    monkeypatch.setenv("MAQUETTE_POLL_S", "0.01")


def test_a_provider_says_when_it_wants_to_be_asked_again(here, server, image, monkeypatch):
    monkeypatch.delenv("MAQUETTE_POLL_S")  # the scripted provider's own pace is an hour
    server.polls = [{"state": "running", "wait_s": 0.01}, done()]
    assert here.run(here.prepare("paid", image)).stage == "ready"


def refusing(server, status, body=None):
    """Let the create be answered with that status, which the provider turns into an error."""
    send = server.send

    def answer(request, halt):
        if request.creates:
            server.seen.append("refused")
            return Response(status, body)
        return send(request, halt)

    server.send = answer


def test_a_create_that_was_told_to_wait_is_sent_again_by_resume(here, server, image, paid):
    def submit(self, source, options):
        answer = yield Request("POST", "/create", json={}, creates=True)
        if answer.status == 429:
            raise NetworkError("busy")
        return Created(answer.body["id"])

    paid(submit=submit)
    plain = server.send
    refusing(server, 429)
    task = here.run(here.prepare("paid", image))
    assert (task.stage, task.sent) == ("prepared", None) and "refused" in server.seen
    server.send = plain
    assert here.run(task).stage == "ready" and len(server.creates) == 1


def test_the_price_is_asked_for_and_kept(here, server, image, paid):
    def quote(self, options, views):
        answer = yield Request("POST", "/poll/price")
        return Decimal(answer.body["percent"])

    server.polls = [{"state": "x", "percent": 40}, done()]
    paid(quotes=True, quote=quote)
    assert here.run(here.prepare("paid", image)).estimate == "40"


def test_a_price_that_cannot_be_had_holds_nothing_up(here, server, image, paid):
    def quote(self, options, views):
        yield from ()
        raise NetworkError("no price")

    paid(quotes=True, quote=quote)
    task = here.run(here.prepare("paid", image))
    assert (task.stage, task.estimate) == ("ready", None)


def test_an_address_is_passed_on_as_it_is(here, server, paid):
    seen = []

    def submit(self, source, options):
        seen.append(source)
        yield Request("POST", "/create", json={}, creates=True)
        return Created("t")

    paid(takes_links=True, submit=submit)
    task = here.prepare("paid", f" {PNG} ")
    assert (task.image, task.name, task.views) == ("castle one.png", "castle one", {"front": PNG})
    assert here.run(task).stage == "ready"
    assert (seen[0].views["front"].link, seen[0].views["front"].path) == (PNG, None)


@pytest.mark.parametrize("text", ["https://", "http://host/a.png", "https://a b.org/x.png", "https://[::1"])
def test_what_is_no_address_is_said(here, paid, text):
    paid(takes_links=True)
    with pytest.raises(InputError, match="is no address of an image"):
        here.prepare("paid", text)


def test_a_provider_may_take_files_only(here):
    with pytest.raises(InputError, match="Paid takes image files only"):
        here.prepare("paid", PNG)


def test_an_image_can_be_too_small_for_a_provider(here, tmp_path, paid):
    paid(accepts=Accepts(min_side=5000))
    path = tmp_path / "small.png"
    path.write_bytes(real_png())
    with pytest.raises(InputError, match=r"small\.png is .* Paid needs at least 5000 × 5000"):
        here.prepare("paid", path)


@pytest.mark.parametrize("limits", [{"max_side": 10}, {"max_bytes": 20}, {"kinds": ("JPEG",)}])
def test_what_does_not_fit_is_converted_with_the_providers_limits(here, server, image, paid, limits):
    paid(accepts=Accepts(**limits))
    here.run(here.prepare("paid", image))
    assert server.seen[0] == "picture"


def test_a_file_with_metadata_is_converted(here, server, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(real_png() + b"eXIf")
    here.run(here.prepare("paid", path))
    assert server.seen[0] == "picture"


def test_a_provider_that_knows_our_key_is_told_that_the_create_may_have_come(here, server, image, paid):
    seen = []

    def submit(self, source, options):
        seen.append((source.key, source.sent_before))
        yield Request("POST", "/create", json={}, creates=True, again=True)
        return Created("t")

    paid(submit=submit, repeatable=True)
    plain = server.send
    server.send = lambda request, halt: (_ for _ in ()).throw(NetworkError("lost"))
    task = here.run(here.prepare("paid", image))
    assert task.stage == "prepared" and task.sent
    server.send = plain
    assert here.run(task).stage == "ready"
    assert seen == [(task.key, False), (task.key, True)]
