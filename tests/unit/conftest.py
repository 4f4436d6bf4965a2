"""The unit layer has no Blender: importing it raises here, and every test has a data folder of its own."""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLENDER_MODULES = frozenset(["bpy", "bpy_extras", "bmesh", "mathutils", "gpu", "gpu_extras", "blf", "bl_math", "idprop"])

if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))


class RefuseBlender:
    """A finder that stands in front of all others and refuses Blender's modules."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: object = None) -> ModuleSpec | None:
        """Raise ImportError for Blender's modules; leave the rest to the other finders."""
        if name.partition(".")[0] in BLENDER_MODULES:
            raise ImportError(f"{name} is imported in the unit layer, where there is no Blender")
        return None


sys.meta_path.insert(0, RefuseBlender)


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a data folder of its own, not made yet."""
    folder = tmp_path / "data"
    monkeypatch.setenv("MAQUETTE_DATA_DIR", str(folder))
    monkeypatch.delenv("MAQUETTE_POLL_S", raising=False)
    return folder
