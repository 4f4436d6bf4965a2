"""The artefact under test: the zip of this machine's platform, built once, and Blender profiles of its own for it."""

import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests"), str(ROOT)]

from _layout import SetupError  # noqa: E402  (scripts/ is no package: it runs before there is an environment)
from _window import own_blender, which_blender  # noqa: E402

BUILD_LIMIT_S = 900
BLENDER_LIMIT_S = 240


def why_no_blender() -> str:
    """Return why a real Blender cannot be started here, or nothing."""
    try:
        which_blender()
    except SetupError as error:
        return str(error)
    return ""


NO_BLENDER = why_no_blender()
collect_ignore = ["test_command.py"] if NO_BLENDER else []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out."""
    if NO_BLENDER:
        terminalreporter.write_line(f"test_command.py (a real Blender): left out, {NO_BLENDER}")


@pytest.fixture(scope="session")
def blender_program() -> str:
    """Return how scripts/window_blender.py calls the real Blender that it starts."""
    return own_blender() if which_blender() == "own" else "blender"


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run scripts/build.py for this machine and return the zip that it names."""
    folder = tmp_path_factory.mktemp("built")
    command = [sys.executable, str(ROOT / "scripts" / "build.py"), "--output-dir", str(folder), "--platform", "native"]
    built = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=BUILD_LIMIT_S)
    assert built.returncode == 0, built.stderr
    printed = [Path(line) for line in built.stdout.splitlines()]
    assert printed == list(folder.iterdir()), "stdout names the zips, and nothing else is left in the folder"
    return printed[0]


@pytest.fixture(scope="session")
def profile(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment of a Blender that sees neither this user's settings and tasks nor this checkout."""
    return profile_in(tmp_path_factory.mktemp("profile"))


@pytest.fixture
def fresh_profile(tmp_path: Path) -> dict[str, str]:
    """Return such an environment that no other test uses."""
    return profile_in(tmp_path)


def profile_in(folder: Path) -> dict[str, str]:
    """Return environment variables that keep Blender and Maquette inside a folder."""
    hidden = ("PYTHONPATH", "BLENDER_SYSTEM_EXTENSIONS")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    kept.update(BLENDER_USER_RESOURCES=str(folder / "blender"), MAQUETTE_DATA_DIR=str(folder / "data"))
    return kept


@pytest.fixture(scope="session")
def in_bpy() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs a program of inside/ with this environment's bpy."""

    def run(program: str, *arguments: object, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(Path(__file__).parent / "inside" / program), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, encoding="utf-8", env=env, timeout=BLENDER_LIMIT_S)

    return run


@pytest.fixture(scope="session")
def source_image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a picture of an orange disc on a transparent ground."""
    path = tmp_path_factory.mktemp("images") / "disc.png"
    path.write_bytes(png_of_disc(size=96, radius=36))
    return path


def png_of_disc(size: int, radius: int) -> bytes:
    """Return a square RGBA PNG with a disc in its middle; sizes in pixels."""

    def pixel(x: int, y: int) -> bytes:
        inside = (x - size / 2 + 0.5) ** 2 + (y - size / 2 + 0.5) ** 2 <= radius**2
        return bytes((240, 140, 40, 255)) if inside else bytes(4)

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(b"\0" + b"".join(pixel(x, y) for x in range(size)) for y in range(size))
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
