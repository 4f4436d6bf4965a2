"""What takes an object's place is selected, and active, as that one was: the artist's selection stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import bpy


@contextmanager
def chosen(old: bpy.types.Object, new: Sequence[bpy.types.Object]) -> Iterator[None]:
    """Replace an object meanwhile; what has landed is then chosen as it was, in the view layer that is shown."""
    layer: Any = bpy.context.view_layer
    shown = layer.objects.get(old.name) == old
    selected, had_active = shown and old.select_get(view_layer=layer), layer.objects.active is not None
    yield
    heirs = [item for item in new if layer.objects.get(item.name) == item]
    if selected:
        for item in heirs:
            item.select_set(True, view_layer=layer)
    if had_active and layer.objects.active is None:  # it went with the old one, of which it was a part
        layer.objects.active = next((item for item in heirs if item.parent not in new), None)
