"""What only one of the hosted providers has: Triverse's price, key of a create and own download, Tripo's regions."""

import pytest
from hosted_cases import CASES
from hosted_line import calling

BY_ID = {one.id: one for one in CASES}
RESULT = "/results/*"


triverse = calling(BY_ID["triverse"])


def test_triverse_tells_the_price_first(triverse):
    triverse.sim.prices["image-to-model"] = 77
    assert triverse.is_made(triverse.generate())
    (quote,) = triverse.sim.requests("*/pricing/quote")
    assert triverse.sim.seen.index(quote) < triverse.sim.seen.index(triverse.sim.requests(triverse.case.create)[0])
    assert triverse.task["credits"] == 77


@pytest.mark.fault("P08")
def test_triverse_sends_the_same_again_only_when_it_is_asked_to(triverse):
    assert triverse.is_made(triverse.generate())
    said = triverse.generate()
    assert (said.code, said.last["kind"], triverse.sim.paid) == (1, "provider", 1)
    assert "was asked for the same a moment ago" in said.last["message"]
    assert triverse.generate("--again").code == 0
    first, second = triverse.sim.creates
    assert "allow_duplicate" not in first and second["allow_duplicate"] is True
    assert first["client_order_id"] != second["client_order_id"]


@pytest.mark.fault("P22", "P26")
def test_triverse_gives_the_file_itself_when_its_link_is_dead(triverse):
    triverse.sim.answer_next(RESULT, 403, "<Error/>", times=99)
    assert triverse.is_made(triverse.generate())
    (own,) = triverse.sim.requests("*/tasks/download/*")
    assert own.headers["authorization"].endswith(triverse.sim.key)


@pytest.fixture
def regions(monkeypatch, maquette):
    """Two regions of Tripo; the key is known in the second only."""
    from blender_addon.providers.tripo import Tripo

    case = BY_ID["tripo"]
    for name in ("MAQUETTE_TRIPO_BASE_URL", "TRIPO_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with case.simulator() as first, case.simulator() as second:
        monkeypatch.setattr(Tripo, "base_url", first.base_url)
        monkeypatch.setattr(Tripo, "regions", {"international": first.base_url, "china": second.base_url})
        monkeypatch.setenv("MAQUETTE_TRIPO_API_KEY", second.key)
        monkeypatch.setattr("blender_addon.net.http.PAUSES_S", (0.01, None))
        yield first, second


def test_tripos_region_is_found_by_the_key_and_kept(regions, maquette, image):
    first, second = regions
    assert "1,000 credits are left" in maquette("balance", "tripo").out
    assert (len(first.seen), len(second.seen)) == (1, 1)
    assert maquette("balance", "tripo").code == maquette("generate", image, "--provider", "tripo").code == 0
    assert len(first.seen) == 1 and second.paid == 1


def test_the_region_is_kept_for_the_account_whoever_finds_it(regions, maquette, image, monkeypatch):
    from blender_addon.providers import find

    first, second = regions
    for name in ("base_url", "regions"):
        monkeypatch.setattr(find("tripo_rig"), name, getattr(find("tripo"), name))
    assert "1,000 credits are left" in maquette("balance", "tripo_rig").out
    assert maquette("generate", image, "--provider", "tripo").code == 0
    assert len(first.seen) == 1 and second.paid == 1


def test_a_key_of_no_region_is_said(regions, maquette, monkeypatch):
    monkeypatch.setenv("MAQUETTE_TRIPO_API_KEY", "tsk_of_nobody_at_all")
    said = maquette("balance", "tripo")
    assert said.code == 3 and "does not accept the API key" in said.err


def test_a_region_that_cannot_be_reached_does_not_hide_what_is_wrong(regions, maquette, monkeypatch):
    regions[1].close()
    said = maquette("balance", "tripo")
    assert said.code == 3 and "does not accept the API key" in said.err


def test_regions_are_not_asked_when_there_is_a_base_url_or_no_need(regions, maquette, image, monkeypatch):
    first, second = regions
    assert maquette("generate", image, "--provider", "tripo").code == 3
    assert second.seen == [], "only a check of the key asks elsewhere"
    monkeypatch.setenv("MAQUETTE_TRIPO_BASE_URL", first.base_url)
    assert maquette("balance", "tripo").code == 3
    assert second.seen == []
