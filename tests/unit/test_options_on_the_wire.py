"""Every option reaches the request that creates the task, under its field and with its value.

This is tried with all hosted providers and follow-ups.

Nothing here knows a provider: what is tried comes from the declarations. An option that is possible only together with
another one has its companions in COMPANIONS.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pictures import real_png

from blender_addon import providers
from blender_addon.core.flow import Response
from blender_addon.core.options import option_fields
from blender_addon.core.provider import Source
from blender_addon.core.source import View

HOSTED = [one for one in (*providers.every(), *providers.every_follow_up()) if one.base_url]
OURS = {
    f"{name}.{option}"
    for name, lists in json.loads(
        (Path(__file__).resolve().parents[2] / "scripts/readme/documented.json").read_text("utf-8")
    ).items()
    for option in lists.get("ours", ())
    if option not in providers.find(name).sets
}
"""Options that are no field of a document and change the request in another way."""
COMPANIONS = {
    "csm.preserve_aspect_ratio": {"scaled_bbox": (1.0, 1.0, 2.0)},
    "modelstream.texture": {"pbr": False},
    "tripo.face_limit": {"geometry_quality": "detailed"},
    "tripo.texture": {"pbr": False},
    "tripo.generate_parts": {"pbr": False, "texture": False},
    "tripo_low_poly.smart_uv": {"model_version": "v3.0"},
    "tripo_parts.segmentation_granularity": {"model_version": "v2.0-20260430"},
    "tripo_parts.split_by_connectivity": {"model_version": "v2.0-20260430"},
    "tripo_rig.rig_type": {"model_version": "v3.0-20260909"},
    "tripo_rig.spec": {"model_version": "v3.0-20260909"},
    "tripo_texture.delight": {"model_version": "v3.5-20260815"},
    "tripo_texture.texture_quality": {"model_version": "v3.5-20260815"},
}
SINGLE = {"triverse.model_version": "its one choice is what the provider assumes anyway, so it is never sent"}
"""Options with nothing to choose, and why they need no proof."""
VIEWS = {"modelslab.multi_image": ("front", "left")}
"""Which views are given, where the front alone does not do."""
INSIDE = {"tripo_texture.texture_prompt": "text"}
"""Options that are sent as a field of an object."""
UPLOADED = {
    "code": 0,
    "status": "success",
    "output": ["https://files.example/a.png"],
    "data": {"file_key": "key-1", "file_token": "token-1", "image_token": "token-1"},
}
"""An upload's answer, in the words of all providers at once."""


@pytest.fixture
def source(tmp_path):
    """Give a source image with the views that a case needs, as files."""

    def make(case: str) -> Source:
        views = {}
        for name in VIEWS.get(case, ("front",)):
            path = tmp_path / f"{name}.png"
            path.write_bytes(real_png())
            views[name] = View(path)
        return Source(views, "task-1", "3f2b0c6de2f84f2c9d7d3c8f4a1b5e60", follows="task-0")

    return make


def create(provider, source, values):
    """Return address and body of the request that creates the task, as JSON makes it."""
    options = provider.options.build(values)
    options.check_views(source.views)
    flow = provider().submit(source, options)
    request = next(flow)
    while not request.creates:
        request = flow.send(Response(200, UPLOADED))
    flow.close()
    return request.url, json.loads(json.dumps(request.json))


def values_of(one) -> list[Any]:
    """Return values that the option can have besides its default."""
    low = one.minimum if one.minimum is not None else 0
    high = one.maximum if one.maximum is not None else low + 10
    kinds: dict[str, list[Any]] = {
        "bool": [False, True],
        "choice": [name for name, _ in one.choices],
        "int": [int(low), int(low + high) // 2, int(high)],
        "float": [float(low), (low + high) / 2, float(high)],
        "str": ["https://example.org/called"],
        "tuple": [tuple(float(at + 1) for at in range(one.length))],
    }
    return [value for value in kinds[one.kind] if value != one.default]


def prove(provider, one, source) -> None:
    """Raise AssertionError when a value of the option does not reach the request."""
    case = f"{provider.id}.{one.name}"
    field, views = provider.sent_as.get(one.name, one.name), source(case)
    others = {name: value for name, value in COMPANIONS.get(case, {}).items() if name != one.name}
    if case not in VIEWS:
        without = create(provider, views, others)
        assert (field in without[1]) is one.ui.always_sent, f"{case}: its default is sent only where that is declared"
    for value in values_of(one):
        url, body = create(provider, views, {**others, one.name: value})
        if case in OURS:
            assert (url, body) != without or value in body.values(), f"{case} changes nothing"  # said once already
        else:
            assert field in body, f"{case} is not sent"
            sent = body[field][INSIDE[case]] if case in INSIDE else body[field]
            assert json.dumps(sent) == json.dumps(value), f"{case} is sent with another value"


CASES = [
    pytest.param(provider, one, id=f"{provider.id}.{one.name}")
    for provider in HOSTED
    for one in option_fields(provider.options)
]
SENT = [case for case in CASES if case.id not in SINGLE]


@pytest.mark.parametrize(("provider", "one"), SENT)
def test_it_is_sent(provider, one, source):
    prove(provider, one, source)


@pytest.mark.parametrize(("provider", "one"), SENT)
def test_a_provider_that_forgets_it_is_caught(provider, one, source):
    class Forgetful(provider):
        """Loses one option on its way into the request."""

        def submit(self, source, options):
            flow = super().submit(source, options.model_copy(update={one.name: one.default}))
            request = next(flow)
            while True:
                if request.creates:
                    field = self.sent_as.get(one.name, one.name)
                    request = replace(
                        request, json={name: value for name, value in request.json.items() if name != field}
                    )
                request = flow.send((yield request))

    with pytest.raises(AssertionError):
        prove(Forgetful, one, source)


def test_only_options_with_nothing_to_choose_are_left_out(source):
    assert {case.id for case in CASES if not values_of(case.values[1])} == set(SINGLE)
    for provider, one in (case.values for case in CASES if case.id in SINGLE):
        assert one.name not in create(provider, source(""), {one.name: one.default})[1]


def test_every_companion_belongs_to_an_option():
    names = {case.id for case in CASES}
    assert {*COMPANIONS, *VIEWS, *INSIDE, *OURS} <= names
