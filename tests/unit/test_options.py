"""Options: one declaration, a closed set of types, and sentences instead of pydantic's errors."""

import json
from collections.abc import Collection
from decimal import Decimal
from typing import Annotated, Any, Literal, Optional, Union

import pytest
from pydantic import Field, ValidationError, field_validator, model_validator

from blender_addon import providers
from blender_addon.core.errors import InputError
from blender_addon.core.options import Options, Ui, choice_number, find_field, option_fields


def told(**more: Any) -> Any:
    return Field(title="A Title", description="What it does", **more)


class Sample(Options):
    """One option of every kind."""

    pbr: Annotated[bool, told()] = True
    face_limit: Annotated[int | None, told(ge=1, le=2_000_000), Ui(advanced=True, initial=10_000)] = None
    scale: Annotated[float, told(ge=0.5, le=2.0), Ui(unit="FACTOR")] = 1.0
    free: Annotated[float, told()] = 0.0
    steps: Annotated[int, told(ge=3)] = 3
    prompt: Annotated[str, told(max_length=10)] = ""
    style: Annotated[Literal["clay", "low_poly"], told(), Ui(labels={"clay": "Clay!"})] = "clay"
    box: Annotated[tuple[float, float, float] | None, told()] = None
    cells: Annotated[tuple[int, int], told()] = (1, 2)
    webhook: Annotated[str | None, told(), Ui(cli_only=True)] = None

    @model_validator(mode="after")
    def box_needs_clay(self) -> "Sample":
        if self.box and self.style != "clay":
            raise ValueError("A box works with the clay style only. Choose Clay or clear the box.")
        return self

    @field_validator("prompt")
    @classmethod
    def no_shouting(cls, text: str) -> str:
        if text.isupper():
            raise ValueError("Please do not shout.")
        return text

    def switched_off(self, views: Collection[str] = ("front",)) -> dict[str, str]:
        return {} if self.pbr else {"scale": "Only PBR maps are scaled", "face_limit": "No faces"}

    def credits(self) -> Decimal:
        return Decimal("1.5")


def test_one_field_for_each_option_in_the_order_of_the_declaration():
    fields = option_fields(Sample)
    kinds = ["bool", "int", "float", "float", "int", "str", "choice", "tuple", "tuple", "str"]
    assert [one.name for one in fields] == list(Sample.model_fields)
    assert [one.kind for one in fields] == kinds
    assert [one.optional for one in fields] == [False, True, *[False] * 5, True, False, True]


def test_a_field_carries_what_the_panel_shows():
    one = find_field(Sample, "face_limit")
    assert (one.title, one.description, one.minimum, one.maximum) == ("A Title", "What it does", 1, 2_000_000)
    assert (one.default, one.initial, one.ui.advanced) == (None, 10_000, True)
    style = find_field(Sample, "style")
    assert style.choices == (("clay", "Clay!"), ("low_poly", "Low Poly"))
    assert (find_field(Sample, "box").length, find_field(Sample, "box").initial) == (3, (0.0, 0.0, 0.0))
    assert find_field(Sample, "cells").length == 2
    assert find_field(Sample, "webhook").ui.cli_only


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pbr", "yes · no"),
        ("face_limit", "1–2000000 · none"),
        ("scale", "0.5–2"),
        ("free", "a number"),
        ("steps", "3 or more"),
        ("prompt", "text"),
        ("style", "clay · low_poly"),
        ("box", "number,number,number · none"),
    ],
)
def test_what_may_be_given_is_said(name, text):
    assert find_field(Sample, name).values_text() == text


OUTSIDE: dict[str, Any] = {
    "list": list[int],
    "dict": dict[str, int],
    "any": Any,
    "bytes": bytes,
    "decimal": Decimal,
    "two types": int | str,
    "two types or none": Union[int, str, None],  # noqa: UP007 - the old spelling has to be caught too
    "number choices": Literal[1, 2],
    "mixed choices": Literal["a", 1],
    "endless tuple": tuple[float, ...],
    "tuple of texts": tuple[str, str],
    "plain tuple": tuple,
    "empty tuple": tuple[()],
    "nothing": None,
    "options": Sample,
}


@pytest.mark.parametrize("kind", OUTSIDE.values(), ids=OUTSIDE)
def test_a_type_outside_the_closed_set_cannot_be_declared(kind):
    with pytest.raises(TypeError, match="option odd has a type that the panel cannot show"):
        type("Odd", (Options,), {"__annotations__": {"odd": Annotated[kind, told()]}, "odd": None})


@pytest.mark.parametrize("kind", [bool, int, float, str, Literal["a"], tuple[int, float], Optional[int]])  # noqa: UP045
def test_a_type_of_the_closed_set_can_be_declared(kind):
    type("Fine", (Options,), {"__annotations__": {"fine": Annotated[kind, told()]}, "fine": None})


def test_a_declaration_without_title_description_or_default_is_refused():
    for info, what in ((Field(title="T"), "title and a description"), (Field(description="D"), "title and a desc")):
        with pytest.raises(TypeError, match=what):
            type("Odd", (Options,), {"__annotations__": {"odd": Annotated[int, info]}, "odd": 1})
    with pytest.raises(TypeError, match="needs a default"):
        type("Odd", (Options,), {"__annotations__": {"odd": Annotated[int, told()]}})


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        *(("pbr", text, True) for text in ("true", "yes", "1", "TRUE", " Yes ")),
        *(("pbr", text, False) for text in ("false", "no", "0", "No")),
        ("face_limit", "5000", 5000),
        ("face_limit", "none", None),
        ("face_limit", "None", None),
        ("scale", "1.25", 1.25),
        ("prompt", "none", "none"),
        ("style", "low_poly", "low_poly"),
        ("box", "1,1,-1", (1.0, 1.0, -1.0)),
        ("box", "none", None),
        ("cells", "3, 4", (3, 4)),
    ],
)
def test_a_value_is_read_from_the_command_line(name, text, value):
    read = Sample.parse(name, text)
    assert getattr(Sample.build({name: read}), name) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pbr", "maybe"),
        ("pbr", "none"),
        ("face_limit", "many"),
        ("face_limit", "1.5"),
        ("scale", "none"),
        ("box", "1,x"),
    ],
)
def test_a_value_that_is_no_such_value_is_a_sentence(name, text):
    with pytest.raises(InputError) as caught:
        Sample.parse(name, text)
    assert caught.value.message == (
        f"Option {name} does not understand “{text}”. It takes: {find_field(Sample, name).values_text()}."
    )


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "too large": ({"face_limit": 3_000_000}, "A Title (face_limit) cannot be 3000000. It takes: 1–2000000 · none."),
    "too small": ({"scale": 0.1}, "A Title (scale) cannot be 0.1. It takes: 0.5–2."),
    "no choice": ({"style": "oil"}, "A Title (style) cannot be 'oil'. It takes: clay · low_poly."),
    "too short": ({"box": (1.0, 2.0)}, "A Title (box) cannot be (1.0, 2.0). It takes: number,number,number · none."),
    "rule": (
        {"box": (1, 1, 1), "style": "low_poly"},
        "A box works with the clay style only. Choose Clay or clear the box.",
    ),
    "field rule": ({"prompt": "HELLO"}, "Please do not shout."),
    "unknown": ({"colour": 1}, "There is no option “colour”. The options are: " + ", ".join(Sample.model_fields) + "."),
    "two": ({"scale": 9.0, "steps": 1}, "A Title (scale) cannot be 9.0. It takes: 0.5–2. A Title (steps) cannot be 1."),
}


@pytest.mark.parametrize(("values", "sentence"), BAD.values(), ids=BAD)
def test_a_bad_value_is_one_clear_sentence(values, sentence):
    with pytest.raises(InputError) as caught:
        Sample.build(values)
    assert caught.value.kind == "input"
    assert caught.value.message.startswith(sentence)
    assert "validation error" not in caught.value.message
    assert "pydantic" not in caught.value.message


@pytest.mark.parametrize("text", ["nan", "inf", "-inf"])
@pytest.mark.parametrize("name", ["scale", "free"])
def test_a_number_is_a_number(name, text):
    """No JSON can hold them, and a bound does not stop NaN."""
    with pytest.raises(InputError):
        Sample.build({name: Sample.parse(name, text)})
    with pytest.raises(InputError):
        Sample.build({"box": Sample.parse("box", f"1,{text},1")})


def test_an_option_that_is_switched_off_has_its_default():
    given = {"pbr": False, "scale": 2.0, "face_limit": 500}
    assert Sample.build(given).effective() == Sample.build({}).effective() | {"pbr": False}
    assert Sample.build(given | {"pbr": True}).effective()["face_limit"] == 500


def test_what_is_in_force_survives_the_journal():
    before = Sample.build({"box": (1, 2, 3), "style": "clay", "face_limit": 7})
    assert Sample.build(json.loads(json.dumps(before.effective()))) == before


class Switched(Sample):
    def switched_off(self, views=("front",)):
        return {"pbr": "The style has none", "depth": "It is flat"}


def test_what_was_chosen_and_is_switched_off_is_said():
    assert Switched.build({}).unused() == []
    title = find_field(Switched, "pbr").title
    chosen = {"pbr": not find_field(Switched, "pbr").default}
    assert Switched.build(chosen).unused() == [f"{title} (pbr) is not sent. The style has none."]


def test_options_are_frozen():
    with pytest.raises(ValidationError):
        Sample.build({}).pbr = False


def test_the_number_of_a_choice_never_changes():
    """Blender files hold these numbers: a choice that is added in front moves none of them."""
    assert (choice_number("auto"), choice_number("hull"), choice_number("")) == (6732325, 41123, 0)
    assert all(0 <= choice_number(name) < 2**24 for name in ("auto", "hull", "fine", "4096", "low_poly"))


def test_no_two_providers_share_a_number():
    assert len({choice_number(name) for name in providers.names()}) == len(providers.names())


@pytest.mark.parametrize("name", providers.names())
def test_a_provider_declares_options_that_can_be_shown(name):
    fields = option_fields(providers.find(name).options)
    assert fields
    for one in fields:
        numbers = [choice_number(choice) for choice, _ in one.choices]
        assert len(set(numbers)) == len(numbers), f"two choices of {one.name} share a number"
        assert not one.description.endswith("."), f"{one.name}: tooltips have no full stop"
    providers.find(name).options.build({})


def test_an_unknown_provider_is_a_sentence_that_names_the_others():
    with pytest.raises(InputError, match=r"There is no provider “tripod”\. The providers are: .*local"):
        providers.find("tripod")


def test_flat_methods_switch_roundness_off():
    options = providers.find("local").options
    assert options.build({"method": "relief", "roundness": 0.2}).effective()["roundness"] is None
    assert options.build({"method": "hull", "roundness": 0.2}).effective()["roundness"] == 0.2
