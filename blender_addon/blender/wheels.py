"""Where Python looks for our packages: in the folder of the extensions' wheels before the system's own."""

from __future__ import annotations

import os
import site
import sys
from pathlib import Path

import bpy


def prefer() -> None:
    """Put the wheels' folder where Blender itself puts it at its next start.

    Until then a Blender that has just installed its first wheels has it last. Where Python also has the system's
    packages, as in the Blenders of Linux distributions, an older typing_extensions is found first, and pydantic fails.
    """
    local = f"{Path(bpy.utils.user_resource('EXTENSIONS'), '.local')}{os.sep}"
    system = set(site.getsitepackages())
    first = next((at for at, path in enumerate(sys.path) if path in system), len(sys.path))
    late = [path for path in sys.path[first:] if path.startswith(local)]
    if late:
        sys.path[:] = [*sys.path[:first], *late, *(path for path in sys.path[first:] if path not in late)]
