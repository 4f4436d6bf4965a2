"""Puts a tidy .blend into the user's scene: the only part of a landing that runs in the artist's Blender.

The data of the .blend stands at the origin already (lowest point at z = 0, centre of the base at x = y = 0), so what
is left is to append and to move the topmost object. No operator is used: those need a context that a timer does not
have.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
from mathutils import Vector

from ..core.errors import DiskError, ModelFileError
from . import children, images, nodes, parts, placeholders, rate, removing, replacing, statistics, units


@dataclass(frozen=True)
class Landed:
    """What stands in the scene now. Use it at once: an undo makes references to Blender's data invalid."""

    collection: bpy.types.Collection
    objects: list[bpy.types.Object]
    statistics: dict[str, int]
    """objects, triangles, materials, images."""
    milliseconds: float
    """Time that Blender stood still."""
    warnings: tuple[str, ...] = ()
    """What did not work although the model has landed, as sentences."""


def land(
    blend: Path,
    scene: bpy.types.Scene,
    at: tuple[float, float, float],
    select: bool,
    placeholder: bpy.types.Object | None = None,
) -> Landed:
    """Append the .blend's collection to the scene with its base at `at`, Blender's units; touch nothing else.

    With a placeholder it stands as that one stands, in the same collection. With `select` the new objects become the
    selection. Raises DiskError when the .blend is gone or not readable, ModelFileError when it holds no collection.
    """
    start = time.perf_counter()
    collection = _append(blend)
    top = parts.top(collection)
    objects = list(collection.all_objects)
    try:
        rate.fit(collection, scene)
        units.give(top, units.per_metre(scene))
        _place(collection, top, scene, at, placeholder)
        _select(scene, objects, select)
        _forget_paths(objects)
    except Exception:
        removing.discard(collection, list(collection.all_objects))
        raise
    if placeholder:
        children.take(top, [placeholder])
    counts = statistics.count(objects)
    return Landed(collection, objects, counts, (time.perf_counter() - start) * 1000)


def _place(
    collection: bpy.types.Collection,
    top: bpy.types.Object,
    scene: bpy.types.Scene,
    at: tuple[float, float, float],
    placeholder: bpy.types.Object | None,
) -> None:
    """Put the collection into the scene and the object that all others hang on where it belongs."""
    if placeholder:
        placeholders.home(placeholder, scene).children.link(collection)
        replacing.take_place(top, placeholder, placeholders.UPRIGHT.inverted())
        return
    scene.collection.children.link(collection)
    top.location += Vector(at)


def _append(blend: Path) -> bpy.types.Collection:
    libraries = set(bpy.data.libraries)
    try:
        loader: Any = bpy.data.libraries  # the stubs think that load() returns nothing
        with loader.load(str(blend), link=False) as (source, target):
            target.collections = source.collections[:1]
    except OSError as error:
        raise DiskError(f"The model's file {blend} cannot be read. Generate or import the model again.") from error
    finally:
        for library in set(bpy.data.libraries) - libraries:
            bpy.data.libraries.remove(library)
    if not target.collections or target.collections[0] is None:
        raise ModelFileError(f"{blend.name} holds no model. Generate or import the model again.")
    collection: bpy.types.Collection = target.collections[0]
    nodes.share_occlusion(statistics.materials(collection.all_objects))
    return collection


def _forget_paths(objects: list[bpy.types.Object]) -> None:
    """Name the packed textures without a folder: appending gave them the one of the .blend on this computer."""
    for image in statistics.images(objects):
        images.set_path(image, f"//{bpy.path.basename(image.filepath_raw)}")


def _select(scene: bpy.types.Scene, objects: list[bpy.types.Object], select: bool) -> None:
    """Select exactly the new objects, or make sure that they are not selected."""
    layer = bpy.context.view_layer if bpy.context.scene == scene else scene.view_layers[0]
    for item in layer.objects.selected if select else ():
        item.select_set(False, view_layer=layer)
    _ = layer.objects.active  # Blender brings its lists up to date
    shown = [item for item in objects if layer.objects.get(item.name) == item]  # a collection may be excluded
    if select:
        layer.objects.active = next((item for item in shown if item.parent not in objects), None)
    for item in shown:
        item.select_set(select, view_layer=layer)
