"""scripts/build.py says in one sentence what is wrong, and leaves no half-made zip."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD_LIMIT_S = 900


@pytest.fixture
def checkout(archive, tmp_path):
    """A copy of what goes into a build, to be damaged; `archive` has seen to it that the wheels are there."""
    copy = tmp_path / "checkout"
    for folder in ("scripts", "blender_addon"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("blender_manifest.toml", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    return copy


def build(checkout, output):
    command = [sys.executable, checkout / "scripts" / "build.py", "--output-dir", output, "--platform", "native"]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=BUILD_LIMIT_S)


def test_a_manifest_that_blender_refuses(checkout, tmp_path):
    manifest = checkout / "blender_manifest.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"4.2.0"', '"soon"'), encoding="utf-8")
    built = build(checkout, tmp_path / "out")
    assert built.returncode == 1
    assert built.stdout == ""
    assert built.stderr.startswith("Blender's builder refused the extension:"), built.stderr
    assert built.stderr.count("\n") == 1
    assert list((tmp_path / "out").iterdir()) == []


def test_a_wheel_that_is_not_the_locked_one(checkout, tmp_path, monkeypatch):
    """A cached wheel of another hash is not taken, and a sentence says that pip has nowhere to look here."""
    for name, value in {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path), "PIP_CONFIG_FILE": os.devnull}.items():
        monkeypatch.setenv(name, value)
    lock = checkout / "scripts" / "locks" / "wheels.txt"
    text = lock.read_text(encoding="utf-8")
    lock.write_text(re.sub(r"(?<=sha256:)[0-9a-f]{64}", "0" * 64, text, count=1), encoding="utf-8")
    built = build(checkout, tmp_path / "out")
    assert built.returncode == 1
    assert built.stderr.splitlines()[-1].count("cannot be downloaded") == 1, built.stderr
    assert "Traceback" not in built.stderr
    assert not list((tmp_path / "out").iterdir())


def test_an_output_folder_that_is_a_file(checkout, tmp_path):
    (tmp_path / "out").write_text("")
    built = build(checkout, tmp_path / "out")
    assert built.returncode == 1
    assert built.stderr.count("\n") == 1
    assert "Traceback" not in built.stderr
