"""The artist's Blender in the trial: lands each .blend beside the artist's own work, looks at it, and removes it again.

Speaks as the background Blender does, so that the same parent can start it and see it die.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import bpy

from blender_addon.landing.append import land
from blender_addon.worker.channel import Channel

_KINDS = ("objects", "meshes", "collections", "materials", "images", "armatures", "actions", "node_groups", "libraries")
_KINDS += ("shape_keys", "texts", "curves", "cameras", "lights", "scenes", "worlds")


def everything() -> dict[str, list[str]]:
    """Return the names of all that is in the open file, and where the artist's cube is."""
    names = {kind: sorted(one.name for one in getattr(bpy.data, kind)) for kind in _KINDS}
    cube = bpy.data.objects["Cube"]
    return names | {"cube": [str([tuple(vertex.co) for vertex in cube.data.vertices]), str(cube.matrix_world)]}


def visit(blend: str) -> dict[str, Any]:
    """Land, look, remove; return what was different before and afterwards, and how many triangles were seen."""
    before = everything()
    landed = land(Path(blend), bpy.context.scene, (1.0, 2.0, 3.0), select=False)
    graph = bpy.context.evaluated_depsgraph_get()
    triangles = 0
    for item in landed.objects:
        if item.type == "MESH":
            mesh = item.evaluated_get(graph).to_mesh()
            mesh.calc_loop_triangles()
            triangles += len(mesh.loop_triangles)
    sides = [image.size[:] for image in bpy.data.images if image.source != "VIEWER"]
    pixels = [image.pixels[0] for image in bpy.data.images if image.source != "VIEWER" and max(image.size) < 64]
    bpy.data.batch_remove([*landed.objects, landed.collection])
    bpy.data.orphans_purge(do_recursive=True)
    after = everything()
    changed = [kind for kind in before if before[kind] != after[kind]]
    return {"changed": changed, "triangles": triangles, "pictures": len(sides), "decoded": len(pixels)}


def main() -> None:
    """Answer until the pipe ends."""
    channel = Channel()
    bpy.ops.wm.read_factory_settings()
    bpy.data.orphans_purge(do_recursive=True)
    while True:
        request = channel.next()
        try:
            channel.send({"id": request["id"], "done": visit(request["arguments"]["blend"])})
        except Exception as error:  # noqa: BLE001 - what goes wrong here is what the trial looks for
            words = f"{type(error).__name__}: {error}"
            channel.send({"id": request["id"], "error": {"kind": "provider", "message": words, "details": words}})


if __name__ == "__main__":
    main()
