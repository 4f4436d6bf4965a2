"""The models that were compressed, as they were before."""

from __future__ import annotations

import models
import numpy as np
from corpus import sound

MEETS = (16, 12)
"""The ring's squares, around and across: its UVs are multiples of one divided by these."""


def ring() -> models.Glb:
    """Make a ring with normals, UVs, colours and a texture, on a node that is moved."""
    around, across = MEETS
    i, j = np.meshgrid(np.arange(around + 1), np.arange(across + 1), indexing="ij")
    a, b = i / around * 2 * np.pi, j / across * 2 * np.pi
    far = 1 + 0.4 * np.cos(b)
    points = np.stack((far * np.cos(a), 0.4 * np.sin(b), far * np.sin(a)), -1).reshape(-1, 3)
    normals = np.stack((np.cos(a) * np.cos(b), np.sin(b), np.sin(a) * np.cos(b)), -1).reshape(-1, 3)
    first = (i[:-1, :-1] * (across + 1) + j[:-1, :-1]).ravel()
    corners = [first, first + 1, first + across + 1, first + 1, first + across + 2, first + across + 1]
    made = models.Glb()
    noise = np.random.default_rng(1).integers(0, 255, (8, 8, 3)).astype(np.uint8)
    color = {"baseColorTexture": made.texture(models.png(noise)), "metallicFactor": 0}
    number = made.mesh(
        points, np.stack(corners, 1).astype(np.uint16), made.add("materials", {"pbrMetallicRoughness": color})
    )
    attributes = made.root["meshes"][number]["primitives"][0]["attributes"]
    attributes["TEXCOORD_0"] = made.accessor(np.stack((i / around, j / across), -1).reshape(-1, 2).astype(np.float32))
    attributes["NORMAL"] = made.accessor(normals.astype(np.float32))
    colors = np.clip(points * 0.3 + 0.5, 0, 1)
    attributes["COLOR_0"] = made.accessor(np.c_[colors, np.ones(len(colors))].astype(np.float32))
    made.node(mesh=number, name="ring", translation=[0.5, 1, 0])
    return made


MODELS = {"ring": ring, "moving": sound.glb_animated, "shapes": sound.glb_morph}
