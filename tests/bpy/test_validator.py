"""What is written as GLB passes Khronos' validator, and so do Local's own files. Node and the validator are fetched."""

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import bpy
import models
import pytest
import written
from compressed import HERE
from compressed.plain import ring
from corpus import sound

from blender_addon.worker import convert, rebuild, write

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 600
ERROR, WARNING = 0, 1
ACCEPTED = {
    "NODE_SKINNED_MESH_NON_ROOT": "Blender's exporter puts a skinned mesh below its armature",
    "MESH_PRIMITIVE_GENERATED_TANGENT_SPACE": "every reader makes tangents as the specification says, and as Blender",
}
"""Warnings that say nothing wrong, and why they are there."""
SOURCES = {
    **{name: lambda make=make: make().build() for name, make in sound.GLB.items()},
    "materials": lambda: models.textured().build(),
    "colours": lambda: ring().build(),
    "exact": lambda: (HERE / "ring-cz-noq.glb").read_bytes(),
    "fbx": lambda: written.fbx(*sound.fbx_nodes()),
    "stl": written.stl,
    "ply": lambda: written.ply(colors=True),
    "obj": written.obj,
}


def validate(*files):
    """Run the validator's script."""
    command = [sys.executable, ROOT / "scripts" / "validate.py", *files]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=LIMIT_S)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Write every model and one of Local's, validate them all at once, and return the messages by name."""
    folder = tmp_path_factory.mktemp("exported")
    for name, make in SOURCES.items():
        (folder / "model").write_bytes(make())
        bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
        order = {"model": str(folder / "model"), "blend": str(folder / "x.blend"), "name": "Töpf 1"}
        convert.convert({**order, "front_axis": "+X", "provenance": {"provider": "local"}}, lambda _: None)
        write.write({"blend": order["blend"], "outputs": [str(folder / f"{name}.glb")]}, lambda _: None)
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    options = {"detail": "draft", "texture_size": 256, "face_limit": 2_000}
    views = {"front": str(ROOT / "tests" / "images" / "toadstool.png")}
    rebuild.rebuild({"views": views, "options": options, "target": str(folder / "local.glb")}, lambda _: None)
    names = [*SOURCES, "local"]
    done = validate(*(folder / f"{name}.glb" for name in names))
    assert done.returncode in (0, 1), done.stderr
    return dict(zip(names, map(json.loads, done.stdout.splitlines()), strict=True))


@pytest.mark.parametrize("name", [*SOURCES, "local"])
def test_it_passes(found, name):
    assert [one for one in found[name] if one["severity"] == ERROR] == []
    assert [one for one in found[name] if one["severity"] == WARNING and one["code"] not in ACCEPTED] == []


def test_the_validator_finds_what_is_wrong(tmp_path):
    made = models.cube()
    made.root["accessors"][0]["max"] = [2, 2, 2]
    (tmp_path / "a.glb").write_bytes(made.build())
    done = validate(tmp_path / "a.glb")
    assert done.returncode == 1 and "ACCESSOR_MAX_MISMATCH" in {one["code"] for one in json.loads(done.stdout)}


LAYER = "bpy-{}.{}".format(*bpy.app.version[:2])
if not {"bpy", LAYER} & set(os.environ.get("MAQUETTE_REQUIRE", "").split(",")) and (ready := validate()).returncode:
    warnings.warn(f"The glTF validator is left out: {ready.stderr.splitlines()[-1]}", stacklevel=1)
    del test_it_passes, test_the_validator_finds_what_is_wrong
