"""What each hosted provider declares and nothing else would miss: how often it is asked, how long, what it takes."""

import pytest

from blender_addon.core.provider import Pace
from blender_addon.core.source import Accepts
from blender_addon.providers import every, find

DECLARED = {  # pace, time-out in seconds, what is accepted, where the front faces
    "csm": (Pace(5, 1, 5), 3600, Accepts(max_side=2048, max_bytes=7 * 2**20), "-Y"),
    "modelslab": (Pace(5, 1.3, 10), 1200, Accepts(max_bytes=3_700_000), "-Y"),
    "modelstream": (Pace(3, 1.3, 15), 1800, Accepts(min_side=20, max_side=6000, max_bytes=20_000_000), "+X"),
    "tripo": (Pace(2, 1.3, 30), 1800, Accepts(min_side=20, max_side=6000, max_bytes=20_000_000), "+X"),
    "triverse": (Pace(3, 1.3, 10), 1800, Accepts(max_bytes=50_000_000), "-Y"),
}
UNDOCUMENTED_FRONT = ("csm", "modelslab", "triverse")


def test_every_hosted_provider_is_here():
    assert set(DECLARED) == {one.id for one in every() if one.base_url}


@pytest.mark.parametrize("name", DECLARED)
def test_what_is_declared(name):
    one = find(name)
    assert (one.pace, one.timeout_s, one.accepts, one.front_axis) == DECLARED[name]


def test_an_option_that_is_declared_to_mean_something_is_there():
    meant = {(one.id, name) for one in every() for name in _meant(one) if name}
    faces = {"local": "face_limit", "tripo": "face_limit", "modelstream": "face_limit", "triverse": "polygon_limit"}
    seeds = {("tripo", "model_seed"), ("tripo", "texture_seed"), ("modelslab", "seed")}
    assert meant == {("local", "height"), ("tripo", "generate_parts"), *faces.items()} | seeds
    assert all(name in find(provider).options.model_fields for provider, name in meant)


def _meant(provider):
    return provider.height_option, provider.parts_option, provider.face_option, *provider.seed_options


@pytest.mark.parametrize("name", UNDOCUMENTED_FRONT)
def test_a_front_that_no_page_tells_is_chosen_and_said(name):
    assert "front_axis" in vars(find(name))
    assert "No page says which way its models face" in find(name).note


@pytest.mark.parametrize("name", ["tripo", "modelstream"])
def test_tripo_takes_jpeg_and_png_by_their_address(name):
    assert find(name).link_kinds == ("PNG", "JPEG")
