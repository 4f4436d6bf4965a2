"""Good model files of every format, made by hand: damage begins with these."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable

import models
import numpy as np
import written
from compressed import HERE
from written import array, node, text

SECRET = b"tEXtmaquette-canary\0this picture lies outside the model's folder"
"""Stands in every file outside; it must turn up nowhere."""
NORMALS = (models.CUBE - 0.5) / np.float32(np.sqrt(0.75))
RED = models.plain_png((200, 30, 30))


def glb_plain() -> models.Glb:
    """Make a cube."""
    return models.cube(name="cube", translation=[1, 2, 3], extras={"made": "by hand"})


def glb_textured() -> models.Glb:
    """Make a cube with five textures, one of them as a data URI."""
    made = models.textured()
    made.root["images"][0] = {"uri": "data:image/png;base64," + base64.b64encode(RED).decode(), "name": "red"}
    attributes = made.root["meshes"][0]["primitives"][0]["attributes"]
    attributes["NORMAL"] = made.accessor(NORMALS)
    attributes["COLOR_0"] = made.accessor(np.full((8, 4), 0.5, np.float32))
    made.root["samplers"] = [{"magFilter": 9729, "wrapS": 10497}]
    made.root["textures"][0]["sampler"] = 0
    return made


def glb_rigged() -> models.Glb:
    """Make a cube with two bones."""
    made = models.Glb()
    joints = [made.node(False, name="hand", translation=[0, 1, 0])]
    joints.insert(0, made.node(name="arm", children=joints[:]))
    number = made.mesh()
    attributes = made.root["meshes"][number]["primitives"][0]["attributes"]
    attributes["JOINTS_0"] = made.accessor(np.tile(np.array([0, 1, 0, 0], np.uint8), (8, 1)))
    attributes["WEIGHTS_0"] = made.accessor(np.tile(np.array([0.5, 0.5, 0, 0], np.float32), (8, 1)))
    matrices = made.accessor(np.tile(np.eye(4, dtype=np.float32).ravel(), (2, 1)))
    skin = made.add("skins", {"joints": joints, "inverseBindMatrices": matrices, "skeleton": joints[0], "name": "rig"})
    made.node(mesh=number, skin=skin)
    return made


def glb_animated() -> models.Glb:
    """Make the rig move."""
    made = glb_rigged()
    times = made.accessor(np.array([0, 0.5, 1], np.float32))
    turns = made.accessor(np.array([[0, 0, 0, 1], [0, 0.7071068, 0, 0.7071068], [0, 1, 0, 0]], np.float32))
    moves = made.accessor(np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]], np.float32))
    channels = [
        {"sampler": 0, "target": {"node": 1, "path": "rotation"}},
        {"sampler": 1, "target": {"node": 0, "path": "translation"}},
    ]
    samplers = [{"input": times, "output": turns, "interpolation": "LINEAR"}, {"input": times, "output": moves}]
    made.add("animations", {"name": "wave", "samplers": samplers, "channels": channels})
    return made


def glb_morph() -> models.Glb:
    """Make a cube with two shapes, one of them sparse."""
    made = models.cube()
    mesh = made.root["meshes"][0]
    shift = np.zeros((8, 3), np.float32)
    shift[:4] = 0.5
    sparse = made.accessor(shift)
    indices, values = made.view(np.array([0, 3], "<u2").tobytes()), made.view(np.ones(6, "<f4").tobytes())
    made.root["accessors"][sparse]["sparse"] = {
        "count": 2,
        "indices": {"bufferView": indices, "componentType": 5123},
        "values": {"bufferView": values},
    }
    mesh["primitives"][0]["targets"] = [{"POSITION": made.accessor(shift)}, {"POSITION": sparse}]
    mesh["weights"] = [0.0, 0.5]
    mesh["extras"] = {"targetNames": ["smile", "frown"]}
    return made


def glb_compressed() -> models.Glb:
    """Take apart a GLB that meshopt compressed."""
    content = (HERE / "ring-cz.glb").read_bytes()
    length = int.from_bytes(content[12:16], "little")
    made = models.Glb()
    made.root, made.data = json.loads(content[20 : 20 + length]), content[28 + length :]
    return made


def fbx_nodes(picture: bytes = RED) -> list[written.Record]:
    """Describe an FBX: a mesh with a layer of UVs, a material, an embedded texture, two bones and a shape."""
    corners = np.array([c if place < 2 else ~int(c) for face in written.FACES for place, c in enumerate(face)])
    count, uvs = len(corners), np.linspace(0, 1, 2 * len(corners))
    layer = node(
        "LayerElementUV",
        number(0),
        children=(
            node("Name", text("UVMap")),
            node("MappingInformationType", text("ByPolygonVertex")),
            node("ReferenceInformationType", text("IndexToDirect")),
            node("UV", array(uvs, "d")),
            node("UVIndex", array(np.arange(count))),
        ),
    )
    vertices = node("Vertices", array(written.POINTS.ravel(), "d"))
    mesh = node(
        *named(1, "m", "Geometry", "Mesh"), children=(vertices, node("PolygonVertexIndex", array(corners)), layer)
    )
    shape = node(
        *named(6, "smile", "Geometry", "Shape"),
        children=(node("Indexes", array([0, 2])), node("Vertices", array([0, 1, 0, 0, 0, 1], "d"))),
    )
    names = (node("FileName", text("C:\\made\\red.png")), node("RelativeFilename", text("red.png")))
    cluster = (node("Indexes", array([0, 1, 2])), node("Weights", array([1, 1, 0.5], "d")))
    matrix = np.eye(4).ravel()
    objects = (
        mesh,
        node(*named(2, "m", "Model", "Mesh"), children=(node("Version", number(232)),)),
        node(*named(3, "paint", "Material", "")),
        node(*named(4, "red", "Texture", ""), children=names),
        node(*named(5, "red", "Video", "Clip"), children=(*names, node("Content", text(picture, b"R")))),
        shape,
        node(*named(7, "shapes", "Deformer", "BlendShape")),
        node(*named(8, "smile", "Deformer", "BlendShapeChannel"), children=(node("FullWeights", array([100.0], "d")),)),
        node(*named(9, "arm", "Model", "LimbNode")),
        node(*named(10, "skin", "Deformer", "Skin")),
        node(
            *named(11, "arm", "Deformer", "Cluster"),
            children=(*cluster, node("Transform", array(matrix, "d")), node("TransformLink", array(matrix, "d"))),
        ),
    )
    pairs = ((1, 2), (2, 0), (3, 2), (5, 4), (7, 1), (8, 7), (6, 8), (9, 0), (10, 1), (11, 10), (9, 11))
    joined = [node("C", text("OO"), number(one, "L"), number(other, "L")) for one, other in pairs]
    joined.append(node("C", text("OP"), number(4, "L"), number(3, "L"), text("DiffuseColor")))
    up = node("P", text("UpAxis"), text("int"), text("Integer"), text(""), number(1))
    return [
        node("FBXHeaderExtension", children=(node("FBXVersion", number(7400)),)),
        node("GlobalSettings", children=(node("Properties70", children=(up,)),)),
        node("Objects", children=objects),
        node("Connections", children=tuple(joined)),
    ]


def number(value: int, kind: str = "I") -> bytes:
    """Write a whole number as a value of an FBX record: I with four bytes, L with eight."""
    return kind.encode() + value.to_bytes(8 if kind == "L" else 4, "little", signed=True)


def named(ident: int, name: str, kind: str, sort: str) -> tuple[str, bytes, bytes, bytes]:
    """Return what an FBX object begins with."""
    return kind, number(ident, "L"), text(f"{name}\0\x01{kind}"), text(sort)


MTL = b"newmtl paint\nKd 0.8 0.2 0.2\nNs 30\nmap_Kd red.png\nmap_Bump -bm 0.5 red.png\n"


def obj_files() -> dict[str, bytes]:
    """Make an OBJ with its materials and its texture, the model first."""
    return {"model.obj": written.obj("paint.mtl"), "paint.mtl": MTL, "red.png": RED}


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Make an archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return made.getvalue()


GLB: dict[str, Callable[[], models.Glb]] = {
    "plain": glb_plain,
    "textured": glb_textured,
    "rigged": glb_rigged,
    "animated": glb_animated,
    "morph": glb_morph,
    "compressed": glb_compressed,
}
STL = {"binary": written.stl, "text": written.stl_text}
PLY = {
    "little": lambda: written.ply("<", colors=True),
    "big": lambda: written.ply(">"),
    "text": lambda: written.ply(""),
}
ZIP: dict[str, Callable[[], dict[str, bytes]]] = {
    "glb": lambda: {"model.glb": glb_textured().build(), "readme.txt": b"made by hand"},
    "obj": lambda: {f"in/{name}": content for name, content in obj_files().items()},
    "stl": lambda: {"a.stl": written.stl()},
}
