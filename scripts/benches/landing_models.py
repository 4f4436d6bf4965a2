"""The model files of the landing bench: one mesh with three textures, as a provider sends it, of any size."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any, NamedTuple


class Size(NamedTuple):
    """How large a model is."""

    triangles: int
    side: int
    """Pixels of each texture."""


SIZES = {
    "50k": Size(50_000, 1024),
    "500k": Size(500_000, 2048),
    "1500k": Size(1_500_000, 4096),
    "2000k": Size(2_000_000, 4096),
}


def plain(path: Path, size: Size) -> int:
    """Write a torus with textures as grainy as photographs, which compress as badly; return its triangles."""
    import bpy
    import numpy as np

    from blender_addon.local.shapes import Model
    from blender_addon.worker import glb

    rings, sides = size.triangles // 1000, 500
    u, v = np.meshgrid(np.arange(rings) / rings, np.arange(sides) / sides, indexing="ij")
    radius = 1 + 0.4 * np.cos(v * 2 * np.pi)
    points = [radius * np.cos(u * 2 * np.pi), radius * np.sin(u * 2 * np.pi), 0.4 * np.sin(v * 2 * np.pi)]
    first = np.arange(rings)[:, None] * sides + np.arange(sides)
    right, up = np.roll(first, -1, axis=0), np.roll(first, -1, axis=1)
    both = np.roll(right, -1, axis=1)
    corners = [np.stack(three, axis=-1).reshape(-1, 3) for three in ((first, right, both), (first, both, up))]
    faces = np.concatenate(corners).astype(np.int32)
    uvs = np.stack([u.ravel()[faces], v.ravel()[faces]], axis=-1)
    grain = np.random.default_rng(0).integers(120, 136, (3, size.side, size.side, 3), np.uint8)
    vertices = np.stack(points, axis=-1).reshape(-1, 3)
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    glb.write(Model(vertices, faces, uvs, grain[0], grain[1, ..., 0].copy(), grain[2]), path)
    return len(faces)


def animated(path: Path, model: Path) -> None:
    """Write the model with an animation of its first node, which is no longer a plain one."""
    from blender_addon.landing import binary

    whole = model.read_bytes()
    (length,) = struct.unpack_from("<I", whole, 12)
    facts: dict[str, Any] = json.loads(whole[20 : 20 + length])
    content = whole[28 + length :]
    keys = struct.pack("<2f6f", 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    views, accessors = facts["bufferViews"], facts["accessors"]
    accessors += [
        {"bufferView": len(views), "componentType": 5126, "count": 2, "type": "SCALAR", "min": [0.0], "max": [1.0]},
        {"bufferView": len(views) + 1, "componentType": 5126, "count": 2, "type": "VEC3"},
    ]
    views += [
        {"buffer": 0, "byteOffset": len(content), "byteLength": 8},
        {"buffer": 0, "byteOffset": len(content) + 8, "byteLength": 24},
    ]
    channel = {"sampler": 0, "target": {"node": 0, "path": "translation"}}
    facts["animations"] = [
        {"channels": [channel], "samplers": [{"input": len(accessors) - 2, "output": len(accessors) - 1}]}
    ]
    facts["buffers"][0]["byteLength"] = len(content) + len(keys)
    binary.write(path, facts, content + keys)
