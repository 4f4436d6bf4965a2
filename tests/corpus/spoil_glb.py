"""Damage to a GLB that keeps its container whole: wrong values in its JSON, wrong numbers, wrong pictures."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Iterator
from typing import Any

import models
import numpy as np

from .values import NAMES, PATHS, PICTURES, WRONG, value

Holder = tuple[Any, Any]
"""A list or object of the JSON, and an index or key of it."""


def places(root: Any) -> Iterator[Holder]:
    """Yield every place in the JSON that holds something."""
    keys = root.keys() if isinstance(root, dict) else range(len(root)) if isinstance(root, list) else ()
    for key in list(keys):
        yield root, key
        yield from places(root[key])


def wrong_value(dice: random.Random, made: models.Glb) -> None:
    """Put a wrong value somewhere."""
    holder, key = dice.choice(list(places(made.root)))
    holder[key] = value(dice)


def wrong_number(dice: random.Random, made: models.Glb) -> None:
    """Put a wrong number where a number stands."""
    numbers = [(holder, key) for holder, key in places(made.root) if isinstance(holder[key], int | float)]
    holder, key = dice.choice(numbers)
    holder[key] = dice.choice((holder[key] + dice.choice((-1, 1, 2, 64)), dice.choice(WRONG)))


def gone(dice: random.Random, made: models.Glb) -> None:
    """Remove something."""
    holder, key = dice.choice(list(places(made.root)))
    del holder[key]


def repeated(dice: random.Random, made: models.Glb) -> None:
    """Repeat part of a list, in a place or many times."""
    lists = [holder[key] for holder, key in places(made.root) if isinstance(holder[key], list) and holder[key]]
    chosen = dice.choice(lists)
    chosen.extend([dice.choice(chosen)] * dice.choice((1, 3, 6000)))


def circle(dice: random.Random, made: models.Glb) -> None:
    """Give nodes children that they must not have, or too many levels of them."""
    nodes = made.root["nodes"]
    if dice.random() < 0.5:
        for _ in range(dice.choice((1, 3))):
            dice.choice(nodes).setdefault("children", []).append(dice.randrange(len(nodes)))
        return
    for _ in range(dice.choice((200, 300, 3000))):
        made.node(False, children=[len(made.root["nodes"]) - 1])
    made.root["scenes"][0]["nodes"] = [len(made.root["nodes"]) - 1]


def path(dice: random.Random, made: models.Glb) -> None:
    """Name a file elsewhere."""
    key = dice.choice(("buffers", "images"))
    if not made.root.get(key):
        made.root[key] = [{"byteLength": len(made.data)}] if key == "buffers" else [{}]
    one = dice.choice(made.root[key])
    one["uri"] = dice.choice(PATHS)
    if key == "images" and dice.random() < 0.5:
        one.pop("bufferView", None)
    if not made.root.get("textures"):
        made.root.setdefault("materials", []).append({"normalTexture": {"index": made.add("textures", {"source": 0})}})


def picture(dice: random.Random, made: models.Glb) -> None:
    """Put a damaged, too large or strange picture in."""
    reference = made.texture(dice.choice(PICTURES)(dice), dice.choice(("image/png", "image/jpeg", "image/webp", "a/b")))
    material = {"pbrMetallicRoughness": {"baseColorTexture": reference}}
    primitive = made.root["meshes"][0]["primitives"][0]
    primitive["material"] = made.add("materials", material)
    primitive["attributes"].setdefault("TEXCOORD_0", made.accessor(np.zeros((8, 2), np.float32)))


def name(dice: random.Random, made: models.Glb) -> None:
    """Give things names that are none."""
    for _ in range(dice.choice((1, 5))):
        holder, key = dice.choice([place for place in places(made.root) if isinstance(place[0][place[1]], dict)])
        holder[key]["name"] = dice.choice(NAMES)


def extras(dice: random.Random, made: models.Glb) -> None:
    """Give things odd facts of their own."""
    deep: Any = 1
    for _ in range(50):
        deep = {"a": deep}
    odd = ({f"k{number}": number for number in range(2000)}, deep, [1, "a", None, {}], "x" * 10**5, None, {"": ""})
    kinds = ("nodes", "meshes", "materials", "scenes", "animations", "skins", "images")
    for items in (made.root.get(key, []) for key in dice.choices(kinds, k=3)):
        for item in items:
            item["extras"] = dice.choice((*odd, {"targetNames": dice.choice(odd)}, {"targetNames": list(NAMES)}))


def numbers(dice: random.Random, made: models.Glb) -> None:
    """Write invalid, huge or random numbers over an accessor's."""
    accessor = dice.choice(made.root["accessors"])
    view = made.root["bufferViews"][accessor["bufferView"]]
    data = bytearray(made.data)
    width = {5126: 4, 5125: 4, 5123: 2, 5121: 1}[accessor["componentType"]]
    bad = {4: (b"\0\0\xc0\x7f", b"\0\0\x80\x7f", b"\xff\xff\x7f\x7f", b"\xff\xff\xff\xff", bytes(4), b"\x01\0\0\0")}
    choices = bad.get(width, (b"\xff" * width, bytes(width), b"\x09" + bytes(width - 1)))
    chosen = dice.choice(choices)
    for _ in range(dice.choice((1, 1, 4, 10**4))):
        at = view["byteOffset"] + width * dice.randrange(max(1, view["byteLength"] // width))
        data[at : at + width] = chosen
    made.data = bytes(data[: len(made.data)])


def index(dice: random.Random, made: models.Glb) -> None:
    """Let two references change places with others."""
    keys = {"source", "indices", "mesh", "skin", "sampler", "index", "bufferView", "buffer", "input", "output", "node"}
    found = [place for place in places(made.root) if place[1] in keys or place[0] is made.root.get("attributes")]
    holder, key = dice.choice(found)
    holder[key] = dice.randrange(-1, len(made.root.get("accessors", [])) + 2)


def extension(dice: random.Random, made: models.Glb) -> None:
    """Need, or use wrongly, what an extension adds."""
    names = ("KHR_draco_mesh_compression", "EXT_meshopt_compression", "KHR_texture_basisu", "EXT_mesh_gpu_instancing")
    names += ("KHR_texture_transform", "KHR_materials_variants", "KHR_lights_punctual", "EXT_texture_webp", "ACME_x")
    chosen = dice.choice(names)
    made.root[dice.choice(("extensionsUsed", "extensionsRequired"))] = [chosen]
    content = dice.choice(({}, [], None, {"bufferView": 0, "attributes": {"POSITION": 0}}, {"light": 7}, {"source": 9}))
    objects = [holder[key] for holder, key in places(made.root) if isinstance(holder[key], dict)]
    for holder in (dice.choice(objects), made.root["meshes"][0]["primitives"][0], made.root):
        holder["extensions"] = {chosen: content}


def mode(dice: random.Random, made: models.Glb) -> None:
    """Draw the corners in another way, or fewer of them."""
    primitive = made.root["meshes"][0]["primitives"][0]
    primitive["mode"] = dice.choice((0, 1, 2, 3, 5, 6, 7, -1, "4"))
    if dice.random() < 0.5:
        made.root["accessors"][primitive["indices"]]["count"] = dice.choice((1, 2, 3, 4, 35))
    if dice.random() < 0.3:
        del primitive["indices"]


def header(dice: random.Random, made: models.Glb) -> None:
    """Give a picture that is there a size that it has not."""
    at = made.data.find(b"IHDR")
    if at > 0:
        size = struct.pack(">II", *(dice.choice((0, 1, 9, 16_384, 65_536, 2**31 - 1, 2**32 - 1)) for _ in range(2)))
        made.data = made.data[: at + 4] + size + made.data[at + 12 :]
    else:
        numbers(dice, made)


SPOILS: tuple[Callable[[random.Random, models.Glb], None], ...] = (
    *(wrong_value, wrong_value, wrong_number, wrong_number, gone, gone, repeated, circle, path, picture, picture),
    *(name, extras, numbers, numbers, numbers, index, index, extension, mode, header),
)


def spoiled(dice: random.Random, made: models.Glb) -> tuple[str, bytes]:
    """Damage a GLB in one of these ways, now and then in two; return which, and the file."""
    made.build()
    chosen = [dice.choice(SPOILS) for _ in range(dice.choice((1, 1, 1, 2)))]
    for spoil in chosen:
        try:
            spoil(dice, made)
        except (KeyError, IndexError, TypeError, AttributeError):
            continue  # what the first one left is no GLB any more for the second
    return "+".join(spoil.__name__ for spoil in chosen), made.build()
