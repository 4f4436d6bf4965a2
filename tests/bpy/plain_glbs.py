"""Plain GLBs with one trait each, and as many others as wanted whose traits are drawn by lot."""

import random

import models
import numpy as np
from picture_files import sample

CORNERS = models.CUBE[models.CUBE_FACES]
"""A cube whose faces have vertices of their own: 36."""
SIDES = np.repeat(np.cross(CORNERS[1::3] - CORNERS[::3], CORNERS[2::3] - CORNERS[::3]), 3, axis=0).astype(np.float32)
"""Their normals."""
OUTWARD = ((CORNERS - 0.5) / np.sqrt(0.75)).astype(np.float32)
"""Smooth normals of the same vertices."""
TILTED = SIDES + np.repeat(np.float32([[0, 0, 0], [1e-4, 0, 0], [3e-4, 4e-4, 0], [0, 0, 2e-2]] * 3), 3, axis=0)
TILTED /= np.linalg.norm(TILTED, axis=1)[:, None]
"""Flat ones that lean, face by face, by angles around what Blender's importer still takes for flat."""


def primitive(made, points=CORNERS, normals=SIDES, faces=None, uvs=1, colors=0, **more):
    """Add the parts of a primitive, whose other keys are `more`, and return it."""
    random = np.random.default_rng(len(made.data))
    attributes = {"POSITION": made.accessor(np.asarray(points, np.float32))}
    if normals is not None:
        attributes["NORMAL"] = made.accessor(normals)
    for number in range(uvs):
        attributes[f"TEXCOORD_{number}"] = made.accessor(random.random((len(points), 2), np.float32))
    if colors:
        attributes["COLOR_0"] = made.accessor(random.random((len(points), colors), np.float32))
    indices = {} if faces is None else {"indices": made.accessor(faces)}
    return {"attributes": attributes, **indices, **more}


def shown(*primitives, made, **node):
    """Put a mesh of these primitives into the scene."""
    made.node(mesh=made.add("meshes", {"primitives": list(primitives)}), **node)
    return made


def one(**more):
    """Make a GLB of one primitive."""
    made = models.Glb()
    return shown(primitive(made, **more), made=made)


def several():
    """Primitives with and without material, normals, UVs and colours in one mesh, two of them with one material."""
    made = models.Glb()
    red, blue = (made.add("materials", {"pbrMetallicRoughness": {"baseColorFactor": [r, 0, 1 - r, 1]}}) for r in (1, 0))
    return shown(
        primitive(made, material=red, colors=3),
        primitive(made, CORNERS + 2, OUTWARD, uvs=2),
        primitive(made, CORNERS + 4, None, uvs=0, material=blue),
        primitive(made, models.CUBE - 3, None, models.CUBE_FACES, material=red),
        primitive(made, CORNERS[:3] + 9, SIDES[:3], colors=4),
        made=made,
    )


def faces_of(kind):
    """Vertices that are referred to out of order, some of them never, by indices of one type."""
    points = np.concatenate((models.CUBE + 7, models.CUBE[::-1], models.CUBE - 5))
    return one(points=points, normals=None, faces=(15 - models.CUBE_FACES).astype(kind))


def damaged():
    """Triangles that are a line once their vertices are welded, and one that is there three times, once turned."""
    rows = np.concatenate((CORNERS, CORNERS[[0, 0, 1]], CORNERS[:3], CORNERS[[1, 2, 0]], CORNERS[[2, 1, 0]]))
    return one(points=rows, normals=None)


def nearly_alike():
    """Vertices at one place whose normals, UVs and signs of zero differ, a little or much."""
    points = np.concatenate((CORNERS, -0.0 * CORNERS + CORNERS))
    points[:36][points[:36] == 0] = -0.0
    normals = np.concatenate((OUTWARD, OUTWARD + np.float32([0, 1e-6, 3e-5])))
    return one(points=points + np.float32([0, 0, 0]), normals=normals.astype(np.float32))


def hierarchy():
    """Nodes without names or with one name, turned, stretched and mirrored; a matrix; a mesh that is shown twice."""
    made = models.Glb()
    mesh = made.add("meshes", {"primitives": [primitive(made)], "name": "part"})
    other = made.add("meshes", {"primitives": [primitive(made, CORNERS * 2)], "name": "part", "extras": {"a": 1}})
    inner = made.node(False, mesh=mesh, scale=[-1, 2, 3], name="part", extras={"kept": [1, 2]})
    matrix = [0, 2, 0, 0, -2, 0, 0, 0, 0, 0, 2, 0, 5, 6, 7, 1]
    turned = made.node(False, children=[inner, made.node(False, mesh=other, matrix=matrix)], rotation=[0, 0.6, 0, 0.8])
    made.node(children=[turned, made.node(False, mesh=mesh, translation=[1, 2, 3])], name="part")
    made.node(name="empty")
    return made


def pictured(made, **sampler):
    """Add a picture with a sampler, and return the reference to it."""
    texture = made.texture(models.png(sample()))
    if sampler:
        made.root["textures"][texture["index"]]["sampler"] = made.add("samplers", sampler)
    return texture


def painted(material):
    """Make a cube with a material, which is a function of the GLB."""
    made = models.Glb()
    return shown(primitive(made, uvs=2, colors=4, material=made.add("materials", material(made))), made=made)


def packed():
    """One picture for occlusion, roughness and metallic; another, with a name, in two materials."""
    made = models.textured()
    made.root["images"][0]["name"] = made.root["images"][1]["name"] = "picture"
    made.root["materials"][0]["occlusionTexture"]["strength"] = 0.3
    made.root["materials"][0]["normalTexture"]["scale"] = 0.7
    again = dict(made.root["materials"][0], normalTexture={"index": 0, "texCoord": 1}, doubleSided=True)
    return shown(primitive(made, uvs=2, material=made.add("materials", again)), made=made)


def quantised():
    """Whole numbers for everything, normalised or not, with strides that leave gaps."""
    made = models.Glb()
    made.root["extensionsRequired"] = made.root["extensionsUsed"] = ["KHR_mesh_quantization"]
    facts = {
        "POSITION": (CORNERS * 1000, np.int16, False, 4),
        "NORMAL": (OUTWARD * 127, np.int8, True, 4),
        "TEXCOORD_0": (CORNERS[:, :2] * 65535, np.uint16, True, 2),
        "TEXCOORD_1": (CORNERS[:, 1:] * 99, np.uint8, False, 4),
        "COLOR_0": (CORNERS * 200, np.uint8, True, 4),
    }
    attributes = {}
    for name, (values, kind, normalized, stride) in facts.items():
        rows = np.zeros((len(values), max(stride, values.shape[1])), kind)
        rows[:, : values.shape[1]] = np.rint(values)
        view = made.view(rows.tobytes())
        made.root["bufferViews"][view]["byteStride"] = rows.strides[0]
        stored = {"bufferView": view, "componentType": models.KINDS[np.dtype(kind).name], "count": len(values)}
        stored |= {"type": f"VEC{values.shape[1]}", "normalized": normalized}
        attributes[name] = made.add("accessors", stored)
    return shown({"attributes": attributes}, made=made, scale=[0.001, 0.001, 0.001])


CASES = {
    "one cube": models.cube,
    "corners of their own": one,
    "smooth": lambda: one(normals=OUTWARD),
    "no normals": lambda: one(normals=None),
    "long normals": lambda: one(normals=OUTWARD * 3),
    "no normals at some": lambda: one(normals=OUTWARD * np.float32(CORNERS[:, :1])),
    "nearly flat": lambda: one(normals=TILTED),
    "no UVs": lambda: one(uvs=0),
    "many UVs": lambda: one(uvs=8),
    "colours": lambda: one(colors=3),
    "colours with alpha": lambda: one(colors=4),
    "several primitives": several,
    "8 bits": lambda: faces_of(np.uint8),
    "16 bits": lambda: faces_of(np.uint16),
    "32 bits": lambda: faces_of(np.uint32),
    "damaged faces": damaged,
    "nearly alike": nearly_alike,
    "hierarchy": hierarchy,
    "five textures": models.textured,
    "packed channels": packed,
    "quantised": quantised,
    "no metallic factor": lambda: painted(lambda made: {"pbrMetallicRoughness": {"baseColorTexture": pictured(made)}}),
    "mask": lambda: painted(lambda _: {"alphaMode": "MASK", "alphaCutoff": 0.3, **tinted(1, 1, 1, 0.2)}),
    "blend": lambda: painted(lambda _: {"alphaMode": "BLEND", **tinted(0.5, 1, 0.1, 0.2)}),
    "emissive": lambda: painted(lambda _: {"emissiveFactor": [1, 0.5, 0], "doubleSided": True, "name": "lamp"}),
    "clamped": lambda: painted(
        lambda made: {"emissiveTexture": pictured(made, wrapS=33071, wrapT=33071, magFilter=9728)}
    ),
    "mirrored": lambda: painted(lambda made: {"normalTexture": pictured(made, wrapS=33648, wrapT=10497)}),
    "unlit": lambda: painted(lambda _: {"extensions": {"KHR_materials_unlit": {}}}),
    "clearcoat": lambda: painted(lambda _: {"extensions": {"KHR_materials_clearcoat": {"clearcoatFactor": 0.5}}}),
    "moved texture": lambda: painted(
        lambda made: {
            "occlusionTexture": pictured(made)
            | {"extensions": {"KHR_texture_transform": {"scale": [2, 3], "texCoord": 1}}}
        }
    ),
}


def drawn(seed):
    """Make a GLB whose meshes, nodes and materials are drawn by lot."""
    lot, made = random.Random(seed), models.Glb()
    for _ in range(lot.randrange(4)):
        made.add("materials", _material(made, lot))
    for _ in range(lot.randrange(1, 4)):
        primitives = [_primitive(made, lot) for _ in range(lot.randrange(1, 4))]
        made.add("meshes", {"primitives": primitives, **_name(lot)})
    for _ in range(lot.randrange(1, 6)):
        _node(made, lot)
    made.node(mesh=0)
    return made


def tinted(*factor):
    """Give a material a colour."""
    return {"pbrMetallicRoughness": {"baseColorFactor": list(factor)}}


def _name(lot):
    return lot.choice(({}, {"name": "part"}, {"name": f"part {lot.randrange(3)}"}))


def _primitive(made, lot):
    """A few triangles among points on a coarse grid, so that many are welded, and some are damaged."""
    numbers = np.random.default_rng(lot.randrange(2**32))
    count = lot.randrange(4, 60)
    points = numbers.integers(-2, 3, (count, 3)).astype(np.float32) / np.float32(lot.choice((1, 3)))
    normals = numbers.integers(-1, 2, (count, 3)).astype(np.float32) if lot.random() < 0.7 else None
    if normals is not None and lot.random() < 0.8:
        normals[:, 2] += 2 * (normals == 0).all(axis=1)
        normals /= np.linalg.norm(normals, axis=1)[:, None]
    kind = lot.choice((np.uint8, np.uint16, np.uint32))
    faces = numbers.integers(0, count, 3 * lot.randrange(1, 80)).astype(kind) if lot.random() < 0.9 else None
    material = {"material": lot.randrange(len(made.root["materials"]))} if made.root.get("materials") else {}
    if faces is None:
        points, normals = points[: count // 3 * 3], None if normals is None else normals[: count // 3 * 3]
    traits = {"uvs": lot.randrange(3), "colors": lot.choice((0, 0, 3, 4))}
    return primitive(made, points, normals, faces, **traits, **(material if lot.random() < 0.8 else {}))


def _node(made, lot):
    facts = {"mesh": lot.randrange(len(made.root["meshes"]))} if lot.random() < 0.8 else {}
    if lot.random() < 0.5:
        facts["translation"] = [lot.uniform(-3, 3) for _ in range(3)]
    if lot.random() < 0.5:
        facts["scale"] = [lot.choice((-1, 0.5, 2, 3)) for _ in range(3)]
    if lot.random() < 0.5:
        facts["rotation"] = lot.choice(([0, 0, 0, 1], [0.6, 0, 0, 0.8], [0, -1, 0, 0], [0.5, 0.5, -0.5, 0.5]))
    roots = made.root["scenes"][0]["nodes"]
    if roots and lot.random() < 0.4:
        facts["children"] = [roots.pop(lot.randrange(len(roots)))]
    made.node(**facts, **_name(lot))


def _material(made, lot):
    facts = {"alphaMode": lot.choice(("OPAQUE", "MASK", "BLEND")), "doubleSided": lot.random() < 0.5, **_name(lot)}
    rough = tinted(*(lot.choice((0, 0.5, 1)) for _ in range(4)))["pbrMetallicRoughness"] if lot.random() < 0.5 else {}
    rough |= {key: lot.random() for key in ("metallicFactor", "roughnessFactor") if lot.random() < 0.5}
    facts["pbrMetallicRoughness"] = rough
    wrap = {"wrapS": lot.choice((10497, 33071, 33648)), "wrapT": lot.choice((10497, 33071, 33648))}
    for holder, key in ((rough, "baseColorTexture"), (rough, "metallicRoughnessTexture"), (facts, "normalTexture")):
        if lot.random() < 0.4:
            holder[key] = pictured(made, **lot.choice(({}, wrap, {"minFilter": 9728})))
    for key in ("occlusionTexture", "emissiveTexture"):
        if made.root.get("textures") and lot.random() < 0.5:
            facts[key] = {"index": lot.randrange(len(made.root["textures"])), "texCoord": lot.randrange(2)}
    return facts | ({"emissiveFactor": [1, lot.random(), 1]} if lot.random() < 0.5 else {})
