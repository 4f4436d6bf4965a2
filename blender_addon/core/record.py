"""What is written down of a task, in the journal and beside its files: the task, and how often it was changed.

What is read is looked at closely: a power cut, a full disk or a hand may have changed it.
"""

from __future__ import annotations

import json
import re
import types
import zlib
from dataclasses import asdict, dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from .task import STATES, Task

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""The id names a folder that is removed with the task: nothing that could lead elsewhere."""
_SUM = ', "sum": '
_YEAR_3000 = 32_503_680_000.0
"""Unix time, seconds; no calendar of any system ends before."""


@dataclass(frozen=True)
class Record:
    """A task as it is written down."""

    task: Task
    changes: int = 0
    """How often it was changed: of two records of a task, the one with more changes is the newer one."""
    owner: str | None = None
    """The process that runs it; the journal has a column for it."""
    cancel: bool = False
    """Somebody asked its owner to cancel it; only the journal's column says so."""
    sound: bool = True
    """What was read has the checksum that was written with it; a text without one is believed."""

    def changed(self, **changes: Any) -> Record:
        """Return the record of the same task with other values in these fields."""
        return replace(self, task=replace(self.task, **changes), changes=self.changes + 1, sound=True)

    def to_json(self) -> str:
        """Return the text to write. ASCII: file names that are no text survive as escapes."""
        text = json.dumps(asdict(self.task) | {"changes": self.changes, "owner": self.owner})
        return f"{text[:-1]}{_SUM}{_sum(text)}}}"


def read(text: Any, task_id: str = "") -> Record:
    """Read the text of a record; fields of a newer version are left alone. Raises ValueError when it does not fit."""
    if not isinstance(text, str):
        raise ValueError("it is no text")
    try:
        found = _DECODER.decode(text)
    except RecursionError as error:
        raise ValueError("it is nested without end") from error
    if not isinstance(found, dict):
        raise ValueError("it is no JSON object")
    given = {name: found[name] for name in _allowed() if name in found}
    missing = _NEEDED - given.keys()
    wrong = missing or {name for name, value in given.items() if not _fits(value, _allowed()[name])}
    if wrong:
        raise ValueError(f"{', '.join(sorted(wrong))}: {'missing' if missing else 'not what belongs there'}")
    task = Task(**given)
    _check(task, task_id)
    changes, owner = found.get("changes", 0), found.get("owner")
    sound = "sum" not in found or found["sum"] == _sum(text.rpartition(_SUM)[0] + "}")
    return Record(task, changes if type(changes) is int else 0, owner if isinstance(owner, str) else None, sound=sound)


def _sum(text: str) -> int:
    """Return the checksum of a text: one flipped bit in a name makes another name, which nothing else would show."""
    return zlib.crc32(text.encode("utf-8", "replace"))


def is_id(text: Any) -> bool:
    """Tell whether the text can be a task's id."""
    return isinstance(text, str) and bool(_ID.fullmatch(text))


def _check(task: Task, task_id: str) -> None:
    """Raise ValueError for values of the right type that nobody could work with."""
    if not is_id(task.id) or (task_id and task.id != task_id):
        raise ValueError(f"the id is {task.id!r}")
    if task.stage not in STATES:
        raise ValueError(f"there is no stage {task.stage!r}")
    if not 0 <= task.created < _YEAR_3000:
        raise ValueError(f"created at {task.created}")
    if task.error is not None and not {"kind", "message"} <= task.error.keys():
        raise ValueError("the error says nothing")
    for amount in (task.estimate, task.credits):
        try:
            finite = amount is None or Decimal(amount).is_finite()
        except InvalidOperation:
            finite = False
        if not finite:
            raise ValueError(f"{amount!r} are no credits")


Allowed = dict[type, Any]
"""Type of a value → what it may hold, again as this; empty is anything. The empty one allows everything."""


@cache
def _allowed() -> dict[str, Allowed]:
    """Return what each field of a task may be when it comes from JSON."""
    return {name: _of(kind) for name, kind in get_type_hints(Task).items()}


def _of(kind: Any) -> Allowed:
    inside = get_args(kind)
    if kind is Any:
        return {}
    if get_origin(kind) in (Union, types.UnionType):
        return {name: held for one in inside for name, held in _of(one).items()}
    if get_origin(kind) in (list, dict):
        return {get_origin(kind): _of(inside[-1])}
    return {int: {}, float: {}} if kind is float else {kind: {}}


def _fits(value: Any, allowed: Allowed) -> bool:
    """Tell whether the value, read from JSON, is of a type that the field declares."""
    if not allowed:
        return True
    if type(value) not in allowed:
        return False
    inside = allowed[type(value)]
    return not inside or all(_fits(one, inside) for one in (value.values() if isinstance(value, dict) else value))


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is no number")


_DECODER = json.JSONDecoder(parse_constant=_refuse)
_NEEDED = frozenset({"id", "provider", "image", "views", "options", "stage", "created"})
