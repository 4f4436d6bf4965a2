"""Lets what has just landed stand in another object's place: a placeholder's, or an older version's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import bpy
from mathutils import Matrix

from . import children, motion, provenance, removing


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


def replace(
    collection: bpy.types.Collection, old: Sequence[bpy.types.Object]
) -> tuple[bpy.types.Collection, tuple[str, ...]]:
    """Put the objects of a collection that has just landed in the place of the first old object; all old ones go.

    They get its parent, transform, constraints, collections and modifiers, and whatever pointed at it points at them.
    Return the collection that they are in then, the old object's own, and what did not work, as sentences.
    """
    bpy.context.view_layer.update()
    version = list(dict.fromkeys(one for item in old for one in _version(item)))
    anchor = version[0]
    objects = list(collection.all_objects)
    roots = [item for item in objects if item.parent is None]
    take_place(roots, anchor)
    _copy_animation(anchor, roots[0])
    warnings = _copy_modifiers(version, [item for item in objects if item.type == "MESH"])
    home = _move_home(collection, objects, anchor.users_collection)
    children.take(roots[0], version)
    name = anchor.name
    for item in version:
        for one in item.users_collection:  # where both are, the new one would be counted twice
            one.objects.unlink(item)
        item.user_remap(roots[0])
    removing.remove(version)
    roots[0].name = name
    return home, warnings


def _move_home(
    collection: bpy.types.Collection,
    objects: Iterable[bpy.types.Object],
    homes: Sequence[bpy.types.Collection],
) -> bpy.types.Collection:
    """Move the collection's objects to the old one's collections and return the first of those."""
    for item in objects:
        for home in homes:
            home.objects.link(item)
        collection.objects.unlink(item)  # afterwards: what is in no collection is not selected
    for home in homes:
        if provenance.task_of(home):
            provenance.copy(collection, home)
    bpy.data.collections.remove(collection)
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
    if not played or not played.action or new.animation_data or not motion.moves(old):
        return
    data = new.animation_data_create()
    data.action = played.action
    if hasattr(data, "action_slot"):  # since Blender 4.4
        data.action_slot = played.action_slot


def _copy_modifiers(version: Sequence[bpy.types.Object], meshes: Sequence[bpy.types.Object]) -> tuple[str, ...]:
    """Copy the modifiers of the first old mesh that has any, but for its own rig, behind those of the new meshes.

    Return which cannot be copied, as sentences: Blender refuses those that belong to a simulation, and hooks.
    """
    old = next((item for item in version if item.type == "MESH" and item.modifiers), None)
    if old is None or not meshes:
        return ()
    lost = []
    with bpy.context.temp_override(object=old, active_object=old, selected_objects=[old, *meshes]):
        for modifier in old.modifiers:
            try:
                if getattr(modifier, "object", None) not in version:
                    bpy.ops.object.modifier_copy_to_selected(modifier=modifier.name)
            except RuntimeError:
                lost.append(f"The modifier {modifier.name} could not be copied to the new model; add it again.")
    return tuple(lost)
