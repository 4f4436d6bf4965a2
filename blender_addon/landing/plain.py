"""Reads a plain GLB: the vertices with numpy, the rest with Blender's importer, which is given a stand-in.

Most of the importer's time is spent on vertices, and what it makes of them does not depend on the rest. So names,
objects, materials and textures are Blender's own in every version, and only the meshes have to equal what it makes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import bpy

from . import plain_stub
from .plain_file import PlainGlb, open_glb
from .plain_mesh import fill
from .plain_surface import surface


def read(path: Path, importer: Callable[[Path], None], opened: PlainGlb | None = None) -> bool:
    """Bring a plain GLB into the scene; return False, with nothing done, for any other. `opened` is what is in it.

    Raises ValueError, KeyError and the like for a file that passed no gate.
    """
    glb = opened or open_glb(path)
    if glb is None or not glb.is_plain():
        return False
    with ThreadPoolExecutor(1) as aside:  # numpy lets Blender work meanwhile
        surfaces = [aside.submit(surface, glb, number) for number in range(len(glb.root["meshes"]))]
        with tempfile.TemporaryDirectory(dir=bpy.app.tempdir) as folder:
            stub = Path(folder) / path.name
            plain_stub.write(glb, stub)
            importer(stub)
        plain_stub.restore_pictures(glb)
        for mesh in bpy.data.meshes:
            fill(mesh, surfaces[mesh.pop(plain_stub.MARK)].result())
    return True
