"""The manifest and its lock say the same, and nothing that Blender's extension platform would refuse."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT_LIMIT = 64  # characters; of taglines and reasons, by the extension platform's rules


@pytest.fixture
def manifest():
    return tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))


@pytest.fixture
def wheels(manifest):
    named = [Path(wheel).stem.split("-") for wheel in manifest["wheels"]]
    return [(name.replace(".", "_"), *more) for name, *more in named]


@pytest.fixture
def locked():
    """The lock as package → (version, number of hashes)."""
    text = (ROOT / "scripts" / "locks" / "wheels.txt").read_text(encoding="utf-8")
    blocks = re.findall(r"(?m)^([\w-]+)==(\S+)((?: \\\n +--hash=sha256:[0-9a-f]{64})+)$", text)
    return {name.replace("-", "_"): (version, hashes.count("--hash")) for name, version, hashes in blocks}


def test_version_is_the_projects(manifest):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert manifest["version"] == project["version"]


def test_sentences_fit_the_extension_platform(manifest):
    for text in (manifest["tagline"], *manifest["permissions"].values()):
        assert len(text) <= TEXT_LIMIT
        assert text[-1].isalnum()


def test_permissions_are_those_that_are_used(manifest):
    assert set(manifest["permissions"]) == {"network", "files"}


def test_wheels_are_those_of_the_lock(wheels, locked):
    listed = Counter((name, version) for name, version, *_ in wheels)
    assert listed == {(name, version): count for name, (version, count) in locked.items()}


def test_wheels_leave_out_what_blender_bundles(wheels):
    bundled = {"requests", "urllib3", "certifi", "idna", "charset_normalizer", "numpy"}
    assert not bundled & {name for name, *_ in wheels}


@pytest.mark.parametrize("python", ["cp311", "cp313"])
def test_each_platform_has_compiled_wheels_for_each_python(manifest, wheels, python):
    tags = {tag for _, _, tagged, _, tag in wheels if tagged == python}
    kinds = {
        "linux-x64": r"manylinux.*x86_64",
        "macos-arm64": r"macosx.*arm64",
        "macos-x64": r"macosx.*x86_64",
        "windows-arm64": r"win_arm64",
        "windows-x64": r"win_amd64",
    }
    assert set(manifest["platforms"]) == set(kinds)
    for kind in kinds.values():
        assert sum(bool(re.fullmatch(kind, tag)) for tag in tags) == 1, kind


def test_linux_wheels_run_on_the_oldest_glibc_of_blender(wheels):
    for tag in (tag for *_, tag in wheels if "linux" in tag):
        glibcs = [int(minor) for minor in re.findall(r"manylinux_2_(\d+)_", tag)]
        assert min(glibcs) <= 28, "Blender's own Linux builds ask for glibc 2.28"
