"""What a run does with a hosted provider's answers: links, prices, late tasks, addresses, pictures."""

from decimal import Decimal
from typing import Annotated

import pytest
import scripted
from pictures import real_png
from pydantic import Field
from scripted import PaidOptions, done, polling, running

from blender_addon.core.errors import (
    InputError,
    LinkError,
    MissingError,
    ModelFileError,
    NetworkError,
    ProviderError,
)
from blender_addon.core.flow import Request
from blender_addon.core.options import Ui
from blender_addon.core.patience import Patience
from blender_addon.core.provenance import provenance
from blender_addon.core.provider import Created
from blender_addon.core.source import Accepts

PNG = "https://example.org/pictures/castle%20one.png"


server, paid = scripted.server, scripted.paid
here, often = running(), polling(0.01)


class Links:
    """A transport's download in which only some links work."""

    def __init__(self, server, *good, trouble=()):
        self.good, self.asked, self._download = good, [], server.download
        self.trouble = list(trouble)
        server.download = self.download

    def download(self, link, target, halt, percent):
        self.asked.append(link)
        if link in self.trouble:
            self.trouble.remove(link)
            raise NetworkError("its server has trouble")
        if link not in self.good:
            raise LinkError("gone")
        return self._download(link, target, halt, percent)


@pytest.mark.fault("P22", "P26")
def test_the_next_link_is_taken_when_the_best_stays_gone(here, server, image):
    server.polls = [done() | {"links": ["a", "b", "c"]}]
    links = Links(server, "b", "c")
    assert here.run(here.prepare("paid", image)).stage == "ready"
    assert links.asked == ["a", "a", "b"] and server.seen.count("poll") == 2


@pytest.mark.fault("P22")
@pytest.mark.fault("P26")
def test_trouble_on_the_way_is_no_reason_to_take_a_worse_file(here, server, image):
    server.polls = [done() | {"links": ["best", "other"]}]
    links = Links(server, "best", "other", trouble=["best", "best"])
    here.runner._patience = Patience(trouble_s=20.0, missing_s=())
    task = here.run(here.prepare("paid", image))
    assert (task.stage, links.asked, task.warnings) == ("ready", ["best"] * 3, [])


def test_the_providers_own_way_to_the_file_is_taken_when_a_link_has_trouble(here, server, image):
    server.polls = [done() | {"links": ["dead", "/own/way"]}]
    links = Links(server, "/own/way", trouble=["dead"])
    assert here.run(here.prepare("paid", image)).stage == "ready" and links.asked == ["dead", "/own/way"]


@pytest.mark.fault("P26")
@pytest.mark.parametrize(("second", "told"), [("other", True), ("/own/way", False)])
def test_a_worse_file_is_told(here, server, image, second, told):
    server.polls = [done() | {"links": ["gone", second]}]
    Links(server, second)
    task = here.run(here.prepare("paid", image))
    assert task.stage == "ready" and ("may lack its textures" in "".join(task.warnings)) == told


def test_a_fresh_link_to_the_best_file_comes_before_the_next_best_file(here, server, image):
    server.polls = [done() | {"links": ["old", "other"]}, done() | {"links": ["new", "other"]}]
    links = Links(server, "new", "other")
    assert here.run(here.prepare("paid", image)).stage == "ready"
    assert links.asked == ["old", "new"]


def test_a_task_whose_links_are_all_gone_is_kept(here, server, image):
    server.polls = [done() | {"links": ["a", "b"]}]
    links = Links(server)
    task = here.run(here.prepare("paid", image))
    assert (task.stage, task.error["kind"], links.asked) == ("downloading", "network", ["a", "a", "b"])


@pytest.mark.fault("P05")
def test_a_task_may_be_late_right_after_its_create(here, server, image):
    answers = [MissingError("unknown"), MissingError("unknown")]

    def poll(halt):
        if answers:
            raise answers.pop()

    server.at_point["poll"] = poll
    server.polls = [done()]
    assert here.run(here.prepare("paid", image)).stage == "ready" and not answers


@pytest.mark.fault("P05")
def test_a_task_that_stays_unknown_has_failed(here, server, image, monkeypatch):
    monkeypatch.setattr("blender_addon.core.following.LATE_S", 0.0)
    server.raise_at("poll", MissingError("unknown"))
    assert here.run(here.prepare("paid", image)).stage == "failed"


def test_a_provider_says_when_it_wants_to_be_asked_again(here, server, image, monkeypatch):
    monkeypatch.delenv("MAQUETTE_POLL_S")  # the scripted provider's own pace is an hour
    server.polls = [{"state": "running", "wait_s": 0.01}, done()]
    assert here.run(here.prepare("paid", image)).stage == "ready"


def quote(self, options, views):
    answer = yield Request("POST", "/poll/price")
    return Decimal(answer.body["percent"])


def test_the_price_is_asked_for_and_kept(here, server, image, paid):
    server.polls = [{"state": "x", "percent": 40}, done()]
    paid(quotes=True, quote=quote)
    assert here.run(here.prepare("paid", image)).estimate == "40"


@pytest.mark.fault("P30")
def test_a_price_that_has_risen_is_not_paid_unasked(here, server, image, paid):
    server.polls = [{"state": "x", "percent": 150}]
    paid(quotes=True, quote=quote)
    task = here.run(here.prepare("paid", image, price=Decimal(120)))
    assert (task.stage, task.error["kind"], task.estimate, task.sent) == ("failed", "input", "150", None)
    assert task.error["message"] == (
        "The price has risen from 120 to 150 credits. Nothing was sent; generate it again to pay that."
    )
    assert server.seen == ["poll"]


@pytest.mark.fault("P30")
@pytest.mark.parametrize("now", [120, 90])
def test_a_price_that_has_not_risen_is_paid(here, server, image, paid, now):
    server.polls = [{"state": "x", "percent": now}, done()]
    paid(quotes=True, quote=quote)
    task = here.run(here.prepare("paid", image, price=Decimal(120)))
    assert (task.stage, task.estimate) == ("ready", str(now))


@pytest.mark.fault("P30")
def test_what_may_have_been_sent_before_is_not_priced_again(here, server, image, paid):
    server.polls = [done()]
    paid(quotes=True, repeatable=True, quote=quote)
    task = here.prepare("paid", image, price=Decimal(50))
    here.journal.update(task.id, stage="submitting", sent=1.0)
    assert here.run(task).stage == "ready"
    assert len(server.creates) == 1


@pytest.mark.fault("P31")
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

    paid(link_kinds=("PNG",), submit=submit)
    task = here.prepare("paid", f" {PNG} ")
    assert (task.image, task.name, task.views) == ("castle one.png", "castle one", {"front": PNG})
    assert here.run(task).stage == "ready"
    assert (seen[0].views["front"].link, seen[0].views["front"].path) == (PNG, None)


@pytest.mark.parametrize("text", ["https://", "http://host/a.png", "https://a b.org/x.png", "https://[::1"])
def test_what_is_no_address_is_said(here, paid, text):
    paid(link_kinds=("PNG",))
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


@pytest.mark.parametrize("limits", [{"max_side": 20}, {"max_bytes": 20}, {"kinds": ("JPEG",)}])
def test_what_does_not_fit_is_converted_with_the_providers_limits(here, server, image, paid, limits):
    paid(accepts=Accepts(**limits))
    here.run(here.prepare("paid", image))
    assert server.seen[0] == "picture"


@pytest.mark.fault("U12", "S17")
def test_a_file_with_metadata_is_converted(here, server, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(real_png() + b"eXIf")
    here.run(here.prepare("paid", path))
    assert server.seen[0] == "picture"


@pytest.mark.parametrize("error", [ProviderError("http"), ModelFileError("a web page")])
def test_a_link_of_any_kind_of_trouble_is_not_the_last_word(here, server, image, error):
    server.polls = [done() | {"links": ["bad", "good"]}]
    download = server.download

    def first_fails(link, target, halt, percent):
        if link == "bad":
            raise error
        return download(link, target, halt, percent)

    server.download = first_fails
    assert here.run(here.prepare("paid", image)).stage == "ready"
    server.download = lambda *_: (_ for _ in ()).throw(error)
    assert here.run(here.prepare("paid", image)).error["kind"] == error.kind


@pytest.mark.fault("P27")
def test_a_link_that_leads_to_a_web_page_is_not_the_last_word(here, server, image):
    server.polls = [done() | {"links": ["page", "good"]}]
    download = server.download

    def page_first(link, target, halt, percent):
        size = download(link, target, halt, percent)
        if link == "page":
            target.write_bytes(b"<html>Not found</html>")
        return size

    server.download = page_first
    assert here.run(here.prepare("paid", image)).stage == "ready"


def test_the_scene_is_told_the_options_without_what_is_for_the_command_line(here, server, image):
    class Told(PaidOptions):
        hook: Annotated[str | None, Field(title="Hook", description="x"), Ui(cli_only=True)] = None

    task = here.prepare("paid", image)
    task.options = {"depth": 2.0, "hook": "https://example.org/?secret"}
    assert provenance(task, Told)["options"] == {"depth": 2.0}
