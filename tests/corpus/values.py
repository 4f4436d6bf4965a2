"""What stands where something else belongs: wrong values, bad names, names of files, pictures that are none."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable
from typing import Any

import models
import numpy as np

CANARY = "../outside/"
"""The folder of the files that must not be read, as seen from a model's own folder."""
WRONG: tuple[Any, ...] = (0, 1, -1, 2, 3, 255, 65_535, 65_536, 10**6, 10**8, 2**31 - 1, 2**31, 2**32, 2**63, 10**12)
WRONG += (10**400, 1.5, -0.0, 1e38, -1e38, 1e308, 5e-324)
NAMES = (
    "",
    "x" * 100_000,
    "a\0b",
    "\n\t\x1b[31mred\x1b[0m",
    "\u202egnp.exe",
    "\ud800",
    "..",
    "/",
    "%s%n",
    "<b>",
    "é" * 40,
)
NAMES += (7, None, ["a"])  # type: ignore[assignment] - what is no text at all
PATHS = (
    *(f"{CANARY}secret.png", "%2e%2e/outside/secret.png", "..\\outside\\secret.png", f"{CANARY}secret.bin"),
    *("/etc/hostname", "/dev/zero", "//host/share/a.png", "\\\\host\\share\\a.png", "C:\\secret.png"),
    *("file:///etc/hostname", "http://127.0.0.1:9/a.png", "https://example.invalid/a.png", "data:image/png;base64,!!"),
    *(
        "data:image/png;base64,",
        "data:,x",
        "pipe",
        f"{CANARY}pipe",
        "",
        "\0",
        "a" * 5000,
        "sub/../../outside/secret.png",
    ),
)


def value(dice: random.Random) -> Any:
    """Return something wrong, of any type."""
    return dice.choice((*WRONG, *NAMES, [], {}, None, True, False, [1, 2, 3], [[]], {"index": 9}, [0] * 5000))


def broken_png(dice: random.Random) -> bytes:
    """Return a PNG that is cut, changed or made larger."""
    content = bytearray(models.plain_png((9, 9, 9), 32))
    kind = dice.randrange(4)
    if kind == 0:
        return bytes(content[: dice.randrange(len(content))])
    if kind == 1:
        content[dice.randrange(8, len(content))] ^= 255
    if kind == 2:
        struct.pack_into(">II", content, 16, *(dice.choice((0, 16_384, 65_536, 2**31 - 1)) for _ in range(2)))
    return bytes(content)


def huge_png(dice: random.Random) -> bytes:
    """Return a small file of a picture that is too large to decode."""
    side = dice.choice((17_000, 30_000))
    rows = zlib.compress(bytes(side // 8 + 1) * 200, 9)
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    )
    return b"\x89PNG\r\n\x1a\n" + chunks


def fitting_png(dice: random.Random) -> bytes:
    """Return a good picture, of an unusual depth or shape."""
    shape = dice.choice(((1, 1), (1, 300, 3), (16, 16, 4), (3, 5)))
    return models.png(np.full(shape, 99, dice.choice((np.uint8, np.uint16))))


def other_kind(dice: random.Random) -> bytes:
    """Return the beginning of a picture of a kind that does not belong there, and noise."""
    marks = (
        b"GIF89a",
        b"II*\0",
        b"<svg xmlns=",
        b"8BPS",
        b"\xabKTX 20\xbb\r\n\x1a\n",
        b"v/1\x01",
        b"qoif",
        b"DDS ",
        b"BM",
    )
    marks += (b"\xff\xd8\xff\xe0", b"RIFF\xff\0\0\0WEBPVP8 ", b"#?RADIANCE\n", b"\0\0\0\x0cjP  ", b"")
    return dice.choice(marks) + dice.randbytes(dice.choice((0, 3, 30, 2000)))


def jpeg(dice: random.Random) -> bytes:
    """Return a JPEG's frame without its picture."""
    sides = (dice.choice((0, 8, 65_535)), dice.choice((8, 65_535)))
    return b"\xff\xd8\xff\xc0\0\x11\x08" + struct.pack(">HH", *sides) + b"\3\1\x22\0\2\x11\1\3\x11\1" + bytes(40)


PICTURES: tuple[Callable[[random.Random], bytes], ...] = (
    broken_png,
    broken_png,
    huge_png,
    fitting_png,
    other_kind,
    jpeg,
)
