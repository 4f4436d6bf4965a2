"""A format and a number make one damaged model file, the same at every time and on every system."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import written

from . import spoil_bytes, spoil_fbx, spoil_glb, spoil_text, spoil_usd, spoil_zip
from .sound import GLB, PLY, STL, ZIP, fbx_nodes, obj_files, zipped

FULL = {"glb": 1000, "fbx": 500, "obj": 500, "stl": 500, "ply": 500, "zip": 500, "usd": 500}
"""How many of each format the whole trial takes."""


@dataclass(frozen=True)
class Case:
    """One damaged file and what lies beside it."""

    name: str
    files: dict[str, bytes]
    """File name → content; the first is the model."""


def case(kind: str, number: int) -> Case:
    """Make the damaged file with this number."""
    dice = random.Random(f"{kind} {number}")
    how, files = _MAKERS[kind](dice)
    return Case(f"{kind} {number} {how}", files)


def _one(how: str, name: str, content: bytes) -> tuple[str, dict[str, bytes]]:
    return how, {name: content, **spoil_text.beside()}


def _glb(dice: random.Random) -> tuple[str, dict[str, bytes]]:
    base = dice.choice(list(GLB))
    spoil = spoil_bytes.spoiled if dice.random() < 0.25 else None
    how, content = spoil(dice, GLB[base]().build()) if spoil else spoil_glb.spoiled(dice, GLB[base]())
    return _one(f"{base} {how}", "model.glb", content)


def _fbx(dice: random.Random) -> tuple[str, dict[str, bytes]]:
    if dice.random() < 0.3:
        return _one(*_named("model.fbx", spoil_bytes.spoiled(dice, written.fbx(*fbx_nodes()))))
    return _one(*_named("model.fbx", spoil_fbx.spoiled(dice)))


def _named(name: str, made: tuple[str, bytes]) -> tuple[str, str, bytes]:
    return made[0], name, made[1]


def _obj(dice: random.Random) -> tuple[str, dict[str, bytes]]:
    if dice.random() < 0.7:
        return spoil_text.obj(dice)
    files = obj_files()
    chosen = dice.choice(list(files))
    how, files[chosen] = spoil_bytes.spoiled(dice, files[chosen])
    return f"{how} {chosen}", files


def _stl(dice: random.Random) -> tuple[str, dict[str, bytes]]:
    base = STL[dice.choice(list(STL))]()
    return _one(*_named("model.stl", spoil_text.stl(dice) if dice.random() < 0.5 else spoil_bytes.spoiled(dice, base)))


def _ply(dice: random.Random) -> tuple[str, dict[str, bytes]]:
    base = PLY[dice.choice(list(PLY))]()
    made = spoil_text.ply(dice, base) if dice.random() < 0.5 else spoil_bytes.spoiled(dice, base)
    return _one(*_named("model.ply", made))


def _zip(dice: random.Random) -> tuple[str, dict[str, bytes]]:
    if dice.random() < 0.7:
        return _one(*_named("model.zip", spoil_zip.spoiled(dice)))
    content = zipped(ZIP[dice.choice(list(ZIP))]())
    return _one(*_named("model.zip", spoil_bytes.spoiled(dice, content)))


def _usd(dice: random.Random) -> tuple[str, dict[str, bytes]]:
    return _one(*spoil_usd.spoiled(dice))


_MAKERS: dict[str, Callable[[random.Random], tuple[str, dict[str, bytes]]]] = {
    "glb": _glb,
    "fbx": _fbx,
    "obj": _obj,
    "stl": _stl,
    "ply": _ply,
    "zip": _zip,
    "usd": _usd,
}
