"""Runs in Blender: print what is in a .blend as one line of JSON.

python contents.py FILE
"""

import json
import sys

import bpy

bpy.ops.wm.open_mainfile(filepath=sys.argv[1], load_ui=False)
contents = {
    "meshes": sum(thing.type == "MESH" for thing in bpy.context.scene.objects),
    "materials": len({slot.material for thing in bpy.context.scene.objects for slot in thing.material_slots}),
    "images": {image.name: image.packed_file is not None for image in bpy.data.images if image.type == "IMAGE"},
}
print(json.dumps(contents))
