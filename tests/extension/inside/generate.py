"""Runs in Blender: install a zip, enable it, make a model by the operator, and print what stands in the scene.

python generate.py ZIP IMAGE [PROVIDER FOLDER]

With a hosted provider the preferences and the scene are saved too, the scene into the folder.
"""

import json
import sys
from pathlib import Path

import bpy


def main() -> None:
    """Use the extension as a script would, which ends without disabling it."""
    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.ops.extensions.package_install_files(filepath=sys.argv[1], repo="user_default", enable_on_install=True)
    if sys.argv[3:]:
        bpy.context.preferences.system.use_online_access = True
    answer = bpy.ops.maquette.generate(image=sys.argv[2], provider=sys.argv[3] if sys.argv[3:] else "local")
    if sys.argv[3:]:
        bpy.ops.wm.save_userpref()
        bpy.ops.wm.save_as_mainfile(filepath=str(Path(sys.argv[4]) / "plain.blend"), compress=False)
        bpy.ops.wm.save_as_mainfile(filepath=str(Path(sys.argv[4]) / "packed.blend"), compress=True)
    facts = {
        "answer": sorted(answer),
        "collections": [collection.name for collection in bpy.context.scene.collection.children],
        "meshes": [thing.name for thing in bpy.context.scene.objects if thing.type == "MESH"],
        "others": [thing.name for thing in bpy.context.scene.objects if thing.type != "MESH"],
        "triangles": sum(triangles(thing) for thing in bpy.context.scene.objects if thing.type == "MESH"),
    }
    print("FACTS " + json.dumps(facts))


def triangles(thing: bpy.types.Object) -> int:
    """Count the triangles of an object's mesh."""
    thing.data.calc_loop_triangles()
    return len(thing.data.loop_triangles)


main()
