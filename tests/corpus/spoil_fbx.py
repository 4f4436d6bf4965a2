"""Damage to an FBX that keeps its records whole: wrong values, lying arrays, records in wrong places, other files."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import written

from .sound import fbx_nodes, number
from .values import NAMES, PATHS, PICTURES

Node = list[Any]
"""Name, values, children."""
_ARRAYS = {ord("i"): "<i4", ord("d"): "<f8"}


def thawed(nodes: Any) -> list[Node]:
    """Return records that can be changed."""
    return [[name, list(values), thawed(children)] for name, values, children in nodes]


def every(nodes: list[Node]) -> Iterator[Node]:
    """Yield all records."""
    for one in nodes:
        yield one
        yield from every(one[2])


def _arrays(nodes: list[Node]) -> list[Node]:
    return [one for one in every(nodes) if one[1] and one[1][0][0] in _ARRAYS]


def wrong_numbers(dice: random.Random, nodes: list[Node]) -> None:
    """Put wrong numbers into an array."""
    one = dice.choice(_arrays(nodes))
    kind = one[1][0][:1]
    values = np.frombuffer(one[1][0][13:], _ARRAYS[kind[0]]).copy()
    wrong = (-1, 0, 1, 10**6, 2**31 - 1, -(2**31)) if kind == b"i" else (np.nan, np.inf, 1e300, -1e38, 0, 1e-320)
    for _ in range(dice.choice((1, 3, len(values)))):
        if len(values):
            values[dice.randrange(len(values))] = dice.choice(wrong)
    one[1][0] = written.array(values, kind.decode())


def lengths(dice: random.Random, nodes: list[Node]) -> None:
    """Shorten or lengthen an array, or let it say another length, packed or not."""
    one = dice.choice(_arrays(nodes))
    kind = one[1][0][:1].decode()
    values = np.frombuffer(one[1][0][13:], _ARRAYS[ord(kind)])
    values = dice.choice((values, values[:-1], values[: len(values) // 2], np.tile(values, 2), values[:0]))
    count = dice.choice((None, None, 0, 1, len(values) + 1, 2**20, 2**31 - 1, 2**32 - 1))
    one[1][0] = written.array(values, kind, dice.choice((None, zlib.compress)), count)


def bomb(dice: random.Random, nodes: list[Node]) -> None:
    """Let a small array unpack to a large one."""
    size = dice.choice((10**7, 10**8))
    packed = zlib.compress(bytes(size))
    count = dice.choice((10, size // 4, 2**31 - 1))
    dice.choice(_arrays(nodes))[1][0] = b"i" + struct.pack("<III", count, 1, len(packed)) + packed


def gone(dice: random.Random, nodes: list[Node]) -> None:
    """Remove a record or a value."""
    one = dice.choice(list(every(nodes)))
    part = dice.choice([part for part in (one[1], one[2]) if part] or [nodes])
    part.pop(dice.randrange(len(part)))


def moved(dice: random.Random, nodes: list[Node]) -> None:
    """Put a record, or many of it, into another."""
    chosen, other = dice.choice(list(every(nodes))), dice.choice(list(every(nodes)))
    other[2].extend(thawed([chosen]) * dice.choice((1, 2, 2000)))


def deep(dice: random.Random, nodes: list[Node]) -> None:
    """Nest records."""
    for _ in range(dice.choice((10, 70, 300))):
        nodes[-1] = [b"Objects", [], [nodes[-1]]]


def path(dice: random.Random, nodes: list[Node]) -> None:
    """Name a file elsewhere."""
    named = [one for one in every(nodes) if one[0] in (b"FileName", b"RelativeFilename", b"Filename")]
    chosen = dice.choice(PATHS)
    for one in named:
        one[1] = [written.text(chosen)]
    if dice.random() < 0.7:
        for one in every(nodes):
            one[2][:] = [child for child in one[2] if child[0] != b"Content"]


def picture(dice: random.Random, nodes: list[Node]) -> None:
    """Embed a damaged, too large or strange picture."""
    for one in every(nodes):
        if one[0] == b"Content":
            one[1] = [written.text(dice.choice(PICTURES)(dice), dice.choice((b"R", b"S")))]


def words(dice: random.Random, nodes: list[Node]) -> None:
    """Replace texts."""
    texts = [(one, at) for one in every(nodes) for at, content in enumerate(one[1]) if content[:1] == b"S"]
    for one, at in dice.choices(texts, k=dice.choice((1, 5))):
        name = str(dice.choice(NAMES)).encode("utf-8", "surrogatepass")
        one[1][at] = written.text(name + dice.choice((b"", b"\0\x01Model", b"\0\x01Geometry")))


def connections(dice: random.Random, nodes: list[Node]) -> None:
    """Connect what does not belong together, in a circle too."""
    for one in nodes:
        if one[0] == b"Connections":
            for _ in range(dice.choice((1, 3, 30))):
                ends = (number(dice.choice((0, 1, 2, 3, 6, 7, 8, 9, 10, 11, -1, 2**40)), "L") for _ in range(2))
                one[2].append([b"C", [written.text(dice.choice(("OO", "OP", "XX"))), *ends], []])


def scalars(dice: random.Random, nodes: list[Node]) -> None:
    """Replace a whole number."""
    found = [(one, at) for one in every(nodes) for at, content in enumerate(one[1]) if content[:1] in (b"I", b"L")]
    one, at = dice.choice(found)
    kind = one[1][at][:1].decode()
    one[1][at] = number(dice.choice((0, -1, 1, 2**31 - 1, -(2**31))), kind)


SPOILS: tuple[Callable[[random.Random, list[Node]], None], ...] = (
    *(wrong_numbers, wrong_numbers, wrong_numbers, lengths, lengths, bomb, gone, gone, moved, deep),
    *(path, path, picture, words, connections, scalars),
)


def spoiled(dice: random.Random) -> tuple[str, bytes]:
    """Damage an FBX in one of these ways; return which, and the file."""
    nodes, spoil = thawed(fbx_nodes()), dice.choice(SPOILS)
    spoil(dice, nodes)
    return spoil.__name__, written.fbx(*nodes, version=dice.choice((7400, 7400, 7500, 7700)))
