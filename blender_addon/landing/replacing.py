"""Lets what has just landed stand in another object's place: a placeholder's, or an older version's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import bpy
from mathutils import Matrix

from . import placeholders, provenance, statistics


def take_place(roots: Iterable[bpy.types.Object], old: bpy.types.Object, turn: Matrix | None = None) -> None:
    """Give the objects the old one's parent, transform and constraints. `turn` leads from their axes to the old one's.

    The matrices are those of the parent's space: nothing has to be evaluated for them.
    """
    place = old.matrix_basis @ (turn or Matrix())
    for root in roots:
        basis = place @ root.matrix_basis
        root.parent, root.parent_type, root.parent_bone = old.parent, old.parent_type, old.parent_bone
        root.parent_vertices = old.parent_vertices
        root.matrix_parent_inverse = old.matrix_parent_inverse
        root.rotation_mode = old.rotation_mode
        root.matrix_basis = basis
        for constraint in old.constraints:
            root.constraints.copy(constraint)


def take_children(new: bpy.types.Object, old: bpy.types.Object, turn: Matrix) -> None:
    """Parent to the new object what was parented to the old one; it stays where it is."""
    for child in old.children:
        inverse = turn.inverted() @ child.matrix_parent_inverse
        child.parent = new
        child.matrix_parent_inverse = inverse


def replace(collection: bpy.types.Collection, old: Sequence[bpy.types.Object]) -> bpy.types.Collection:
    """Put the objects of a collection that has just landed in the place of the first old object; all old ones go.

    They get its parent, transform, constraints, collections and modifiers, and whatever pointed at it points at them.
    Return the collection that they are in then: the old object's own.
    """
    version = list(dict.fromkeys(one for item in old for one in _version(item)))
    anchor, homes = version[0], list(version[0].users_collection)
    objects = list(collection.all_objects)
    roots = [item for item in objects if item.parent is None]
    name = anchor.name
    take_place(roots, anchor)
    _copy_animation(anchor, roots[0])
    _copy_modifiers(version, [item for item in objects if item.type == "MESH"])
    for item in objects:
        collection.objects.unlink(item)
        for home in homes:
            home.objects.link(item)
    bpy.data.collections.remove(collection)
    for item in version:
        for one in item.users_collection:  # where both are, the new one would be counted twice
            one.objects.unlink(item)
        item.user_remap(roots[0])
    _remove(version)
    roots[0].name = name
    for home in homes:
        if provenance.task_of(home):
            provenance.copy(roots[0], home)
    return homes[0]


def _version(item: bpy.types.Object) -> list[bpy.types.Object]:
    """Return the object with what landed together with it above and below it in the hierarchy, the topmost first."""
    task = provenance.task_of(item)
    if not task:
        return [item]
    while item.parent and provenance.task_of(item.parent) == task:
        item = item.parent
    return [item, *(one for one in item.children_recursive if provenance.task_of(one) == task)]


def _copy_animation(old: bpy.types.Object, new: bpy.types.Object) -> None:
    """Let the new object move as the old one did, unless it came with an action of its own."""
    played = old.animation_data
    if not played or not played.action or new.animation_data:
        return
    data = new.animation_data_create()
    data.action = played.action
    if hasattr(data, "action_slot"):  # since Blender 4.4
        data.action_slot = played.action_slot


def _copy_modifiers(version: list[bpy.types.Object], meshes: list[bpy.types.Object]) -> None:
    """Copy the modifiers of the first old mesh that has any, but for its own rig, behind those of the new meshes."""
    old = next((item for item in version if item.type == "MESH" and item.modifiers), None)
    if old is None or not meshes:
        return
    with bpy.context.temp_override(object=old, active_object=old, selected_objects=[old, *meshes]):
        for modifier in old.modifiers:
            if getattr(modifier, "object", None) not in version:
                bpy.ops.object.modifier_copy_to_selected(modifier=modifier.name)


def _remove(items: list[bpy.types.Object]) -> None:
    """Remove objects, and those of their meshes, materials, images and actions that nothing else uses."""
    meshes = [item for item in items if item.type == "MESH"]
    images = statistics.images(meshes)
    materials = {slot.material for item in meshes for slot in item.material_slots if slot.material}
    data = {item.data for item in items if item.data}
    placeholders.remove_objects(items)
    for kind in (data, materials, images):
        bpy.data.batch_remove([one for one in kind if not one.users])
