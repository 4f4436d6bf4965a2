"""Damage to archives: names that lead elsewhere, links, sizes that lie, bombs, archives in archives."""

from __future__ import annotations

import io
import random
import stat
import struct
import warnings
import zipfile

from . import spoil_bytes
from .sound import ZIP, zipped
from .values import CANARY

NAMES = (f"{CANARY}planted.png", "/planted.glb", "..\\planted.glb", "C:\\planted.glb", "con", "a:b.glb", "a./b.glb")
NAMES += ("x" * 300 + ".glb", "\u202eblg.exe", "a\x07.glb", "..", "a//b.glb", "MODEL.GLB", "model.glb/x", "é.glb")


def named(dice: random.Random, members: dict[str, bytes]) -> bytes:
    """Add members with bad names."""
    content = dice.choice(list(members.values()))
    return zipped(members | dict.fromkeys(dice.choices(NAMES, k=dice.choice((1, 2))), content))


def linked(dice: random.Random, members: dict[str, bytes]) -> bytes:
    """Add a link or a device."""
    made = io.BytesIO(zipped(members))
    with zipfile.ZipFile(made, "a") as archive:
        member = zipfile.ZipInfo("red.png")
        kind = dice.choice((stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK))
        member.external_attr = (kind | 0o777) << 16
        archive.writestr(member, f"{CANARY}secret.png")
    return made.getvalue()


def bomb(dice: random.Random, members: dict[str, bytes]) -> bytes:
    """Pack zeros."""
    return zipped(members | {"a.glb": b"glTF" + bytes(dice.choice((10**6, 3 * 10**7, 10**8)))})


def crowded(dice: random.Random, members: dict[str, bytes]) -> bytes:
    """Add many members."""
    return zipped(members | {f"{number}.txt": b"" for number in range(dice.choice((500, 3000)))}, zipfile.ZIP_STORED)


def nested(dice: random.Random, members: dict[str, bytes]) -> bytes:
    """Put archives in archives."""
    inner = zipped(members)
    for _ in range(dice.choice((1, 5))):
        inner = zipped({"inner.zip": inner})
    return inner if dice.random() < 0.5 else zipped(members | {"inner.zip": inner})


def twice(dice: random.Random, members: dict[str, bytes]) -> bytes:
    """Add a member a second time."""
    made = io.BytesIO(zipped(members))
    with zipfile.ZipFile(made, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        archive.writestr(dice.choice(list(members)), b"again")
    return made.getvalue()


def lying(dice: random.Random, members: dict[str, bytes]) -> bytes:
    """Change a field of the list at the end, or of a member's own header."""
    content = bytearray(zipped(members))
    at = content.rfind(dice.choice((b"PK\1\2", b"PK\3\4", b"PK\5\6")))
    struct.pack_into("<H", content, at + dice.randrange(4, 20), dice.choice((0, 1, 8, 12, 99, 255, 65_535)))
    return bytes(content)


def inside(dice: random.Random, members: dict[str, bytes]) -> bytes:
    """Damage a member and pack it as if it were whole."""
    name = dice.choice(list(members))
    return zipped(members | {name: spoil_bytes.spoiled(dice, members[name])[1]})


SPOILS = (named, linked, bomb, crowded, nested, twice, lying, lying, inside, inside)


def spoiled(dice: random.Random) -> tuple[str, bytes]:
    """Damage an archive in one of these ways; return which, and the file."""
    spoil = dice.choice(SPOILS)
    return spoil.__name__, spoil(dice, ZIP[dice.choice(list(ZIP))]())
