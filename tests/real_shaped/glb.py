"""GLB as Tripo, CSM, ModelsLab (TRELLIS) and Triverse send it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import models
import numpy as np
from corpus.sound import glb_animated

from . import SOLID, normals, turned, uvs

COLOR, METAL_ROUGH, FLAT = (models.plain_png(one, 16) for one in ((200, 30, 30), (255, 150, 40), (128, 128, 255)))
_MARK = "b7f1d0c2-5a0e-4a6e-9d3c-0d2f6f1f7a11"


def tripo() -> dict[str, bytes]:
    """Make Tripo's PBR model: one mesh, three textures, its front to +X, names that tell an artist nothing."""
    made = models.Glb()
    material = {
        "name": f"tripo_mat_{_MARK}",
        "pbrMetallicRoughness": {
            "baseColorTexture": made.texture(COLOR),
            "metallicRoughnessTexture": made.texture(METAL_ROUGH),
        },
        "normalTexture": made.texture(FLAT),
        "doubleSided": True,
    }
    mesh = _solid(made, made.add("materials", material), "+X")
    made.root["meshes"][mesh]["name"] = f"tripo_mesh_{_MARK}"
    child = made.node(False, mesh=mesh, name=f"tripo_node_{_MARK}")
    made.node(name="world", children=[child])
    return {"tripo_pbr_model.glb": made.build()}


def tripo_parts() -> dict[str, bytes]:
    """Make Tripo's segmented model: a node and a mesh for each part, no textures, front to +X."""
    made = models.Glb()
    children = []
    for part in range(2):
        color = {"pbrMetallicRoughness": {"baseColorFactor": [0.2 + 0.5 * part, 0.3, 0.4, 1], "metallicFactor": 0}}
        material = made.add("materials", {"name": f"tripo_part_{part}_material", **color})
        mesh = _solid(made, material, "+X", slice(3 * part, 3 * part + 3))
        children.append(made.node(False, mesh=mesh, name=f"tripo_part_{part}"))
    made.node(name="world", children=children)
    return {"tripo_segmented.glb": made.build()}


def trellis() -> dict[str, bytes]:
    """Make what TRELLIS writes through trimesh: `geometry_0`, one texture, roughness 1 and no word about metal."""
    made = models.Glb()
    facts = {"baseColorTexture": made.texture(COLOR), "roughnessFactor": 1.0}
    material = made.add("materials", {"pbrMetallicRoughness": facts, "doubleSided": True})
    mesh = _solid(made, material)
    made.root["meshes"][mesh] |= {"name": "geometry_0", "extras": {"processed": True}}
    child = made.node(False, mesh=mesh, name="geometry_0")
    made.node(name="world", children=[child])
    return {"model.glb": made.build()}


def colored() -> dict[str, bytes]:
    """Make a model with colours at its vertices and no material, as trimesh writes Shap-E's and TripoSR's."""
    made = models.Glb()
    mesh = _solid(made, None)
    colors = np.repeat(np.uint8([[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255]]), 6, axis=0)
    attributes = made.root["meshes"][mesh]["primitives"][0]["attributes"]
    attributes["COLOR_0"] = made.accessor(colors)
    made.root["accessors"][attributes["COLOR_0"]]["normalized"] = True
    made.node(mesh=mesh, name="geometry_0")
    return {"model.glb": made.build()}


def plain() -> dict[str, bytes]:
    """Make a model of Tripo without texture: no material at all."""
    made = models.Glb()
    made.node(mesh=_solid(made, None, "+X"), name=f"tripo_node_{_MARK}")
    return {"tripo_base_model.glb": made.build()}


def animated() -> dict[str, bytes]:
    """Make a rig with one clip, with the names of Tripo's retargeting."""
    made = glb_animated()
    made.root["animations"][0]["name"] = "preset:walk"
    made.root["nodes"][2]["name"] = f"tripo_node_{_MARK}"
    made.root["skins"][0]["name"] = "Armature"
    return {"tripo_animated.glb": made.build()}


def _solid(made: models.Glb, material: int | None, front: str = "-Y", part: slice = slice(None)) -> int:
    """Add the solid, or some of its triangles, and return the number of its mesh."""
    count = 3 * len(SOLID[part])
    faces = np.arange(count, dtype=np.uint32)
    more: dict[str, Any] = {} if material is None else {"material": material}
    mesh = made.mesh(turned(SOLID[part].reshape(-1, 3), front), faces, **more)
    attributes = made.root["meshes"][mesh]["primitives"][0]["attributes"]
    corners = slice(3 * (part.start or 0), None)
    attributes["NORMAL"] = made.accessor(turned(normals()[corners][:count], front))
    attributes["TEXCOORD_0"] = made.accessor(uvs()[corners][:count])
    return mesh


GLB: dict[str, Callable[[], dict[str, bytes]]] = {
    "tripo": tripo,
    "tripo-parts": tripo_parts,
    "trellis": trellis,
    "colored": colored,
    "plain": plain,
    "animated": animated,
}
