"""Damage to OBJ, its list of materials, and to STL and PLY: words changed, lines repeated, headers that lie."""

from __future__ import annotations

import random
import re
import struct

import numpy as np
import written

from .sound import MTL, RED, obj_files
from .values import CANARY, PATHS, PICTURES

WORDS = (
    "nan",
    "inf",
    "1e999",
    "-1e38",
    "0",
    "-1",
    "-99",
    "99",
    "2147483648",
    "99999999999999999999",
    "x",
    "",
    "1//1",
    "\\",
)
WORDS += ("1/1/1/1", "/", "\0", "\x1b[31m", "é", "0x10", "1,5", "#")
_COUNT = re.compile(rb"(element \w+) \d+")


def changed_words(dice: random.Random, content: bytes) -> bytes:
    """Replace words, or lines by others."""
    lines = [line.split(b" ") for line in content.split(b"\n")]
    for _ in range(dice.choice((1, 1, 3, 10))):
        line = dice.choice(lines)
        line[dice.randrange(len(line))] = dice.choice(WORDS).encode()
    if dice.random() < 0.2:
        lines = dice.sample(lines, len(lines))
    return b"\n".join(b" ".join(line) for line in lines)


def many_lines(dice: random.Random, content: bytes) -> bytes:
    """Repeat a line, or make one long."""
    lines = content.split(b"\n")
    at = dice.randrange(len(lines))
    lines[at] = dice.choice(((lines[at] + b"\n") * 5000, lines[at] + b" 1" * dice.choice((300, 40_000)), lines[at] * 2))
    return b"\n".join(lines)


def obj(dice: random.Random) -> tuple[str, dict[str, bytes]]:
    """Damage an OBJ or what lies beside it."""
    files, kind = obj_files(), dice.randrange(6)
    if kind < 2:
        files["model.obj"] = (changed_words, many_lines)[kind](dice, files["model.obj"])
    elif kind == 2:
        line = dice.choice(
            (f"mtllib {CANARY}paint.mtl", f"mtllib {dice.choice(PATHS)}", "usemtl " + "x" * 2000, "o \0")
        )
        files["model.obj"] = line.encode() + b"\n" + files["model.obj"]
    elif kind == 3:
        files["paint.mtl"] = MTL.replace(b"red.png", dice.choice(PATHS).encode(), dice.choice((1, -1)))
    elif kind == 4:
        files["paint.mtl"] = dice.choice((changed_words, many_lines))(dice, MTL)
    else:
        files["red.png"] = dice.choice(PICTURES)(dice)
    return f"obj{kind}", files


def ply(dice: random.Random, content: bytes) -> tuple[str, bytes]:
    """Damage a PLY's header, or its body when it is text."""
    end = content.index(b"end_header")
    if content.startswith(b"ply\nformat ascii") and dice.random() < 0.5:
        return "body", content[:end] + dice.choice((changed_words, many_lines))(dice, content[end:])
    if dice.random() < 0.5:
        count = dice.choice((b"", b"x", b"-1", b"0", b"1", b"7", b"100000", b"2147483647", b"2147483648", b"9" * 20))
        every = list(_COUNT.finditer(content[:end]))
        one = dice.choice(every)
        return "count", content[: one.start()] + one[1] + b" " + count + content[one.end() :]
    kinds = (b"char", b"uchar", b"short", b"int", b"float", b"double", b"list uchar int", b"half")
    lines = content[:end].split(b"\n")
    at = dice.randrange(1, len(lines) - 1)
    new = (b"", lines[at] * 2, b"property " + dice.choice(kinds) + b" x", lines[at] + b"\n" + lines[at], b"comment x")
    lines[at] = dice.choice(new)
    return "header", b"\n".join(lines) + content[end:]


def stl(dice: random.Random) -> tuple[str, bytes]:
    """Damage an STL."""
    if dice.random() < 0.4:
        return "text", dice.choice((changed_words, many_lines))(dice, written.stl_text())
    content = bytearray(written.stl())
    if dice.random() < 0.5:
        struct.pack_into("<I", content, 80, dice.choice((0, 1, 5, 7, 2**31, 2**32 - 1)))
        return "count", bytes(content)
    rows = np.frombuffer(content, np.dtype([("numbers", "<f4", 12), ("rest", "<u2")]), offset=84)["numbers"]
    for _ in range(dice.choice((1, 3, rows.size))):
        rows[dice.randrange(6), dice.randrange(12)] = dice.choice((np.nan, np.inf, 3e38, 0, 1e-40, 1e9))
    return "numbers", bytes(content)


def beside() -> dict[str, bytes]:
    """Return what lies beside a model in its folder."""
    return {"red.png": RED}
