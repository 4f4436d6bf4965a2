"""A real Blender with a window, the built zip installed in a profile of its own, and scenarios played in it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
IMAGE = ROOT / "tests" / "images" / "toadstool.png"
START = [sys.executable, str(ROOT / "scripts" / "window_blender.py"), "run"]
BUILD_LIMIT_S = 900
BLENDER_LIMIT_S = 1200
"""Several times what the longest scenario takes on an idle machine."""
OFFLINE = "--offline-mode"

sys.path.insert(0, str(ROOT / "tests"))


class Played(NamedTuple):
    """What a scenario left behind."""

    code: int
    facts: dict
    output: str
    shots: Path
    folder: Path
    """Where it ran; its data folder is `data-NAME` two levels up."""


def blender(folder: Path, environment: dict[str, str], arguments: list[str], size: str = "1600x1000"):
    """Run the real Blender with the profile and data folder below `folder`; nothing of this user's is seen."""
    own = {"BLENDER_USER_RESOURCES": f"{folder}/blender", "MAQUETTE_DATA_DIR": f"{folder}/data"} | environment
    command = [
        *START,
        f"--limit={BLENDER_LIMIT_S}",
        f"--size={size}",
        f"--bind={folder}",
        *(f"--env={name}={value}" for name, value in own.items()),
    ]
    limit_s = BLENDER_LIMIT_S + 60
    ran = subprocess.run([*command, "--", *arguments], capture_output=True, encoding="utf-8", timeout=limit_s)
    return ran.returncode, ran.stdout + ran.stderr


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the zip of this machine's platform."""
    folder = tmp_path_factory.mktemp("built")
    command = [sys.executable, str(ROOT / "scripts" / "build.py"), "--output-dir", str(folder), "--platform", "native"]
    built = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=BUILD_LIMIT_S)
    assert built.returncode == 0, built.stderr
    return Path(built.stdout.splitlines()[-1])


@pytest.fixture(scope="session")
def profile(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the zip by Blender's own command, and put the slow provider beside the others."""
    folder = tmp_path_factory.mktemp("profile")
    shutil.copy(archive, folder)
    install = ["--command", "extension", "install-file", "-r", "user_default", "-e", str(folder / archive.name)]
    code, output = blender(folder, {}, install)
    assert code == 0, output
    installed = folder / "blender" / "extensions" / "user_default" / "maquette"
    shutil.copy(HERE / "slow.py", installed / "providers")
    return folder


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that keeps the screenshots: MAQUETTE_SHOTS, or a temporary one."""
    chosen = os.environ.get("MAQUETTE_SHOTS")
    return Path(chosen).absolute() if chosen else tmp_path_factory.mktemp("shots")


@pytest.fixture(scope="session")
def play(profile: Path, shots: Path) -> Callable[..., Played]:
    """Return a function that plays a scenario where the zip is installed."""
    return player(profile, shots)


@pytest.fixture(scope="session")
def play_bare(archive: Path, shots: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Played]:
    """Return a function that plays a scenario in a profile that Blender itself makes, beside which lies the zip."""
    folder = tmp_path_factory.mktemp("bare")
    (folder / "blender" / "config").mkdir(parents=True)
    shutil.copy(archive, folder / "maquette.zip")
    return player(folder, shots)


def player(profile: Path, shots: Path) -> Callable[..., Played]:
    """Return a function that plays a scenario in a new Blender and checks that it left no traceback."""

    def run(name: str, data="", flags=(OFFLINE,), size="1600x1000", crashes=False, **variables: str) -> Played:
        folder = profile / "played" / name
        folder.mkdir(parents=True)
        image = shutil.copy(IMAGE, folder)
        environment = {
            "BLENDER_USER_CONFIG": shutil.copytree(profile / "blender" / "config", folder / "config"),
            "MAQUETTE_DATA_DIR": f"{profile}/data-{data or name}",
        }
        script = ["--python", str(HERE / "scenarios.py"), "--", name, str(folder), str(image)]
        more = ["--enable-event-simulate", "--python-exit-code", "5"]
        code, output = blender(profile, environment | variables, [*flags, *more, *script], size)
        kept = shots / name
        kept.mkdir(parents=True, exist_ok=True)
        for shot in folder.glob("*.png"):
            shutil.copy(shot, kept)
        print(f"\n{name}: screenshots in {kept}")
        facts = folder / "facts.json"
        assert facts.exists(), f"exit code {code}\n{output}"
        played = Played(code, json.loads(facts.read_text("utf-8")), output, kept, folder)
        assert not played.facts["error"], f"{played.facts['error']}\n{output}"
        assert "Traceback" not in output, output
        assert (code != 0) is crashes, f"exit code {code}\n{output}"
        return played

    return run
