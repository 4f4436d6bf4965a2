"""Damage that knows nothing of formats: bits flipped, bytes cut, moved, repeated, and numbers in them that lie."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable

_LIES = (0, 1, 2, 255, 2**15, 2**16 - 1, 2**24, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1)


def flip(dice: random.Random, content: bytearray) -> bytearray:
    """Change a few bits."""
    for _ in range(2 ** dice.randrange(6)):
        content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    return content


def overwrite(dice: random.Random, content: bytearray) -> bytearray:
    """Put noise, zeros or ones over a stretch."""
    at = dice.randrange(len(content))
    length = min(len(content) - at, 2 ** dice.randrange(8))
    content[at : at + length] = dice.choice((dice.randbytes(length), bytes(length), b"\xff" * length))
    return content


def cut(dice: random.Random, content: bytearray) -> bytearray:
    """Cut the end off."""
    return content[: dice.randrange(len(content))]


def splice(dice: random.Random, content: bytearray) -> bytearray:
    """Remove, repeat or move a stretch."""
    start, end = sorted(dice.randrange(len(content) + 1) for _ in range(2))
    stretch, rest = content[start:end], content[:start] + content[end:]
    at = dice.randrange(len(rest) + 1)
    return dice.choice((rest, rest[:at] + stretch + rest[at:], content[:at] + stretch + content[at:]))


def lie(dice: random.Random, content: bytearray) -> bytearray:
    """Write a whole number that is too large or too small, most often near the beginning."""
    end = len(content) if dice.random() < 0.3 else min(len(content), 200)
    if end < 4:
        return content
    at = dice.randrange(end - 3)
    struct.pack_into(dice.choice("<>") + "I", content, at, dice.choice(_LIES))
    return content


def grow(dice: random.Random, content: bytearray) -> bytearray:
    """Append noise."""
    return content + dice.randbytes(2 ** dice.randrange(12))


SPOILS: tuple[Callable[[random.Random, bytearray], bytearray], ...] = (
    flip,
    flip,
    overwrite,
    cut,
    splice,
    lie,
    lie,
    grow,
)


def spoiled(dice: random.Random, content: bytes) -> tuple[str, bytes]:
    """Damage a file in one of these ways; return which, and the file."""
    spoil = dice.choice(SPOILS)
    return spoil.__name__, bytes(spoil(dice, bytearray(content)))
