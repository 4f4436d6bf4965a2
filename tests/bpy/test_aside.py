"""Names in a model that lead to files outside its folder: nobody looks there, and what lies in the folder is found."""

import os
import time

import bpy
import models
import pytest
import written
from corpus.sound import fbx_nodes
from gated import passes, refused
from written import text

from blender_addon.worker.convert import convert

RED, GREEN = models.plain_png((200, 30, 30)), models.plain_png((30, 200, 30))
LONG_AGO = 10**9
OUT = "../outside/"


@pytest.fixture
def task(tmp_path):
    """Give a model's folder, with a secret beside it that nobody has read."""
    (tmp_path / "given").mkdir(), (tmp_path / "outside").mkdir()
    secret = tmp_path / "outside" / "secret.png"
    secret.write_bytes(RED)
    os.utime(secret, (LONG_AGO, time.time()))
    return tmp_path / "given"


def fbx(name):
    """Make an FBX whose texture is this file, and nothing embedded."""
    nodes = [list(one) for one in fbx_nodes()]
    objects = []
    for title, values, children in nodes[2][2]:
        kept = [child for child in children if child[0] != b"Content"]
        named = [(one[0], (text(name),), ()) if b"ilename" in one[0] or b"FileName" in one[0] else one for one in kept]
        objects.append((title, values, tuple(named)))
    nodes[2][2] = tuple(objects)
    return {"model.fbx": written.fbx(*nodes)}


def obj(name):
    materials = f"newmtl paint\nmap_Kd {name}\nmap_Bump -bm 0.5 {name}\n"
    return {"model.obj": written.obj("paint.mtl"), "paint.mtl": materials.encode()}


def landed(task, files):
    """Convert; return the warnings, the colours of the pictures that came along, and whether the secret was read."""
    for name, content in files.items():
        (task / name).write_bytes(content)
    secret = task.parent / "outside" / "secret.png"
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    order = {"model": str(task / next(iter(files))), "blend": str(task.parent / "x.blend"), "name": "Figure"}
    done = convert({**order, "front_axis": "-Y", "provenance": {}}, lambda _: None)
    was_read = secret.stat().st_atime != LONG_AGO
    assert sorted(one.name for one in task.iterdir()) == sorted(files), "something stayed behind"
    assert sorted(one.name for one in task.parent.iterdir()) == ["given", "outside", "x.blend"]
    colors = {tuple(round(part * 255) for part in image.pixels[:3]) for image in bpy.data.images if image.size[0]}
    return done["warnings"], colors, was_read


WAYS = {
    "up": f"{OUT}secret.png",
    "around": "sub/../../outside/secret.png",
    "dots": "././../outside/./secret.png",
    "whole": "{place}",
    "share": r"\\nas\textures\secret.png",
    "windows": "..\\outside\\secret.png",
}


@pytest.mark.fault("S09")
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("make", [fbx, obj])
def test_nothing_outside_is_read(task, make, way):
    name = way.replace("{place}", str(task.parent / "outside" / "secret.png"))
    warnings, colors, was_read = landed(task, make(name))
    assert not was_read and not colors
    assert warnings and all("not in the model's folder and left out: secret.png" in one for one in warnings)


@pytest.mark.fault("S09", "F29")
@pytest.mark.parametrize("name", [f"{OUT}secret.png", WAYS["share"]])
@pytest.mark.parametrize("make", [fbx, obj])
def test_a_file_of_that_name_in_the_folder_is_taken(task, make, name):
    (task / "sub").mkdir()
    files = make(name) | {"secret.png": GREEN}
    (task / "sub").rmdir()
    warnings, colors, was_read = landed(task, files)
    assert (warnings, colors, was_read) == ([], {(30, 200, 30)}, False)


@pytest.mark.fault("S09")
def test_times_of_reading_are_kept_here(task):
    """What the tests above stand on; where the system keeps no such times they say nothing, and the next one does."""
    secret = task.parent / "outside" / "secret.png"
    before = secret.stat().st_atime
    secret.read_bytes()
    assert secret.stat().st_atime != before or not os.access("/proc/self/mounts", os.R_OK)


@pytest.mark.fault("S09")
def test_the_importer_is_given_a_copy_without_the_name(task):
    (task / "model.fbx").write_bytes(fbx(f"{OUT}secret.png")["model.fbx"])
    passed = passes(task, (task / "model.fbx").read_bytes())
    assert passed.folder == task / "spare" and passed.model.parent == passed.folder
    content = passed.model.read_bytes()
    assert b"outside" not in content and b".//././././secret.png" in content
    assert len(content) == (task / "model.fbx").stat().st_size


@pytest.mark.fault("S09")
def test_the_faces_of_an_obj_are_not_taken_for_a_name(task):
    (task / "paint.mtl").write_text("newmtl paint\nmap_Kd //1\n")
    content = written.obj("paint.mtl") + b"vn 0 0 1\nf 1//1 2//1 3//1\n"
    assert passes(task, content).model.read_bytes() == content


@pytest.mark.fault("S09")
def test_a_name_that_cannot_be_led_back_is_refused(task):
    """Quoted in the middle, it stands in the file otherwise than the importer sees it."""
    name = str(task.parent / "outside" / "secret.png").replace("outside", 'out"side')
    (task / "paint.mtl").write_text(f"newmtl paint\nmap_Kd {name}\n")
    refused(task, written.obj("paint.mtl"), "outside")
