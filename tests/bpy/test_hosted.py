"""Every hosted provider from the command line to a landed model, with a real background Blender and real sockets."""

import base64
import json
import os
import re
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import bpy
import numpy as np
import pytest
from hosted_cases import CASES
from models import Glb, plain_png
from written import FACES, POINTS

from blender_addon.providers import find

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 240
TURNS = {
    "-Y": lambda x, y, z: (x, y, z),
    "+X": lambda x, y, z: (z, y, -x),
    "+Y": lambda x, y, z: (-x, y, -z),
    "-X": lambda x, y, z: (-z, y, x),
}
"""Axis of Blender's → how points are turned, in glTF's axes, so that what looked to −Y looks there."""


def arrowhead(front_axis):
    """Make the model of a provider whose fronts face that axis: an arrowhead with color, roughness and normal maps."""
    made = Glb()
    color, rough, flat = (made.texture(plain_png(one)) for one in ((200, 30, 30), (0, 128, 10), (128, 128, 255)))
    pbr = {"baseColorTexture": color, "metallicRoughnessTexture": rough}
    material = made.add("materials", {"name": "m", "pbrMetallicRoughness": pbr, "normalTexture": flat})
    points = np.array([TURNS[front_axis](*point) for point in POINTS.tolist()], np.float32)
    made.node(mesh=made.mesh(points, FACES, material), name="provider_node")
    return made.build()


@pytest.fixture(params=CASES, ids=lambda case: case.id)
def served(request, monkeypatch, tmp_path):
    """Start a provider's simulator whose models face as the provider declares."""
    case = request.param
    with case.simulator() as sim:
        monkeypatch.setenv(f"MAQUETTE_{case.id.upper()}_BASE_URL", sim.base_url)
        monkeypatch.setenv(f"MAQUETTE_{case.id.upper()}_API_KEY", sim.key)
        monkeypatch.setenv("MAQUETTE_DATA_DIR", str(tmp_path / "data"))
        monkeypatch.setenv("MAQUETTE_POLL_S", "0.05")
        sim.result = arrowhead(find(case.id).front_axis)
        yield case, sim
        assert sim.leaks == []


def generate(case, tmp_path, *arguments):
    """Run `maquette generate` as a process of its own and return its last event."""
    image = tmp_path / "castle.png"
    image.write_bytes(plain_png((10, 90, 10), side=64))
    code = "import sys; from blender_addon.cli.main import main; sys.exit(main(sys.argv[1:]))"
    call = [sys.executable, "-c", code, "generate", str(image), "--provider", case.id, "--jsonl", *arguments]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=LIMIT_S, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1]), done


def check_landed(tip):
    """Check the model in the scene: where its front is, and what its material is made of."""
    (model,) = [one for one in bpy.context.scene.objects if one.type == "MESH"]
    corners = np.array([model.matrix_world @ vertex.co for vertex in model.data.vertices])
    size = np.ptp(corners, axis=0)
    assert np.allclose(size, (2, 3, 2), atol=1e-4), "it lies along the Y axis"
    assert np.isclose(corners[:, 2].min(), 0, atol=1e-5), "it stands on the ground"
    front = corners[np.isclose(corners[:, 1], corners[:, 1].min(), atol=1e-4)]
    assert len({tuple(np.round(one, 3)) for one in front}) == tip, "its tip is in front, at −Y"
    (slot,) = model.material_slots
    links = {link.to_socket.name for link in slot.material.node_tree.links if link.to_node.type == "BSDF_PRINCIPLED"}
    assert {"Base Color", "Roughness", "Metallic", "Normal"} <= links
    images = {node.image for node in slot.material.node_tree.nodes if node.type == "TEX_IMAGE"}
    assert len(images) >= 3 and all(tuple(one.size) == (8, 8) for one in images)


def test_a_model_lands_with_its_materials_facing_the_artist(served, tmp_path):
    case, sim = served
    blend, glb = tmp_path / "castle.blend", tmp_path / "castle.glb"
    event, done = generate(case, tmp_path, "--out", str(blend), "--out", str(glb))
    facts = {name: event[name] for name in ("event", "objects", "triangles", "materials", "images", "credits")}
    expected = {"event": "succeeded", "objects": 1, "triangles": 6, "materials": 1, "images": 3}
    assert facts == expected | {"credits": case.credits} and sim.paid == 1
    bpy.ops.wm.open_mainfile(filepath=str(blend))
    check_landed(tip=1)
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    bpy.ops.import_scene.gltf(filepath=str(glb))
    check_landed(tip=1)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 5 and not any(sim.key.encode() in path.read_bytes() for path in files)
    assert sim.key not in done.stdout + done.stderr


def sent_pictures(sim):
    """Return every picture that was sent, as a file or inside JSON."""
    inside = re.findall(r"base64,([A-Za-z0-9+/=]+)", "".join(str(one.json) for one in sim.seen))
    return [part.data for one in sim.seen for part in one.parts.values()] + [base64.b64decode(one) for one in inside]


@pytest.mark.fault("U12", "S17")
def test_a_cameras_notes_are_not_sent(served, tmp_path, monkeypatch):
    """The provider gets the pixels and nothing else."""
    case, sim = served
    image, note = plain_png((10, 90, 10), side=64), b"tEXtRaw profile type note\0GPS.."
    chunk = struct.pack(">I", len(note) - 4) + note + struct.pack(">I", zlib.crc32(note))
    noted = image[:33] + chunk + image[33:] + b"-----BEGIN OPENSSH PRIVATE KEY-----"
    monkeypatch.setattr(sys.modules[__name__], "plain_png", lambda *_, **__: noted)
    generate(case, tmp_path)
    (picture,) = sent_pictures(sim)
    assert (
        picture.startswith(b"\x89PNG") and b"GPS.." not in picture and b"PRIVATE KEY" not in picture and sim.paid == 1
    )


def test_an_archive_lands_as_well(tmp_path, monkeypatch):
    csm = next(one for one in CASES if one.id == "csm")
    with csm.simulator() as sim:
        monkeypatch.setenv("MAQUETTE_CSM_BASE_URL", sim.base_url)
        monkeypatch.setenv("MAQUETTE_CSM_API_KEY", sim.key)
        monkeypatch.setenv("MAQUETTE_DATA_DIR", str(tmp_path / "data"))
        monkeypatch.setenv("MAQUETTE_POLL_S", "0.05")
        sim.filled, sim.result = {"mesh_url_zip"}, arrowhead("-Y")
        event, _ = generate(csm, tmp_path, "--out", str(tmp_path / "a.blend"))
        assert (event["event"], event["images"]) == ("succeeded", 3)
    bpy.ops.wm.open_mainfile(filepath=os.fspath(tmp_path / "a.blend"))
    check_landed(tip=1)


@pytest.mark.parametrize("served", [one for one in CASES if one.id == "tripo"], ids=["tripo"], indirect=True)
def test_a_compressed_model_lands(served, tmp_path):
    """Before Blender 5.2 its own importer cannot read it."""
    case, sim = served
    event, _ = generate(case, tmp_path, "--set", "compress=geometry", "--out", str(tmp_path / "castle.blend"))
    assert (event["event"], event["triangles"], event["images"], sim.paid) == ("succeeded", 384, 1, 1)
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "castle.blend"))
    (model,) = [one for one in bpy.context.scene.objects if one.type == "MESH"]
    corners = np.array([model.matrix_world @ vertex.co for vertex in model.data.vertices])
    assert np.allclose(np.ptp(corners, axis=0), (2.8, 2.8, 0.8), atol=1e-3)


def quads(front_axis, folder):
    """Make an FBX of quads with its texture: narrow in front, where that axis of Blender is, and blunt behind."""
    turned = {"-Y": lambda x, y: (x, y), "+X": lambda x, y: (-y, x)}[front_axis]
    ring = [(side * width, y, z) for y, width in ((-1.5, 0.2), (1.5, 1.0)) for side in (-1, 1) for z in (0.0, 2.0)]
    mesh = bpy.data.meshes.new("provider_mesh")
    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 2, 6, 4), (1, 5, 7, 3), (0, 4, 5, 1), (2, 3, 7, 6)]
    mesh.from_pydata([(*turned(x, y), z) for x, y, z in ring], [], faces)
    mesh.uv_layers.new()
    picture = folder / "color.png"
    picture.write_bytes(plain_png((200, 30, 30)))
    material = bpy.data.materials.new("provider_material")
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    texture = nodes.new("ShaderNodeTexImage")
    texture.image = bpy.data.images.load(str(picture))
    shader = next(one for one in nodes if one.type == "BSDF_PRINCIPLED")
    links.new(texture.outputs["Color"], shader.inputs["Base Color"])
    mesh.materials.append(material)
    model = bpy.data.objects.new("provider_node", mesh)
    bpy.context.scene.collection.objects.link(model)
    path = folder / "made.fbx"
    bpy.ops.object.select_all(action="DESELECT")
    model.select_set(True)
    bpy.ops.export_scene.fbx(filepath=str(path), use_selection=True, path_mode="COPY", embed_textures=True)
    picture.unlink()
    return path.read_bytes()


QUADS = {"csm": "topology=quads", "modelstream": "quad=yes", "tripo": "quad=yes"}


@pytest.mark.parametrize("served", [one for one in CASES if one.id in QUADS], ids=lambda case: case.id, indirect=True)
def test_quads_come_as_fbx_and_land_the_same_way(served, tmp_path):
    case, sim = served
    sim.result = quads(find(case.id).front_axis, tmp_path)
    if case.id == "csm":  # which offers each format
        sim.files["fbx"] = sim.result
    event, _ = generate(case, tmp_path, "--set", QUADS[case.id], "--out", str(tmp_path / "castle.blend"))
    assert (event["event"], event["triangles"], event["images"], sim.paid) == ("succeeded", 12, 1, 1)
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "castle.blend"))
    (model,) = [one for one in bpy.context.scene.objects if one.type == "MESH"]
    assert {len(face.vertices) for face in model.data.polygons} == {4}
    corners = np.array([model.matrix_world @ vertex.co for vertex in model.data.vertices])
    assert np.allclose(np.ptp(corners, axis=0), (2, 3, 2), atol=1e-3) and np.isclose(corners[:, 2].min(), 0, atol=1e-3)
    front = corners[corners[:, 1] < corners[:, 1].mean()]
    assert np.isclose(np.ptp(front[:, 0]), 0.4, atol=1e-3), "its narrow end is in front, at −Y"
