"""The zip in a real Blender, by Blender's own commands: installed, `blender --command maquette` used, removed.

Left out, with the reason printed, on machines without a Blender that scripts/window_blender.py can start.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLENDER_LIMIT_S = 240


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("real")


@pytest.fixture(scope="module")
def blender(folder, archive, source_image, blender_program):
    """Return a function that runs one of the commands of a real Blender, with a profile of its own."""
    command = [sys.executable, str(ROOT / "scripts" / "window_blender.py"), "run", f"--limit={BLENDER_LIMIT_S}"]
    command += [f"--bind={shown}" for shown in (folder, archive.parent, source_image.parent)]
    command += [f"--env=BLENDER_USER_RESOURCES={folder / 'blender'}", f"--env=MAQUETTE_DATA_DIR={folder / 'data'}"]

    def run(*arguments):
        # As a shell's command: the geometry that is given to a Blender with a window means nothing to one without.
        whole = [*command, "--shell", "--", blender_program, "--offline-mode", "--command"]
        whole += map(str, arguments)
        return subprocess.run(whole, capture_output=True, encoding="utf-8", timeout=BLENDER_LIMIT_S + 60)

    return run


@pytest.fixture(scope="module")
def installed(blender, archive):
    """Install and enable the extension; what the command said."""
    return blender("extension", "install-file", "-r", "user_default", "-e", archive)


@pytest.fixture(scope="module")
def generated(installed, blender, source_image, folder):
    """Make a model from an image by `blender --command maquette generate`; what the command said."""
    return blender("maquette", "generate", source_image, "--out", folder / "disc.blend", "--jsonl")


@pytest.fixture(scope="module")
def removed(generated, blender):
    """Remove the extension once it has been used; what the command said."""
    return blender("extension", "remove", "maquette")


def said(ran):
    return f"exit code {ran.returncode}\n{ran.stdout}\n{ran.stderr}"


def test_it_installs(installed):
    assert installed.returncode == 0, said(installed)
    assert "Traceback" not in installed.stderr, said(installed)


def test_the_command_makes_a_model(generated, folder):
    assert generated.returncode == 0, said(generated)
    assert "Traceback" not in generated.stderr, said(generated)
    events = [json.loads(line) for line in generated.stdout.splitlines() if line.startswith("{")]
    assert [event["event"] for event in events if event["event"] != "progressed"][-1] == "succeeded", said(generated)
    assert events[-1]["objects"] >= 1
    assert events[-1]["triangles"] > 0
    assert events[-1]["outputs"] == [str(folder / "disc.blend")]


def test_the_model_opens_in_blender(generated, folder, profile, in_bpy):
    ran = in_bpy("contents.py", folder / "disc.blend", env=profile)
    assert ran.returncode == 0, said(ran)
    contents = json.loads(ran.stdout.splitlines()[-1])
    assert contents["meshes"] >= 1
    assert contents["materials"] >= 1
    assert contents["images"]
    assert all(contents["images"].values()), "every image is packed"


def test_wrong_input_is_one_sentence_and_exit_2(installed, blender, folder):
    ran = blender("maquette", "generate", folder / "missing.png", "--out", folder / "missing.blend")
    assert ran.returncode == 2, said(ran)
    assert "Traceback" not in ran.stderr, said(ran)
    assert "missing.png" in ran.stderr, said(ran)


def test_it_is_removed(removed, blender, folder):
    assert removed.returncode == 0, said(removed)
    assert not (folder / "blender" / "extensions" / "user_default" / "maquette").exists()
    assert blender("maquette", "providers").returncode == 1
    assert (folder / "data").exists(), "the artist's tasks outlive the extension"
