"""The unit layer has no Blender: importing it raises here, and every test has a data folder of its own."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
from house_rules import BPY
from hypothesis import settings
from pictures import real_png

ROOT = Path(__file__).resolve().parents[2]

for place in (ROOT, ROOT / "tests"):
    if str(place) not in sys.path:
        sys.path.insert(0, str(place))

from command_line import PROGRAM, CommandLine  # noqa: E402  (it imports the package)

from blender_addon.core.journal import Journal  # noqa: E402
from blender_addon.net.background import BackgroundBlenders  # noqa: E402
from blender_addon.net.process import BlenderProcess  # noqa: E402


class RefuseBlender:
    """A finder that stands in front of all others and refuses Blender's modules."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: object = None) -> ModuleSpec | None:
        """Raise ImportError for Blender's modules; leave the rest to the other finders."""
        if name.partition(".")[0] in BPY:
            raise ImportError(f"{name} is imported in the unit layer, where there is no Blender")
        return None


sys.meta_path.insert(0, RefuseBlender)

settings.register_profile("house", deadline=None, database=None)  # timing is no verdict, and nothing is left behind
settings.load_profile("house")


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a data folder of its own, not made yet."""
    folder = tmp_path / "data"
    monkeypatch.setenv("MAQUETTE_DATA_DIR", str(folder))
    monkeypatch.delenv("MAQUETTE_POLL_S", raising=False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")  # this user's is none of our business
    return folder


@pytest.fixture
def journal(data_folder: Path) -> Iterator[Journal]:
    """Give the test a journal of its own."""
    with closing(Journal(data_folder)) as one:
        yield one


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the stand-in for Blender its folder: what it shall do goes in, what it did comes out."""
    path = tmp_path / "stand_in"
    path.mkdir()
    monkeypatch.setenv("STAND_IN", str(path))
    return path


@pytest.fixture
def process(folder: Path) -> Iterator[BlenderProcess]:
    """Start the stand-in for Blender."""
    one = BlenderProcess(PROGRAM)
    yield one
    one.kill()


@pytest.fixture
def blenders(folder: Path) -> Iterator[BackgroundBlenders]:
    """Give background Blenders, each of which is the stand-in."""
    with closing(BackgroundBlenders(PROGRAM)) as one:
        yield one


@pytest.fixture
def maquette(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """Give the command line, with the stand-in."""
    monkeypatch.setenv("MAQUETTE_POLL_S", "0.01")
    return CommandLine(folder, capsys)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """Give a picture of a castle."""
    path = tmp_path / "castle.png"
    path.write_bytes(real_png())
    return path
