"""Start of the background Blender's program, with or without Blender's own binary.

    BLENDER --background --factory-startup --offline-mode --disable-autoexec --python-exit-code 1 --python THIS
    PYTHON THIS

The package is loaded under a name of its own: its folder may be called anything, and nothing beside it becomes
importable.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import signal
import sys
from pathlib import Path

NAME = "maquette_background"
_HERE = Path(__file__).resolve().parent


def end_with_parent() -> None:
    """Let Linux kill this process when its parent dies, even while it hangs in a library that keeps Python's lock.

    The parent's thread that started it counts, not the whole process: that one must live as long. Elsewhere, and when
    the parent was quicker, the end of the pipe is the sign.
    """
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def start() -> None:
    """Load the package and serve until the pipe ends; never returns."""
    end_with_parent()
    os.chdir(Path(sys.executable).parent)  # USD looks for files in the current folder, which may be any
    sys.path[:] = [entry for entry in sys.path if not entry or Path(entry).resolve() != _HERE]  # a script's own folder
    root = _HERE.parent
    spec = importlib.util.spec_from_file_location(NAME, root / "__init__.py", submodule_search_locations=[str(root)])
    if spec is None or spec.loader is None:
        raise ImportError(f"{root} is not a package")
    package = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = package
    spec.loader.exec_module(package)
    channel = importlib.import_module(f"{NAME}.worker.channel").Channel()  # before bpy can print
    importlib.import_module(f"{NAME}.worker.serve").serve(channel)


if __name__ == "__main__":
    start()
