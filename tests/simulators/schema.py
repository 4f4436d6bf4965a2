"""Declared bodies: a field that is unknown, missing, of another type or out of its range is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class InvalidError(Exception):
    """A body breaks its document; the simulator says so in its provider's form."""

    def __init__(self, field: str, reason: str) -> None:
        """Keep the field's name and the reason."""
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True)
class Field:
    """What a field of a body may hold."""

    kind: type | tuple[type, ...]
    """`bool int float str list dict`: a bool is no int, and an int is a float."""
    low: float | None = None
    high: float | None = None
    """Bounds of a number, of a text's length or of a list's."""
    choices: tuple[Any, ...] = ()
    required: bool = False
    null: bool = False
    """Whether null may stand for it."""

    def check(self, name: str, value: Any) -> None:
        """Raise InvalidError when the value does not fit."""
        if value is None and self.null:
            return
        if not self._is_of_kind(value):
            kinds = self.kind if isinstance(self.kind, tuple) else (self.kind,)
            raise InvalidError(name, f"must be of type {' or '.join(kind.__name__ for kind in kinds)}, not {value!r}")
        if self.choices and value not in self.choices:
            raise InvalidError(name, f"must be one of {list(self.choices)}, not {value!r}")
        size = len(value) if isinstance(value, str | list) else value
        if (self.low is not None and size < self.low) or (self.high is not None and size > self.high):
            raise InvalidError(name, f"must be between {self.low} and {self.high}, not {size}")

    def _is_of_kind(self, value: Any) -> bool:
        kinds = self.kind if isinstance(self.kind, tuple) else (self.kind,)
        if isinstance(value, bool):
            return bool in kinds
        return isinstance(value, kinds) or (float in kinds and isinstance(value, int))


Fields = Mapping[str, Field]


def check(body: Any, fields: Fields) -> dict[str, Any]:
    """Return the body when it is an object that fits; raise InvalidError for the first field that does not."""
    if not isinstance(body, dict):
        raise InvalidError("body", "must be a JSON object")
    for name in body:
        if name not in fields:
            raise InvalidError(name, "is not a known parameter")
    for name, field in fields.items():
        if name in body:
            field.check(name, body[name])
        elif field.required:
            raise InvalidError(name, "is required")
    return body
