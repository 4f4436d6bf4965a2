"""Files shaped as providers send them land as an artist would have set them up by hand, node by node."""

import re

import bpy
import numpy as np
import pytest
from real_shaped import LANDED
from real_shaped.beside import BESIDE
from real_shaped.exported import EXPORTED
from real_shaped.glb import GLB
from tidied import opened

from blender_addon.worker.convert import convert

INPUTS = ("Base Color", "Metallic", "Roughness", "Normal", "Alpha", "Emission Color")
FRONT = {"tripo", "tripo-parts", "plain", "gltf-zip", "gltf-embedded", *EXPORTED}
"""What faces +X, as Tripo's models do."""

PBR = {
    "Base Color": "base color (sRGB)",
    "Metallic": "metallic roughness (Non-Color) Blue",
    "Roughness": "metallic roughness (Non-Color) Green",
    "Normal": "normal map of normal (Non-Color)",
}
CLAY = {"name": "Owl clay", "Base Color": (0.36, 0.36, 0.36, 1.0), "Metallic": 0.0, "Roughness": 0.9}
SEPARATE = {
    "Base Color": "base color (sRGB)",
    "Metallic": 0.0,
    "Roughness": "roughness (Non-Color)",
    "Normal": "normal map of normal (Non-Color)",
}
COLORED = {"Base Color": "vertex colors", "Metallic": 0.0}
LEFT_OUT = "The archive holds more models, which were not imported: mesh.obj."
EXPECTED = {
    "tripo": [PBR],
    "tripo-parts": [{"Base Color": (0.2, 0.3, 0.4, 1)}, {"Base Color": (0.7, 0.3, 0.4, 1)}],
    "trellis": [{"Base Color": "base color (sRGB)", "Metallic": 0.0, "Roughness": 1.0}],
    "colored": [COLORED],
    "plain": [CLAY],
    "animated": [CLAY],
    "csm-obj": [PBR],
    "csm-glb": [{"Base Color": "base color (sRGB)", "Metallic": 0.0, "Roughness": 1.0}],
    "modelslab-obj": [CLAY],
    "glass-obj": [{"Base Color": (0.8, 0.8, 0.8, 1.0), "Metallic": 0.0, "Alpha": 0.3}],
    "modelslab-stl": [CLAY],
    "modelslab-ply": [COLORED],
    "gltf-zip": [PBR],
    "gltf-embedded": [PBR],
    "tripo-quads": [SEPARATE],
    "textures-beside": [PBR],
    "rigged": [CLAY],
    "usdc": [SEPARATE | {"Roughness": "roughness (Non-Color) Red"}],
    "usda": [SEPARATE | {"Roughness": "roughness (Non-Color) Red"}],
    "usdz": [SEPARATE | {"Roughness": "roughness (Non-Color) Red"}],
}
"""The materials of each, by name: what is in the shader's inputs. A value, or the texture and the way from it."""
WARNINGS = {
    "csm-glb": [LEFT_OUT],
    "modelslab-obj": ["The list of materials material.mtl is not in the model's folder."],
}
BOX = [[-1, -1.5, 0], [-1, -1.5, 1], [-1, 1.5, 0], [-1, 1.5, 1], [1, -1.5, 0], [1, -1.5, 1], [1, 1.5, 0], [1, 1.5, 1]]
BOX[1] = [-1, -1.5, 2]


def made(name, folder):
    folder.mkdir()
    return EXPORTED[name](folder) if name in EXPORTED else (GLB | BESIDE)[name]()


@pytest.fixture
def land(tmp_path):
    """Return a function that lands one of the files as `Owl` and gives its collection and the sentences."""

    def work(name):
        files = made(name, tmp_path / "made")
        for one, content in files.items():
            (tmp_path / "given" / one).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "given" / one).write_bytes(content)
        (tmp_path / "task").mkdir()
        bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
        order = {"model": str(tmp_path / "given" / next(iter(files))), "blend": str(tmp_path / "task" / "model.blend")}
        order |= {
            "name": "Owl",
            "front_axis": "+X" if name in FRONT else "-Y",
            "provenance": {},
            "parts": name == "tripo-parts",
        }
        done = convert(order, lambda _: None)
        assert [one.name for one in (tmp_path / "task").iterdir()] == ["model.blend"]
        return opened(tmp_path / "task" / "model.blend"), done["warnings"]

    return work


def told(socket):
    """Tell what is in an input: the way to a texture, or a value."""
    if not socket.is_linked:
        value = socket.default_value
        return round(value, 3) if isinstance(value, float) else tuple(round(one, 3) for one in value)
    node, output = socket.links[0].from_node, socket.links[0].from_socket.name
    if node.type == "TEX_IMAGE":
        alpha = " alpha" if output == "Alpha" else ""
        return f"{node.image.name.removeprefix('Owl ')} ({node.image.colorspace_settings.name}){alpha}"
    if node.type == "NORMAL_MAP":
        return f"normal map of {told(node.inputs['Color'])}"
    if node.type == "SEPARATE_COLOR":
        return f"{told(node.inputs['Color'])} {output}"
    return "vertex colors" if node.type == "VERTEX_COLOR" else node.type


def shaders(collection):
    """Tell each material's name and inputs, in the order of the names; each has one Principled BSDF and no more."""
    materials = {slot.material for item in collection.all_objects for slot in item.material_slots}
    found = []
    for material in sorted(materials, key=lambda one: one.name):
        kinds = [node for node in material.node_tree.nodes if node.type.startswith(("BSDF", "EMISSION", "MIX_SHADER"))]
        (shader,) = kinds
        assert shader.type == "BSDF_PRINCIPLED" and shader.outputs["BSDF"].links[0].to_node.type == "OUTPUT_MATERIAL"
        found.append({"name": material.name} | {name: told(shader.inputs[name]) for name in INPUTS})
    return found


@pytest.mark.fault("F39")
@pytest.mark.parametrize("name", EXPECTED)
def test_materials(land, name):
    collection, warnings = land(name)
    found = shaders(collection)
    assert warnings == WARNINGS.get(name, [])
    for number, (shader, expected) in enumerate(zip(found, EXPECTED[name], strict=True)):
        numbered = {"name": "Owl" if number == 0 else f"Owl.{number:03}", "Alpha": 1.0, **expected}
        differing = {key: shader[key] for key, value in numbered.items() if shader[key] != pytest.approx(value)}
        assert not differing, f"expected {numbered}"
    named = {f"Owl {one}" for one in re.findall(r"(base color|metallic roughness|roughness|normal) \(", str(found))}
    assert {image.name for image in bpy.data.images if image.type == "IMAGE"} == named
    assert {bpy.path.basename(image.filepath) for image in bpy.data.images if image.packed_file} == {
        f"{one}.png" for one in named
    }


def corners(collection):
    """Return the vertices, sorted, one of each, world space."""
    meshes = [item for item in collection.all_objects if item.type == "MESH"]
    points = [item.matrix_world @ vertex.co for item in meshes for vertex in item.data.vertices]
    return np.unique(np.round(np.array(points), 3) + 0.0, axis=0)


@pytest.mark.parametrize("name", [one for one in (*GLB, *BESIDE) if one != "animated"])
def test_shape(land, name):
    collection, _ = land(name)
    assert np.allclose(corners(collection), np.unique(np.float32(LANDED), axis=0), atol=2e-3)
    names = [item.name for item in collection.objects]
    assert names == (["Owl part 1", "Owl part 2", "Owl root"] if name == "tripo-parts" else ["Owl"])
    assert all(item.data.name == item.name for item in collection.objects if item.data)


@pytest.mark.parametrize("name", EXPORTED)
def test_quads_stay_and_face_the_artist(land, name):
    collection, _ = land(name)
    assert np.allclose(corners(collection), np.unique(np.float32(BOX), axis=0), atol=2e-3)
    (mesh,) = (item for item in collection.all_objects if item.type == "MESH")
    assert [len(face.vertices) for face in mesh.data.polygons] == [4] * 6


@pytest.mark.parametrize("name", ["animated", "rigged"])
def test_rigs_keep_their_bones_and_move(land, name):
    collection, _ = land(name)
    (rig,) = (item for item in collection.all_objects if item.type == "ARMATURE")
    (mesh,) = (item for item in collection.all_objects if item.type == "MESH")
    assert len(rig.data.bones) == 2 and len(bpy.data.actions) == 1 and rig.animation_data.action
    shapes = []
    for frame in rig.animation_data.action.frame_range:
        bpy.context.scene.frame_set(round(frame * 0.8))
        seen = mesh.evaluated_get(bpy.context.evaluated_depsgraph_get()).to_mesh()
        shapes.append(np.array([mesh.matrix_world @ vertex.co for vertex in seen.vertices]))
    assert np.abs(shapes[0] - shapes[1]).max() > 0.1
