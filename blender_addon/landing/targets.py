"""Objects whose place a model will take when it lands: known, as placeholders are, by a custom property.

It survives an undo, another name, and saving; a reference to the object would not.
"""

from __future__ import annotations

from collections.abc import Iterator

import bpy

KEY = "maquette_replaced_by"
"""Custom property of the object: the id of the task whose model will stand there."""


def mark(item: bpy.types.Object, task: str) -> None:
    """Let the task's model take the object's place; what another task was to put there lands somewhere else."""
    item[KEY] = task


def fixed(item: bpy.types.Object) -> bool:
    """Tell whether nothing can take the object's place: it, or a collection that it is in, is another file's."""
    return any(one.library or one.override_library for one in (item, *item.users_collection))


def every() -> Iterator[tuple[bpy.types.Object, str]]:
    """Give all such objects of the open file that stand in a scene of it, each with the id of its task."""
    for item in bpy.data.objects:
        if (task := item.get(KEY)) and item.is_editable and item.users_scene and not fixed(item):
            yield item, str(task)


def find(task: str) -> list[bpy.types.Object]:
    """Return the objects whose place the task's model takes: several where the artist has duplicated one."""
    return [item for item, waits_for in every() if waits_for == task]


def release(task: str) -> None:
    """Let the task's objects stay as they are."""
    for item in find(task):
        del item[KEY]
