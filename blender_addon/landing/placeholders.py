"""An empty that shows the image where a model will land; the artist may move, turn and scale it meanwhile.

It is known by a custom property, never by a reference: an undo replaces all objects, and may take it away or bring it
back.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import bpy
from mathutils import Matrix

from . import children, units

KEY = "maquette_waits_for"
"""Custom property of the empty, and of the image if it was made for it: the task's id."""
UPRIGHT = Matrix.Rotation(math.radians(90), 4, "X")
"""An image lies on the ground; this sets it upright, facing −Y, as a model does."""
USUAL_M = 1.0
"""Height that hosted providers give a model when nobody says one."""


def put(
    scene: bpy.types.Scene,
    task: str,
    name: str,
    image: bpy.types.Image | None,
    at: tuple[float, float, float],
    height: float | None,
) -> bpy.types.Object:
    """Put a placeholder into the scene, its base at `at`, `height` metres tall. It is neither selected nor rendered."""
    item: Any = bpy.data.objects.new(f"{name} (Maquette)", None)
    item[KEY] = task
    item.location, item.rotation_euler = at, UPRIGHT.to_euler()
    item.hide_render = True
    item.empty_display_size = (height or USUAL_M) * units.per_metre(scene) / 2
    if image:
        show(item, image)
    scene.collection.objects.link(item)
    made: bpy.types.Object = item
    return made


def show(item: bpy.types.Object, image: bpy.types.Image) -> None:
    """Show the image in the place of a placeholder's axes, as tall as they are."""
    target: Any = item
    size: Any = image.size
    height = 2 * target.empty_display_size
    target.empty_display_type, target.data = "IMAGE", image
    target.empty_display_size = height * max(size) / max(size[1], 1)  # of the longer side
    target.empty_image_offset = (-0.5, 0.0)


def packed(name: str, task: str, content: bytes) -> bpy.types.Image:
    """Return an image of the content of an image file, packed so that undo and saving keep it, made for the task."""
    image: Any = bpy.data.images.new(name, 1, 1, alpha=True)
    image.pack(data=content, data_len=len(content))
    image.source = "FILE"
    image[KEY] = task
    made: bpy.types.Image = image
    return made


def find(task: str) -> list[bpy.types.Object]:
    """Return the task's placeholders, the first one first: an artist may have duplicated it."""
    return [item for item, waits_for in every() if waits_for == task]


def every() -> list[tuple[bpy.types.Object, str]]:
    """Return all placeholders in the open file, each with the id of its task."""
    empties = (item for item in bpy.data.objects if item.type == "EMPTY" and not item.library)
    return [(item, str(task)) for item in empties if (task := item.get(KEY))]


def home(item: bpy.types.Object, scene: bpy.types.Scene) -> bpy.types.Collection:
    """Return the collection of the scene that the placeholder is in."""
    own = (scene.collection, *scene.collection.children_recursive)
    return next((one for one in item.users_collection if one in own), scene.collection)


def remove_objects(items: Sequence[bpy.types.Object]) -> None:
    """Remove objects, and let Blender take them off its lists, where they stand as None until it looks again."""
    bpy.data.batch_remove(items)
    for layer in (layer for scene in bpy.data.scenes for layer in scene.view_layers):
        _ = layer.objects.active


def remove(task: str) -> bool:
    """Remove the task's placeholders, and the images that were made for them; tell whether there was one."""
    found = find(task)
    images = {item.data for item in found if item.data and item.data.get(KEY)}
    for item in found:
        children.release(item)
    remove_objects(found)
    bpy.data.batch_remove([image for image in images if not image.users])
    return bool(found)
