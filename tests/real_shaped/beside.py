"""OBJ, STL, PLY and ZIP, with what lies beside the model."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Callable

import written
from corpus.sound import zipped

from . import SOLID, normals, uvs
from .glb import COLOR, FLAT, METAL_ROUGH, trellis, tripo

_MTL = "newmtl material_0\nKa 0.4 0.4 0.4\nKd 1.0 1.0 1.0\nKs 0.0 0.0 0.0\nNs 1.0\nd 1.0\nillum 1\nmap_Kd {}\n"


def csm_obj() -> dict[str, bytes]:
    """Make CSM's ZIP: an OBJ, its list of materials, and textures that the list does not all name."""
    inside = {
        "mesh.obj": _obj("mesh.mtl", "material_0"),
        "mesh.mtl": _MTL.format("texture_baseColor.png").encode(),
        "texture_baseColor.png": COLOR,
        "texture_metallicRoughness.png": METAL_ROUGH,
        "texture_normal.png": FLAT,
    }
    return {"mesh.zip": zipped({f"CSM_mesh/{name}": content for name, content in inside.items()})}


def csm_glb() -> dict[str, bytes]:
    """Make CSM's ZIP with the same model in two formats."""
    return {"mesh.zip": zipped({"mesh.glb": trellis()["model.glb"], "mesh.obj": _obj("", "")})}


def modelslab_obj() -> dict[str, bytes]:
    """Make ModelsLab's OBJ, which comes alone: its list of materials stays behind."""
    return {"model.obj": _obj("material.mtl", "material_0")}


def glass_obj() -> dict[str, bytes]:
    """A list of materials that says little, and that little counts."""
    return modelslab_obj() | {"material.mtl": b"newmtl material_0\nKd 0.8 0.8 0.8\nd 0.3\n"}


def modelslab_stl() -> dict[str, bytes]:
    """Make a binary STL as trimesh writes it."""
    rows = zip(normals()[::3], SOLID.reshape(-1, 9), strict=True)
    body = b"".join(struct.pack("<12fH", *normal, *corners, 0) for normal, corners in rows)
    return {"model.stl": bytes(80) + struct.pack("<I", len(SOLID)) + body}


def modelslab_ply() -> dict[str, bytes]:
    """Make a binary PLY with colours at its vertices."""
    return {"model.ply": written.ply(colors=True)}


def gltf_zip() -> dict[str, bytes]:
    """Make a ZIP of a glTF whose buffer and pictures are files of their own."""
    root, data = _taken_apart(tripo()["tripo_pbr_model.glb"])
    files = {}
    for number, image in enumerate(root["images"]):
        view = root["bufferViews"][image.pop("bufferView")]
        image["uri"] = f"textures/picture%20{number}.png"
        files[f"scene/textures/picture {number}.png"] = data[view["byteOffset"] :][: view["byteLength"]]
    root["buffers"][0]["uri"] = "scene.bin"
    return {"scene.zip": zipped({"scene/scene.gltf": json.dumps(root).encode(), "scene/scene.bin": data, **files})}


def gltf_embedded() -> dict[str, bytes]:
    """Make a glTF that holds all it needs as data: URIs."""
    root, data = _taken_apart(tripo()["tripo_pbr_model.glb"])
    root["buffers"][0]["uri"] = "data:application/octet-stream;base64," + base64.b64encode(data).decode()
    return {"scene.gltf": json.dumps(root, indent=2).encode()}


def _taken_apart(content: bytes) -> tuple[dict[str, list], bytes]:
    """Return the JSON and the binary chunk of a GLB."""
    length = struct.unpack_from("<I", content, 12)[0]
    return json.loads(content[20 : 20 + length]), content[28 + length :]


def _obj(materials: str, material: str) -> bytes:
    lines = [
        "# https://github.com/mikedh/trimesh",
        *([f"mtllib {materials}", f"usemtl {material}"] if materials else []),
    ]
    lines += [f"v {x} {y} {z}" for x, y, z in SOLID.reshape(-1, 3)]
    lines += [f"vt {u} {1 - v}" for u, v in uvs()]
    lines += [f"vn {x} {y} {z}" for x, y, z in normals()]
    lines += ["f " + " ".join(f"{at}/{at}/{at}" for at in (n, n + 1, n + 2)) for n in range(1, 3 * len(SOLID), 3)]
    return "\n".join([*lines, ""]).encode()


BESIDE: dict[str, Callable[[], dict[str, bytes]]] = {
    "csm-obj": csm_obj,
    "csm-glb": csm_glb,
    "modelslab-obj": modelslab_obj,
    "glass-obj": glass_obj,
    "modelslab-stl": modelslab_stl,
    "modelslab-ply": modelslab_ply,
    "gltf-zip": gltf_zip,
    "gltf-embedded": gltf_embedded,
}
