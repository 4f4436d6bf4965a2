"""Model files of other formats than GLB, made by hand in glTF's axes, so that each of their bytes can be chosen."""

import struct

import numpy as np

POINTS = np.array([[-1, 0, 0], [1, 0, 0], [0.25, 0, 3], [-1, 1, 0], [1, 2, 0]], np.float32)
"""An arrowhead to glTF's +Z, higher on its own left: no turn and no mirror brings it back onto itself."""
FACES = np.array([[0, 1, 2], [3, 2, 4], [0, 3, 1], [1, 3, 4], [0, 2, 3], [1, 4, 2]], np.uint16)
COLORS = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [188, 188, 0]], np.uint8)


def obj(materials="", more=""):
    """Write an OBJ with UVs, as text."""
    lines = [f"mtllib {materials}\nusemtl paint" if materials else ""]
    lines += [f"v {x} {y} {z}" for x, y, z in POINTS]
    lines += [f"vt {x / 2 + 0.5} {y / 2}" for x, y, _ in POINTS]
    lines += ["f " + " ".join(f"{corner + 1}/{corner + 1}" for corner in face) for face in FACES]
    return "\n".join([*lines, more, ""]).encode()


def stl(header=b"made by hand"):
    """Write a binary STL."""
    corners = POINTS[FACES].reshape(-1, 9)
    rows = b"".join(struct.pack("<12fH", 0, 0, 0, *row, 0) for row in corners)
    return struct.pack("<80sI", header, len(FACES)) + rows


def stl_text():
    """Write an STL as text."""
    lines = ["solid by hand"]
    for face in POINTS[FACES]:
        lines += ["facet normal 0 0 0", "outer loop", *(f"vertex {x} {y} {z}" for x, y, z in face), "endloop"]
        lines += ["endfacet"]
    return "\n".join([*lines, "endsolid by hand", ""]).encode()


def ply(order="<", faces=FACES, colors=False, end="\n", **changed):
    """Write a PLY, as text when there is no byte order; `changed` replaces parts of the header."""
    head = ["ply", f"format {({'<': 'binary_little_endian', '>': 'binary_big_endian'}).get(order, 'ascii')} 1.0"]
    head += [f"element vertex {len(POINTS)}", *(f"property float {axis}" for axis in "xyz")]
    head += [f"property uchar {name}" for name in ("red", "green", "blue")] if colors else []
    head += [f"element face {len(faces)}", "property list uchar int vertex_indices", "end_header", ""]
    text = end.join(head)
    for old, new in changed.pop("header", {}).items():
        assert old in text
        text = text.replace(old, new)
    rows = [(point.tolist(), color.tolist() if colors else []) for point, color in zip(POINTS, COLORS, strict=True)]
    if not order:
        lines = [[*point, *color] for point, color in rows] + [[len(face), *face] for face in faces]
        return (text + "".join(" ".join(map(str, line)) + end for line in lines)).encode()
    body = b"".join(struct.pack(f"{order}3f{len(color)}B", *point, *color) for point, color in rows)
    return text.encode() + body + b"".join(struct.pack(f"{order}B{len(face)}i", len(face), *face) for face in faces)


def text(value, kind=b"S"):
    """Write a text as a value of an FBX record."""
    value = value if isinstance(value, bytes) else value.encode()
    return kind + struct.pack("<I", len(value)) + value


def array(values, kind="i", packed=None, count=None):
    """Write numbers as a value of an FBX record."""
    raw = np.asarray(values, {"i": "<i4", "d": "<f8"}[kind]).tobytes()
    data = raw if packed is None else packed(raw)
    count = len(values) if count is None else count
    return kind.encode() + struct.pack("<III", count, packed is not None, len(data)) + data


def node(name, *values, children=()):
    """Describe an FBX record; `fbx` writes it."""
    return name.encode(), values, children


def fbx(*nodes, version=7400):
    """Write a binary FBX."""
    out = b"Kaydara FBX Binary  \0\x1a\0" + struct.pack("<I", version)
    for one in nodes:
        out += _record(one, len(out), "<QQQB" if version >= 7500 else "<IIIB")
    return out + bytes(25 if version >= 7500 else 13) + bytes(160)


def _record(one, at, layout):
    name, values, children = one
    inside = b"".join(values)
    size = struct.calcsize(layout)
    body = name + inside
    for child in children:
        body += _record(child, at + size + len(body), layout)
    body += bytes(size) if children else b""
    return struct.pack(layout, at + size + len(body), len(values), len(inside), len(name)) + body


def geometry(points=POINTS, faces=FACES, **packing):
    """Describe an FBX mesh: each face's last corner is written as ~index."""
    corners = [corner if place < 2 else ~int(corner) for face in faces for place, corner in enumerate(face)]
    vertices = node("Vertices", array(np.ravel(points), "d", **packing))
    return node("Geometry", children=(vertices, node("PolygonVertexIndex", array(corners, **packing))))
