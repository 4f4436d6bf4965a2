"""Lets what has just landed stand in another object's place: a placeholder's, or an older version's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import bpy
from mathutils import Matrix

from . import animation, children, motion, parts, provenance, removing, units


def take_place(top: bpy.types.Object, old: bpy.types.Object, turn: Matrix | None = None) -> None:
    """Give the object the old one's parent, transform and constraints. `turn` leads from its axes to the old one's.

    The matrices are those of the parent's space: nothing has to be evaluated for them.
    """
    basis = old.matrix_basis @ (turn or Matrix()) @ top.matrix_basis
    top.parent, top.parent_type, top.parent_bone = old.parent, old.parent_type, old.parent_bone
    top.parent_vertices = old.parent_vertices
    top.matrix_parent_inverse = old.matrix_parent_inverse
    top.rotation_mode = old.rotation_mode
    top.matrix_basis = basis
    for constraint in old.constraints:
        top.constraints.copy(constraint)


def replace(
    collection: bpy.types.Collection, old: Sequence[bpy.types.Object]
) -> tuple[bpy.types.Collection, tuple[str, ...]]:
    """Put the objects of a collection that has just landed in the place of the first old object; all old ones go.

    They get its parent, transform, constraints, collections, modifiers and animation, and what pointed at an old one
    points at its successor. Return the collection that they are in then, the old object's own, and what did not
    work, as sentences.
    """
    bpy.context.view_layer.update()
    version = list(dict.fromkeys(one for item in old for one in _version(item)))
    anchor, top = version[0], parts.top(collection)
    objects = list(collection.all_objects)
    if provenance.task_of(anchor):  # its size has been chosen, whatever the scene's unit has become since
        units.give(top, units.of(anchor))
    take_place(top, anchor)
    successors = {item: _successor(item, top, objects) for item in version}
    lost = _copy_modifiers(version, [item for item in objects if item.type == "MESH"])
    warnings = (*lost, *_carry_animation(successors, top))
    _move_home(collection, objects, anchor.users_collection)
    children.take(top, version)
    name, home = anchor.name, anchor.users_collection[0]
    for item, successor in successors.items():
        for one in item.users_collection:  # where both are, the new one would be counted twice
            one.objects.unlink(item)
        item.user_remap(successor)
    removing.remove(version)
    top.name = name
    bpy.data.collections.remove(collection)
    return home, warnings


def _successor(item: bpy.types.Object, top: bpy.types.Object, objects: Sequence[bpy.types.Object]) -> bpy.types.Object:
    """Return what takes over from an old object: the new one of its kind, of several the one that is called like it.

    Without either it is the object that all hang on. A modifier that follows a mesh wants a mesh.
    """
    if item.type == top.type:
        return top
    alike = [one for one in objects if one.type == item.type]
    called = [one for one in alike if _plain(one) == _plain(item)]
    return next(iter(called or alike[: len(alike) == 1]), top)


def _plain(item: bpy.types.Object) -> str:
    """Return the object's name without the number that Blender adds to a second one."""
    return re.sub(r"\.\d{3}$", "", item.name)


def _move_home(
    collection: bpy.types.Collection,
    objects: Iterable[bpy.types.Object],
    homes: Sequence[bpy.types.Collection],
) -> None:
    """Move the collection's objects to the old one's collections."""
    for item in objects:
        for home in homes:
            home.objects.link(item)
        collection.objects.unlink(item)  # afterwards: what is in no collection is not selected
    for home in homes:
        if provenance.task_of(home):
            provenance.copy(collection, home)


def _version(item: bpy.types.Object) -> list[bpy.types.Object]:
    """Return the object with what landed together with it above and below it in the hierarchy, the topmost first.

    Another copy of the same model that hangs on it, or that it hangs on, is none of it.
    """
    task = provenance.task_of(item)
    if not task:
        return [item]
    while not provenance.is_top(item) and item.parent and provenance.task_of(item.parent) == task:
        item = item.parent
    return [item, *_below(item, task)]


def _below(item: bpy.types.Object, task: str) -> Iterator[bpy.types.Object]:
    """Yield what hangs on an object down to the next copy of the task's model."""
    for child in item.children:
        if not provenance.is_top(child):
            if provenance.task_of(child) == task:
                yield child
            yield from _below(child, task)


def _carry_animation(successors: Mapping[bpy.types.Object, bpy.types.Object], top: bpy.types.Object) -> Iterator[str]:
    """Let the topmost old object's animation go to the new one, that of each below it to its only successor.

    What moves one below another moves no whole model. Yield what goes nowhere, as sentences.
    """
    anchor, *below = successors
    yield from animation.carry(anchor, top)
    heirs = [successors[item] for item in below]
    for item in below:
        heir = successors[item]
        if heirs.count(heir) > 1 or (heir == top and motion.moves(item)):
            yield from animation.leave(item)
        else:
            yield from animation.carry(item, heir)


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
