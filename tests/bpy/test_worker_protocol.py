"""The worker as its parent sees it: lines of JSON, one answer a request, and an end when the parent ends."""

import shutil
import subprocess
import sys
from pathlib import Path

import bpy
import models
import pytest
from conftest import LIMIT_S, WORKER, Worker

PARENT = """
import subprocess, sys, time
worker = subprocess.Popen([sys.executable, sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
worker.stdout.readline()
print("ready", flush=True)
time.sleep(600)
"""


@pytest.fixture
def fresh():
    started = Worker()
    yield started
    started.end()


def test_it_says_that_it_is_ready(worker):
    assert worker.ready == {"ready": True, "blender": ".".join(map(str, bpy.app.version))}


def test_each_request_has_one_answer_and_blenders_prints_are_elsewhere(worker, tmp_path):
    (tmp_path / "cube.glb").write_bytes(models.cube().build())
    order = {"model": str(tmp_path / "cube.glb"), "name": "Würfel", "front_axis": "-Y", "provenance": {}}
    for number in range(2):
        done = worker.done("convert", blend=str(tmp_path / f"{number}.blend"), **order)
        assert done["statistics"]["triangles"] == 12
    assert worker.refused("nonsense")["kind"] == "provider"
    assert worker.refused("convert")["kind"] == "model_file"
    assert worker.done("convert", blend=str(tmp_path / "again.blend"), **order)


def test_an_error_has_a_sentence_and_details(worker, tmp_path):
    order = {"source": str(tmp_path / "gone.png"), "target": str(tmp_path / "x"), "max_side": 99, "max_bytes": 10**6}
    error = worker.refused("picture", **order)
    assert error["kind"] == "input" and "gone.png" in error["message"]
    assert "Traceback" in error["details"] and "Traceback" not in error["message"]


@pytest.mark.fault("X06")
def test_a_lack_of_memory_is_not_damage_which_would_be_fetched_again():
    from blender_addon.worker.serve import _facts

    told = _facts("convert", MemoryError())
    assert (told["kind"], "damaged" in told) == ("model_file", False) and "more memory" in told["message"]
    assert _facts("convert", ValueError())["damaged"]


def test_the_package_may_be_called_anything(tmp_path):
    """As Blender installs it: the folder is called maquette, and its parent is not importable."""
    copy = shutil.copytree(WORKER.parents[1], tmp_path / "maquette", ignore=shutil.ignore_patterns("__pycache__"))
    started = Worker(copy / "worker" / "__main__.py")
    try:
        assert started.ready["ready"]
        assert started.refused("nonsense")["kind"] == "provider"
    finally:
        started.end()


@pytest.mark.fault("X10")
def test_it_ends_when_its_input_ends(fresh):
    fresh.process.stdin.close()
    assert fresh.process.wait(20) == 0


@pytest.mark.fault("X10")
def test_it_ends_while_it_works(fresh, tmp_path):
    """A render, written in C++, holds the main thread; nothing may come of it."""
    blend, picture = tmp_path / "cube.blend", tmp_path / "cube.png"
    (tmp_path / "cube.glb").write_bytes(models.cube().build())
    order = {"model": str(tmp_path / "cube.glb"), "blend": str(blend), "name": "Cube"}
    fresh.done("convert", front_axis="-Y", provenance={}, **order)
    fresh.ask("write", blend=str(blend), outputs=[str(tmp_path / "out.blend")], preview=str(picture))
    assert fresh.line()["percent"] == 50.0  # the output is written, the render comes
    fresh.process.stdin.close()
    fresh.process.wait(20)
    assert fresh.line() == {} and not picture.exists()


@pytest.mark.fault("X10")
def test_it_ends_when_its_parent_is_killed():
    command = [sys.executable, "-c", PARENT, str(WORKER)]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert parent.stdout.readline().strip() == b"ready"
    parent.kill()
    parent.communicate(timeout=20)  # the worker holds the other end of standard error until it ends


@pytest.mark.fault("S08", "S10")
def test_neither_network_nor_programs_nor_files_outside(tmp_path):
    """In a process of its own: an audit hook cannot be taken out again."""
    script = tmp_path / "inside" / "script.py"
    script.parent.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    script.write_text(
        f"import sys; sys.path.insert(0, {str(WORKER.parents[2])!r})\n"
        "import os, socket, subprocess\n"
        "from pathlib import Path\n"
        "from blender_addon.worker import fence\n"
        "secret = Path(__file__).parents[1] / 'secret.txt'\n"
        "fence.raise_fence()\n"
        "assert secret.read_text() == 'secret'\n"
        "def refused(function, *arguments):\n"
        "    try: function(*arguments)\n"
        "    except PermissionError: return\n"
        "    sys.exit(f'{function} was not refused')\n"
        "refused(socket.socket)\n"
        "refused(socket.getaddrinfo, 'localhost', 80)\n"
        "refused(subprocess.run, [sys.executable, '--version'])\n"
        "refused(os.system, 'echo')\n"
        "with fence.files_only_in(Path(__file__).parent):\n"
        "    refused(secret.read_text)\n"
        "    refused(Path(os.path.join(os.path.dirname(__file__), '..', 'secret.txt')).read_text)\n"
        "    import xml.dom.minidom\n"
        "    assert Path(__file__).read_text()\n"
        "assert secret.read_text() == 'secret'\n"
        "print('held')\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=LIMIT_S, check=False)
    assert "held" in done.stdout, done.stderr


def test_the_environment_holds_no_pydantic_and_no_requests():
    """Both cost time at every start, and a wheel that does not match would end the worker."""
    script = (
        f"import sys; sys.path.insert(0, {str(WORKER.parents[2])!r})\n"
        "import bpy; before = set(sys.modules)\n"  # Blender 5.2 loads requests itself
        "import blender_addon.worker.works, blender_addon.local.reconstruct\n"
        "print(sorted({'pydantic', 'requests', 'platformdirs'} & (set(sys.modules) - before)))"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=True)
    assert Path(WORKER).exists() and done.stdout.strip().splitlines()[-1] == "[]"
