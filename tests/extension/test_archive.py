"""What is in the zip, and what Blender's validator says of it."""

import subprocess
import sys
import tomllib
import zipfile
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[2]
VALIDATOR_LIMIT_S = 60


@pytest.fixture
def names(archive):
    with zipfile.ZipFile(archive) as opened:
        return {PurePosixPath(name) for name in opened.namelist()}


@pytest.fixture
def manifest(archive):
    with zipfile.ZipFile(archive) as opened:
        return tomllib.loads(opened.read("blender_manifest.toml").decode())


def validate(archive):
    """Run the validator of the bpy wheel on a zip."""
    scripts = next(Path(find_spec("bpy").submodule_search_locations[0]).glob("*/scripts"))
    command = [sys.executable, scripts / "addons_core" / "bl_pkg" / "cli" / "blender_ext.py", "validate", archive]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=VALIDATOR_LIMIT_S)


def test_blender_validates_it(archive):
    validated = validate(archive)
    assert validated.returncode == 0, validated.stdout + validated.stderr


def test_blender_refuses_it_without_its_entry_point(archive, tmp_path):
    crippled = tmp_path / archive.name
    with zipfile.ZipFile(archive) as whole, zipfile.ZipFile(crippled, "w") as copy:
        for name in whole.namelist():
            if name != "__init__.py":
                copy.writestr(name, whole.read(name))
    assert validate(crippled).returncode != 0


def test_it_is_named_after_version_and_platform(archive, manifest):
    (platform,) = manifest["build"]["generated"]["platforms"]
    assert archive.name == f"maquette-{manifest['version']}-{platform.replace('-', '_')}.zip"


def test_it_holds_the_whole_package_and_nothing_else(names):
    package = ROOT / "blender_addon"
    files = {PurePosixPath(path.relative_to(package)) for path in package.rglob("*") if path.is_file()}
    source = {file for file in files if not any(part == "__pycache__" or part[0] == "." for part in file.parts)}
    beside = {PurePosixPath("blender_manifest.toml"), PurePosixPath("LICENSE")}
    assert {name for name in names if name.parts[0] != "wheels"} == source | beside


def test_no_tests_caches_or_hidden_files(names):
    for name in names:
        assert not {"tests", "__pycache__", "scripts"} & set(name.parts)
        assert not any(part.startswith(".") for part in name.parts)


def test_wheels_are_the_ones_its_manifest_promises(names, manifest):
    promised = {PurePosixPath(wheel) for wheel in manifest["build"]["generated"]["wheels"]}
    assert {name for name in names if name.parts[0] == "wheels"} == promised


def test_wheels_serve_the_pythons_of_every_blender(names):
    cores = {name.name.split("-")[2] for name in names if name.name.startswith("pydantic_core-")}
    assert cores >= {"cp311", "cp313"}
    assert len({name.stem.rpartition("-")[2] for name in names if name.name.startswith("pydantic_core-")}) == 1


def test_license_is_the_full_text(archive):
    with zipfile.ZipFile(archive) as opened:
        text = opened.read("LICENSE").decode()
    assert "GNU GENERAL PUBLIC LICENSE" in text
    assert "END OF TERMS AND CONDITIONS" in text
