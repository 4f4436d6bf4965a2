"""What the artist sets: one declaration makes the panel, the check, the flags, the table and the estimate.

`option_fields` is the only reader of pydantic's insides; everybody else reads its `OptionField`s.
"""

from __future__ import annotations

import types
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, Literal, Self, Union, get_args, get_origin
from zlib import crc32

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from .errors import InputError

FRONT_ONLY = ("front",)
"""The views of a single image."""


@dataclass(frozen=True)
class Ui:
    """How an option is shown; given beside its Field."""

    advanced: bool = False
    """Goes into the closed sub-panel."""
    cli_only: bool = False
    """Not in the panel (webhooks, tracking ids)."""
    initial: Any = None
    """For `X | None`: what the value starts at when it is switched on."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """For choices: label of each; without one it is made from the choice's name."""
    unit: str = ""
    """Blender's unit of a number: LENGTH, FACTOR; empty for none."""
    always_sent: bool = False
    """Sent even when it has our default, because the provider's own default is another one."""


@dataclass(frozen=True)
class OptionField:
    """One option, as panel, command line and docs read it."""

    name: str
    title: str
    description: str
    kind: str
    """bool, int, float, str, choice or tuple."""
    default: Any
    optional: bool
    """May be None: the panel shows a switch `use_x` beside `x`."""
    minimum: float | None
    maximum: float | None
    choices: tuple[tuple[str, str], ...]
    """Id and label of each choice."""
    length: int
    """Of a tuple; 1 for the rest."""
    ui: Ui

    @property
    def initial(self) -> Any:
        """Return what the panel's field starts at."""
        if self.default is not None:
            return self.default
        if self.ui.initial is not None:
            return self.ui.initial
        return {"bool": False, "int": 0, "float": 0.0, "str": "", "choice": self.choices and self.choices[0][0]}.get(
            self.kind, (0.0,) * self.length
        )

    def values_text(self) -> str:
        """Return what may be given, for people: `1–5`, `a · b`, `yes or no`."""
        if self.kind == "choice":
            text = " · ".join(name for name, _ in self.choices)
        elif self.kind == "bool":
            text = "yes · no"
        elif self.kind == "tuple":
            text = ",".join(["number"] * self.length)
        else:
            low, high = (None if edge is None else f"{edge:.15g}" for edge in (self.minimum, self.maximum))
            text = f"{low}–{high}" if low and high else f"{low} or more" if low else f"up to {high}" if high else ""
            text = text or {"int": "a whole number", "float": "a number", "str": "text"}[self.kind]
        return f"{text} · none" if self.optional else text


def choice_number(name: str) -> int:
    """Return a stable number for an enum item: Blender saves it, and numbers by position change with the list.

    It has 24 bits: Blender's menus carry it as a single-precision float, and would choose a number beside a larger one.
    """
    return crc32(name.encode()) >> 8


class Options(BaseModel):
    """Base of a provider's options: field names are the provider's document's names, rules are validators."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=True, allow_inf_nan=False, protected_namespaces=()
    )

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Check the declaration when the class is made. Raises TypeError for a type outside the closed set."""
        super().__pydantic_init_subclass__(**kwargs)
        for name, info in cls.model_fields.items():
            _field(name, info)

    @classmethod
    def build(cls, values: Mapping[str, Any]) -> Self:
        """Check the values. Raises InputError with a sentence the artist can act on."""
        try:
            return cls(**values)
        except ValidationError as error:
            raise InputError(" ".join(_sentence(cls, one) for one in error.errors())) from error

    @classmethod
    def parse(cls, name: str, text: str) -> Any:
        """Read an option's value from the command line. Raises InputError."""
        return _parse(find_field(cls, name), text.strip())

    def switched_off(self, views: Collection[str] = FRONT_ONLY) -> dict[str, str]:
        """Return the options that others, or the views given, switch off, each with the reason. May be overridden.

        They count as off: they have their default, and are not sent.
        """
        return {}

    def check_views(self, views: Collection[str]) -> None:
        """Raise InputError when the views given and the options do not go together. May be overridden."""

    def cautions(self, views: Collection[str] = FRONT_ONLY) -> list[str]:
        """Return what the artist should know before it is sent, a sentence each. May be overridden."""
        return []

    def credits(self) -> Decimal | None:
        """Return the estimate; None is unknown. May be overridden, with source and date in the docstring."""
        return None

    def unused(self, views: Collection[str] = FRONT_ONLY) -> list[str]:
        """Say of each option that was chosen and is switched off why it is not sent."""
        off = self.switched_off(views)
        return [
            f"{one.title} ({one.name}) is not sent. {off[one.name]}."
            for one in option_fields(type(self))
            if one.name in off and getattr(self, one.name) != one.default
        ]

    def effective(self, views: Collection[str] = FRONT_ONLY) -> dict[str, Any]:
        """Return what is in force: an option that another one switches off has its default."""
        off = self.switched_off(views)
        return {
            one.name: one.default if one.name in off else getattr(self, one.name) for one in option_fields(type(self))
        }

    def to_send(self, views: Collection[str] = FRONT_ONLY) -> dict[str, Any]:
        """Return what the request says: what is in force, without what the provider would assume anyway."""
        force, off = self.effective(views), self.switched_off(views)
        return {
            one.name: force[one.name]
            for one in option_fields(type(self))
            if force[one.name] is not None
            and one.name not in off
            and (one.ui.always_sent or force[one.name] != one.default)
        }


@cache
def option_fields(options: type[Options]) -> tuple[OptionField, ...]:
    """Return the options in the order in which they are declared."""
    return tuple(_field(name, info) for name, info in options.model_fields.items())


def find_field(options: type[Options], name: str) -> OptionField:
    """Return the field of that name. Raises InputError that names the ones there are."""
    for one in option_fields(options):
        if one.name == name:
            return one
    known = ", ".join(one.name for one in option_fields(options))
    raise InputError(f"There is no option “{name}”. The options are: {known}.")


def _field(name: str, info: FieldInfo) -> OptionField:
    kind, optional, choices, length = _type_of(name, info.annotation)
    ui = next((one for one in info.metadata if isinstance(one, Ui)), Ui())
    if not info.title or not info.description:
        raise TypeError(f"option {name} needs a title and a description")
    if info.default is PydanticUndefined:
        raise TypeError(f"option {name} needs a default")
    return OptionField(
        name=name,
        title=info.title,
        description=info.description,
        kind=kind,
        default=info.default,
        optional=optional,
        minimum=_bound(info, "ge"),
        maximum=_bound(info, "le"),
        choices=tuple((one, ui.labels.get(one, one.replace("_", " ").title())) for one in choices),
        length=length,
        ui=ui,
    )


def _type_of(name: str, annotation: Any) -> tuple[str, bool, tuple[str, ...], int]:
    """Return kind, optional, choices and length. Raises TypeError for anything else than the closed set."""
    optional = False
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [one for one in get_args(annotation) if one is not type(None)]
        optional = len(rest) < len(get_args(annotation))
        annotation = rest[0] if len(rest) == 1 else annotation
    arguments = get_args(annotation)
    if annotation in (bool, int, float, str):
        return annotation.__name__, optional, (), 1
    if get_origin(annotation) is Literal and all(isinstance(one, str) for one in arguments):
        return "choice", optional, arguments, 1
    if get_origin(annotation) is tuple and arguments and set(arguments) <= {int, float}:
        return "tuple", optional, (), len(arguments)
    raise TypeError(f"option {name} has a type that the panel cannot show: {annotation}")


def _bound(info: FieldInfo, side: str) -> float | None:
    return next((getattr(one, side) for one in info.metadata if hasattr(one, side)), None)


_TRUE, _FALSE = {"true", "yes", "1"}, {"false", "no", "0"}


def _parse(one: OptionField, text: str) -> Any:
    if one.optional and text.lower() == "none":
        return None
    try:
        if one.kind == "bool":
            return _bool(text)
        if one.kind == "int":
            return int(text)
        if one.kind == "float":
            return float(text)
        if one.kind == "tuple":
            return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"Option {one.name} does not understand “{text}”. It takes: {one.values_text()}.") from None
    return text


def _bool(text: str) -> bool:
    if text.lower() not in _TRUE | _FALSE:
        raise ValueError(text)
    return text.lower() in _TRUE


def _sentence(options: type[Options], error: Mapping[str, Any]) -> str:
    """Turn one of pydantic's errors into a sentence."""
    name = str(error["loc"][0]) if error["loc"] else ""
    if error["type"] == "value_error":  # raised by a rule of ours: a sentence already
        return str(error["ctx"]["error"])
    one = find_field(options, name)
    return f"{one.title} ({one.name}) cannot be {error['input']!r}. It takes: {one.values_text()}."
