"""The package keeps the rules of the house, and each rule can be broken."""

import importlib
from pathlib import Path

import pytest
from house_rules import FILE_LINES, FUNCTION_LINES, LAYERS, breaches

PACKAGE = Path(__file__).resolve().parents[2] / "blender_addon"


@pytest.mark.fault("X14")
def test_the_package_keeps_the_rules():
    assert not breaches(PACKAGE), "\n".join(breaches(PACKAGE))


def test_every_layer_is_looked_at():
    folders = {one.parent.name for one in PACKAGE.glob("*/*.py")}
    assert folders == {name for name in LAYERS if not name.startswith("__")}


PLANTED = {
    "core-bpy": ("core/a.py", "import bpy", "core imports bpy"),
    "core-bpy-typing": (
        "core/a.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import bpy",
        "core imports bpy",
    ),
    "core-bpy-inside": ("core/a.py", "def f() -> None:\n    from bpy.types import Scene", "core imports bpy"),
    "core-bpy-by-name": ("core/a.py", "import importlib\nimportlib.import_module('bpy')", "core imports bpy"),
    "core-bpy-dunder": ("core/a.py", "__import__('bpy')", "core imports bpy"),
    "core-mathutils": ("core/a.py", "from mathutils import Vector", "core imports mathutils"),
    "core-requests": ("core/a.py", "import requests", "core imports requests"),
    "core-numpy": ("core/a.py", "import numpy as np", "core imports numpy"),
    "core-net": ("core/a.py", "from ..net import process", "core imports net"),
    "core-net-deep": ("core/a.py", "from ..net.process import BlenderProcess", "core imports net.process"),
    "core-platformdirs": ("core/a.py", "import platformdirs", "core imports platformdirs"),
    "net-pydantic": ("net/a.py", "import pydantic", "net imports pydantic"),
    "net-providers": ("net/a.py", "from .. import providers", "net imports providers"),
    "net-bpy": ("net/a.py", "import bpy", "net imports bpy"),
    "providers-requests": ("providers/a.py", "import requests", "providers imports requests"),
    "providers-net": ("providers/a.py", "from ..net.local import SCHEME", "providers imports net.local"),
    "providers-other": ("providers/a.py", "from .tripo import Tripo", "a provider imports tripo"),
    "providers-other-module": ("providers/a.py", "from . import tripo", "a provider imports tripo"),
    "local-core": ("local/a.py", "from ..core.errors import InputError", "local imports core.errors"),
    "local-bpy": ("local/a.py", "import bpy", "local imports bpy"),
    "landing-local": ("landing/a.py", "from ..local import shapes", "landing imports local"),
    "worker-cli": ("worker/a.py", "from ..cli.main import main", "worker imports cli.main"),
    "worker-requests": ("worker/a.py", "import requests", "worker imports requests"),
    "cli-bpy": ("cli/a.py", "import bpy", "cli imports bpy"),
    "cli-landing": ("cli/a.py", "from ..landing import append", "cli imports landing"),
    "cli-pydantic": ("cli/a.py", "from pydantic import BaseModel", "cli imports pydantic"),
    "blender-worker": ("blender/a.py", "from ..worker import serve", "blender imports worker"),
    "blender-local": ("blender/a.py", "from ..local import shapes", "blender imports local"),
    "blender-pydantic": ("blender/a.py", "import pydantic", "blender imports pydantic"),
    "absolute": ("cli/a.py", "from blender_addon.core import errors", "absolute import of the package"),
    "absolute-plain": ("cli/a.py", "import blender_addon.core.errors", "absolute import of the package"),
    "outside": ("core/a.py", "from ...scripts import test", "(outside the package)"),
    "top": ("__init__.py", "from . import blender", "the package imports at its top"),
    "top-core": ("__init__.py", "def f() -> None:\n    from .core import errors", "__init__ imports core"),
    "top-itself": ("cli/a.py", "from .. import register", "cli imports register"),
    "new-folder": ("engine/a.py", "", "engine is no layer"),
    "sleep": ("net/a.py", "import time\ndef f() -> None:\n    time.sleep(1)", "net sleeps"),
    "sleep-name": ("core/a.py", "from time import sleep", "core sleeps"),
    "sleep-provider": ("providers/a.py", "import time as t\nt.sleep(1)", "providers sleeps"),
    "name": ("core/utils.py", "", "a module called utils"),
    "name-part": ("providers/_common.py", "", "a module called _common"),
    "name-folder": ("blender/helpers/a.py", "", "a module called helpers"),
    "long-file": ("local/a.py", "x = 1\n" * (FILE_LINES + 1), f"at most {FILE_LINES}"),
    "long-function": ("local/a.py", "def f() -> None:\n" + "    x = 1\n" * FUNCTION_LINES, f"at most {FUNCTION_LINES}"),
}


def plant(package: Path, file: str, text: str) -> None:
    path = package / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


@pytest.mark.parametrize(("file", "text", "what"), PLANTED.values(), ids=PLANTED)
def test_a_planted_breach_is_found(tmp_path, file, text, what):
    plant(tmp_path / "house", file, text)
    found = breaches(tmp_path / "house")
    assert len(found) == 1, found
    assert what in found[0]


KEPT = {
    "core": (
        "core/a.py",
        "import json\nfrom pydantic import Field\nfrom .errors import InputError\nfrom . import task",
    ),
    "folders": ("core/folders.py", "def f() -> None:\n    import platformdirs"),
    "net": ("net/a.py", "import requests\nfrom ..core.halt import Halt"),
    "providers": (
        "providers/tripo.py",
        "from ..core.flow import Flow\nfrom ._tasks import status\nfrom . import _parts",
    ),
    "providers-top": ("providers/__init__.py", "import importlib\nfrom ..core.provider import Provider"),
    "local": ("local/a.py", "import numpy as np\nfrom .shapes import Shape"),
    "worker": ("worker/a.py", "import bpy\nfrom ..local import shapes\nfrom ..landing.append import append"),
    "top": ("__init__.py", "def register() -> None:\n    from . import blender\n    blender.register()"),
    "wait": ("net/a.py", "import threading\nthreading.Event().wait(1)"),
    "edge": ("local/a.py", "def f() -> None:\n" + "    x = 1\n" * (FUNCTION_LINES - 1)),
}


@pytest.mark.parametrize(("file", "text"), KEPT.values(), ids=KEPT)
def test_what_is_allowed_is_no_breach(tmp_path, file, text):
    plant(tmp_path / "house", file, text)
    assert breaches(tmp_path / "house") == []


@pytest.mark.parametrize("name", ["bpy", "mathutils", "bmesh", "bpy.types"])
def test_this_layer_has_no_blender(name):
    with pytest.raises(ImportError, match="no Blender"):
        importlib.import_module(name)
