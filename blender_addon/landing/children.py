"""What is parented to an object that goes: it stays where it stands, whoever its parent is then."""

from __future__ import annotations

from collections.abc import Sequence

import bpy
from mathutils import Matrix


def release(parent: bpy.types.Object) -> None:
    """Give an object's children to its own parent."""
    for child in parent.children:
        world = child.matrix_world.copy()
        child.parent = parent.parent
        child.matrix_world = world


def take(new: bpy.types.Object, olds: Sequence[bpy.types.Object]) -> None:
    """Parent to the new object what is parented to one of the old ones, and is none of them.

    The new one has the parent and the constraints of the first old one already, so that their matrices tell where it
    will stand: it need not have been evaluated.
    """
    first = olds[0]
    place = first.matrix_world @ first.matrix_basis.inverted_safe() @ new.matrix_basis
    for child in [child for old in olds for child in old.children if child not in olds]:
        inverse = place.inverted_safe() @ _origin(child)
        child.parent, child.parent_type = new, "OBJECT"
        child.matrix_parent_inverse = inverse


def _origin(child: bpy.types.Object) -> Matrix:
    """Return where the child would stand without a transform of its own, world space."""
    if child.parent_type == "OBJECT":
        return child.parent.matrix_world @ child.matrix_parent_inverse
    return child.matrix_world @ child.matrix_basis.inverted_safe()
