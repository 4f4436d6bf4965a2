"""All that stands in the open file, as plain values, and what differs between two such."""

import bpy
import numpy as np

PASSING = {"rna_type", "session_uid", "bindcode", "is_updated", "is_updated_data", "tag", "is_evaluated", "users"}
KINDS = ("objects", "meshes", "materials", "images", "node_groups", "collections", "scenes", "textures", "cameras")
VALUES = {"FLOAT_VECTOR": ("vector", 3), "FLOAT2": ("vector", 2), "INT16_2D": ("value", 2), "INT32_2D": ("value", 2)}
SELECTION = ".select"
"""How attributes begin that hold what is selected and nothing else; 5.2's importer leaves one with every mesh."""
COLORS = ("BYTE_COLOR", "FLOAT_COLOR")
DTYPES = {"FLOAT": np.float32, "INT": np.int32, "INT8": np.int32, "BOOLEAN": bool}


def taken():
    """Return path → value for everything in the open file."""
    bpy.context.view_layer.update()
    found = {}
    for kind in KINDS:
        items = getattr(bpy.data, kind)
        found[kind] = [item.name for item in items]
        for item in items:
            found |= {f"{kind}/{item.name}/{key}": value for key, value in _FACTS.get(kind, facts)(item).items()}
    return found


def differences(one, other, near=None):
    """Return the paths at which two snapshots differ; values whose path ends like a key of `near` may by that much."""
    return [path for path in sorted(one.keys() | other.keys()) if not _same(path, one, other, near or {})]


def _same(path, one, other, near):
    if path not in one or path not in other:
        return False
    first, second = one[path], other[path]
    if not isinstance(first, np.ndarray):
        return first == second
    allowed = next((value for end, value in near.items() if path.endswith(end)), 0)
    if first.shape != second.shape or first.dtype != second.dtype:
        return False
    return np.allclose(first, second, rtol=0, atol=allowed) if allowed else np.array_equal(first, second)


def facts(item):
    """Return all plain properties of something, and its custom ones; of other data their names."""
    own = set(item.keys()) - set(item.bl_rna.properties.keys()) if isinstance(item, bpy.types.ID) else ()
    found = {f"[{key}]": _custom(item[key]) for key in own}
    for definition in item.bl_rna.properties:
        name = definition.identifier
        if name in PASSING:
            continue
        value = getattr(item, name, None)
        if definition.type == "POINTER":
            if isinstance(value, bpy.types.ID):
                found[name] = value.name
        elif definition.type != "COLLECTION":
            found[name] = _plain(value, definition)
    return found


def _custom(value):
    return next((getattr(value, name)() for name in ("to_dict", "to_list") if hasattr(value, name)), value)


def _plain(value, definition):
    if getattr(definition, "is_array", False):
        return np.array(value, float).round(9).tolist()
    return sorted(value) if isinstance(value, set) else value


def _object(item):
    holders = [one.name for one in bpy.data.collections if item.name in one.objects]
    slots = [slot.material and slot.material.name for slot in item.material_slots]
    return facts(item) | {"collections": holders, "slots": slots}


def _mesh(mesh):
    found = {key: value for key, value in facts(mesh).items() if not key.startswith("is_editmode")}
    found["slots"] = [material and material.name for material in mesh.materials]
    layers = [layer for layer in mesh.attributes if not layer.name.startswith(SELECTION)]
    for layer in layers:
        found[f"{layer.name} {layer.domain} {layer.data_type}"] = _layer(layer)
    starts = np.empty(len(mesh.polygons), np.int32)
    mesh.polygons.foreach_get("loop_start", starts)
    for name in ("corner_normals", "polygon_normals", "vertex_normals"):
        found[name] = np.empty((len(getattr(mesh, name)), 3), np.float32)
        getattr(mesh, name).foreach_get("vector", found[name].ravel())
    found["layers"] = [[layer.name for layer in layers], mesh.uv_layers.keys(), mesh.color_attributes.keys()]
    return found | {"loop_start": starts}


def _layer(layer):
    if layer.data_type in COLORS:
        name, width, kind = "color_srgb", 4, np.float32
    else:
        name, width = VALUES.get(layer.data_type, ("value", 1))
        kind = np.float32 if name == "vector" else DTYPES.get(layer.data_type, np.int32)
    values = np.empty(len(layer.data) * width, kind)
    layer.data.foreach_get(name, values)
    return values.reshape(-1, width)


def _material(item):
    return facts(item) | (_tree(item.node_tree) if item.node_tree else {})


def _tree(tree):
    found = {"nodes": [(node.bl_idname, node.name) for node in tree.nodes]}
    for node in tree.nodes:
        found |= {f"{node.name}/{key}": value for key, value in facts(node).items()}
        found[f"{node.name}/frame"] = node.parent and node.parent.name
        for side, sockets in (("in", node.inputs), ("out", node.outputs)):
            for place, socket in enumerate(sockets):
                found |= {f"{node.name}/{side}{place}/{key}": value for key, value in facts(socket).items()}
    ends = [
        (link.from_node.name, link.from_socket.identifier, link.to_node.name, link.to_socket.identifier)
        for link in tree.links
    ]
    return found | {"links": ends}


def _image(image):
    packed = [bytes(one.packed_file.data) for one in image.packed_files]
    space = image.colorspace_settings
    return facts(image) | {"packed": packed, "space": (space.name, space.is_data), "pixels": list(image.pixels[:64])}


_FACTS = {"objects": _object, "meshes": _mesh, "materials": _material, "images": _image, "node_groups": _tree}
